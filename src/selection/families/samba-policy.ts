import { LEVEL } from '../dialect-level.ts';
import { cipherIds, dialectLevel, type Encryption, type Policy, PolicyProblem, refuseSettings, type Signing, signingIds } from '../policy.ts';
import { OBSERVED_VERSION, releaseOf, type SambaRelease } from './samba-versions.ts';

/** Samba's own names in `server min protocol` and `server max protocol`. COREPLUS is a level of its own that no dialect has. */
const PROTOCOLS: Readonly<Record<string, number>> = {
  'COREPLUS': LEVEL.core, 'LANMAN1': LEVEL.lanman1, 'LANMAN2': LEVEL.lanman2, 'SMB2': LEVEL.smb210, 'SMB3': LEVEL.smb311,
  'SMB2_02': LEVEL.smb202, 'SMB2_10': LEVEL.smb210, 'SMB3_00': LEVEL.smb300, 'SMB3_02': LEVEL.smb302, 'SMB3_11': LEVEL.smb311,
};
/** The word `default` leaves an end of the range unset, which is below everything. */
const UNSET = -1;
export const SAMBA_DIALECTS = ['default', ...Object.keys(PROTOCOLS)];

/** smb.conf parameters that change an answer to a negotiate, and those that were tried and do not. */
export const SAMBA_OPTIONS = [
  'server min protocol', 'server max protocol', 'server signing', 'server smb encrypt', 'server smb3 encryption algorithms', 'server smb3 signing algorithms',
  'server multi channel support', 'host msdfs', 'smb2 leases', 'oplocks', 'kernel oplocks', 'smb1 unix extensions', 'unix extensions', 'encrypt passwords', 'max mux', 'max xmit',
  'smb2 max read', 'smb2 max write', 'smb2 max trans', 'nt status support', 'large readwrite', 'async smb echo handler', 'read raw', 'write raw', 'unicode',
  'netbios name', 'workgroup',
  'lanman auth', 'ntlm auth', 'smb2 max credits', 'nt pipe support', 'disable netbios',
] as const;

type Option = (typeof SAMBA_OPTIONS)[number];

export interface SambaPolicy {
  readonly release: SambaRelease;
  readonly observed: boolean;
  readonly min: number;
  readonly max: number;
  readonly signing: Signing;
  readonly encryption: boolean;
  readonly ciphers: readonly number[];
  readonly signingAlgorithms: readonly number[];
  readonly multiChannel: boolean;
  readonly dfs: boolean;
  readonly leases: boolean;
  readonly unixExtensions: boolean;
  readonly encryptPasswords: boolean;
  readonly maxMux: number;
  readonly maxXmit: number;
  readonly maxRead: number;
  readonly maxWrite: number;
  readonly maxTrans: number;
  readonly status32: boolean;
  readonly largeReadWrite: boolean;
  readonly readRaw: boolean;
  readonly writeRaw: boolean;
  readonly unicode: boolean;
  /** Null: what `values` says. */
  readonly serverName: string | null;
  readonly domain: string | null;
}

const MEGABYTES_8 = 8 * 1024 * 1024;

export function readSambaPolicy(policy: Policy): SambaPolicy {
  refuseSettings(policy, ['smb1', 'compression'], 'samba');
  const version = policy.version ?? OBSERVED_VERSION;
  const release = releaseOf(version);
  const options = new Options(policy);
  const asyncEcho = options.flag('async smb echo handler', false);
  return {
    release,
    observed: version === OBSERVED_VERSION || version.startsWith(`${OBSERVED_VERSION}.`),
    ...readRange(options.merged(), release),
    signing: options.signing(),
    encryption: options.encryption() !== 'off',
    ciphers: options.ciphers(release.ciphers),
    signingAlgorithms: options.signingAlgorithms(release.signingAlgorithms ?? [1, 0]),
    multiChannel: options.flag('server multi channel support', release.multiChannel),
    dfs: options.flag('host msdfs', true),
    leases: options.flag('smb2 leases', release.leases) && options.flag('oplocks', true) && !options.flag('kernel oplocks', false),
    unixExtensions: options.flag('smb1 unix extensions', options.flag('unix extensions', true)),
    encryptPasswords: options.flag('encrypt passwords', true),
    maxMux: options.number('max mux', 50),
    maxXmit: options.number('max xmit', 16_644),
    maxRead: options.number('smb2 max read', MEGABYTES_8),
    maxWrite: options.number('smb2 max write', MEGABYTES_8),
    maxTrans: options.number('smb2 max trans', MEGABYTES_8),
    status32: options.flag('nt status support', true),
    largeReadWrite: options.flag('large readwrite', true),
    readRaw: !asyncEcho && options.flag('read raw', true),
    writeRaw: !asyncEcho && options.flag('write raw', true),
    unicode: options.flag('unicode', true),
    serverName: options.text('netbios name'),
    domain: options.text('workgroup'),
  };
}

/** The range as levels, defaults of the release included. */
export function sambaRange(policy: Policy): { readonly min: number; readonly max: number } {
  return readRange(new Options(policy).merged(), releaseOf(policy.version ?? OBSERVED_VERSION));
}

function readRange(policy: Policy, release: SambaRelease): { readonly min: number; readonly max: number } {
  // SMB2 and SMB3 are the greatest of their kind that the release has: 2.0.2 in 3.6, 3.0 in 4.0.
  const newest = { SMB2: Math.min(LEVEL.smb210, Math.max(LEVEL.smb202, release.greatest)), SMB3: Math.min(LEVEL.smb311, Math.max(LEVEL.smb300, release.greatest)) };
  const names = { ...PROTOCOLS, ...newest, default: UNSET };
  const min = dialectLevel(policy, 'minDialect', release.min, names);
  const max = dialectLevel(policy, 'maxDialect', release.max, names);
  for (const [field, level] of [['minDialect', min], ['maxDialect', max]] as const) {
    if (level > release.greatest) throw new PolicyProblem('contradiction', field, `Samba ${policy.version ?? ''} does not know the dialect ${policy[field] ?? ''}.`);
  }
  return { min, max };
}

