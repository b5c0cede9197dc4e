import smb1Server from '../../src/findings/smb1-server.ts';
import { coreResponse, exchange, lanmanResponse, seen, smb1Exchange, smb1Response, smb1Selected } from '../build/exchange.ts';
import { describeFinding } from '../build/finding-cases.ts';

describeFinding(smb1Server, [
  { when: 'NT LM 0.12 is selected', given: smb1Selected(['PC NETWORK PROGRAM 1.0', 'LANMAN1.0', 'NT LM 0.12'], smb1Response({ selectedIndex: 2 })), is: 'present', evidence: [[5, 'smb.dialect.index', '2']], severity: 'high' },
  { when: 'a LANMAN dialect is selected', given: smb1Selected(['PC NETWORK PROGRAM 1.0', 'LANMAN1.0', 'NT LM 0.12'], lanmanResponse()), is: 'present' },
  { when: 'the core dialect is selected', given: smb1Selected(['PC NETWORK PROGRAM 1.0', 'LANMAN1.0', 'NT LM 0.12'], coreResponse(0)), is: 'present' },
  { when: 'the answer is index 0xFFFF, as of Samba and ksmbd', given: smb1Exchange(['PC NETWORK PROGRAM 1.0', 'LANMAN1.0', 'NT LM 0.12'], { smb1Response: seen(5, 'server', coreResponse(0xffff)) }), is: 'absent', evidence: [[5, 'smb.dialect.index', '65535']] },
  { when: 'the server answered SMB2', given: exchange(), is: 'unknown' },
  { when: 'the answer was not captured', given: smb1Exchange(['PC NETWORK PROGRAM 1.0', 'LANMAN1.0', 'NT LM 0.12']), is: 'unknown' },
]);
