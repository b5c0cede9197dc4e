import signingNotRequired from '../../src/findings/signing-not-required.ts';
import { coreResponse, exchange, seen, smb1Response, smb1Selected, smb2Request, smb2Response } from '../build/exchange.ts';
import { describeFinding } from '../build/finding-cases.ts';

describeFinding(signingNotRequired, [
  { when: 'the server only enables signing', given: exchange({ smb2Response: seen(5, 'server', smb2Response({ securityMode: 1 })) }), is: 'present', evidence: [[5, 'smb2.sec_mode.sign_required', '0']], severity: 'medium' },
  { when: 'the client requires it but the server does not', given: exchange({ smb2Request: seen(4, 'client', smb2Request({ securityMode: 2 })), smb2Response: seen(5, 'server', smb2Response({ securityMode: 1 })) }), is: 'present' },
  { when: 'the server requires signing', given: exchange(), is: 'absent', evidence: [[5, 'smb2.sec_mode.sign_required', '1']] },
  { when: 'SMB1 signing is enabled and not required', given: smb1Selected(['PC NETWORK PROGRAM 1.0', 'LANMAN1.0', 'NT LM 0.12'], smb1Response({}, { securityMode: 0x07 })), is: 'present', evidence: [[5, 'smb.sm.sig_required', '0']] },
  { when: 'SMB1 signing is required, as on a domain controller', given: smb1Selected(['PC NETWORK PROGRAM 1.0', 'LANMAN1.0', 'NT LM 0.12'], smb1Response({}, { securityMode: 0x0f })), is: 'absent' },
  { when: 'a core answer has no such field', given: smb1Selected(['PC NETWORK PROGRAM 1.0', 'LANMAN1.0', 'NT LM 0.12'], coreResponse(0)), is: 'not-applicable' },
  { when: 'the response was not captured', given: exchange({ smb2Response: null, smb2Success: false }), is: 'unknown' },
]);
