import weakSigningAlg from '../../src/findings/weak-signing-alg.ts';
import { encryption, exchange, oldSmb2Response, preauth, seen, signing, smb2Response } from '../build/exchange.ts';
import { describeFinding } from '../build/finding-cases.ts';

describeFinding(weakSigningAlg, [
  { when: 'the context selects HMAC-SHA256', given: exchange({ smb2Response: seen(5, 'server', smb2Response({ contexts: [preauth(), encryption(2), signing(0)] })) }), is: 'present', evidence: [[5, 'smb2.negotiate_context.signing_id', '0x0000']], severity: 'low' },
  { when: 'AES-GMAC is selected', given: exchange(), is: 'absent' },
  { when: 'there is no signing context, so AES-CMAC is used', given: exchange({ smb2Response: seen(5, 'server', smb2Response({ contexts: [preauth(), encryption(2)] })) }), is: 'absent' },
  { when: 'the dialect is 2.1', given: exchange({ smb2Response: seen(5, 'server', oldSmb2Response(0x0210)) }), is: 'not-applicable' },
  { when: 'the packet was cut before the contexts', given: exchange({ smb2Response: seen(5, 'server', smb2Response({ contexts: [preauth()] }), { cut: true }) }), is: 'unknown' },
  { when: 'the answer was not captured', given: exchange({ smb2Response: null, smb2Success: false }), is: 'unknown' },
]);
