import { hexNumber } from '../bytes/text.ts';
import type { Exchange } from '../negotiation/exchange.ts';
import { MS_SMB2, SMB_SIGNING } from '../verdicts/references.ts';
import { networkRemedy, REQUIRE_SIGNING } from '../verdicts/remedies.ts';
import { defineFinding, type Outcome } from './finding.ts';
import { absent, NO_ANSWER, present, presentWith, smb1Response, smb2Response } from './observed.ts';

/** STATUS_BAD_NETWORK_NAME: no server says that to a negotiate; ntlmrelayx does where it relays no more. */
const BAD_NETWORK_NAME = 0xc000_00cc;
const SERVER = { note: 'The security blob has NTLMSSP alone, as impacket’s smbserver sends it; ntlmrelayx puts NEGOEX before it.' } as const;

export default defineFinding({
  id: 'relay-shape',
  title: 'The server answers as a relaying tool does',
  severity: 'high',
  since: '0.1.0',
  explanation: 'The answer has the form of impacket’s servers: 2.0.2 without any capability, sixteen letters as ServerGuid, and a start time that is the current time. ntlmrelayx answers so, to hand the client’s logon on to another machine. So does an answer of STATUS_BAD_NETWORK_NAME to a negotiate.',
  falsePositives: 'smbserver of the same library, used on purpose to move files, answers in the same form.',
  remediation: [networkRemedy('Find out what answers at this address, and who sent the client there (LLMNR, NBNS, a planted link).'), ...REQUIRE_SIGNING],
  references: [MS_SMB2, SMB_SIGNING],

  judge(x) {
    const error = refused(x);
    if (error !== null) return error;
    const response = smb2Response(x);
    if (response === null) return NO_ANSWER;
    const { dialectRevision, capabilities, serverGuid, systemTime, serverStartTime, securityBlob } = response.message;
    const isShape = dialectRevision === 0x0202 && capabilities === 0 && isLetters(serverGuid) && systemTime === serverStartTime && systemTime !== 0n;
    if (!isShape) return absent(response.packet, 'smb2.server_guid', '', 'not the form of a relaying tool');
    const outcome = present(response.packet, 'smb2.server_guid', String.fromCharCode(...serverGuid), 'sixteen letters, with 2.0.2, no capability and a start time of now');
    return securityBlob.mechTypes.some(({ name }) => name === 'NEGOEX') ? outcome : presentWith(outcome, SERVER);
  },
});

function refused(x: Exchange): Outcome | null {
  const smb2 = x.smb2Response;
  if (smb2?.message.kind === 'smb2-negotiate-error' && smb2.message.header.status === BAD_NETWORK_NAME) return badName(smb2.packet, 'smb2.nt_status');
  const smb1 = smb1Response(x);
  return smb1 !== null && smb1.message.header.status === BAD_NETWORK_NAME ? badName(smb1.packet, 'smb.nt_status') : null;
}

function badName(packet: number, field: string): Outcome {
  return present(packet, field, hexNumber(BAD_NETWORK_NAME, 8), 'STATUS_BAD_NETWORK_NAME to a negotiate');
}

function isLetters(guid: Uint8Array): boolean {
  return guid.length === 16 && guid.every((byte) => (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a));
}
