import type { Smb2NegotiateRequest } from '../smb/messages.ts';
import { hex16 } from '../verdicts/phrases.ts';
import { MS_SMB2, SMB_SECURITY } from '../verdicts/references.ts';
import { clientRemedy } from '../verdicts/remedies.ts';
import { defineFinding } from './finding.ts';
import { absent, NO_SMB2_ANSWER, NO_SMB2_REQUEST, notApplicable, present, presentWith, smb2Request, smb2Selection, unknown } from './observed.ts';

const NOT_BELOW_311 = notApplicable('SMB 3.1.1 protects its negotiation by other means');
const NOT_WINDOWS_3X = notApplicable('the client is no Windows-like client that speaks 3.x');
const TOO_EARLY = unknown('no tree connect with a later command in clear was captured');
const ANONYMOUS = { note: 'Guest and anonymous sessions have no key to sign the validation with and never send it: look at the session setup.' };
const GAPS = unknown('bytes of the client are missing from the capture');
/** [MS-SMB2] 2.2.1.2, <4>: what Windows clients put there. */
const WINDOWS_PROCESS_ID = 0xfeff;

export default defineFinding({
  id: 'validate-absent',
  title: 'The client did not validate the negotiation',
  severity: 'low',
  since: '0.1.0',
  explanation: 'Below 3.1.1 a client that speaks 3.x sends FSCTL_VALIDATE_NEGOTIATE_INFO after its tree connect, so that a downgrade shows. This one connected to a share, sent a further command in clear, and not the validation.',
  falsePositives: 'An old Windows 8 with RequireSecureNegotiate = 0 does so, and so do clients other than Windows, which are left out here. Guest and anonymous sessions do not validate.',
  remediation: [clientRemedy('windows', 'Remove the setting that switches the validation off; current Windows ignores it.', "Remove-ItemProperty -Path 'HKLM:\\SYSTEM\\CurrentControlSet\\Services\\LanmanWorkstation\\Parameters' RequireSecureNegotiate")],
  references: [MS_SMB2, SMB_SECURITY],

  judge(x) {
    const response = smb2Selection(x);
    if (response === null) return NO_SMB2_ANSWER;
    if (response.message.dialectRevision >= 0x0311) return NOT_BELOW_311;
    if (x.validateRequest !== null) return absent(x.validateRequest.packet, 'smb2.ioctl.function', '0x00140204', 'the client validated the negotiation');
    const request = smb2Request(x);
    if (request === null) return NO_SMB2_REQUEST;
    if (!isWindows3x(request.message)) return NOT_WINDOWS_3X;
    if (x.gaps.client || x.gaps.server || x.cut) return GAPS;
    if (!x.treeConnect || x.commandsAfterTreeConnect < 1 || x.encrypted !== null) return TOO_EARLY;
    return presentWith(present(response.packet, 'smb2.dialect', hex16(response.message.dialectRevision), 'negotiated below 3.1.1, and commands followed the tree connect without a validation'), ANONYMOUS);
  },
});

/** Ascending dialects up to 3.x, the process id of Windows, exactly one SecurityMode bit. PROTOCOL 5.2 */
function isWindows3x({ header, dialects, securityMode }: Smb2NegotiateRequest): boolean {
  if (header.processId !== WINDOWS_PROCESS_ID || (securityMode !== 1 && securityMode !== 2)) return false;
  let before = 0;
  for (const dialect of dialects) {
    if (dialect <= before) return false;
    before = dialect;
  }
  return before >= 0x0300;
}
