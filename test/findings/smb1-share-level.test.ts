import smb1ShareLevel from '../../src/findings/smb1-share-level.ts';
import { coreResponse, exchange, lanmanResponse, smb1PlainResponse, smb1Selected } from '../build/exchange.ts';
import { describeFinding } from '../build/finding-cases.ts';

describeFinding(smb1ShareLevel, [
  { when: 'bit 0x01 is clear', given: smb1Selected(['PC NETWORK PROGRAM 1.0', 'LANMAN1.0', 'NT LM 0.12'], smb1PlainResponse({ securityMode: 0x02 })), is: 'present', evidence: [[5, 'smb.sm.mode', '0']], severity: 'high' },
  { when: 'bit 0x01 is clear in a LANMAN answer', given: smb1Selected(['PC NETWORK PROGRAM 1.0', 'LANMAN1.0', 'NT LM 0.12'], lanmanResponse(0x02)), is: 'present' },
  { when: 'bit 0x01 is set', given: smb1Selected(['PC NETWORK PROGRAM 1.0', 'LANMAN1.0', 'NT LM 0.12'], smb1PlainResponse({ securityMode: 0x03 })), is: 'absent' },
  { when: 'a core answer has no such field', given: smb1Selected(['PC NETWORK PROGRAM 1.0', 'LANMAN1.0', 'NT LM 0.12'], coreResponse(0)), is: 'not-applicable' },
  { when: 'there is no SMB1 answer', given: exchange(), is: 'unknown' },
]);
