import type { AnswerFacts } from './answer-facts.ts';
import { CIPHERS, SIGNING_ALGORITHMS } from './algorithms.ts';
import { DIALECT_NAMES, type DialectName, LEVEL } from './dialect-level.ts';
import type { Compares, Misfit } from './play.ts';
import type { Policy } from './policy.ts';
import type { Profile } from './profile.ts';

/**
 * Which settings could be behind an answer, by family. Guesses only: whether they are is decided by the family's own rules,
 * played under them. A family that is not here is tried with every range and the settings that all share.
 */
interface Habits {
  /** Ranges and switches that an administrator can choose; null: every pair of dialects. */
  readonly ranges: (profile: Profile) => readonly Policy[] | null;
  /** On and off, where it may be told from an answer which it is. */
  readonly switches: readonly Switch[];
  /** Settings that would change one field of an answer. */
  readonly guesses: (misfit: Misfit) => readonly Policy[];
  /** Fields that differ between machines of one version. */
  readonly equal: Compares;
}

/** A setting with two states; `name` as in Candidate.settings. */
interface Switch {
  readonly name: string;
  readonly states: readonly [Policy, Policy];
}

/** Security blobs of a workgroup's server, and what the same program sends in a domain. PROTOCOL 2.9 */
const IN_DOMAIN: Readonly<Record<string, readonly string[]>> = {
  'empty': ['MS-KRB5 NTLMSSP principal', 'MS-KRB5 KRB5 KRB5-U2U NTLMSSP principal'],
  'NTLMSSP': ['MS-KRB5 KRB5 KRB5-U2U NTLMSSP not_defined_in_RFC4178@please_ignore'],
  'NEGOEX NTLMSSP': ['NEGOEX MS-KRB5 KRB5 KRB5-U2U NTLMSSP not_defined_in_RFC4178@please_ignore'],
  'NTLMSSP not_defined_in_RFC4178@please_ignore': ['MS-KRB5 KRB5 NTLMSSP not_defined_in_RFC4178@please_ignore'],
};

/** A GUID that a family makes up at random is foretold as zeros. */
function sameProgram(part: keyof AnswerFacts, field: string, expected: string, observed: string): boolean {
  if (part !== 'identity') return false;
  if (field === 'serverGuid') return expected === 'zero' && observed === 'random';
  return field === 'securityBlob' && IN_DOMAIN[expected]?.includes(observed) === true;
}

const SIGNED: readonly Policy[] = [{ signing: 'required' }, { signing: 'auto' }, { signing: 'default' }, { signing: 'disabled' }];

/** The settings that all families share. */
function sharedGuesses({ field, observed }: Misfit): readonly Policy[] {
  switch (field) {
    case 'securityMode': return SIGNED;
    case 'capabilities': return [{ encryption: 'off' }];
    case 'cipher': return observed === 'none' ? [{ encryption: 'off' }] : [{ ciphers: preferring(observed, CIPHERS) }, { ciphers: [observed] }];
    case 'signingAlgorithm': return observed === 'none' ? [] : [{ signingAlgorithms: preferring(observed, SIGNING_ALGORITHMS) }];
    case 'compression': return observed === 'none' ? [{ compression: [] }] : [{ compression: observed.split(' ').filter((name) => name !== 'CHAINED' && name !== 'NONE') }];
    default: return [];
  }
}

/** That algorithm first, then the others. */
function preferring(name: string, ids: Readonly<Record<string, number>>): string[] {
  const names = Object.keys(ids).filter((other, at, all) => all.findIndex((each) => ids[each] === ids[other]) === at);
  return [name, ...names.filter((other) => other !== name)].filter((each) => Object.hasOwn(ids, each));
}

/** smb.conf parameters by the capability bit that they switch. */
const SAMBA_SMB2_BITS: readonly (readonly [bit: number, option: string])[] = [[0x01, 'host msdfs'], [0x02, 'smb2 leases'], [0x08, 'server multi channel support']];
const SAMBA_SMB1_BITS: readonly (readonly [bit: number, option: string])[] = [
  [0x0000_0004, 'unicode'], [0x0000_0040, 'nt status support'], [0x0000_1000, 'host msdfs'], [0x0000_e000, 'large readwrite'], [0x0080_0000, 'unix extensions'], [0x0000_0001, 'read raw'],
];
const SAMBA_NUMBERS: Readonly<Record<string, string>> = {
  maxTransactSize: 'smb2 max trans', maxReadSize: 'smb2 max read', maxWriteSize: 'smb2 max write', maxMpxCount: 'max mux', maxBufferSize: 'max xmit',
};

