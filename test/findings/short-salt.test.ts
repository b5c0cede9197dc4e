import shortSalt from '../../src/findings/short-salt.ts';
import { exchange, oldSmb2Response, preauth, seen, smb2Request, smb2Response } from '../build/exchange.ts';
import { describeFinding } from '../build/finding-cases.ts';

describeFinding(shortSalt, [
  { when: 'the client sends 2 bytes, as nmap does', given: exchange({ smb2Request: seen(4, 'client', smb2Request({ contexts: [preauth({ saltLength: 2, salt: new Uint8Array(2) })] })) }), is: 'present', evidence: [[4, 'smb2.negotiate_context.salt_length', '2']], severity: 'low' },
  { when: 'the server sends none', given: exchange({ smb2Response: seen(5, 'server', smb2Response({ contexts: [preauth({ saltLength: 0, salt: new Uint8Array(0) })] })) }), is: 'present', evidence: [[5, 'smb2.negotiate_context.salt_length', '0']] },
  { when: 'the client sends 15 bytes', given: exchange({ smb2Request: seen(4, 'client', smb2Request({ contexts: [preauth({ saltLength: 15, salt: new Uint8Array(15) })] })) }), is: 'present' },
  { when: 'the client sends 16 bytes', given: exchange({ smb2Request: seen(4, 'client', smb2Request({ contexts: [preauth({ saltLength: 16, salt: new Uint8Array(16) })] })) }), is: 'absent' },
  { when: 'both send 32 bytes', given: exchange(), is: 'absent' },
  { when: 'there are no contexts', given: exchange({ smb2Request: seen(4, 'client', smb2Request({ dialects: [0x0210], contexts: [] })), smb2Response: seen(5, 'server', oldSmb2Response(0x0210)) }), is: 'not-applicable' },
  { when: 'the packet was cut before the contexts', given: exchange({ smb2Request: seen(4, 'client', smb2Request({ contexts: [] }), { cut: true }), smb2Response: null, smb2Success: false }), is: 'unknown' },
  { when: 'nothing was captured', given: exchange({ smb2Request: null, smb2Response: null, smb2Success: false }), is: 'unknown' },
]);
