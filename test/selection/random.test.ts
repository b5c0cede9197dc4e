import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clientOffer, type ClientOffer, smb1Request, smb2Request } from '../../src/selection/client-offer.ts';
import { DIALECT_NAMES } from '../../src/selection/dialect-level.ts';
import { FAMILIES } from '../../src/selection/families.ts';
import type { Server, ServerFamily } from '../../src/selection/family.ts';
import { liveClient } from '../../src/selection/live-client.ts';
import { type Policy, PolicyProblem } from '../../src/selection/policy.ts';
import type { ClientPart, OfferContext } from '../../src/selection/profile.ts';
import { scripted, type ServerStep, simulate, type Step } from '../../src/selection/simulate.ts';
import { DEFAULT_VALUES } from '../../src/selection/values.ts';
import { decodeSmb } from '../../src/smb/decode.ts';

/** Any policy of any family with any offer. `SELECTION_RUNS=150000 npx vitest run test/selection/random.test.ts` plays a million of them. */
const RUNS = Number(process.env['SELECTION_RUNS'] ?? 300);
const CODES = [0x0202, 0x0210, 0x0300, 0x0302, 0x0311];
const LEVELS: Record<number, number> = { 0x0202: 4, 0x0210: 5, 0x0300: 6, 0x0302: 7, 0x0311: 8 };
const STRINGS = [
  'PC NETWORK PROGRAM 1.0', 'PCLAN1.0', 'XENIX CORE', 'MICROSOFT NETWORKS 1.03', 'MICROSOFT NETWORKS 3.0', 'LANMAN1.0', 'Windows for Workgroups 3.1a', 'LM1.2X002', 'DOS LM1.2X002',
  'LANMAN2.1', 'DOS LANMAN2.1', 'Samba', 'NT LANMAN 1.0', 'NT LM 0.12', 'nt lm 0.12', 'POSIX 2', 'SMB 2.002', 'SMB 2.???', 'SMB 2.100', '',
];
const CIPHERS = ['AES-128-CCM', 'AES-128-GCM', 'AES-256-CCM', 'AES-256-GCM'];
const SIGNING = ['HMAC-SHA256', 'AES-CMAC', 'AES-GMAC'];
const COMPRESSION = ['LZNT1', 'LZ77', 'LZ77+Huffman', 'Pattern_V1', 'LZ4'];

const some = <T>(items: readonly T[]): fc.Arbitrary<T[]> => fc.shuffledSubarray([...items]);
const name = fc.constantFrom(...DIALECT_NAMES);
const byte = fc.nat(0xff);
const word = fc.nat(0xffff);
const dword = fc.nat(0xffff_ffff);

const FIELDS = {
  minDialect: name, maxDialect: name, smb1: fc.boolean(),
  signing: fc.constantFrom('default', 'disabled', 'auto', 'required'), encryption: fc.constantFrom('default', 'off', 'desired', 'required'),
  ciphers: some(CIPHERS), signingAlgorithms: some(SIGNING), compression: some(COMPRESSION),
} as const;
const onOff = fc.constantFrom('yes', 'no');

/** What each family lets its administrators set. */
const POLICIES: Readonly<Record<string, fc.Arbitrary<Policy>>> = {
  specification: fc.record(FIELDS, { requiredKeys: [] }),
  windows: fc.record({ ...FIELDS, version: fc.constantFrom('2000', 'xp', 'vista', '7', '8', '8.1', 'server-2003', 'server-2008', 'server-2012', 'server-2016', 'server-2019', 'server-2022', 'server-2025', '10-1507', '11-24h2') }, { requiredKeys: [] }),
  samba: fc.record({
    minDialect: name, maxDialect: name, signing: FIELDS.signing, encryption: FIELDS.encryption, ciphers: FIELDS.ciphers, signingAlgorithms: FIELDS.signingAlgorithms,
    version: fc.constantFrom('3.0', '3.4', '3.6', '4.0', '4.3', '4.10', '4.13', '4.15', '4.17', '4.23'),
    options: fc.record({
      'server multi channel support': onOff, 'host msdfs': onOff, 'smb2 leases': onOff, 'unix extensions': onOff, 'encrypt passwords': onOff, 'nt status support': onOff, 'unicode': onOff,
      'max mux': fc.nat(1000).map(String), 'max xmit': fc.nat(70_000).map(String), 'smb2 max read': dword.map(String), 'netbios name': fc.string({ minLength: 1, maxLength: 15 }), 'workgroup': fc.string({ minLength: 1, maxLength: 15 }),
    }, { requiredKeys: [] }),
  }, { requiredKeys: [] }),
  ksmbd: fc.record({ minDialect: name, maxDialect: name, signing: FIELDS.signing, encryption: FIELDS.encryption }, { requiredKeys: [] }),
  macos: fc.record({ minDialect: name, maxDialect: name, signing: FIELDS.signing, encryption: FIELDS.encryption }, { requiredKeys: [] }),
  impacket: fc.oneof(fc.constant({}), fc.record({ maxDialect: name }), fc.record({ options: fc.record({ smb2support: onOff }) })),
  awo00: fc.constant({}),
};

