import type { Evidence } from '../verdicts/verdict.ts';
import { MS_SMB2 } from '../verdicts/references.ts';
import { defineFinding } from './finding.ts';
import { absent, NO_ANSWER, presentWhenAny, smb1Response, smb2Request, smb2Response } from './observed.ts';

export default defineFinding({
  id: 'guid-ascii',
  title: 'A GUID is made of printable characters',
  severity: 'info',
  since: '0.1.0',
  explanation: 'All sixteen bytes of the ServerGuid or the ClientGuid are printable. A random GUID is not: impacket takes letters, and nmap sends 1234567890123456.',
  falsePositives: 'A random GUID is printable once in about nine million. Samba’s, its name filled with zeros, is not meant and not counted.',
  remediation: [],
  references: [MS_SMB2],

  judge(x) {
    const request = smb2Request(x);
    const response = smb2Response(x);
    const smb1 = smb1Response(x);
    const smb1Guid = smb1?.message.nt?.serverGuid;
    const evidence: Evidence[] = [];
    if (request !== null && isPrintable(request.message.clientGuid)) evidence.push(guidEvidence(request.packet, 'smb2.client_guid', request.message.clientGuid, 'the ClientGuid is printable'));
    if (response !== null && isPrintable(response.message.serverGuid)) evidence.push(guidEvidence(response.packet, 'smb2.server_guid', response.message.serverGuid, 'the ServerGuid is printable'));
    if (smb1 !== null && smb1Guid !== undefined && isPrintable(smb1Guid)) evidence.push(guidEvidence(smb1.packet, 'smb.server_guid', smb1Guid, 'the ServerGuid is printable'));
    if (response !== null) return presentWhenAny(evidence, absent(response.packet, 'smb2.server_guid', '', 'an ordinary GUID'));
    if (request !== null) return presentWhenAny(evidence, absent(request.packet, 'smb2.client_guid', '', 'an ordinary GUID'));
    return presentWhenAny(evidence, smb1 !== null && smb1Guid !== undefined ? absent(smb1.packet, 'smb.server_guid', '', 'an ordinary GUID') : NO_ANSWER);
  },
});

function guidEvidence(packet: number, field: string, guid: Uint8Array, meaning: string): Evidence {
  return { packet, field, value: String.fromCharCode(...guid), meaning };
}

function isPrintable(guid: Uint8Array): boolean {
  for (const byte of guid) if (byte < 0x21 || byte > 0x7e) return false;
  return guid.length === 16;
}
