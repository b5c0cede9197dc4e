import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { HostTable } from '../../src/report/hosts.ts';
import type { Host } from '../../src/report/schema.ts';
import { clientOffer, smb1Request, smb2Request } from '../../src/selection/client-offer.ts';
import { fingerprintOf, fingerprintText } from '../../src/selection/fingerprint.ts';
import { profileOf } from '../../src/selection/profiles.ts';
import { recogniseRequest } from '../../src/selection/recognise-client.ts';
import type { Candidate } from '../../src/selection/recognition.ts';
import { DEFAULT_VALUES, type Values } from '../../src/selection/values.ts';
import { decodeSmb } from '../../src/smb/decode.ts';
import type { Smb1NegotiateRequest, Smb2NegotiateRequest } from '../../src/smb/messages.ts';
import { analyseFile, jsonLines, SHARED, sharedPresent } from './analyse.ts';
import { NTLM_VERSIONS } from './ntlm-versions.ts';
import { meant, type RecordedClient } from './recorded-client.ts';

interface RecordedOffer extends RecordedClient { nth_negotiate_in_connection: number; request_hex: string }

const OFFERS = `${SHARED}oracle/client-offers.json`;
const offers: RecordedOffer[] = existsSync(OFFERS) ? JSON.parse(readFileSync(OFFERS, 'utf8')) : [];

function decoded({ request_hex: hex }: RecordedOffer): Smb1NegotiateRequest | Smb2NegotiateRequest {
  const bytes = Buffer.from(hex, 'hex');
  return decodeSmb(bytes, bytes.length)[0] as Smb1NegotiateRequest | Smb2NegotiateRequest;
}

/** The recorded bytes say process id, MID, GUID, salt and target; nothing else is taken from them. */
function given(bytes: Buffer, isSmb1: boolean): Values {
  if (isSmb1) return { ...DEFAULT_VALUES, processId: bytes.readUInt16LE(26), multiplexId: bytes.readUInt16LE(30) };
  const at = bytes.indexOf(Buffer.from('0100260000000000' + '01002000' + '0100', 'hex'));
  return { ...DEFAULT_VALUES, processId: bytes.readUInt32LE(32), clientGuid: bytes.subarray(76, 92), target: '10.99.0.2', ...(at >= 0 && { salt: bytes.subarray(at + 14, at + 46) }) };
}

/** What a candidate says that it would send, in the step that the recording was of. */
function rebuilt({ profile, settings = {} }: Candidate, { request_hex: hex, request, nth_negotiate_in_connection: nth }: RecordedOffer): string {
  const { smb1, smb2, start } = clientOffer(profileOf(profile)!.client!, settings);
  const values = given(Buffer.from(hex, 'hex'), request.proto === 'smb1');
  const bytes = request.proto === 'smb1' ? smb1Request(smb1!, values) : smb2Request(smb2!, nth === 1 && start === 'smb2-only' ? 'first' : 'second', values);
  return Buffer.from(bytes).subarray(4).toString('hex');
}

/** The requests with what differs from run to run blotted out, by places alone: process ids, MID, GUID but for whether it is zero, salt, target. */
function blotted({ request_hex: hex, request }: RecordedOffer): string {
  const bytes = Buffer.from(hex, 'hex');
  if (request.proto === 'smb1') {
    if (![0, 0xfffe].includes(bytes.readUInt16LE(26))) bytes.fill(0x5e, 26, 28);
    return bytes.toString('hex');
  }
  if (bytes.readUInt32LE(32) !== 0) bytes.fill(0x5e, 32, 36);
  const guid = bytes.subarray(76, 92);
  if (/^[A-Za-z0-9]{16}$/.test(guid.toString('latin1'))) guid.fill(0x41);
  else if (guid.some((byte) => byte !== 0)) guid.fill(0x5e);
  const salt = bytes.indexOf(Buffer.from('0100260000000000' + '01002000' + '0100', 'hex'));
  if (salt >= 0) bytes.fill(0x5e, salt + 14, salt + 46);
  return bytes.toString('hex');
}

