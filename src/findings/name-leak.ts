import type { Exchange } from '../negotiation/exchange.ts';
import { quoted } from '../verdicts/phrases.ts';
import { MS_SMB2, RFC1002 } from '../verdicts/references.ts';
import type { Evidence } from '../verdicts/verdict.ts';
import { defineFinding } from './finding.ts';
import { absent, contextOf, NO_ANSWER, presentWhenAny, securityBlob, smb1Response, smb2Request, smb2Response } from './observed.ts';

/** The two hints that name nobody. PROTOCOL 2.9 */
const EMPTY_HINTS: readonly string[] = ['not_defined_in_RFC4178@please_ignore', 'NONE', ''];

export default defineFinding({
  id: 'name-leak',
  title: 'Names of hosts are readable before the login',
  severity: 'info',
  since: '0.1.0',
  explanation: 'The negotiation names a host or a domain in clear: in the NetBIOS session request, the server name context, the ServerGuid of Samba, the names of an SMB1 answer, or a principal in the security blob.',
  falsePositives: 'It is how the protocol works; it helps to tell hosts apart, for you as for others.',
  remediation: [],
  references: [MS_SMB2, RFC1002],

  judge(x) {
    const evidence = [...fromNetbios(x), ...fromSmb1(x), ...fromSmb2(x), ...fromHint(x)];
    const packet = smb2Response(x)?.packet ?? smb1Response(x)?.packet;
    return presentWhenAny(evidence, packet === undefined ? NO_ANSWER : absent(packet, 'frame.number', String(packet), 'no name in the answer'));
  },
});

const NOTHING: readonly Evidence[] = [];

function fromNetbios(x: Exchange): readonly Evidence[] {
  const { called, calling } = x.netbios;
  if (called === null && calling === null) return NOTHING;
  const packet = x.messages.find(({ message }) => message.kind === 'nbss-session-request')?.packet ?? x.firstPacket;
  const evidence: Evidence[] = [];
  if (called !== null && called !== '' && called !== '*SMBSERVER') evidence.push({ packet, field: 'nbss.called_name', value: quoted(called), meaning: 'the name of the server' });
  if (calling !== null && calling !== '') evidence.push({ packet, field: 'nbss.calling_name', value: quoted(calling), meaning: 'the name of the client' });
  return evidence;
}

function fromSmb1(x: Exchange): readonly Evidence[] {
  const response = smb1Response(x);
  if (response === null) return NOTHING;
  const { nt, lanman } = response.message;
  const domain = nt?.domainName ?? lanman?.primaryDomain ?? '';
  const name = nt?.serverName ?? '';
  const evidence: Evidence[] = [];
  if (domain !== '') evidence.push({ packet: response.packet, field: 'smb.primary_domain', value: quoted(domain), meaning: 'the domain of the server' });
  if (name !== '') evidence.push({ packet: response.packet, field: 'smb.server', value: quoted(name), meaning: 'the name of the server' });
  return evidence;
}

function fromSmb2(x: Exchange): readonly Evidence[] {
  const request = smb2Request(x);
  const response = smb2Response(x);
  const evidence: Evidence[] = [];
  const netName = request === null ? '' : (contextOf(request.message.contexts, 'NETNAME')?.netName ?? '');
  if (request !== null && netName !== '') evidence.push({ packet: request.packet, field: 'smb2.negotiate_context.netname', value: quoted(netName), meaning: 'the name by which the client knows the server' });
  const length = response === null ? 0 : sambaNameLength(response.message.serverGuid);
  if (response !== null && length > 0) evidence.push({ packet: response.packet, field: 'smb2.server_guid', value: quoted(String.fromCharCode(...response.message.serverGuid.subarray(0, length))), meaning: 'Samba puts its NetBIOS name into the ServerGuid' });
  return evidence;
}

function fromHint(x: Exchange): readonly Evidence[] {
  const answer = securityBlob(x);
  const hint = answer?.blob.negHint;
  if (answer === null || hint === undefined || EMPTY_HINTS.includes(hint)) return NOTHING;
  return [{ packet: answer.packet, field: 'spnego.hintName', value: quoted(hint), meaning: 'the principal of the server' }];
}

/** Length of a NetBIOS name in lower case, filled with zeros to 16 bytes; 0 when it is none. */
function sambaNameLength(guid: Uint8Array): number {
  let length = 0;
  while (length < guid.length && isNameByte(guid[length] ?? 0)) length += 1;
  if (length === 0 || length > 15) return 0;
  for (let at = length; at < guid.length; at += 1) if (guid[at] !== 0) return 0;
  return length;
}

/** a-z, 0-9, hyphen, underscore. */
function isNameByte(byte: number): boolean {
  return (byte >= 0x61 && byte <= 0x7a) || (byte >= 0x30 && byte <= 0x39) || byte === 0x2d || byte === 0x5f;
}