function sambaGuesses(misfit: Misfit): readonly Policy[] {
  const { field, expected, observed } = misfit;
  const number = SAMBA_NUMBERS[field];
  if (number !== undefined) return [{ options: { [number]: observed } }];
  const switched: Policy[] = [];
  if (field === 'capabilities') {
    const [was, is] = [Number(expected), Number(observed)];
    for (const [bit, option] of misfit.part === 'details' && (was | is) > 0xff ? SAMBA_SMB1_BITS : SAMBA_SMB2_BITS) {
      if ((was & bit) !== (is & bit)) switched.push({ options: { [option]: (is & bit) === 0 ? 'no' : 'yes' } });
    }
  }
  if (field === 'rawMode') switched.push({ options: { 'read raw': Number(observed) & 1 ? 'yes' : 'no', 'write raw': Number(observed) & 2 ? 'yes' : 'no' } });
  if (field === 'securityMode') switched.push({ options: { 'encrypt passwords': 'no' } });
  return [...sharedGuesses(misfit).filter((policy) => policy.compression === undefined), ...switched];
}

/** Get-SmbServerConfiguration has a range since these only; before there are a switch for SMB1 and one for SMB2. PROTOCOL 6.2 */
const WINDOWS_WITH_RANGE: ReadonlySet<string> = new Set(['windows-11-24h2', 'windows-11-25h2', 'windows-server-2025']);

const SMB2_ON: Policy = { options: { EnableSMB2Protocol: 'True' } };
const SMB2_OFF: Policy = { options: { EnableSMB2Protocol: 'False' } };
const WINDOWS_SWITCHES: readonly Switch[] = [
  { name: 'smb1', states: [{ smb1: true }, { smb1: false }] },
  { name: 'options.EnableSMB2Protocol', states: [SMB2_ON, SMB2_OFF] },
];

function windowsRanges({ id }: Profile): readonly Policy[] {
  const switches: Policy[] = [{}, { smb1: true }, { smb1: false }, { smb1: true, ...SMB2_OFF }];
  return WINDOWS_WITH_RANGE.has(id) ? [...switches, ...pairs(LEVEL.smb202, LEVEL.smb311)] : switches;
}

/**
 * What goes with the machine's role, not with version or policy: SMB1's DFS and INFOLEVEL_PASSTHRU (PROTOCOL 5.3), and
 * PERSISTENT_HANDLES, which nodes of a cluster have. SizReqBuf and MaxMpxCt are in the registry (PROTOCOL 9.11).
 */
const ROLE = { smb1: 0x3000, smb2: 0x10 } as const;
const windowsEqual: Compares = (part, field, expected, observed) =>
  sameProgram(part, field, expected, observed) || field === 'maxBufferSize' || field === 'maxMpxCount'
  || (field === 'capabilities' && ((Number(expected) ^ Number(observed)) & ~(Number(expected) > 0xff ? ROLE.smb1 : ROLE.smb2)) === 0);

const ANY: Habits = { ranges: () => null, switches: [], guesses: sharedGuesses, equal: sameProgram };
const FIXED: Habits = { ranges: () => [{}], switches: [], guesses: () => [], equal: sameProgram };
const HABITS: Readonly<Record<string, Habits>> = {
  windows: { ranges: windowsRanges, switches: WINDOWS_SWITCHES, guesses: sharedGuesses, equal: windowsEqual },
  samba: { ranges: () => null, switches: [], guesses: sambaGuesses, equal: sameProgram },
  impacket: FIXED,
  awo00: FIXED,
};

export function habitsOf(family: string): Habits {
  return HABITS[family] ?? ANY;
}

/** Every range within two levels. */
function pairs(least: number, greatest: number): Policy[] {
  const names = DIALECT_NAMES.slice(least, greatest + 1);
  return names.flatMap((minDialect, at) => names.slice(at).map((maxDialect): { minDialect: DialectName; maxDialect: DialectName } => ({ minDialect, maxDialect })));
}

const EVERY_RANGE: readonly Policy[] = [{}, ...pairs(LEVEL.core, LEVEL.smb311)];

/** Ranges to try, the default first. */
export function rangesOf(profile: Profile): readonly Policy[] {
  return habitsOf(profile.family).ranges(profile) ?? EVERY_RANGE;
}
