import lanmanOrCore from '../../src/findings/lanman-or-core.ts';
import { coreResponse, lanmanResponse, seen, smb1Exchange, smb1Response, smb1Selected } from '../build/exchange.ts';
import { describeFinding } from '../build/finding-cases.ts';

describeFinding(lanmanOrCore, [
  { when: 'the answer has WordCount 13', given: smb1Selected(['PC NETWORK PROGRAM 1.0', 'LANMAN1.0', 'NT LM 0.12'], lanmanResponse()), is: 'present', evidence: [[5, 'smb.wct', '13']], severity: 'critical' },
  { when: 'the answer has WordCount 1 with an index', given: smb1Selected(['PC NETWORK PROGRAM 1.0', 'LANMAN1.0', 'NT LM 0.12'], coreResponse(0)), is: 'present', evidence: [[5, 'smb.wct', '1']] },
  { when: 'NT LM 0.12 is selected', given: smb1Selected(['PC NETWORK PROGRAM 1.0', 'LANMAN1.0', 'NT LM 0.12'], smb1Response({ selectedIndex: 2 })), is: 'absent' },
  { when: 'the answer is index 0xFFFF', given: smb1Exchange(['PC NETWORK PROGRAM 1.0', 'LANMAN1.0', 'NT LM 0.12'], { smb1Response: seen(5, 'server', coreResponse(0xffff)) }), is: 'unknown' },
  { when: 'the answer was not captured', given: smb1Exchange(['PC NETWORK PROGRAM 1.0', 'LANMAN1.0', 'NT LM 0.12']), is: 'unknown' },
]);
