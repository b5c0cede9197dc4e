import { clockOffset } from '../negotiation/packet-time.ts';
import { MS_SMB2 } from '../verdicts/references.ts';
import { serverRemedy } from '../verdicts/remedies.ts';
import { defineFinding } from './finding.ts';
import { absent, NO_SMB2_ANSWER, notApplicable, present, smb2Response, unknown } from './observed.ts';

const NO_TIME = unknown('the packet carries no time');
const NOT_TOLD = notApplicable('the server tells no time');
/** What Kerberos tolerates by default. */
const TOLERATED_SECONDS = 300;

export default defineFinding({
  id: 'clock-skew',
  title: 'Server clock is more than five minutes off',
  severity: 'low',
  since: '0.1.0',
  explanation: 'SystemTime in the answer differs from the time at which the packet was captured by more than five minutes, the limit of Kerberos.',
  falsePositives: 'The clock of the capturing host may be the wrong one, and some tools rewrite capture times.',
  remediation: [
    serverRemedy('windows', 'Synchronise the clock.', 'w32tm /resync'),
    serverRemedy('linux', 'Synchronise the clock.', 'chronyc makestep'),
  ],
  references: [MS_SMB2],

  judge(x) {
    const response = smb2Response(x);
    if (response === null) return NO_SMB2_ANSWER;
    const { time } = response.seen;
    if (time === null) return NO_TIME;
    if (response.message.systemTime === 0n) return NOT_TOLD;
    const off = clockOffset(response.message.systemTime, time);
    return Math.abs(off) > TOLERATED_SECONDS
      ? present(response.packet, 'smb2.current_time', `${Math.round(off)} s`, 'how far the server’s clock is ahead of the capture')
      : absent(response.packet, 'smb2.current_time', '', 'within five minutes of the capture');
  },
});
