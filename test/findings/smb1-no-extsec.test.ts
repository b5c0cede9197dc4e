import smb1NoExtsec from '../../src/findings/smb1-no-extsec.ts';
import { exchange, lanmanResponse, seen, smb1Header, smb1PlainResponse, smb1Request, smb1Response, smb1Selected } from '../build/exchange.ts';
import { describeFinding } from '../build/finding-cases.ts';

describeFinding(smb1NoExtsec, [
  { when: 'the client asked for it and the capability is clear', given: smb1Selected(['NT LM 0.12'], smb1PlainResponse()), is: 'present', evidence: [[5, 'smb.server_cap.extended_security', '0']], severity: 'medium' },
  { when: 'the capability is set', given: smb1Selected(['NT LM 0.12'], smb1Response()), is: 'absent' },
  { when: 'the client did not ask for it', given: smb1Selected(['NT LM 0.12'], smb1PlainResponse(), { smb1Request: seen(4, 'client', smb1Request(['NT LM 0.12'], { header: smb1Header({ flags2: 0xc001 }) })) }), is: 'not-applicable' },
  { when: 'the answer is a LANMAN one', given: smb1Selected(['PC NETWORK PROGRAM 1.0', 'LANMAN1.0', 'NT LM 0.12'], lanmanResponse()), is: 'not-applicable' },
  { when: 'the request was not captured', given: smb1Selected(['NT LM 0.12'], smb1PlainResponse(), { smb1Request: null }), is: 'unknown' },
  { when: 'there is no SMB1 answer', given: exchange(), is: 'unknown' },
]);
