import smbghost from '../../src/findings/smbghost.ts';
import { compression, exchange, oldSmb2Response, preauth, seen, smb2Request, smb2Response } from '../build/exchange.ts';
import { describeFinding } from '../build/finding-cases.ts';

describeFinding(smbghost, [
  { when: 'CHAINED was asked for and one algorithm answered without it, the form of 1903', given: exchange({ smb2Request: seen(4, 'client', smb2Request({ contexts: [preauth(), compression(1, 1)] })), smb2Response: seen(5, 'server', smb2Response({ contexts: [preauth(), compression(0, 1)] })) }), is: 'present', evidence: [[5, 'smb2.negotiate_context.comp_alg_id', '0x0001']], severity: 'high' },
  { when: 'CHAINED was answered, as of Windows 10 2004', given: exchange({ smb2Request: seen(4, 'client', smb2Request({ contexts: [preauth(), compression(1, 4, 2, 3, 1)] })), smb2Response: seen(5, 'server', smb2Response({ contexts: [preauth(), compression(1, 2, 4)] })) }), is: 'present', severity: 'info' },
  { when: 'CHAINED was not asked for, so that the build cannot be told', given: exchange({ smb2Request: seen(4, 'client', smb2Request({ contexts: [preauth(), compression(0, 2, 3, 1)] })), smb2Response: seen(5, 'server', smb2Response({ contexts: [preauth(), compression(0, 2)] })) }), is: 'present', severity: 'info' },
  { when: 'the request was not captured', given: exchange({ smb2Request: null, smb2Response: seen(5, 'server', smb2Response({ contexts: [preauth(), compression(0, 2)] })) }), is: 'present', severity: 'info' },
  { when: 'only the client offers compression', given: exchange({ smb2Request: seen(4, 'client', smb2Request({ contexts: [preauth(), compression(1, 1)] })) }), is: 'absent' },
  { when: 'the dialect is 3.0.2', given: exchange({ smb2Response: seen(5, 'server', oldSmb2Response(0x0302)) }), is: 'not-applicable' },
  { when: 'the answer was not captured', given: exchange({ smb2Response: null, smb2Success: false }), is: 'unknown' },
]);
