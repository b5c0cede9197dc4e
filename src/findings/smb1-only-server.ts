import { DETECT_SMB1, MS_SMB2, SMB1_NOT_INSTALLED } from '../verdicts/references.ts';
import { SERVER_WITH_SMB2 } from '../verdicts/remedies.ts';
import { defineFinding } from './finding.ts';
import { absent, NO_ANSWER, notApplicable, present, smb1Response, smb1Selection, smb2Response, unknown } from './observed.ts';

const WITHOUT_SMB2 = notApplicable('SMB2 was not on offer in an SMB1-framed request');
const NO_OFFER = unknown('what was offered was not captured');

export default defineFinding({
  id: 'smb1-only-server',
  title: 'Server chose SMB1 although SMB2 was offered',
  severity: 'high',
  since: '0.1.0',
  explanation: 'The request offered "SMB 2.002" or "SMB 2.???", and the server selected an SMB1 dialect. A server with SMB2 has to prefer it, so this one does not speak SMB2 or has it switched off.',
  falsePositives: 'A Windows server with SMB2 switched off looks like an old device.',
  remediation: SERVER_WITH_SMB2,
  references: [SMB1_NOT_INSTALLED, DETECT_SMB1, MS_SMB2],

  judge(x) {
    const offered = x.offer.smb1Dialects;
    const selection = smb1Selection(x);
    if (offered === null) return NO_OFFER;
    if (!offered.includes('SMB 2.???') && !offered.includes('SMB 2.002')) return WITHOUT_SMB2;
    if (selection !== null) return present(selection.packet, 'smb.dialect.index', String(selection.message.selectedIndex), 'an SMB1 dialect was selected although SMB2 was offered');
    const smb2 = smb2Response(x);
    if (smb2 !== null) return absent(smb2.packet, 'smb2.cmd', '0', 'the server answered in SMB2');
    const response = smb1Response(x);
    return response?.message.form === 'none' ? absent(response.packet, 'smb.dialect.index', '65535', 'no SMB1 dialect was selected') : NO_ANSWER;
  },
});