describe.skipIf(offers.length === 0)('the 72 recorded requests of real clients (skipped where ../shared is absent)', () => {
  const byForm = new Map<string, RecordedOffer[]>();
  for (const offer of offers) byForm.set(fingerprintText(fingerprintOf(decoded(offer))!), [...(byForm.get(fingerprintText(fingerprintOf(decoded(offer))!)) ?? []), offer]);

  it('have as many fingerprints as they have forms when the random bytes are blotted out, and the same share one', () => {
    const byBytes = new Map<string, string[]>();
    for (const offer of offers) byBytes.set(blotted(offer), [...(byBytes.get(blotted(offer)) ?? []), offer.request_hex]);
    const groups = (map: Iterable<string[]>): string[] => [...map].map((hexes) => hexes.toSorted().join()).toSorted();
    expect([byForm.size, byBytes.size]).toEqual([48, 48]);
    expect(groups([...byForm.values()].map((same) => same.map(({ request_hex: hex }) => hex)))).toEqual(groups(byBytes.values()));
  });

  it.each(offers.map((offer) => [`${offer.client}, negotiate ${offer.nth_negotiate_in_connection}, ${offer.request.dialects.join(' ')}`, offer] as const))('%s: is recognised, its sender is among those named, and each of them sends these very bytes', (_name, offer) => {
    const { exact, candidates, fingerprint } = recogniseRequest(decoded(offer));
    expect(exact).toBe(true);
    const profiles = candidates.map(({ profile }) => profile);
    for (const sharing of byForm.get(fingerprintText(fingerprint))!) expect(profiles).toContain(meant(sharing)[0]);
    const usual = candidates.filter(({ when }) => when === undefined);
    expect(usual.length).toBeGreaterThan(0);
    for (const candidate of usual) expect(rebuilt(candidate, offer), candidate.profile).toBe(offer.request_hex);
  });
});

/** What a version means, by the builds that Microsoft gave out; 2004 to 22H2 all say 19041. */
const MEANT: Readonly<Record<string, readonly string[]>> = {
  '5.0.2195': ['windows-2000'], '5.1.2600': ['windows-xp'], '5.2.3790': ['windows-server-2003'],
  '6.0.5231': ['windows-longhorn-5231'], '6.0.6001': ['windows-vista', 'windows-server-2008'], '6.0.6002': ['windows-vista', 'windows-server-2008'],
  '6.1.7600': ['windows-7', 'windows-server-2008-r2'], '6.3.9600': ['windows-8.1', 'windows-server-2012-r2'],
  '10.0.10586': ['windows-10-1511'], '10.0.14393': ['windows-10-1607', 'windows-server-2016'], '10.0.17763': ['windows-10-1809', 'windows-server-2019'],
  '10.0.19041': ['windows-10-2004', 'windows-10-20h2', 'windows-10-21h1', 'windows-10-21h2', 'windows-10-22h2'],
};

function hostsOf(path: string): Host[] {
  const hosts = new HostTable(10_000);
  for (const judged of analyseFile(path).connections) hosts.observe(judged);
  return hosts.finish(new Map()).hosts;
}

const known = new Map<string, Host[]>();
function likelyOf(file: string, address: string, role: 'client' | 'server'): string[] {
  const path = `${SHARED}captures/files/${file}`;
  let hosts = known.get(file);
  if (hosts === undefined) known.set(file, (hosts = hostsOf(path)));
  return (hosts.find((host) => host.address === address)?.likely ?? []).filter(({ as }) => as === role).map(({ profile }) => profile);
}

