import { CIPHERS, COMPRESSION_ALGORITHMS, SIGNING_ALGORITHMS } from './algorithms.ts';
import { levelOf } from './dialect-level.ts';

export const SIGNING = ['default', 'disabled', 'auto', 'required'] as const;
export const ENCRYPTION = ['default', 'off', 'desired', 'required'] as const;

export type Signing = (typeof SIGNING)[number];
export type Encryption = (typeof ENCRYPTION)[number];

/** What an administrator sets on a server, in words that all families share; `options` has the family's own names. */
export interface Policy {
  readonly version?: string;
  readonly minDialect?: string;
  readonly maxDialect?: string;
  /** SMB1 installed and enabled, where the family has a switch beside its range. */
  readonly smb1?: boolean;
  readonly signing?: Signing;
  readonly encryption?: Encryption;
  /** Most preferred first. */
  readonly ciphers?: readonly string[];
  readonly signingAlgorithms?: readonly string[];
  readonly compression?: readonly string[];
  readonly options?: Readonly<Record<string, string>>;
}

export type PolicyProblemCode = 'unknown-dialect' | 'unknown-setting' | 'unknown-value' | 'contradiction';

/** A policy that this family cannot have. `path` counts from the policy: `minDialect`, `options.smb2 leases`. */
export class PolicyProblem extends Error {
  readonly code: PolicyProblemCode;
  readonly path: string;

  constructor(code: PolicyProblemCode, path: string, message: string) {
    super(message);
    this.code = code;
    this.path = path;
  }
}

/** A level for the name of a dialect; `names` has the family's own ones. */
export function dialectLevel(policy: Policy, field: 'minDialect' | 'maxDialect', fallback: number, names: Readonly<Record<string, number>> = {}): number {
  const name = policy[field];
  if (name === undefined) return fallback;
  const level = names[name] ?? levelOf(name);
  if (level !== undefined) return level;
  const known = ['CORE', 'LANMAN1', 'LANMAN2', 'NT1', '2.0.2', '2.1', '3.0', '3.0.2', '3.1.1', ...Object.keys(names)];
  throw new PolicyProblem('unknown-dialect', field, `There is no dialect ${name}. Known are ${known.join(', ')}.`);
}

/** Ids of the named ciphers in the order given. */
export function cipherIds(names: readonly string[], path = 'ciphers'): number[] {
  return names.map((name, index) => idOf(CIPHERS, name, `${path}.${index}`));
}

/** Ids of the named signing algorithms in the order given. */
export function signingIds(names: readonly string[], path = 'signingAlgorithms'): number[] {
  return names.map((name, index) => idOf(SIGNING_ALGORITHMS, name, `${path}.${index}`));
}

/** Ids of the named compression algorithms in the order given. */
export function compressionIds(names: readonly string[], path = 'compression'): number[] {
  return names.map((name, index) => idOf(COMPRESSION_ALGORITHMS, name, `${path}.${index}`));
}

function idOf(ids: Readonly<Record<string, number>>, name: string, path: string): number {
  const id = Object.hasOwn(ids, name) ? ids[name] : undefined;
  if (id === undefined) throw new PolicyProblem('unknown-value', path, `There is no algorithm ${name}. Known are ${Object.keys(ids).join(', ')}.`);
  return id;
}

/** Refuses what the family has no setting for, so that no wish is dropped in silence. */
export function refuseSettings(policy: Policy, fields: readonly (keyof Policy)[], family: string): void {
  for (const field of fields) {
    if (policy[field] !== undefined) throw new PolicyProblem('unknown-setting', field, `The family ${family} has no setting for ${field}.`);
  }
}

/** The value of one of the family's own settings, in lower case; undefined where it is not given. */
export function refuseUnknownOptions(policy: Policy, known: readonly string[], family: string): void {
  for (const name of Object.keys(policy.options ?? {})) {
    if (!known.includes(name)) throw new PolicyProblem('unknown-setting', `options.${name}`, `The family ${family} has no setting "${name}". It has ${known.length === 0 ? 'none' : known.join(', ')}.`);
  }
}
