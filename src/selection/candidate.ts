import type { Conversation } from './conversation.ts';
import { DIALECT_NAMES } from './dialect-level.ts';
import type { Policy } from './policy.ts';
import type { Profile } from './profile.ts';
import type { RuleCertainty } from './rule.ts';

/** Levels from the first to the second, both included: indexes of DIALECT_NAMES. */
export type Levels = readonly [least: number, greatest: number];

/** A known server under settings that explain an answer. */
export interface Candidate {
  readonly profile: Profile;
  /** Ends of the range that would all do; null where the server has no such setting. */
  readonly min: Levels | null;
  readonly max: Levels | null;
  /** Settings that must be so, by name: values as JSON. What is not named does not matter or is the default. */
  readonly settings: ReadonlyMap<string, string>;
  /** What the weakest of the rules rests on. */
  readonly certainty: RuleCertainty;
}

/** A policy that has these settings. */
export function policyOf({ profile, min, max, settings }: Candidate): Policy {
  const policy: Record<string, unknown> = {};
  const options: Record<string, string> = {};
  for (const [name, text] of settings) {
    const value: unknown = JSON.parse(text); // written by settingsOf
    if (name.startsWith(OPTIONS)) options[name.slice(OPTIONS.length)] = String(value);
    else policy[name] = value;
  }
  return merged(ownPolicy(profile), {
    ...policy, ...(Object.keys(options).length > 0 && { options }),
    ...(min !== null && { minDialect: DIALECT_NAMES[min[0]]! }), ...(max !== null && { maxDialect: DIALECT_NAMES[max[1]]! }),
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
