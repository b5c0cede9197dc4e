import clockSkew from '../../src/findings/clock-skew.ts';
import { FILETIME_OF_CAPTURE, exchange, seen, smb2Response } from '../build/exchange.ts';
import { describeFinding } from '../build/finding-cases.ts';

describeFinding(clockSkew, [
  { when: 'the server is ten minutes ahead', given: exchange({ smb2Response: seen(5, 'server', smb2Response({ systemTime: FILETIME_OF_CAPTURE + 6_000_000_000n })) }), is: 'present', evidence: [[5, 'smb2.current_time', '600 s']], severity: 'low' },
  { when: 'the server is ten minutes behind', given: exchange({ smb2Response: seen(5, 'server', smb2Response({ systemTime: FILETIME_OF_CAPTURE - 6_000_000_000n })) }), is: 'present', evidence: [[5, 'smb2.current_time', '-600 s']] },
  { when: 'the server is four minutes ahead', given: exchange({ smb2Response: seen(5, 'server', smb2Response({ systemTime: FILETIME_OF_CAPTURE + 2_400_000_000n })) }), is: 'absent' },
  { when: 'the clocks agree', given: exchange(), is: 'absent' },
  { when: 'the server tells no time', given: exchange({ smb2Response: seen(5, 'server', smb2Response({ systemTime: 0n })) }), is: 'not-applicable' },
  { when: 'the packet carries no time', given: exchange({ smb2Response: seen(5, 'server', smb2Response(), { time: null }) }), is: 'unknown' },
  { when: 'the answer was not captured', given: exchange({ smb2Response: null, smb2Success: false }), is: 'unknown' },
]);
