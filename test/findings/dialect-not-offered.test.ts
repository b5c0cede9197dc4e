import dialectNotOffered from '../../src/findings/dialect-not-offered.ts';
import { exchange } from '../build/exchange.ts';
import { describeFinding } from '../build/finding-cases.ts';

describeFinding(dialectNotOffered, [
  { when: '3.1.1 was selected and not offered', given: exchange({ smb2Offered: false }), is: 'present', evidence: [[5, 'smb2.dialect', '0x0311']], severity: 'medium' },
  { when: 'it was offered', given: exchange(), is: 'absent' },
  { when: 'the offer was not captured', given: exchange({ smb2Offered: null }), is: 'unknown' },
  { when: 'no dialect was answered with success', given: exchange({ smb2Response: null, smb2Success: false }), is: 'unknown' },
]);
