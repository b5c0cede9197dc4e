import signingDisabledSmb1 from '../../src/findings/signing-disabled-smb1.ts';
import { coreResponse, exchange, smb1Response, smb1Selected } from '../build/exchange.ts';
import { describeFinding } from '../build/finding-cases.ts';

describeFinding(signingDisabledSmb1, [
  { when: 'bit 0x04 is clear', given: smb1Selected(['PC NETWORK PROGRAM 1.0', 'LANMAN1.0', 'NT LM 0.12'], smb1Response({}, { securityMode: 0x03 })), is: 'present', evidence: [[5, 'smb.sm.signatures', '0']], severity: 'medium' },
  { when: 'bit 0x04 is set', given: smb1Selected(['PC NETWORK PROGRAM 1.0', 'LANMAN1.0', 'NT LM 0.12'], smb1Response({}, { securityMode: 0x07 })), is: 'absent' },
  { when: 'a core answer has no such field', given: smb1Selected(['PC NETWORK PROGRAM 1.0', 'LANMAN1.0', 'NT LM 0.12'], coreResponse(0)), is: 'not-applicable' },
  { when: 'there is no SMB1 answer', given: exchange(), is: 'unknown' },
]);
