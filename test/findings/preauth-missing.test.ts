import preauthMissing from '../../src/findings/preauth-missing.ts';
import { encryption, exchange, oldSmb2Response, preauth, seen, smb2Request, smb2Response } from '../build/exchange.ts';
import { describeFinding } from '../build/finding-cases.ts';

describeFinding(preauthMissing, [
  { when: 'the request has no such context', given: exchange({ smb2Request: seen(4, 'client', smb2Request({ contexts: [encryption(2)] })) }), is: 'present', evidence: [[4, 'smb2.negotiate_context.type', '0x0001']], severity: 'high' },
  { when: 'the answer has two', given: exchange({ smb2Response: seen(5, 'server', smb2Response({ contexts: [preauth(), preauth(), encryption(2)] })) }), is: 'present', evidence: [[5, 'smb2.negotiate_context.type', '0x0001']] },
  { when: 'the request does not name SHA-512', given: exchange({ smb2Request: seen(4, 'client', smb2Request({ contexts: [preauth({ hashAlgorithms: [2] }), encryption(2)] })) }), is: 'present', evidence: [[4, 'smb2.negotiate_context.hash_algorithm', '']] },
  { when: 'both sides name SHA-512', given: exchange(), is: 'absent' },
  { when: 'the malformed context of nmap names 1 twice', given: exchange({ smb2Request: seen(4, 'client', smb2Request({ contexts: [encryption(2), preauth({ hashAlgorithms: [1, 1], saltLength: 2, salt: new Uint8Array(2) })] })) }), is: 'absent' },
  { when: '3.1.1 plays no part', given: exchange({ smb2Request: seen(4, 'client', smb2Request({ dialects: [0x0210, 0x0302], contexts: [] })), smb2Response: seen(5, 'server', oldSmb2Response(0x0302)) }), is: 'not-applicable' },
  { when: 'the packet was cut before the contexts', given: exchange({ smb2Request: seen(4, 'client', smb2Request({ contexts: [] }), { cut: true }) }), is: 'unknown' },
  { when: 'nothing was captured', given: exchange({ smb2Request: null, smb2Response: null }), is: 'unknown' },
]);
