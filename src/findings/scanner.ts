import type { Smb1NegotiateRequest, Smb2NegotiateRequest } from '../smb/messages.ts';
import { hex16 } from '../verdicts/phrases.ts';
import { MS_SMB2 } from '../verdicts/references.ts';
import { clientRemedy } from '../verdicts/remedies.ts';
import type { Evidence } from '../verdicts/verdict.ts';
import { defineFinding } from './finding.ts';
import { absent, presentWhenAny, smb1Request, smb2Request, unknown } from './observed.ts';

const NO_REQUEST = unknown('no negotiate request was captured');
const NMAP_GUID = '1234567890123456';

export default defineFinding({
  id: 'scanner',
  title: 'The client is a known scanning tool',
  severity: 'info',
  since: '0.1.0',
  explanation: 'The request has marks that only a scanning tool sends: nmap’s GUID and signature of digits or its Flags2, the lists of Metasploit, the bare request of zgrab, or the dialects and contexts of SMBGhost scanners.',
  falsePositives: 'A tool can be disguised as another. Vulnerability management scans too.',
  remediation: [clientRemedy('any', 'Find out whether a scan from this address was planned.')],
  references: [MS_SMB2],

  judge(x) {
    const evidence: Evidence[] = [];
    const smb1 = smb1Request(x);
    const smb2 = smb2Request(x);
    const smb1Tool = smb1 === null ? null : smb1ToolOf(smb1.message);
    const smb2Tool = smb2 === null || smb2.cut ? null : smb2ToolOf(smb2.message);
    if (smb1 !== null && smb1Tool !== null) evidence.push({ packet: smb1.packet, field: 'smb.flags2', value: hex16(smb1.message.header.flags2), meaning: `with these dialect strings: ${smb1Tool}` });
    if (smb2 !== null && smb2Tool !== null) evidence.push({ packet: smb2.packet, field: smb2Tool.field, value: smb2Tool.value, meaning: smb2Tool.name });
    const packet = smb2?.packet ?? smb1?.packet;
    if (packet === undefined) return NO_REQUEST;
    return presentWhenAny(evidence, absent(packet, smb2 === null ? 'smb.flags2' : 'smb2.client_guid', '', 'no mark of a known scanner'));
  },
});

/** Lists by the tool that sends them with this Flags2. PROTOCOL 5.7 */
const SMB1_TOOLS: readonly (readonly [name: string, flags2: number, dialects: readonly string[]])[] = [
  ['nmap', 0x6845, ['NT LM 0.12', '']],
  ['nmap without extended security', 0x6045, ['NT LM 0.12', '']],
  ['Metasploit or an older scanner', 0x2801, ['LANMAN1.0', 'LM1.2X002', 'NT LANMAN 1.0', 'NT LM 0.12']],
  ['Metasploit or an older scanner', 0x6801, ['NT LM 0.12']],
];

function smb1ToolOf({ header: { flags2 }, dialects }: Smb1NegotiateRequest): string | null {
  const found = SMB1_TOOLS.find(([, flags, strings]) => flags === flags2 && strings.length === dialects.length && strings.every((text, at) => text === dialects[at]));
  return found?.[0] ?? null;
}

const SMBGHOST_DIALECTS = [0x0202, 0x0210, 0x0222, 0x0224, 0x0300, 0x0302, 0x0310, 0x0311];
const ZGRAB_DIALECTS = [0x0202, 0x0210];

function smb2ToolOf({ clientGuid, dialects, securityMode, capabilities, contexts }: Smb2NegotiateRequest): { readonly name: string; readonly field: string; readonly value: string } | null {
  if (String.fromCharCode(...clientGuid) === NMAP_GUID) return { name: 'nmap', field: 'smb2.client_guid', value: NMAP_GUID };
  if (same(dialects, ZGRAB_DIALECTS) && securityMode === 0 && capabilities === 0 && clientGuid.every((byte) => byte === 0)) {
    return { name: 'zgrab or a scanner like it: no security mode, no GUID', field: 'smb2.sec_mode', value: hex16(securityMode) };
  }
  const kinds = new Set(contexts.map(({ type }) => type));
  if (same(dialects, SMBGHOST_DIALECTS) && kinds.has(COMPRESSION) && !kinds.has(ENCRYPTION)) {
    return { name: 'a scanner for SMBGhost: compression without encryption', field: 'smb2.negotiate_context.count', value: String(contexts.length) };
  }
  return null;
}

/** [MS-SMB2] 2.2.3.1 */
const ENCRYPTION = 2;
const COMPRESSION = 3;

function same(left: readonly number[], right: readonly number[]): boolean {
  return left.length === right.length && left.every((code, at) => code === right[at]);
}
