import { MS_CIFS, STOP_USING_SMB1 } from '../verdicts/references.ts';
import { SERVER_WITH_SMB2, serverRemedy } from '../verdicts/remedies.ts';
import { defineFinding } from './finding.ts';
import { absent, NO_SMB1_ANSWER, notApplicable, present, smb1Selection } from './observed.ts';

const NO_FIELD = notApplicable('core answers have no SecurityMode');

export default defineFinding({
  id: 'smb1-share-level',
  title: 'Server uses share-level security',
  severity: 'high',
  since: '0.1.0',
  explanation: 'Bit 0x01 of the SMB1 SecurityMode is clear: a share has one password that everybody shares, and nobody is authenticated as a person.',
  falsePositives: 'None known: the bit says it.',
  remediation: [serverRemedy('samba', 'Take user-level security in smb.conf; share level is gone since Samba 4.0.', 'security = user'), ...SERVER_WITH_SMB2],
  references: [MS_CIFS, STOP_USING_SMB1],

  judge(x) {
    const selection = smb1Selection(x);
    if (selection === null) return NO_SMB1_ANSWER;
    const mode = selection.message.nt?.securityMode ?? selection.message.lanman?.securityMode;
    if (mode === undefined) return NO_FIELD;
    return (mode & 0x01) === 0 ? present(selection.packet, 'smb.sm.mode', '0', 'share-level security') : absent(selection.packet, 'smb.sm.mode', '1', 'user-level security');
  },
});
