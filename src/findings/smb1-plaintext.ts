import { MS_CIFS, STOP_USING_SMB1 } from '../verdicts/references.ts';
import { SERVER_WITH_SMB2, serverRemedy } from '../verdicts/remedies.ts';
import { defineFinding } from './finding.ts';
import { absent, NO_SMB1_ANSWER, notApplicable, present, smb1Selection } from './observed.ts';

const NO_FIELD = notApplicable('core answers have no SecurityMode');
const EXTENDED = notApplicable('with extended security SPNEGO decides');

export default defineFinding({
  id: 'smb1-plaintext',
  title: 'Server asks for passwords in clear',
  severity: 'critical',
  since: '0.1.0',
  explanation: 'Bit 0x02 of the SMB1 SecurityMode is clear, and extended security is not used: passwords go over the network unencrypted.',
  falsePositives: 'The bit means nothing with extended security, since SPNEGO decides then; such answers are left out.',
  remediation: [serverRemedy('samba', 'Turn encrypted passwords on in smb.conf.', 'encrypt passwords = yes'), ...SERVER_WITH_SMB2],
  references: [MS_CIFS, STOP_USING_SMB1],

  judge(x) {
    const selection = smb1Selection(x);
    if (selection === null) return NO_SMB1_ANSWER;
    const mode = selection.message.nt?.securityMode ?? selection.message.lanman?.securityMode;
    if (mode === undefined) return NO_FIELD;
    if (selection.message.form === 'nt-extended') return EXTENDED;
    return (mode & 0x02) === 0 ? present(selection.packet, 'smb.sm.password', '0', 'passwords are sent in clear') : absent(selection.packet, 'smb.sm.password', '1', 'passwords are answered to a challenge');
  },
});
