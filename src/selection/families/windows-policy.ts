import { DIALECT_NAMES, LEVEL, levelOf } from '../dialect-level.ts';
import { dialectLevel, type Policy, PolicyProblem } from '../policy.ts';
import type { WindowsVersion } from './windows-versions.ts';

/** Settings by the names of Get-SmbServerConfiguration. Those that change nothing before a session are taken and do nothing. */
export const WINDOWS_OPTIONS = [
  'EnableSMB1Protocol', 'EnableSMB2Protocol', 'RequireSecuritySignature', 'Smb2DialectMin', 'Smb2DialectMax', 'EncryptionCiphers', 'DisableCompression', 'EncryptData', 'RejectUnencryptedAccess', 'EnableSecuritySignature',
] as const;

const DIALECTS: Readonly<Record<string, (typeof DIALECT_NAMES)[number] | null>> = { none: null, smb202: '2.0.2', smb210: '2.1', smb300: '3.0', smb302: '3.0.2', smb311: '3.1.1' };

/** The policy with those settings in their place and the version's defaults under it. */
export function windowsPolicy(given: Policy, version: WindowsVersion): Policy {
  const options = new Map(Object.entries(given.options ?? {}).map(([name, value]) => [known(name), { name, value: value.trim() }]));
  const flag = (name: string): boolean | undefined => {
    const option = options.get(name);
    if (option === undefined) return undefined;
    if (!/^\$?(?:true|false)$/i.test(option.value)) throw new PolicyProblem('unknown-value', `options.${option.name}`, `${name} is True or False, not "${option.value}".`);
    return /true/i.test(option.value);
  };
  const dialect = (name: string): string | undefined => {
    const option = options.get(name);
    if (option === undefined) return undefined;
    const meant = DIALECTS[option.value.toLowerCase()];
    if (meant === undefined) throw new PolicyProblem('unknown-value', `options.${option.name}`, `${name} is None, SMB202, SMB210, SMB300, SMB302 or SMB311, not "${option.value}".`);
    return meant ?? undefined;
  };
  const required = flag('RequireSecuritySignature');
  const signing = one('signing', given.signing, 'RequireSecuritySignature', required === undefined ? undefined : required ? 'required' : 'default') ?? version.signing;
  const greatest = DIALECT_NAMES[version.greatest] ?? 'NT1';
  const smb2 = flag('EnableSMB2Protocol') !== false;
  const maxDialect = one('maxDialect', given.maxDialect, 'Smb2DialectMax', dialect('Smb2DialectMax')) ?? (smb2 ? greatest : 'NT1');
  const minDialect = one('minDialect', given.minDialect, 'Smb2DialectMin', dialect('Smb2DialectMin'));
  // SMB1 has a switch of its own; a range that reaches down to it means it too.
  const reaches = [minDialect, given.maxDialect].some((name) => name !== undefined && (levelOf(name) ?? LEVEL.smb202) <= LEVEL.nt1);
  const smb1 = one('smb1', given.smb1, 'EnableSMB1Protocol', flag('EnableSMB1Protocol')) ?? (reaches || version.smb1);
  const ciphers = options.get('EncryptionCiphers')?.value.split(/[\s,]+/).filter((name) => name !== '').map((name) => name.replaceAll('_', '-'));
  return {
    maxDialect, smb1, signing, minDialect: minDialect ?? '2.0.2',
    ...(given.encryption !== undefined && { encryption: given.encryption }),
    ciphers: one('ciphers', given.ciphers, 'EncryptionCiphers', ciphers) ?? version.ciphers,
    signingAlgorithms: given.signingAlgorithms ?? version.signingAlgorithms ?? [],
    compression: flag('DisableCompression') === true ? [] : given.compression ?? version.compression,
  };
}

/** The range that the policy comes to, SMB1 included where it is on. */
export function windowsRange(given: Policy, version: WindowsVersion): { readonly min: number; readonly max: number } {
  const policy = windowsPolicy(given, version);
  const max = dialectLevel(policy, 'maxDialect', version.greatest);
  if (max > version.greatest) throw new PolicyProblem('contradiction', 'maxDialect', `This Windows does not know the dialect ${policy.maxDialect ?? ''}.`);
  const min = dialectLevel(policy, 'minDialect', LEVEL.smb202);
  return { min: policy.smb1 === true && given.minDialect === undefined ? LEVEL.core : min, max };
}

function known(name: string): string {
  const found = WINDOWS_OPTIONS.find((option) => option.toLowerCase() === name.toLowerCase());
  if (found === undefined) throw new PolicyProblem('unknown-setting', `options.${name}`, `Get-SmbServerConfiguration has no "${name}" that matters to a negotiation. Those that do: ${WINDOWS_OPTIONS.join(', ')}.`);
  return found;
}

/** A field and a setting that mean the same must not say two things. */
function one<T>(field: string, own: T | undefined, option: string, meant: T | undefined): T | undefined {
  if (own !== undefined && meant !== undefined && JSON.stringify(own) !== JSON.stringify(meant)) {
    throw new PolicyProblem('contradiction', `options.${option}`, `${field} says ${JSON.stringify(own)}, ${option} says ${JSON.stringify(meant)}.`);
  }
  return own ?? meant;
}
