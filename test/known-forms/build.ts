import type { Transport } from '../../src/selection/family.ts';
import { familyOf } from '../../src/selection/families.ts';
import type { KnownClients, KnownServers } from '../../src/selection/known-table.ts';
import type { Policy } from '../../src/selection/policy.ts';
import type { Profile } from '../../src/selection/profile.ts';
import { PROFILES } from '../../src/selection/profiles.ts';
import { clientForms } from './client-forms.ts';
import { ANSWER_CLASSES, ServerForms } from './server-forms.ts';

/** src/selection/known-forms.ts: what all profiles send, worked out once, so that nothing of it is at run time. */

/** Gives each value a number, the same to equal ones. */
class Numbered<T> {
  readonly items: T[] = [];
  readonly #numbers = new Map<string, number>();

  of(item: T): number {
    const key = JSON.stringify(item);
    let number = this.#numbers.get(key);
    if (number === undefined) this.#numbers.set(key, (number = this.items.push(item) - 1));
    return number;
  }
}

function groupedBy<T, K>(items: readonly T[], keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}

const isFromMemory = ({ certainty }: Profile): 0 | 1 => (certainty === 'recollection' ? 1 : 0);

function knownClients(): KnownClients {
  const profiles = new Numbered<KnownClients['profiles'][number]>();
  const ways = new Numbered<KnownClients['ways'][number]>();
  const groups = new Numbered<number[]>();
  const forms = [...clientForms(PROFILES)].map(([text, senders]) => {
    const byWay = groupedBy(senders, ({ settings, when }) => ways.of([settings, when ?? null]));
    return [text, [...byWay].map(([way, alike]) => [way, groups.of(alike.map(({ profile }) => profiles.of([profile.id, isFromMemory(profile)])))])] as KnownClients['forms'][number];
  });
  return { profiles: profiles.items, ways: ways.items, groups: groups.items, forms };
}

function knownServers(): KnownServers {
  const servers = new ServerForms(PROFILES);
  const profiles = new Numbered<KnownServers['profiles'][number]>();
  const policies = new Numbered<KnownServers['policies'][number]>();
  const values = new Numbered<string[]>();
  const groups = new Numbered<number[]>();
  const table = (transport: Transport, wanted: string): KnownServers['classes'][string] => {
    const byAnswer = groupedBy(servers.of(wanted, transport), (form) => JSON.stringify([policies.of(form.policy), [...form.values].map(([name, set]) => [name, values.of([...set].toSorted())])]));
    return [...byAnswer].map(([answer, alike]) => [groups.of(alike.map(({ profile }) => profiles.of(profileEntry(profile)))), ...(JSON.parse(answer) as [number, [string, number][]])]);
  };
  const classes = Object.fromEntries((['direct-tcp', 'netbios'] as const).flatMap((transport) => ANSWER_CLASSES.map((wanted) => [`${transport} ${wanted}`, table(transport, wanted)])));
  return { profiles: profiles.items, policies: policies.items, values: values.items, groups: groups.items, classes };
}

/** With its range by default: what it would choose at most. */
function profileEntry(profile: Profile): KnownServers['profiles'][number] {
  const { min, max } = familyOf(profile.family)!.range((profile.server ?? {}) as Policy);
  return [profile.id, isFromMemory(profile), min, max];
}

const quoted = (value: unknown): string => `'${JSON.stringify(value).replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

export function buildKnownForms(): string {
  return [
    '/** Made by `npm run bless` out of profiles and families; known-table.ts says how it is read. */',
    `export const KNOWN_CLIENTS = ${quoted(knownClients())};`,
    `export const KNOWN_SERVERS = ${quoted(knownServers())};`,
    '',
  ].join('\n');
}
