import { listed } from '../verdicts/phrases.ts';
import { MS_SMB2, SMB_SECURITY } from '../verdicts/references.ts';
import { clientRemedy, serverRemedy } from '../verdicts/remedies.ts';
import { defineFinding } from './finding.ts';
import { absent, CUT, NO_ANSWER, notApplicable, present, securityBlob } from './observed.ts';

const EMPTY = notApplicable('the answer holds no list of mechanisms');
const OTHER = notApplicable('the list of mechanisms holds no NTLM');
const NTLMSSP = '1.3.6.1.4.1.311.2.2.10';
/** Kerberos, its historic Microsoft form, and user-to-user. */
const KERBEROS: readonly string[] = ['1.2.840.113554.1.2.2', '1.2.840.48018.1.2.2', '1.2.840.113554.1.2.2.3'];

export default defineFinding({
  id: 'ntlm-only',
  title: 'Server offers NTLM and no Kerberos',
  severity: 'low',
  since: '0.1.0',
  explanation: 'The security blob of the answer names NTLMSSP, perhaps NEGOEX, and no Kerberos. NTLM can be relayed and its responses cracked offline; Kerberos names the server it is meant for.',
  falsePositives: 'Servers in a workgroup have no Kerberos and nothing better to offer.',
  remediation: [
    serverRemedy('any', 'Join the server to the domain, or give it a keytab, so that it can offer Kerberos.'),
    serverRemedy('samba', 'Accept at least NTLMv2 only in smb.conf.', 'ntlm auth = ntlmv2-only'),
    clientRemedy('windows', 'Block NTLM towards SMB servers (Windows 11 24H2, Server 2025 and later).', 'Set-SmbClientConfiguration -BlockNTLM $true'),
  ],
  references: [SMB_SECURITY, MS_SMB2],

  judge(x) {
    const answer = securityBlob(x);
    if (answer === null) return NO_ANSWER;
    const { blob, packet } = answer;
    if (blob.kind === 'ntlmssp') return present(packet, 'ntlmssp.identifier', 'NTLMSSP', 'raw NTLM instead of a list of mechanisms');
    if (answer.cut) return CUT;
    if (blob.kind !== 'spnego' || blob.mechTypes.length === 0) return EMPTY;
    let ntlm = false;
    for (const { oid } of blob.mechTypes) {
      if (KERBEROS.includes(oid)) return absent(packet, 'spnego.MechType', oid, 'Kerberos is offered');
      if (oid === NTLMSSP) ntlm = true;
    }
    return ntlm ? present(packet, 'spnego.MechType', listed(blob.mechTypes.map(({ oid }) => oid)), 'NTLM without Kerberos') : OTHER;
  },
});
