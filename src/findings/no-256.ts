import { hex16, listed } from '../verdicts/phrases.ts';
import { MS_SMB2, SMB_SECURITY } from '../verdicts/references.ts';
import { clientRemedy } from '../verdicts/remedies.ts';
import { defineFinding } from './finding.ts';
import { absent, contextOf, CUT, NO_SMB2_REQUEST, notApplicable, ONLY_311, present, smb2Request, unreadableContext } from './observed.ts';

const NO_CIPHERS = notApplicable('the client offers no encryption');

export default defineFinding({
  id: 'no-256',
  title: 'Client offers no 256-bit cipher',
  severity: 'info',
  since: '0.1.0',
  explanation: 'Neither AES-256-CCM nor AES-256-GCM is among the offered ciphers, so that the connection is encrypted with 128-bit keys at best. Windows 11, Server 2022 and later offer them.',
  falsePositives: '128-bit keys are sound; this matters only where a rule asks for 256.',
  remediation: [
    clientRemedy('windows', 'Offer 256-bit ciphers first (Windows 11, Server 2022 and later).', 'Set-SmbClientConfiguration -EncryptionCiphers "AES_256_GCM, AES_256_CCM, AES_128_GCM, AES_128_CCM"'),
    clientRemedy('samba', 'Offer 256-bit ciphers first in smb.conf.', 'client smb3 encryption algorithms = AES-256-GCM AES-256-CCM AES-128-GCM AES-128-CCM'),
  ],
  references: [SMB_SECURITY, MS_SMB2],

  judge(x) {
    const request = smb2Request(x);
    if (request === null) return NO_SMB2_REQUEST;
    const { contexts, dialects } = request.message;
    if (!dialects.includes(0x0311)) return ONLY_311;
    const offered = contextOf(contexts, 'ENCRYPTION');
    if (offered === null) return request.cut || unreadableContext(contexts, 2) ? CUT : NO_CIPHERS;
    return offered.ciphers.includes(3) || offered.ciphers.includes(4)
      ? absent(request.packet, 'smb2.negotiate_context.cipher_id', '256', 'a 256-bit cipher is offered')
      : present(request.packet, 'smb2.negotiate_context.cipher_id', listed(offered.ciphers.map(hex16)), 'no 256-bit cipher is offered');
  },
});
