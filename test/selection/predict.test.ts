import { describe, expect, it } from 'vitest';
import { answerFacts } from '../../src/selection/answer-facts.ts';
import { ownPolicy, rangeOf } from '../../src/selection/candidate.ts';
import { clientOffer } from '../../src/selection/client-offer.ts';
import type { Conversation, Turn } from '../../src/selection/conversation.ts';
import { DIALECT_NAMES, levelOf } from '../../src/selection/dialect-level.ts';
import { familyOf } from '../../src/selection/families.ts';
import { liveClient } from '../../src/selection/live-client.ts';
import type { Policy } from '../../src/selection/policy.ts';
import { Predictor } from '../../src/selection/predict.ts';
import { PROFILES, profileOf } from '../../src/selection/profiles.ts';
import { type ServerStep, simulate } from '../../src/selection/simulate.ts';
import { DEFAULT_VALUES } from '../../src/selection/values.ts';
import { decodeSmb } from '../../src/smb/decode.ts';

const predictor = new Predictor();

/** What a capture of this client with this server would show; null where no answer has a form. */
function conversation(client: string, family: string, policy: Policy, transport: 'direct-tcp' | 'netbios' = 'direct-tcp'): Conversation | null {
  const server = familyOf(family)!.server(policy);
  const live = liveClient(clientOffer(profileOf(client)!.client!, {}), { transport, values: DEFAULT_VALUES });
  const steps = simulate((given) => live.writes(given), server, { transport, values: DEFAULT_VALUES });
  const turns: Turn[] = [];
  for (const [at, step] of steps.entries()) {
    const [request] = step.from === 'client' ? step.messages : [];
    const kind = request?.decoded[0]?.kind ?? '';
    if (request === undefined || !kind.endsWith('negotiate-request')) continue;
    const answer = steps[at + 1] as ServerStep | undefined;
    const [message] = answer?.bytes == null ? [] : decodeSmb(answer.bytes.subarray(4), answer.bytes.length - 4);
    turns.push({ request, observed: message === undefined ? null : answerFacts(message) });
  }
  if (turns.every(({ observed }) => observed === null)) return null;
  return { key: '', identity: turns.map(({ observed }) => JSON.stringify(observed)).join(' '), transport, joined: false, turns };
}

const CLIENTS = ['windows-xp', 'windows-7', 'windows-10-1809', 'windows-11-24h2', 'samba-4.17', 'macos-14', 'impacket-0.10'];
const SERVERS = PROFILES.filter(({ server, family }) => server !== undefined && family !== 'specification');

describe('a server is among those that explain its own answer', () => {
  it.each(SERVERS.map((profile) => [profile.id, profile] as const))('%s, to every client, on both transports', (id, profile) => {
    let compared = 0;
    for (const client of CLIENTS) {
      for (const transport of ['direct-tcp', 'netbios'] as const) {
        const given = conversation(client, profile.family, ownPolicy(profile), transport);
        if (given === null) continue;
        compared++;
        const { agrees, candidates } = predictor.explain(given);
        expect([client, transport, agrees, candidates.some((candidate) => candidate.profile.id === id)]).toEqual([client, transport, true, true]);
      }
    }
    expect(compared).toBeGreaterThan(0);
  });

  it('Samba under every range, and the range is one of those that may be', () => {
    const missed: string[] = [];
    for (const [min, minDialect] of DIALECT_NAMES.entries()) {
      for (const maxDialect of DIALECT_NAMES.slice(min)) {
        for (const client of CLIENTS) {
          const given = conversation(client, 'samba', { version: '4.17', minDialect, maxDialect });
          if (given === null) continue;
          const found = predictor.explain(given).candidates.find(({ profile }) => profile.id === 'samba-4.17');
          if (found?.ranges?.has(rangeOf(min, levelOf(maxDialect)!)) !== true) missed.push(`${client} ${minDialect} ${maxDialect}`);
        }
      }
    }
    expect(missed).toEqual([]);
  });

  it.each<[string, string, Policy, [string, string]]>([
    ['samba', 'samba-4.17', { signing: 'required' }, ['signing', '"required"']],
    ['samba', 'samba-4.17', { encryption: 'off' }, ['encryption', '"off"']],
    ['samba', 'samba-4.17', { options: { 'smb2 leases': 'no' } }, ['options.smb2 leases', '"no"']],
    ['samba', 'samba-4.17', { options: { 'smb2 max read': '1048576' } }, ['options.smb2 max read', '"1048576"']],
    ['windows', 'windows-server-2022', { compression: [] }, ['compression', '[]']],
    ['windows', 'windows-server-2022', { signing: 'required' }, ['signing', '"required"']],
  ])('%s: %s with a setting, which is found', (family, id, change, setting) => {
    const given = conversation('windows-11-24h2', family, { ...ownPolicy(profileOf(id)!), ...change })!;
    const found = predictor.explain(given).candidates.find(({ profile }) => profile.id === id);
    expect([...found!.settings]).toContainEqual(setting);
  });
});

describe('a contradiction', () => {
  it('is a Windows without a range that answers less than it has', () => {
    // Sizes of 8 MiB and a start time: 2012 R2 to 2016, none of which has a setting for 2.1
    const given = conversation('windows-10-1809', 'windows', { version: 'server-2016', maxDialect: '2.1' })!;
    const { agrees, nearest, differs } = predictor.explain(given);
    expect([agrees, nearest?.family, differs.map(({ field, observed }) => [field, observed])]).toEqual([false, 'windows', [['dialect', '2.1']]]);
  });

  it('is none where another version would: 3.0.2 of Server 2016 is what 2012 R2 answers', () => {
    const given = conversation('windows-10-1809', 'windows', { version: 'server-2016', maxDialect: '3.0.2' })!;
    expect(predictor.explain(given).candidates.map(({ profile }) => profile.id)).toEqual(['windows-8.1', 'windows-server-2012-r2']);
  });

  it('is none where the version has such a setting', () => {
    const given = conversation('windows-10-1809', 'windows', { version: 'server-2025', maxDialect: '3.0.2' })!;
    expect(predictor.explain(given).candidates.map(({ profile }) => profile.id)).toContain('windows-server-2025');
  });

  it('is none over NetBIOS, where Windows stops at 3.0.2', () => {
    expect(predictor.explain(conversation('windows-10-1809', 'windows', { version: 'server-2019' }, 'netbios')!).agrees).toBe(true);
  });
});
