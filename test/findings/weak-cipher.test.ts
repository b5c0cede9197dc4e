import weakCipher from '../../src/findings/weak-cipher.ts';
import { encryption, exchange, oldSmb2Response, preauth, seen, smb2Request, smb2Response } from '../build/exchange.ts';
import { describeFinding } from '../build/finding-cases.ts';

describeFinding(weakCipher, [
  { when: 'AES-128-CCM is chosen although GCM was offered', given: exchange({ smb2Response: seen(5, 'server', smb2Response({ contexts: [preauth(), encryption(1)] })) }), is: 'present', evidence: [[5, 'smb2.negotiate_context.cipher_id', '0x0001']], severity: 'low' },
  { when: 'AES-128-GCM is chosen', given: exchange(), is: 'absent' },
  { when: 'the client offered only AES-128-CCM, as old libsmb2 does', given: exchange({ smb2Request: seen(4, 'client', smb2Request({ contexts: [preauth(), encryption(1)] })), smb2Response: seen(5, 'server', smb2Response({ contexts: [preauth(), encryption(1)] })) }), is: 'not-applicable' },
  { when: 'the dialect is 3.0', given: exchange({ smb2Response: seen(5, 'server', oldSmb2Response(0x0300)) }), is: 'not-applicable' },
  { when: 'nothing is encrypted', given: exchange({ smb2Response: seen(5, 'server', smb2Response({ contexts: [preauth()] })) }), is: 'not-applicable' },
  { when: 'the answer was cut before its ciphers', given: exchange({ smb2Response: seen(5, 'server', smb2Response({ contexts: [preauth()] }), { cut: true }) }), is: 'unknown' },
  { when: 'the request was cut before its ciphers', given: exchange({ smb2Request: seen(4, 'client', smb2Request({ contexts: [preauth()] }), { cut: true }), smb2Response: seen(5, 'server', smb2Response({ contexts: [preauth(), encryption(1)] })) }), is: 'unknown' },
  { when: 'the request was not captured', given: exchange({ smb2Request: null, smb2Response: seen(5, 'server', smb2Response({ contexts: [preauth(), encryption(1)] })) }), is: 'unknown' },
  { when: 'the answer was not captured', given: exchange({ smb2Response: null, smb2Success: false }), is: 'unknown' },
]);
