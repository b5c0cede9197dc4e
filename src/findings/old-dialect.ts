import { hex16 } from '../verdicts/phrases.ts';
import { MS_SMB2, SMB_DIALECTS, SMB_SECURITY } from '../verdicts/references.ts';
import { NEWEST_DIALECT } from '../verdicts/remedies.ts';
import { defineFinding } from './finding.ts';
import { absent, NO_SMB2_ANSWER, present, presentWith, smb2Selection } from './observed.ts';

const LOW = { severity: 'low', note: 'SMB 3.0 and 3.0.2 can encrypt, but do not protect the negotiation itself as 3.1.1 does.' } as const;

export default defineFinding({
  id: 'old-dialect',
  title: 'An SMB2 dialect below 3.1.1 was negotiated',
  severity: 'medium',
  since: '0.1.0',
  explanation: 'Below 3.0 nothing can be encrypted (medium). Below 3.1.1 the negotiation itself is not covered by pre-authentication integrity, so that only the client’s later validation shows a downgrade (low).',
  falsePositives: 'The server may be limited by policy on purpose, and 3.1.1 is not allowed over NetBIOS.',
  remediation: NEWEST_DIALECT,
  references: [SMB_DIALECTS, SMB_SECURITY, MS_SMB2],

  judge(x) {
    const response = smb2Selection(x);
    if (response === null) return NO_SMB2_ANSWER;
    const dialect = response.message.dialectRevision;
    if (dialect >= 0x0311) return absent(response.packet, 'smb2.dialect', hex16(dialect), 'SMB 3.1.1');
    const outcome = present(response.packet, 'smb2.dialect', hex16(dialect), 'a dialect below 3.1.1');
    return dialect >= 0x0300 ? presentWith(outcome, LOW) : outcome;
  },
});
