import { hex16 } from '../verdicts/phrases.ts';
import { MS_SMB2, SMB_SECURITY } from '../verdicts/references.ts';
import { serverRemedy } from '../verdicts/remedies.ts';
import { defineFinding } from './finding.ts';
import { absent, contextOf, CUT, NO_SMB2_ANSWER, NO_SMB2_REQUEST, notApplicable, ONLY_311, present, smb2Request, smb2Selection, unreadableContext } from './observed.ts';

const NO_CIPHER = notApplicable('no cipher was negotiated');
const NOTHING_ELSE = notApplicable('the client did not offer AES-128-GCM');

export default defineFinding({
  id: 'weak-cipher',
  title: 'The server chose AES-128-CCM although AES-128-GCM was offered',
  severity: 'low',
  since: '0.1.0',
  explanation: 'AES-128-CCM is slower than AES-128-GCM, and the client offered both. Usually the order of ciphers was set by hand, or the server is old.',
  falsePositives: 'CCM is cryptographically sound. Old libsmb2 offers nothing else; ksmbd takes the first of the client’s list.',
  remediation: [
    serverRemedy('windows', 'Put GCM first.', 'Set-SmbServerConfiguration -EncryptionCiphers "AES_128_GCM, AES_128_CCM, AES_256_GCM, AES_256_CCM"'),
    serverRemedy('samba', 'Put GCM first in smb.conf, as the default does.', 'server smb3 encryption algorithms = AES-128-GCM AES-128-CCM AES-256-GCM AES-256-CCM'),
  ],
  references: [SMB_SECURITY, MS_SMB2],

  judge(x) {
    const response = smb2Selection(x);
    if (response === null) return NO_SMB2_ANSWER;
    if (response.message.dialectRevision !== 0x0311) return ONLY_311;
    const { contexts } = response.message;
    const cipher = contextOf(contexts, 'ENCRYPTION')?.ciphers[0];
    if (cipher === undefined && (response.cut || unreadableContext(contexts, 2))) return CUT;
    if (cipher === undefined || cipher === 0) return NO_CIPHER;
    if (cipher !== 1) return absent(response.packet, 'smb2.negotiate_context.cipher_id', hex16(cipher), 'the chosen cipher');
    const request = smb2Request(x);
    if (request === null) return NO_SMB2_REQUEST;
    const offered = contextOf(request.message.contexts, 'ENCRYPTION');
    if (offered === null && (request.cut || unreadableContext(request.message.contexts, 2))) return CUT;
    return offered?.ciphers.includes(2) === true
      ? present(response.packet, 'smb2.negotiate_context.cipher_id', '0x0001', 'AES-128-CCM, although AES-128-GCM was offered')
      : NOTHING_ELSE;
  },
});
