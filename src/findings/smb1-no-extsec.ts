import { MS_SMB, STOP_USING_SMB1 } from '../verdicts/references.ts';
import { SERVER_WITH_SMB2 } from '../verdicts/remedies.ts';
import { defineFinding } from './finding.ts';
import { absent, NO_SMB1_ANSWER, notApplicable, present, smb1Request, smb1Selection, unknown } from './observed.ts';

const NOT_NT = notApplicable('only with NT LM 0.12');
const NOT_ASKED = notApplicable('the client did not ask for extended security');
const NO_REQUEST = unknown('the request was not captured');
/** SMB_FLAGS2_EXTENDED_SECURITY, CAP_EXTENDED_SECURITY: [MS-SMB] 2.2.3.1, 2.2.4.5.2.1 */
const FLAGS2_EXTENDED_SECURITY = 0x0800;
const CAP_EXTENDED_SECURITY = 0x80000000;

export default defineFinding({
  id: 'smb1-no-extsec',
  title: 'Server does without extended security though it was asked for it',
  severity: 'medium',
  since: '0.1.0',
  explanation: 'The client asked for extended security (Flags2 0x0800) and the server answered without CAP_EXTENDED_SECURITY: no SPNEGO, hence no Kerberos. A Windows client takes it for a possible downgrade and asks the KDC whether the server has a principal.',
  falsePositives: 'Old Samba and NAS devices do so without anybody attacking.',
  remediation: SERVER_WITH_SMB2,
  references: [MS_SMB, STOP_USING_SMB1],

  judge(x) {
    const selection = smb1Selection(x);
    if (selection === null) return NO_SMB1_ANSWER;
    const nt = selection.message.nt;
    if (nt === undefined) return NOT_NT;
    const request = smb1Request(x);
    if (request === null) return NO_REQUEST;
    if ((request.message.header.flags2 & FLAGS2_EXTENDED_SECURITY) === 0) return NOT_ASKED;
    return (nt.capabilities & CAP_EXTENDED_SECURITY) === 0
      ? present(selection.packet, 'smb.server_cap.extended_security', '0', 'no extended security although the client asked for it')
      : absent(selection.packet, 'smb.server_cap.extended_security', '1', 'extended security');
  },
});
