import { hex16, listed } from '../verdicts/phrases.ts';
import { ADV200005, CVE_2020_0796, MS_SMB2 } from '../verdicts/references.ts';
import { networkRemedy, serverRemedy } from '../verdicts/remedies.ts';
import { defineFinding } from './finding.ts';
import { absent, contextOf, CUT, NO_SMB2_ANSWER, ONLY_311, present, presentWith, smb2Request, smb2Selection, unreadableContext } from './observed.ts';

const CHAINED = 1;
const FITS = { severity: 'high', note: 'The form of the answer fits Windows 10 1903 and 1909: CHAINED was asked for and not answered, with exactly one algorithm. A patched build (KB4551762) looks the same.' } as const;
const CANNOT_TELL = { severity: 'info', note: 'The request did not set CHAINED or was not captured, so that the build of the server cannot be told.' } as const;
const OTHER_FORM = { severity: 'info', note: 'The form of the answer is not that of Windows 10 1903 or 1909, the only ones affected.' } as const;

export default defineFinding({
  id: 'smbghost',
  title: 'The server may be open to SMBGhost (CVE-2020-0796)',
  severity: 'high',
  since: '0.1.0',
  explanation: 'The server negotiated compression in SMB 3.1.1. In unpatched Windows 10 and Server 1903 and 1909 this code can be made to run an attacker’s program without a login. High where the form of the answer fits those builds, otherwise for information.',
  falsePositives: 'Only builds 1903 and 1909 are affected, patched ones look the same, and later Windows negotiates compression safely. A negotiation can never prove the weakness: look into the patch inventory.',
  remediation: [
    serverRemedy('windows', 'Install KB4551762 or any later update.', 'Get-HotFix -Id KB4551762'),
    serverRemedy('windows', 'Until then turn compression off on the server. No restart is needed; clients are not protected by it.', "Set-ItemProperty -Path 'HKLM:\\SYSTEM\\CurrentControlSet\\Services\\LanmanServer\\Parameters' DisableCompression -Type DWORD -Value 1 -Force"),
    networkRemedy('Block TCP 445 at the border.'),
  ],
  references: [CVE_2020_0796, ADV200005, MS_SMB2],

  judge(x) {
    const response = smb2Selection(x);
    if (response === null) return NO_SMB2_ANSWER;
    const { contexts, dialectRevision } = response.message;
    if (dialectRevision !== 0x0311) return ONLY_311;
    const answered = contextOf(contexts, 'COMPRESSION');
    if (answered === null && (response.cut || unreadableContext(contexts, 3))) return CUT;
    if (answered === null || !answered.algorithms.some((id) => id !== 0)) return absent(response.packet, 'smb2.dialect', '0x0311', 'no compression was negotiated');
    const outcome = present(response.packet, 'smb2.negotiate_context.comp_alg_id', listed(answered.algorithms.map(hex16)), 'compression was negotiated');
    const request = smb2Request(x);
    const asked = request === null ? null : contextOf(request.message.contexts, 'COMPRESSION');
    if (asked === null || (asked.flags & CHAINED) === 0) return presentWith(outcome, CANNOT_TELL);
    return presentWith(outcome, answered.flags === 0 && answered.algorithms.length === 1 ? FITS : OTHER_FORM);
  },
});
