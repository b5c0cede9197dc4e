import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clientOffer, smb1Request, smb2Request } from '../../src/selection/client-offer.ts';
import { DIALECT_NAMES } from '../../src/selection/dialect-level.ts';
import { FAMILIES } from '../../src/selection/families.ts';
import { samba } from '../../src/selection/families/samba.ts';
import { specification } from '../../src/selection/families/specification.ts';
import type { ServerFamily } from '../../src/selection/family.ts';
import { liveClient } from '../../src/selection/live-client.ts';
import type { Policy } from '../../src/selection/policy.ts';
import { PROFILES } from '../../src/selection/profiles.ts';
import { scripted, type ServerStep, simulate, type Step } from '../../src/selection/simulate.ts';
import { DEFAULT_VALUES } from '../../src/selection/values.ts';
import { decodeSmb } from '../../src/smb/decode.ts';
import { decodeNbss } from '../../src/smb/nbss.ts';

/** `SELECTION_RUNS=1000000 npx vitest run test/selection/properties.test.ts` asks as often as nobody waits for each day. */
const RUNS = { numRuns: Number(process.env['SELECTION_RUNS'] ?? 300) };
const SIMULATION = { transport: 'direct-tcp', values: DEFAULT_VALUES } as const;
const CODES = [0x0202, 0x0210, 0x0300, 0x0302, 0x0311];
const LEVELS: Record<number, number> = { 0x0202: 4, 0x0210: 5, 0x0300: 6, 0x0302: 7, 0x0311: 8 };

const dialectName = fc.constantFrom(...DIALECT_NAMES);
const subset = <T>(items: readonly T[]): fc.Arbitrary<T[]> => fc.shuffledSubarray([...items], { minLength: 1 });
const SAMBA_POLICY: fc.Arbitrary<Policy> = fc.record({
  minDialect: dialectName, maxDialect: dialectName,
  signing: fc.constantFrom('default', 'disabled', 'auto', 'required'),
  encryption: fc.constantFrom('default', 'off', 'desired', 'required'),
  ciphers: subset(['AES-128-CCM', 'AES-128-GCM', 'AES-256-CCM', 'AES-256-GCM']),
  signingAlgorithms: subset(['HMAC-SHA256', 'AES-CMAC', 'AES-GMAC']),
}, { requiredKeys: ['minDialect', 'maxDialect'] });

const PLAIN = PROFILES.find(({ id }) => id === 'windows-server-2022')!.client!;

/** An SMB2 negotiate with these dialects, every context in it. */
function request(dialects: readonly number[]): Uint8Array {
  const offer = clientOffer(PLAIN, { start: 'smb2-only' });
  return smb2Request({ ...offer.smb2!, dialects: [...dialects] }, 'first', DEFAULT_VALUES);
}

function answerTo(family: ServerFamily, policy: Policy, bytes: Uint8Array): ServerStep {
  return serverSteps(simulate(scripted([bytes]), family.server(policy), SIMULATION))[0]!;
}

function serverSteps(steps: readonly Step[]): ServerStep[] {
  return steps.filter((step): step is ServerStep => step.from === 'server');
}

const selected = (step: ServerStep): number | null => (step.reply?.kind === 'smb2-negotiate-response' ? step.reply.dialectRevision : null);

describe.each([['samba', samba], ['specification', specification]] as const)('%s', (_name, family) => {
  it('minds neither order nor repetition of SMB2 dialects', () => {
    fc.assert(fc.property(SAMBA_POLICY, subset(CODES), fc.array(fc.nat(4), { maxLength: 5 }), (policy, dialects, again) => {
      const other = [...dialects.toReversed(), ...again.map((index) => dialects[index % dialects.length]!)];
      const [one, two] = [answerTo(family, policy, request(dialects)), answerTo(family, policy, request(other))];
      expect([two.kind, two.status, two.after, selected(two)]).toEqual([one.kind, one.status, one.after, selected(one)]);
    }), RUNS);
  });

  it('selects only what was offered and lies in its range', () => {
    fc.assert(fc.property(SAMBA_POLICY, subset(CODES), (policy, dialects) => {
      const code = selected(answerTo(family, policy, request(dialects)));
      if (code === null) return;
      expect(dialects).toContain(code);
      expect(LEVELS[code]).toBeGreaterThanOrEqual(DIALECT_NAMES.indexOf(policy.minDialect as 'NT1'));
      expect(LEVELS[code]).toBeLessThanOrEqual(DIALECT_NAMES.indexOf(policy.maxDialect as 'NT1'));
    }), RUNS);
  });

  it('selects the greatest of both ranges where nothing else is wrong', () => {
    fc.assert(fc.property(dialectName, dialectName, subset(CODES), (minDialect, maxDialect, dialects) => {
      const [min, max] = [DIALECT_NAMES.indexOf(minDialect), DIALECT_NAMES.indexOf(maxDialect)];
      const common = dialects.filter((code) => LEVELS[code]! >= min && LEVELS[code]! <= max);
      expect(selected(answerTo(family, { minDialect, maxDialect }, request(dialects)))).toBe(common.length === 0 ? null : Math.max(...common));
    }), RUNS);
  });

  it('sends replies that decode to what they were built from, without an oddity', () => {
    fc.assert(fc.property(SAMBA_POLICY, fc.constantFrom(...PROFILES.filter(({ client }) => client !== undefined)), fc.constantFrom('direct-tcp', 'netbios'), (policy, { client }, transport) => {
      const simulation = { transport, values: DEFAULT_VALUES } as const;
      const live = liveClient(clientOffer(client!, {}), simulation);
      for (const { reply, bytes } of serverSteps(simulate(live.writes, family.server(policy), simulation))) {
        if (bytes === null || reply === null || reply.kind === 'nbss') continue;
        const [message] = decodeSmb(bytes.subarray(4), bytes.length - 4);
        expect(bytes.length - 4).toBe(new DataView(bytes.buffer, bytes.byteOffset).getUint32(0));
        expectSame(reply, message as unknown as Record<string, any>);
      }
    }), RUNS);
  });
});