const context: fc.Arbitrary<OfferContext> = fc.oneof(
  fc.record({ name: fc.constant('PREAUTH_INTEGRITY' as const), hashAlgorithms: fc.array(fc.constantFrom(1, 1, 2), { maxLength: 3 }), saltLength: fc.nat(64) }),
  fc.record({ name: fc.constant('ENCRYPTION' as const), ciphers: fc.array(fc.nat(6), { maxLength: 6 }) }),
  fc.record({ name: fc.constant('COMPRESSION' as const), flags: fc.nat(2), algorithms: fc.array(fc.nat(7), { maxLength: 6 }) }),
  fc.record({ name: fc.constant('SIGNING' as const), signingAlgorithms: fc.array(fc.nat(4), { maxLength: 4 }) }),
  fc.record({ name: fc.constant('NETNAME' as const) }),
  fc.record({ name: fc.constant('RDMA_TRANSFORM' as const), transformIds: fc.array(fc.nat(3), { maxLength: 3 }) }),
  fc.record({ name: fc.constant('UNKNOWN' as const), type: fc.integer({ min: 9, max: 0xff }), data: fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes).toString('hex')) }),
);
/** Mostly as real clients send them: one of each. */
const contexts = fc.oneof(
  fc.array(context, { maxLength: 8 }),
  fc.tuple(some(CIPHERS.map((_, index) => index + 1)), some([0, 1, 2]), some([1, 2, 3, 4, 5])).map(([ciphers, signing, compression]): OfferContext[] => [
    { name: 'PREAUTH_INTEGRITY', hashAlgorithms: [1], saltLength: 32 },
    ...(ciphers.length > 0 ? [{ name: 'ENCRYPTION' as const, ciphers }] : []),
    ...(compression.length > 0 ? [{ name: 'COMPRESSION' as const, flags: 1, algorithms: compression }] : []),
    ...(signing.length > 0 ? [{ name: 'SIGNING' as const, signingAlgorithms: signing }] : []),
  ]),
);

const part = fc.record({
  behaviour: fc.constantFrom('plain', 'samba', 'windows', 'linux', 'macos'),
  start: fc.constantFrom('multi-protocol', 'smb2-only', 'smb1-only', 'range'),
  smb1Usable: fc.boolean(), signingRequired: fc.boolean(), minDialect: name, maxDialect: name,
  smb1: fc.record({ dialects: fc.oneof(some(STRINGS), fc.array(fc.constantFrom(...STRINGS), { maxLength: 12 })), flags: byte.map((flags) => flags & 0x7f), flags2: word, tid: word, pid: word, mid: word }),
  smb2: fc.record({
    dialects: fc.oneof(some(CODES), fc.array(fc.constantFrom(...CODES, 0x0222, 0x0224, 0x0310, 0x02ff, 0), { maxLength: 12 })),
    securityMode: fc.nat(3), capabilities: fc.nat(0x7f), clientGuid: fc.constant('values' as const), processId: dword,
    first: fc.record({ creditCharge: fc.nat(1), credits: fc.nat(64) }), contexts,
  }),
}, { requiredKeys: ['behaviour', 'start', 'smb1Usable', 'signingRequired'] }) as fc.Arbitrary<ClientPart>;

const transport = fc.constantFrom('direct-tcp' as const, 'netbios' as const);

/** Null where the policy contradicts itself: that is said so, in no other way. */
function serverOf(family: ServerFamily, policy: Policy): { readonly server: Server; readonly min: number; readonly max: number } | null {
  try {
    return { server: family.server(policy), ...family.range(policy) };
  } catch (error) {
    if (error instanceof PolicyProblem) return null;
    throw error;
  }
}

const serverSteps = (steps: readonly Step[]): ServerStep[] => steps.filter((step): step is ServerStep => step.from === 'server');

function decoded(bytes: Uint8Array): Record<string, any> {
  const messages = decodeSmb(bytes.subarray(4), bytes.length - 4);
  expect(bytes.length - 4).toBe(new DataView(bytes.buffer, bytes.byteOffset).getUint32(0) & 0xff_ffff);
  expect(messages).toHaveLength(1);
  return messages[0] as unknown as Record<string, any>;
}

