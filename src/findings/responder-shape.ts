import { MS_SMB } from '../verdicts/references.ts';
import { networkRemedy } from '../verdicts/remedies.ts';
import { defineFinding } from './finding.ts';
import { absent, NO_SMB1_ANSWER, notApplicable, present, smb1Selection } from './observed.ts';

const NO_EXTENDED_SECURITY = notApplicable('only in answers with extended security');
/** What the answer of those tools has; a reply that echoes the client's flags has more. */
const SHAPE = { flags: 0x80, flags2: 0xc800, maxMpxCount: 1, maxBufferSize: 64_000, blobLength: 30 } as const;

export default defineFinding({
  id: 'responder-shape',
  title: 'The server answers SMB1 as a rogue answerer does',
  severity: 'medium',
  since: '0.1.0',
  explanation: 'The SMB1 answer has MaxMpxCount 1, MaxBufferSize 64000, Flags 0x80, Flags2 0xC800 and a security blob of NTLMSSP alone. Scripts that wait for clients to send their credentials answer so; they are built on impacket’s server.',
  falsePositives: 'smbserver of impacket, used on purpose to move files, is the same server.',
  remediation: [networkRemedy('Find out what answers at this address, and who sent the client there (LLMNR, NBNS, a planted link).')],
  references: [MS_SMB],

  judge(x) {
    const selection = smb1Selection(x);
    if (selection === null) return NO_SMB1_ANSWER;
    const { header, nt } = selection.message;
    if (nt?.securityBlob === undefined) return NO_EXTENDED_SECURITY;
    const isShape = header.flags === SHAPE.flags && header.flags2 === SHAPE.flags2 && nt.maxMpxCount === SHAPE.maxMpxCount && nt.maxBufferSize === SHAPE.maxBufferSize
      && nt.securityBlobLength === SHAPE.blobLength && nt.securityBlob.mechTypes.length === 1 && nt.securityBlob.mechTypes[0]?.name === 'NTLMSSP';
    const value = String(nt.maxBufferSize);
    return isShape
      ? present(selection.packet, 'smb.max_bufsize', value, 'with MaxMpxCount 1 and a blob of NTLMSSP alone')
      : absent(selection.packet, 'smb.max_bufsize', value, 'not the form of a rogue answerer');
  },
});
