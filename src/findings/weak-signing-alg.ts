import { hex16 } from '../verdicts/phrases.ts';
import { MS_SMB2, SMB_SIGNING } from '../verdicts/references.ts';
import { serverRemedy } from '../verdicts/remedies.ts';
import { defineFinding } from './finding.ts';
import { absent, contextOf, CUT, NO_SMB2_ANSWER, ONLY_311, present, smb2Selection, unreadableContext } from './observed.ts';

export default defineFinding({
  id: 'weak-signing-alg',
  title: 'SMB 3.1.1 signs with HMAC-SHA256',
  severity: 'low',
  since: '0.1.0',
  explanation: 'The signing context of the answer selects HMAC-SHA256, the algorithm of SMB 2.x. AES-CMAC and AES-GMAC are quicker and usual with 3.1.1.',
  falsePositives: 'HMAC-SHA256 is sound; some libraries offer nothing else.',
  remediation: [serverRemedy('samba', 'Prefer AES in smb.conf, as the default does.', 'server smb3 signing algorithms = AES-128-GMAC AES-128-CMAC HMAC-SHA256')],
  references: [SMB_SIGNING, MS_SMB2],

  judge(x) {
    const response = smb2Selection(x);
    if (response === null) return NO_SMB2_ANSWER;
    const { contexts, dialectRevision } = response.message;
    if (dialectRevision !== 0x0311) return ONLY_311;
    const context = contextOf(contexts, 'SIGNING');
    if (context === null) {
      if (response.cut || unreadableContext(contexts, 8)) return CUT;
      return absent(response.packet, 'smb2.dialect', '0x0311', 'without a signing context it is AES-CMAC');
    }
    const algorithm = context.signingAlgorithms[0];
    if (algorithm === undefined) return CUT;
    return algorithm === 0
      ? present(response.packet, 'smb2.negotiate_context.signing_id', '0x0000', 'HMAC-SHA256')
      : absent(response.packet, 'smb2.negotiate_context.signing_id', hex16(algorithm), 'an AES algorithm');
  },
});