/** They answer a dialect of their own, whatever was offered (REPORT, S15). */
const HEEDLESS = new Set(['impacket', 'awo00']);

describe('any offer', () => {
  it('makes requests that decode to what they were built from', () => {
    fc.assert(fc.property(part, (client) => {
      const { smb1, smb2 } = clientOffer(client, {});
      if (smb1 !== null) expect(decoded(smb1Request(smb1, DEFAULT_VALUES))).toMatchObject({ kind: 'smb1-negotiate-request', dialects: smb1.dialects, header: { flags2: smb1.flags2 }, oddities: [] });
      if (smb2 === null) return;
      const message = decoded(smb2Request(smb2, 'first', DEFAULT_VALUES));
      expect(message).toMatchObject({ kind: 'smb2-negotiate-request', dialects: smb2.dialects, capabilities: smb2.capabilities, securityMode: smb2.securityMode });
      expect(message['contexts'].map((each: { name: string }) => each.name)).toEqual(smb2.contexts.map((each) => each.name));
    }), { numRuns: RUNS });
  });
});

describe.each(FAMILIES.map((family) => [family.name, family] as const))('any policy of %s and any offer', (_name, family) => {
  it('selects what was offered and lies in its range, and its replies decode to what they were built from', () => {
    let played = 0;
    fc.assert(fc.property(POLICIES[family.name]!, part, transport, (policy, client, over) => {
      const read = serverOf(family, policy);
      if (read === null) return;
      const offer = clientOffer(client, {});
      const simulation = { transport: over, values: DEFAULT_VALUES };
      const steps = simulate(liveClient(offer, simulation).writes, read.server, simulation);
      played++;
      for (const step of serverSteps(steps)) checkStep(step, offer, read, HEEDLESS.has(family.name));
    }), { numRuns: RUNS });
    expect(played).toBeGreaterThan(RUNS / 10);
  });

  it.skipIf(HEEDLESS.has(family.name))('minds neither order nor repetition of SMB2 dialects (skipped for those that mind no offer)', () => {
    fc.assert(fc.property(POLICIES[family.name]!, part, fc.array(fc.nat(11), { maxLength: 6 }), transport, (policy, client, again, over) => {
      const read = serverOf(family, policy);
      const { smb2 } = clientOffer(client, {});
      if (read === null || smb2 === null) return;
      const other = [...smb2.dialects.toReversed(), ...again.map((index) => smb2.dialects[index % smb2.dialects.length]!)];
      const [one, two] = [smb2.dialects, other].map((dialects) => serverSteps(simulate(scripted([smb2Request({ ...smb2, dialects }, 'first', DEFAULT_VALUES)]), read.server, { transport: over, values: DEFAULT_VALUES }))[0]!);
      expect([two!.kind, two!.status, two!.after, two!.dialect]).toEqual([one!.kind, one!.status, one!.after, one!.dialect]);
    }), { numRuns: RUNS });
  });
});

function checkStep({ reply, bytes }: ServerStep, { smb1, smb2 }: ClientOffer, { min, max }: { min: number; max: number }, heedless: boolean): void {
  if (reply === null || bytes === null || reply.kind === 'nbss' || reply.kind === 'other') return;
  const message = decoded(bytes);
  expect(message['header'].status).toBe(reply.header.status ?? 0);
  if (reply.kind === 'smb2-error') expect(message['kind']).toBe('smb2-negotiate-error');
  else if (reply.kind === 'smb1-negotiate-response') {
    const index = reply.words?.index ?? null;
    expect(message['selectedIndex']).toBe(index);
    if (index !== null && index !== 0xffff) expect(index).toBeLessThan(smb1!.dialects.length);
  } else {
    const { dialectRevision: code, securityMode, capabilities, maxReadSize, contexts: chosen = [] } = reply;
    expect(message).toMatchObject({ kind: 'smb2-negotiate-response', dialectRevision: code, securityMode, capabilities, maxReadSize, oddities: [] });
    expect(message['contexts'].map((each: { name: string }) => each.name)).toEqual(code === 0x0311 ? chosen.map((each) => each.name) : []);
    if (code === 0x02ff || heedless) return;
    expect([...(smb2?.dialects ?? []), ...(smb1?.dialects.includes('SMB 2.002') === true ? [0x0202] : [])]).toContain(code);
    expect(LEVELS[code]).toBeGreaterThanOrEqual(min);
    expect(LEVELS[code]).toBeLessThanOrEqual(max);
  }
}
