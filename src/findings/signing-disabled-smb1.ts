import { SMB_SIGNING, MS_SMB } from '../verdicts/references.ts';
import { REQUIRE_SIGNING, SERVER_WITHOUT_SMB1 } from '../verdicts/remedies.ts';
import { defineFinding } from './finding.ts';
import { absent, NO_SMB1_ANSWER, notApplicable, present, smb1Selection } from './observed.ts';

const NO_FIELD = notApplicable('core answers have no SecurityMode');

export default defineFinding({
  id: 'signing-disabled-smb1',
  title: 'SMB1 signing is not even enabled',
  severity: 'medium',
  since: '0.1.0',
  explanation: 'Bit 0x04 of the SMB1 SecurityMode is clear: the server neither requires nor offers signing, so that everything after the negotiation may be changed on its way.',
  falsePositives: 'It is the default of SMB1 servers other than domain controllers.',
  remediation: [...SERVER_WITHOUT_SMB1, ...REQUIRE_SIGNING],
  references: [SMB_SIGNING, MS_SMB],

  judge(x) {
    const selection = smb1Selection(x);
    if (selection === null) return NO_SMB1_ANSWER;
    const mode = selection.message.nt?.securityMode ?? selection.message.lanman?.securityMode;
    if (mode === undefined) return NO_FIELD;
    return (mode & 0x04) === 0 ? present(selection.packet, 'smb.sm.signatures', '0', 'signing is not enabled') : absent(selection.packet, 'smb.sm.signatures', '1', 'signing is enabled');
  },
});
