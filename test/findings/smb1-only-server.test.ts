import smb1OnlyServer from '../../src/findings/smb1-only-server.ts';
import { coreResponse, exchange, oldSmb2Response, seen, smb1Exchange, smb1Response, smb1Selected } from '../build/exchange.ts';
import { describeFinding } from '../build/finding-cases.ts';

describeFinding(smb1OnlyServer, [
  { when: 'SMB 2.??? was offered and NT LM 0.12 selected', given: smb1Selected(['NT LM 0.12', 'SMB 2.002', 'SMB 2.???'], smb1Response()), is: 'present', evidence: [[5, 'smb.dialect.index', '0']], severity: 'high' },
  { when: 'only SMB 2.002 was offered beside it', given: smb1Selected(['NT LM 0.12', 'SMB 2.002'], smb1Response()), is: 'present' },
  { when: 'the server answered 0x02FF', given: smb1Exchange(['NT LM 0.12', 'SMB 2.002', 'SMB 2.???'], { smb2Response: seen(5, 'server', oldSmb2Response(0x02ff)) }), is: 'absent' },
  { when: 'the server accepts none', given: smb1Exchange(['NT LM 0.12', 'SMB 2.002', 'SMB 2.???'], { smb1Response: seen(5, 'server', coreResponse(0xffff)) }), is: 'absent' },
  { when: 'SMB2 was not offered', given: smb1Selected(['PC NETWORK PROGRAM 1.0', 'LANMAN1.0', 'NT LM 0.12'], smb1Response()), is: 'not-applicable' },
  { when: 'the client offered SMB2 alone', given: exchange(), is: 'not-applicable' },
  { when: 'the offer was not captured', given: smb1Selected(['NT LM 0.12', 'SMB 2.002', 'SMB 2.???'], smb1Response(), { smb1Request: null, offer: { kind: 'not-captured', smb1Dialects: null, smb2Dialects: null, smb1Packet: null, packet: null } }), is: 'unknown' },
  { when: 'the answer was not captured', given: smb1Exchange(['NT LM 0.12', 'SMB 2.002', 'SMB 2.???']), is: 'unknown' },
]);
