import no256 from '../../src/findings/no-256.ts';
import { encryption, exchange, preauth, seen, smb2Request } from '../build/exchange.ts';
import { describeFinding } from '../build/finding-cases.ts';

describeFinding(no256, [
  { when: 'only 128-bit ciphers are offered, as of Windows 10', given: exchange({ smb2Request: seen(4, 'client', smb2Request({ contexts: [preauth(), encryption(2, 1)] })) }), is: 'present', evidence: [[4, 'smb2.negotiate_context.cipher_id', '0x0002, 0x0001']], severity: 'info' },
  { when: 'AES-256-GCM is offered', given: exchange(), is: 'absent' },
  { when: 'the client offers nothing above 3.0.2', given: exchange({ smb2Request: seen(4, 'client', smb2Request({ dialects: [0x0202, 0x0210, 0x0300, 0x0302], contexts: [] })) }), is: 'not-applicable' },
  { when: 'the client offers no encryption', given: exchange({ smb2Request: seen(4, 'client', smb2Request({ contexts: [preauth()] })) }), is: 'not-applicable' },
  { when: 'the packet was cut before the contexts', given: exchange({ smb2Request: seen(4, 'client', smb2Request({ contexts: [] }), { cut: true }) }), is: 'unknown' },
  { when: 'the request was not captured', given: exchange({ smb2Request: null }), is: 'unknown' },
]);