function expectSame(reply: NonNullable<ServerStep['reply']>, message: Record<string, any>): void {
  if (reply.kind === 'smb2-negotiate-response') {
    const { dialectRevision, securityMode, capabilities, maxReadSize, contexts = [] } = reply;
    expect(message).toMatchObject({ kind: 'smb2-negotiate-response', dialectRevision, securityMode, capabilities, maxReadSize, oddities: [] });
    expect(message['contexts'].map(({ name }: { name: string }) => name)).toEqual(dialectRevision === 0x0311 ? contexts.map(({ name }) => name) : []);
    expect(message['securityBlob'].mechTypes.length).toBeGreaterThan(0);
  } else if (reply.kind === 'smb2-error') {
    expect(message).toMatchObject({ kind: 'smb2-negotiate-error', header: { status: reply.header.status } });
  } else if (reply.kind === 'smb1-negotiate-response') {
    const form = { index: reply.words?.index === 0xffff ? 'none' : 'core', lanman: 'lanman', nt: 'nt' } as Record<string, string>;
    expect(message['oddities']).toEqual([]);
    expect(message['form'].replace('-extended', '')).toBe(reply.words === null ? 'error' : form[reply.words.form]);
    expect(message['selectedIndex']).toBe(reply.words?.index ?? null);
  }
}

describe('requests', () => {
  it('of every profile decode to its data', () => {
    for (const { id, client } of PROFILES) {
      if (client === undefined) continue;
      const { smb1, smb2 } = clientOffer(client, { minDialect: 'CORE', maxDialect: '3.1.1' });
      if (smb1 !== null) {
        const bytes = smb1Request(smb1, DEFAULT_VALUES);
        expect(decodeSmb(bytes.subarray(4), bytes.length - 4)[0], id).toMatchObject({ kind: 'smb1-negotiate-request', dialects: smb1.dialects, header: { flags2: smb1.flags2 }, oddities: [] });
      }
      if (smb2 !== null) {
        const bytes = smb2Request(smb2, 'second', DEFAULT_VALUES);
        const [message] = decodeSmb(bytes.subarray(4), bytes.length - 4);
        expect(message, id).toMatchObject({ kind: 'smb2-negotiate-request', dialects: smb2.dialects, capabilities: smb2.capabilities, header: { messageId: 1n } });
      }
    }
  });
});

describe('whatever is sent', () => {
  const parts = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.constantFrom(...PROFILES).map(({ client }) => (client?.smb2 === undefined ? request(CODES) : smb2Request(client.smb2, 'first', DEFAULT_VALUES))),
    fc.constantFrom(...PROFILES).map(({ client }) => (client?.smb1 === undefined ? request([0x0311]) : smb1Request(client.smb1, DEFAULT_VALUES))),
    fc.constantFrom('81000000', '85000000', '8200000100', '00000000', '00000004fd534d42').map((hex) => new Uint8Array(Buffer.from(hex, 'hex'))),
  );
  /** A good message with some of its bytes changed, cut at the end. */
  const damaged = fc.tuple(parts, fc.array(fc.tuple(fc.nat(400), fc.nat(255)), { maxLength: 4 }), fc.nat(400)).map(([bytes, edits, length]) => {
    const out = Uint8Array.from(bytes);
    for (const [at, value] of edits) if (out.length > 0) out[at % out.length] = value;
    return out.subarray(0, Math.max(1, length));
  });

  it.each(FAMILIES.map((family) => [family.name, family] as const))('%s does not throw, and every write has an answer or was not sent', (_name, family) => {
    const server = family.server({});
    fc.assert(fc.property(fc.array(damaged, { minLength: 1, maxLength: 4 }), fc.constantFrom('direct-tcp', 'netbios'), (writes, transport) => {
      const steps = simulate(scripted(writes), server, { transport, values: DEFAULT_VALUES });
      steps.forEach((step, index) => {
        if (step.from === 'client') {
          const answers = serverSteps(steps).filter((answer) => answer.answers === index);
          expect(answers.length > 0).toBe(step.sent);
        } else if (step.bytes !== null && step.bytes.length >= 4) {
          const [type = 0] = step.bytes;
          const body = step.bytes.subarray(4);
          expect(type === 0 ? decodeSmb(body, body.length) : [decodeNbss(type, body, body.length)]).not.toHaveLength(0);
        }
      });
    }), RUNS);
  });
});
