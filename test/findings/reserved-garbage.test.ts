import reservedGarbage from '../../src/findings/reserved-garbage.ts';
import { exchange, oldSmb2Response, seen } from '../build/exchange.ts';
import { describeFinding } from '../build/finding-cases.ts';

describeFinding(reservedGarbage, [
  { when: 'the offset is not zero, as of Windows 7', given: exchange({ smb2Response: seen(5, 'server', oldSmb2Response(0x0210, { negotiateContextOffset: 0x204d4c20 })) }), is: 'present', evidence: [[5, 'smb2.negotiate_context.offset', '0x204d4c20']], severity: 'info' },
  { when: 'the count is not zero', given: exchange({ smb2Response: seen(5, 'server', oldSmb2Response(0x0202, { negotiateContextCount: 7 })) }), is: 'present', evidence: [[5, 'smb2.negotiate_context.count', '7']] },
  { when: 'both are zero', given: exchange({ smb2Response: seen(5, 'server', oldSmb2Response(0x0210)) }), is: 'absent' },
  { when: 'the dialect is 3.1.1', given: exchange(), is: 'not-applicable' },
  { when: 'the answer was not captured', given: exchange({ smb2Response: null, smb2Success: false }), is: 'unknown' },
]);