/** smb.conf parameters beside the policy's own fields: one that says the opposite of a field is a contradiction. */
class Options {
  readonly #policy: Policy;
  readonly #values = new Map<string, { readonly value: string; readonly path: string }>();

  constructor(policy: Policy) {
    this.#policy = policy;
    for (const [name, value] of Object.entries(policy.options ?? {})) {
      const known = SAMBA_OPTIONS.find((option) => squeezed(option) === squeezed(name));
      const path = `options.${name}`;
      if (known === undefined) throw new PolicyProblem('unknown-setting', path, `"${name}" is no smb.conf parameter that matters to a negotiation. Those that do: ${SAMBA_OPTIONS.join(', ')}.`);
      if (this.#values.has(known)) throw new PolicyProblem('contradiction', path, `"${known}" is given twice.`);
      this.#values.set(known, { value: value.trim(), path });
    }
  }

  text(option: Option): string | null {
    return this.#values.get(option)?.value ?? null;
  }

  flag(option: Option, fallback: boolean): boolean {
    const given = this.#values.get(option);
    if (given === undefined) return fallback;
    if (/^(?:yes|true|on|1)$/i.test(given.value)) return true;
    if (/^(?:no|false|off|0)$/i.test(given.value)) return false;
    throw new PolicyProblem('unknown-value', given.path, `"${option}" is yes or no, not "${given.value}".`);
  }

  number(option: Option, fallback: number): number {
    const given = this.#values.get(option);
    if (given === undefined) return fallback;
    const number = Number(given.value);
    if (Number.isInteger(number) && number >= 0 && number <= 0xffff_ffff) return number;
    throw new PolicyProblem('unknown-value', given.path, `"${option}" is a number, not "${given.value}".`);
  }

  /** The policy with `server min protocol` and `server max protocol` in their place. */
  merged(): Policy {
    return {
      ...this.#policy,
      ...this.#dialect('server min protocol', 'minDialect'),
      ...this.#dialect('server max protocol', 'maxDialect'),
    };
  }

  signing(): Signing {
    return this.#choice('server signing', 'signing', { default: 'default', auto: 'auto', mandatory: 'required', required: 'required', forced: 'required', disabled: 'disabled', no: 'disabled', off: 'disabled' }) ?? 'default';
  }

  encryption(): Encryption {
    return this.#choice('server smb encrypt', 'encryption', {
      default: 'default', off: 'off', disabled: 'off', if_required: 'default', auto: 'default', enabled: 'default', desired: 'desired', required: 'required', mandatory: 'required',
    }) ?? 'default';
  }

  ciphers(fallback: readonly number[]): readonly number[] {
    return this.#algorithms('server smb3 encryption algorithms', 'ciphers', fallback, cipherIds);
  }

  signingAlgorithms(fallback: readonly number[]): readonly number[] {
    return this.#algorithms('server smb3 signing algorithms', 'signingAlgorithms', fallback, signingIds);
  }

  #dialect(option: Option, field: 'minDialect' | 'maxDialect'): Policy {
    const value = this.text(option);
    if (value === null) return {};
    const own = this.#policy[field];
    if (own !== undefined && own !== value) throw new PolicyProblem('contradiction', `options.${option}`, `${field} says ${own}, "${option}" says ${value}.`);
    return { [field]: value };
  }

  #choice<T extends string>(option: Option, field: 'signing' | 'encryption', names: Readonly<Record<string, T>>): T | undefined {
    const own = this.#policy[field] as T | undefined;
    const given = this.#values.get(option);
    if (given === undefined) return own;
    const word = given.value.toLowerCase();
    const meant = Object.hasOwn(names, word) ? names[word] : undefined;
    if (meant === undefined) throw new PolicyProblem('unknown-value', given.path, `"${option}" cannot be "${given.value}".`);
    if (own !== undefined && own !== meant) throw new PolicyProblem('contradiction', given.path, `${field} says ${own}, "${option}" says ${given.value}.`);
    return meant;
  }

  #algorithms(option: Option, field: 'ciphers' | 'signingAlgorithms', fallback: readonly number[], ids: (names: readonly string[], path: string) => number[]): readonly number[] {
    const own = this.#policy[field];
    const given = this.#values.get(option);
    if (given === undefined) return own === undefined ? fallback : ids(own, field);
    if (own !== undefined) throw new PolicyProblem('contradiction', given.path, `${field} and "${option}" are both given.`);
    return listed(given.value, fallback, (names) => ids(names, given.path));
  }
}

/** A list parameter: names in order, or the default with `+NAME` and `-NAME`; what is there keeps its place. smb.conf(5), testparm 4.17 */
function listed(value: string, fallback: readonly number[], ids: (names: readonly string[]) => number[]): readonly number[] {
  const names = value.split(/[\s,;]+/).filter((name) => name !== '');
  if (!/^[+-]/.test(names[0] ?? '')) return ids(names);
  let list = [...fallback];
  for (const name of names) {
    const [id = -1] = ids([name.replace(/^[+-]/, '')]);
    if (name.startsWith('-')) list = list.filter((other) => other !== id);
    else if (!list.includes(id)) list.push(id);
  }
  return list;
}

/** smb.conf ignores case and blanks in names of parameters. */
function squeezed(name: string): string {
  return name.toLowerCase().replace(/\s+/g, '');
}
