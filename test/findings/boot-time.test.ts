import bootTime from '../../src/findings/boot-time.ts';
import { exchange, seen, smb2Response } from '../build/exchange.ts';
import { describeFinding } from '../build/finding-cases.ts';

describeFinding(bootTime, [
  { when: 'the start time is sent, as of Server 2016', given: exchange({ smb2Response: seen(5, 'server', smb2Response({ serverStartTime: 132_436_008_000_000_000n })) }), is: 'present', evidence: [[5, 'smb2.boot_time', '2020-09-03T10:00:00.000Z']], severity: 'info' },
  { when: 'the start time is no date', given: exchange({ smb2Response: seen(5, 'server', smb2Response({ serverStartTime: 0xffff_ffff_ffff_ffffn })) }), is: 'present', evidence: [[5, 'smb2.boot_time', 'FILETIME 18446744073709551615']] },
  { when: 'it is zero', given: exchange(), is: 'absent' },
  { when: 'the answer was not captured', given: exchange({ smb2Response: null, smb2Success: false }), is: 'unknown' },
]);
