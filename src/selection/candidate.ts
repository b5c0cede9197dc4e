import type { Conversation } from './conversation.ts';
import { DIALECT_NAMES } from './dialect-level.ts';
import type { Policy } from './policy.ts';
import type { Profile } from './profile.ts';
import type { RuleCertainty } from './rule.ts';

/** Ends of a server's range as one number; ranges are sets of these, since what explains an answer may lie on both sides of a dialect. */
export type Range = number;

const LEVELS = DIALECT_NAMES.length;

export const rangeOf = (min: number, max: number): Range => min * LEVELS + max;

const endsOf = (range: Range): readonly [min: number, max: number] => [Math.floor(range / LEVELS), range % LEVELS];

/** A known server under settings that explain an answer. */
export interface Candidate {
  readonly profile: Profile;
  /** Ranges that would all do; null where the server has no such setting. */
  readonly ranges: ReadonlySet<Range> | null;
  /** Settings that must be so, by name: values as JSON. What is not named does not matter or is the default. */
  readonly settings: ReadonlyMap<string, string>;
  /** What the weakest of the rules rests on. */
  readonly certainty: RuleCertainty;
}

const interval = (levels: readonly number[]): readonly [string, string] => [DIALECT_NAMES[Math.min(...levels)] ?? '', DIALECT_NAMES[Math.max(...levels)] ?? ''];

/** The least and the greatest name of each end; null where the server has no such setting. */
export function intervalsOf({ ranges }: Candidate): { readonly min: readonly [string, string]; readonly max: readonly [string, string] } | null {
  if (ranges === null) return null;
  const ends = [...ranges].map(endsOf);
  return { min: interval(ends.map(([min]) => min)), max: interval(ends.map(([, max]) => max)) };
}

/** The widest range that reaches highest. */
function widest(ranges: ReadonlySet<Range>): Policy {
  const [ends] = [...ranges].map(endsOf).toSorted(([min, max], [otherMin, otherMax]) => otherMax - max || min - otherMin);
  return ends === undefined ? {} : { minDialect: DIALECT_NAMES[ends[0]]!, maxDialect: DIALECT_NAMES[ends[1]]! };
}

/** A policy that has these settings. */
export function policyOf({ profile, ranges, settings }: Candidate): Policy {
  const policy: Record<string, unknown> = {};
  const options: Record<string, string> = {};
  for (const [name, text] of settings) {
    const value: unknown = JSON.parse(text); // written by settingsOf
    if (name.startsWith(OPTIONS)) options[name.slice(OPTIONS.length)] = String(value);
    else policy[name] = value;
  }
  return merged(ownPolicy(profile), {
    ...policy, ...(Object.keys(options).length > 0 && { options }),
    ...(ranges !== null && widest(ranges)),
  });
}

const OPTIONS = 'options.';

/** zod says `undefined` where the key is not there. */
export function ownPolicy({ server }: Profile): Policy {
  return (server ?? {}) as Policy;
}

/** A policy with another on top. */
export function merged(policy: Policy, change: Policy): Policy {
  return { ...policy, ...change, ...(change.options !== undefined && { options: { ...policy.options, ...change.options } }) };
}

/** What the policy says beyond the profile's own, range aside. */
export function* settingsOf(own: Policy, policy: Policy): Generator<[string, string]> {
  for (const [name, value] of Object.entries(policy)) {
    if (name === 'minDialect' || name === 'maxDialect' || name === 'version' || name === 'options') continue;
    if (JSON.stringify(value) !== JSON.stringify(own[name as keyof Policy])) yield [name, JSON.stringify(value)];
  }
  for (const [name, value] of Object.entries(policy.options ?? {})) if (own.options?.[name] !== value) yield [`${OPTIONS}${name}`, JSON.stringify(value)];
}

/** What an answer says for certain, whatever the default is. */
export function* pinsOf({ turns }: Conversation): Generator<[string, string]> {
  for (const { observed } of turns) {
    if (observed === null || observed === 'hung-up' || !observed.choice['kind']?.startsWith('smb2')) continue;
    const mode = observed.terms['securityMode'];
    if (mode !== undefined && (Number(mode) & 2) !== 0) yield ['signing', '"required"'];
  }
}