const MAC = 'OISF__suricata-verify__tests_smb-length-5770_input.pcap'; // announces 6.1.7600, as macOS does
const WIKI = 'ajbanjara__Wireshark__uploads___moin_import___attachments_';
/** Captured from the middle on: tshark finds no negotiate in them either. */
const NO_NEGOTIATE = [`${WIKI}SampleCaptures_4.pcap`, `${WIKI}SampleCaptures_ApplyMegacoInFilter.pcap`];
/** The profile of this pre-release has no server part. */
const LONGHORN_SERVER = '6.0.5231 server';

describe.skipIf(!sharedPresent)('captures whose NTLM version tells the truth (skipped where ../shared is absent)', () => {
  const rows = NTLM_VERSIONS.filter(([file, , role, version]) => version in MEANT && file !== MAC && !NO_NEGOTIATE.includes(file) && `${version} ${role}` !== LONGHORN_SERVER);

  it('are 72 of 82 hosts that name a Windows: one Mac twice, four without a negotiate, four answers of a pre-release are left', () => {
    expect([rows.length, NTLM_VERSIONS.filter(([,,, version]) => version in MEANT).length]).toEqual([72, 82]);
  });

  it.each(rows)('%s: %s as %s, which says %s, is recognised', (file, address, role, version) => {
    const likely = likelyOf(file, address, role);
    expect(MEANT[version]!.some((profile) => likely.includes(profile)), likely.join(' ')).toBe(true);
  });

  it('nobody but Windows is taken for what says 6.1.7600 with revision 0 (macOS) or 6.1.0 (Samba)', () => {
    const others = NTLM_VERSIONS.filter(([, , , version]) => version === '6.1.0' || version === '6.1.7600 revision 0');
    expect(others.length).toBe(13);
    for (const [file, address, role] of others) expect(likelyOf(file, address, role).filter((profile) => profile.startsWith('windows')), `${file} ${address}`).toEqual([]);
  });
});

interface MatrixLine {
  file: string;
  server: string;
  server_policy: { id: string };
  client: string;
  connections: { negotiations: { offered: { proto: string; flags2?: number; dialects: string[] }; observed: { kind: string } }[] }[];
}

const MATRIX = `${SHARED}lab-captures/matrix/truth.jsonl`;

function serverOf({ server, server_policy: { id } }: MatrixLine): string {
  if (server === 'impacket') return id.endsWith('smb2') ? 'impacket-smbserver-0.10-smb2' : 'impacket-smbserver-0.10';
  return server === 'samba' ? 'samba-4.17' : 'npm-awo00-smb2-server';
}

describe.skipIf(!existsSync(MATRIX))('the matrix captures of Samba, impacket and awo00 (skipped where ../shared is absent)', () => {
  it('name the program on either side that spoke', () => {
    const wrong: string[] = [];
    let sides = 0;
    const note = (file: string, hosts: readonly Host[], as: 'client' | 'server', profile: string): void => {
      sides += 1;
      if (!hosts.some(({ likely }) => likely.some((each) => each.as === as && each.profile === profile))) wrong.push(`${file}: no ${profile}`);
    };
    for (const line of jsonLines<MatrixLine>(MATRIX)) {
      if (line.server === 'nodesmb') continue; // no profile: its answers are like nobody's, and come near awo00's
      const hosts = hostsOf(`${SHARED}lab-captures/matrix/${line.file}`);
      const negotiations = line.connections.flatMap((connection) => connection.negotiations);
      if (!line.client.startsWith('raw')) {
        const profiles = negotiations.map(({ offered }) => meant({ client: line.client, request: { ...offered, flags2: `0x${(offered.flags2 ?? 0).toString(16)}` } })[0]);
        for (const profile of new Set(profiles)) note(line.file, hosts, 'client', profile);
      }
      if (negotiations.some(({ observed: { kind } }) => /response|error/.test(kind))) note(line.file, hosts, 'server', serverOf(line));
    }
    expect(wrong).toEqual([]);
    expect(sides).toBeGreaterThan(1800);
  });
});
