import compressionOn from '../../src/findings/compression-on.ts';
import { compression, exchange, oldSmb2Response, preauth, seen, smb2Request, smb2Response } from '../build/exchange.ts';
import { describeFinding } from '../build/finding-cases.ts';

describeFinding(compressionOn, [
  { when: 'the answer names LZ77', given: exchange({ smb2Response: seen(5, 'server', smb2Response({ contexts: [preauth(), compression(0, 2)] })) }), is: 'present', evidence: [[5, 'smb2.negotiate_context.comp_alg_id', '0x0002']], severity: 'info' },
  { when: 'the answer names none', given: exchange({ smb2Response: seen(5, 'server', smb2Response({ contexts: [preauth(), compression(0, 0)] })) }), is: 'absent' },
  { when: 'only the client offers it', given: exchange({ smb2Request: seen(4, 'client', smb2Request({ contexts: [preauth(), compression(1, 1)] })) }), is: 'absent' },
  { when: 'the dialect is 3.0.2', given: exchange({ smb2Response: seen(5, 'server', oldSmb2Response(0x0302)) }), is: 'not-applicable' },
  { when: 'the packet was cut before the contexts', given: exchange({ smb2Response: seen(5, 'server', smb2Response({ contexts: [preauth()] }), { cut: true }) }), is: 'unknown' },
  { when: 'the answer was not captured', given: exchange({ smb2Response: null, smb2Success: false }), is: 'unknown' },
]);
