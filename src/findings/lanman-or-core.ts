import { MS_CIFS, STOP_USING_SMB1 } from '../verdicts/references.ts';
import { SERVER_WITH_SMB2, serverRemedy } from '../verdicts/remedies.ts';
import { defineFinding } from './finding.ts';
import { absent, NO_SMB1_ANSWER, present, smb1Selection } from './observed.ts';

export default defineFinding({
  id: 'lanman-or-core',
  title: 'A LAN Manager or core dialect was selected',
  severity: 'critical',
  since: '0.1.0',
  explanation: 'The server selected a dialect older than NT LM 0.12 (WordCount 13, or WordCount 1 with an index). These know only the LM response, which is broken within hours, or passwords in clear, and no signing.',
  falsePositives: 'None known.',
  remediation: [serverRemedy('samba', 'Refuse the old dialects in smb.conf.', 'server min protocol = SMB2_02\nlanman auth = no'), ...SERVER_WITH_SMB2],
  references: [MS_CIFS, STOP_USING_SMB1],

  judge(x) {
    const selection = smb1Selection(x);
    if (selection === null) return NO_SMB1_ANSWER;
    const { form } = selection.message;
    if (form === 'lanman') return present(selection.packet, 'smb.wct', '13', 'the form of a LAN Manager answer');
    if (form === 'core') return present(selection.packet, 'smb.wct', '1', 'the form of a core answer, with an index');
    return absent(selection.packet, 'smb.wct', '17', 'the form of an NT LM 0.12 answer');
  },
});
