import smb1Plaintext from '../../src/findings/smb1-plaintext.ts';
import { coreResponse, exchange, lanmanResponse, smb1PlainResponse, smb1Response, smb1Selected } from '../build/exchange.ts';
import { describeFinding } from '../build/finding-cases.ts';

describeFinding(smb1Plaintext, [
  { when: 'bit 0x02 is clear without extended security', given: smb1Selected(['PC NETWORK PROGRAM 1.0', 'LANMAN1.0', 'NT LM 0.12'], smb1PlainResponse({ securityMode: 0x01 })), is: 'present', evidence: [[5, 'smb.sm.password', '0']], severity: 'critical' },
  { when: 'bit 0x02 is clear in a LANMAN answer', given: smb1Selected(['PC NETWORK PROGRAM 1.0', 'LANMAN1.0', 'NT LM 0.12'], lanmanResponse(0x01)), is: 'present' },
  { when: 'bit 0x02 is set', given: smb1Selected(['PC NETWORK PROGRAM 1.0', 'LANMAN1.0', 'NT LM 0.12'], smb1PlainResponse({ securityMode: 0x03 })), is: 'absent' },
  { when: 'extended security is used', given: smb1Selected(['PC NETWORK PROGRAM 1.0', 'LANMAN1.0', 'NT LM 0.12'], smb1Response({}, { securityMode: 0x01 })), is: 'not-applicable' },
  { when: 'a core answer has no such field', given: smb1Selected(['PC NETWORK PROGRAM 1.0', 'LANMAN1.0', 'NT LM 0.12'], coreResponse(0)), is: 'not-applicable' },
  { when: 'there is no SMB1 answer', given: exchange(), is: 'unknown' },
]);
