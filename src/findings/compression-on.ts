import { hex16, listed } from '../verdicts/phrases.ts';
import { MS_SMB2 } from '../verdicts/references.ts';
import { serverRemedy } from '../verdicts/remedies.ts';
import { defineFinding } from './finding.ts';
import { absent, contextOf, CUT, NO_SMB2_ANSWER, ONLY_311, present, smb2Selection, unreadableContext } from './observed.ts';

export default defineFinding({
  id: 'compression-on',
  title: 'Compression was negotiated',
  severity: 'info',
  since: '0.1.0',
  explanation: 'The answer names a compression algorithm. Compressed messages begin with FC "SMB", which some inspection tools cannot read.',
  falsePositives: 'None known. Only the answer counts: many clients offer compression.',
  remediation: [serverRemedy('windows', 'Turn compression off on the server. No restart is needed.', "Set-ItemProperty -Path 'HKLM:\\SYSTEM\\CurrentControlSet\\Services\\LanmanServer\\Parameters' DisableCompression -Type DWORD -Value 1 -Force")],
  references: [MS_SMB2],

  judge(x) {
    const response = smb2Selection(x);
    if (response === null) return NO_SMB2_ANSWER;
    const { contexts, dialectRevision } = response.message;
    if (dialectRevision !== 0x0311) return ONLY_311;
    const context = contextOf(contexts, 'COMPRESSION');
    if (context === null && (response.cut || unreadableContext(contexts, 3))) return CUT;
    return context !== null && context.algorithms.some((id) => id !== 0)
      ? present(response.packet, 'smb2.negotiate_context.comp_alg_id', listed(context.algorithms.map(hex16)), 'the negotiated algorithms')
      : absent(response.packet, 'smb2.dialect', '0x0311', 'no compression algorithm was answered');
  },
});
