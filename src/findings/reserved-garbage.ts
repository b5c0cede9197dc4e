import { MS_SMB2 } from '../verdicts/references.ts';
import { serverRemedy } from '../verdicts/remedies.ts';
import { defineFinding } from './finding.ts';
import { absent, NO_SMB2_ANSWER, notApplicable, present, smb2Response } from './observed.ts';

const WITH_CONTEXTS = notApplicable('in SMB 3.1.1 the fields are in use');

export default defineFinding({
  id: 'reserved-garbage',
  title: 'Left-over bytes in reserved fields of the answer',
  severity: 'info',
  since: '0.1.0',
  explanation: 'Below SMB 3.1.1 the places of the context offset and count are reserved. This server leaves bytes of its memory there, as Windows Vista to Server 2008 R2 do: a leak of a few bytes, and a hint to its age.',
  falsePositives: 'The bytes mean nothing and must be ignored by clients.',
  remediation: [serverRemedy('windows', 'Servers that do this are out of support: replace them.')],
  references: [MS_SMB2],

  judge(x) {
    const response = smb2Response(x);
    if (response === null) return NO_SMB2_ANSWER;
    const { dialectRevision, negotiateContextCount, negotiateContextOffset } = response.message;
    if (dialectRevision === 0x0311) return WITH_CONTEXTS;
    if (negotiateContextOffset !== 0) return present(response.packet, 'smb2.negotiate_context.offset', '0x' + (negotiateContextOffset >>> 0).toString(16).padStart(8, '0'), 'reserved below 3.1.1');
    if (negotiateContextCount !== 0) return present(response.packet, 'smb2.negotiate_context.count', String(negotiateContextCount), 'reserved below 3.1.1');
    return absent(response.packet, 'smb2.negotiate_context.offset', '0x00000000', 'the reserved fields are zero');
  },
});
