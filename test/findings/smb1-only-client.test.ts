import smb1OnlyClient from '../../src/findings/smb1-only-client.ts';
import { exchange, seen, smb1Exchange, smb1Request } from '../build/exchange.ts';
import { describeFinding } from '../build/finding-cases.ts';

describeFinding(smb1OnlyClient, [
  { when: 'no SMB2 string is offered', given: smb1Exchange(['PC NETWORK PROGRAM 1.0', 'LANMAN1.0', 'NT LM 0.12']), is: 'present', evidence: [[4, 'smb.dialect.name', '"PC NETWORK PROGRAM 1.0", "LANMAN1.0", "NT LM 0.12"']], severity: 'high' },
  { when: 'SMB 2.002 is offered too', given: smb1Exchange(['NT LM 0.12', 'SMB 2.002', 'SMB 2.???']), is: 'absent' },
  { when: 'the capture cut the list of dialects', given: smb1Exchange(['PC NETWORK PROGRAM 1.0', 'LANMAN1.0', 'NT LM 0.12'], { smb1Request: seen(4, 'client', smb1Request(['NT LM 0.12']), { cut: true }) }), is: 'unknown' },
  { when: 'the request cannot be read', given: smb1Exchange([], { smb1Request: null, offer: { malformed: { packet: 4, field: 'ByteCount', offset: 33 } } }), is: 'unknown' },
  { when: 'the client begins with SMB2', given: exchange(), is: 'absent' },
  { when: 'the offer was not captured', given: exchange({ offer: { kind: 'not-captured', packet: null, smb2Packet: null, smb1Dialects: null, smb2Dialects: null } }), is: 'unknown' },
  { when: 'the client sent no negotiate', given: exchange({ offer: { kind: 'none', packet: null, smb2Packet: null } }), is: 'not-applicable' },
]);
