import type { Evidence } from '../verdicts/verdict.ts';
import { MS_SMB2 } from '../verdicts/references.ts';
import { defineFinding } from './finding.ts';
import { absent, NO_ANSWER, presentWhenAny, smb1Response, smb2Request, smb2Response } from './observed.ts';

export default defineFinding({
  id: 'guid-null',
  title: 'A GUID is all zeros',
  severity: 'info',
  since: '0.1.0',
  explanation: 'The ServerGuid or the ClientGuid is sixteen zero bytes. It tells the software (ksmbd does it), and that several connections cannot be matched to one host by it.',
  falsePositives: 'Clients that offer only 2.0.2 have to send zeros; some scanners do.',
  remediation: [],
  references: [MS_SMB2],

  judge(x) {
    const request = smb2Request(x);
    const response = smb2Response(x);
    const smb1 = smb1Response(x);
    const smb1Guid = smb1?.message.nt?.serverGuid;
    const evidence: Evidence[] = [];
    if (request !== null && isNull(request.message.clientGuid)) evidence.push(guidEvidence(request.packet, 'smb2.client_guid', 'the ClientGuid is zero'));
    if (response !== null && isNull(response.message.serverGuid)) evidence.push(guidEvidence(response.packet, 'smb2.server_guid', 'the ServerGuid is zero'));
    if (smb1 !== null && smb1Guid !== undefined && isNull(smb1Guid)) evidence.push(guidEvidence(smb1.packet, 'smb.server_guid', 'the ServerGuid is zero'));
    if (response !== null) return presentWhenAny(evidence, absent(response.packet, 'smb2.server_guid', '', 'an ordinary GUID'));
    if (request !== null) return presentWhenAny(evidence, absent(request.packet, 'smb2.client_guid', '', 'an ordinary GUID'));
    return presentWhenAny(evidence, smb1 !== null && smb1Guid !== undefined ? absent(smb1.packet, 'smb.server_guid', '', 'an ordinary GUID') : NO_ANSWER);
  },
});

function guidEvidence(packet: number, field: string, meaning: string): Evidence {
  return { packet, field, value: '00000000-0000-0000-0000-000000000000', meaning };
}

function isNull(guid: Uint8Array): boolean {
  for (const byte of guid) if (byte !== 0) return false;
  return guid.length === 16;
}
