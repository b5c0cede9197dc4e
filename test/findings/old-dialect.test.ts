import oldDialect from '../../src/findings/old-dialect.ts';
import { exchange, oldSmb2Response, seen } from '../build/exchange.ts';
import { describeFinding } from '../build/finding-cases.ts';

describeFinding(oldDialect, [
  { when: '2.0.2 was negotiated', given: exchange({ smb2Response: seen(5, 'server', oldSmb2Response(0x0202)) }), is: 'present', evidence: [[5, 'smb2.dialect', '0x0202']], severity: 'medium' },
  { when: '2.1 was negotiated', given: exchange({ smb2Response: seen(5, 'server', oldSmb2Response(0x0210)) }), is: 'present', severity: 'medium' },
  { when: '3.0 was negotiated', given: exchange({ smb2Response: seen(5, 'server', oldSmb2Response(0x0300)) }), is: 'present', severity: 'low' },
  { when: '3.0.2 was negotiated', given: exchange({ smb2Response: seen(5, 'server', oldSmb2Response(0x0302)) }), is: 'present', severity: 'low' },
  { when: '3.1.1 was negotiated', given: exchange(), is: 'absent' },
  { when: 'the answer is only 0x02FF', given: exchange({ smb2Response: seen(5, 'server', oldSmb2Response(0x02ff)) }), is: 'unknown' },
  { when: 'the answer was not captured', given: exchange({ smb2Response: null, smb2Success: false }), is: 'unknown' },
]);
