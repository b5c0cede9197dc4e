import { CVE_2017_0144, DETECT_SMB1, MS_CIFS, STOP_USING_SMB1 } from '../verdicts/references.ts';
import { SERVER_WITH_SMB2, SERVER_WITHOUT_SMB1 } from '../verdicts/remedies.ts';
import { defineFinding } from './finding.ts';
import { absent, NO_SMB1_ANSWER, present, smb1Response, smb1Selection } from './observed.ts';

export default defineFinding({
  id: 'smb1-server',
  title: 'Server speaks SMB1',
  severity: 'high',
  since: '0.1.0',
  explanation: 'The server selected an SMB1 dialect (WordCount 17, 13 or 1 with an index other than 0xFFFF). SMB1 has no protection against changed or read traffic that deserves the name, and its Windows implementation is the one that EternalBlue (CVE-2017-0144) attacks.',
  falsePositives: 'WordCount 1 with index 0xFFFF means that no dialect was acceptable; it is no support of SMB1 (Samba and ksmbd answer it). A server that answers SMB2 may speak SMB1 to others: that is not shown.',
  remediation: [...SERVER_WITHOUT_SMB1, ...SERVER_WITH_SMB2],
  references: [STOP_USING_SMB1, DETECT_SMB1, CVE_2017_0144, MS_CIFS],

  judge(x) {
    const selection = smb1Selection(x);
    if (selection !== null) return present(selection.packet, 'smb.dialect.index', String(selection.message.selectedIndex), 'the server selected an SMB1 dialect');
    const response = smb1Response(x);
    if (response?.message.form === 'none') return absent(response.packet, 'smb.dialect.index', '65535', 'the server accepts none of the SMB1 dialects');
    return NO_SMB1_ANSWER;
  },
});
