import { DIALECT_NAMES, LEVEL } from '../dialect-level.ts';
import { familyOf } from '../families.ts';
import { OBSERVED_VERSION, releaseOf } from '../families/samba-versions.ts';
import { DEFAULT_WINDOWS, windowsVersion, type WindowsVersion } from '../families/windows-versions.ts';
import type { Policy } from '../policy.ts';
import { ALGORITHM_COST, CLEAR_COST, costOfLeast, NO_COST, SMB1_COST, UNSIGNED_COST } from './cost.ts';
import type { Ladder, ServerSetting } from './setting.ts';
import { requiresEncryption } from './encryption-required.ts';

/** What can be set on a server of this family, each in steps; none where nobody knows its settings. */
export function serverSettings(family: string, policy: Policy): readonly Ladder<ServerSetting>[] {
  switch (family) {
    case 'windows': return windowsSettings(policy);
    case 'samba': return sambaSettings(policy);
    case 'ksmbd': return ksmbdSettings(policy);
    case 'impacket': return [[{ system: 'impacket', setting: '-smb2support', value: 'yes', command: 'smbserver.py -smb2support SHARE PATH', cost: NO_COST, policy: { ...without(policy, 'maxDialect'), options: { smb2support: 'yes' } } }]];
    default: return [];
  }
}

/** The policy without a field, and without the family's own names for it. */
function without(policy: Policy, field: keyof Policy, ...options: string[]): Policy {
  const left = Object.fromEntries(Object.entries(policy.options ?? {}).filter(([name]) => !options.some((option) => squeezed(option) === squeezed(name))));
  const { [field]: _field, options: _options, ...rest } = policy;
  return { ...rest, ...(Object.keys(left).length > 0 && { options: left }) };
}

function squeezed(name: string): string {
  return name.toLowerCase().replace(/\s+/g, '');
}

/** Levels below the least one, the greatest first: the nearest opens the least. */
function levelsBelow(min: number, least: number): number[] {
  const levels: number[] = [];
  for (let level = Math.min(min - 1, LEVEL.smb311); level >= least; level--) levels.push(level);
  return levels;
}

const nameOf = (level: number): (typeof DIALECT_NAMES)[number] => DIALECT_NAMES[level] ?? 'CORE';

function rangeOf(family: string, policy: Policy): { readonly min: number; readonly max: number } {
  return familyOf(family)?.range(policy) ?? { min: LEVEL.smb202, max: LEVEL.smb311 };
}

const SAMBA_WORDS = ['CORE', 'LANMAN1', 'LANMAN2', 'NT1', 'SMB2_02', 'SMB2_10', 'SMB3_00', 'SMB3_02', 'SMB3_11'] as const;
const SMB_CONF = { system: 'samba', file: 'smb.conf, [global]', apply: 'smbcontrol all reload-config' } as const;

function sambaLine(setting: string, value: string, policy: Policy, cost: ServerSetting['cost']): ServerSetting {
  return { ...SMB_CONF, setting, value, command: `${setting} = ${value}`, cost, policy };
}

function sambaSettings(policy: Policy): Ladder<ServerSetting>[] {
  const version = policy.version ?? OBSERVED_VERSION;
  const release = releaseOf(version);
  const { min, max } = rangeOf('samba', policy);
  // Before 4.0 there was no other range than the server's.
  const prefix = release.from[0] >= 4 ? 'server ' : '';
  const lower = levelsBelow(min, LEVEL.core).map((level) => sambaLine(`${prefix}min protocol`, sambaWord(level, release.greatest), { ...without(policy, 'minDialect', 'server min protocol'), minDialect: nameOf(level) }, costOfLeast(level)));
  const raise = max < release.greatest ? [sambaLine(`${prefix}max protocol`, sambaWord(release.greatest, release.greatest), { ...without(policy, 'maxDialect', 'server max protocol'), maxDialect: nameOf(release.greatest) }, NO_COST)] : [];
  const encrypt = release.from[0] < 4 || release.from[1] < 15 ? 'smb encrypt' : 'server smb encrypt';
  return [
    lower, raise,
    requiresEncryption('samba', policy) ? [sambaLine(encrypt, 'desired', { ...without(policy, 'encryption', 'server smb encrypt'), encryption: 'desired' }, CLEAR_COST)] : [],
    isSet(policy, 'ciphers', 'server smb3 encryption algorithms') ? [sambaLine('server smb3 encryption algorithms', 'AES-128-GCM, AES-128-CCM, AES-256-GCM, AES-256-CCM', without(policy, 'ciphers', 'server smb3 encryption algorithms'), ALGORITHM_COST)] : [],
    isSet(policy, 'signingAlgorithms', 'server smb3 signing algorithms') ? [sambaLine('server smb3 signing algorithms', 'AES-128-GMAC, AES-128-CMAC, HMAC-SHA256', without(policy, 'signingAlgorithms', 'server smb3 signing algorithms'), ALGORITHM_COST)] : [],
    isSet(policy, 'signing', 'server signing') ? [sambaLine('server signing', 'auto', { ...without(policy, 'signing', 'server signing'), signing: 'auto' }, UNSIGNED_COST)] : [],
  ];
}

/** 3.6 has its SMB2 by that word alone. */
function sambaWord(level: number, greatest: number): string {
  return greatest < LEVEL.smb210 && level === LEVEL.smb202 ? 'SMB2' : SAMBA_WORDS[level] ?? 'NT1';
}

function isSet(policy: Policy, field: keyof Policy, option: string): boolean {
  return policy[field] !== undefined || Object.keys(policy.options ?? {}).some((name) => squeezed(name) === squeezed(option));
}

const KSMBD_CONF = { system: 'ksmbd', file: '/etc/ksmbd/ksmbd.conf, [global]', apply: 'systemctl restart ksmbd' } as const;

function ksmbdSettings(policy: Policy): Ladder<ServerSetting>[] {
  const { min, max } = rangeOf('ksmbd', policy);
  const line = (setting: string, level: number, field: 'minDialect' | 'maxDialect', cost: ServerSetting['cost']): ServerSetting => {
    const value = SAMBA_WORDS[level] ?? 'SMB3_11';
    return { ...KSMBD_CONF, setting, value, command: `${setting} = ${value}`, cost, policy: { ...without(policy, field, setting), [field]: nameOf(level) } };
  };
  return [
    levelsBelow(min, LEVEL.smb210).map((level) => line('server min protocol', level, 'minDialect', costOfLeast(level))),
    max < LEVEL.smb311 ? [line('server max protocol', LEVEL.smb311, 'maxDialect', NO_COST)] : [],
    requiresEncryption('ksmbd', policy) ? [{ ...KSMBD_CONF, setting: 'smb3 encryption', value: 'no', command: 'smb3 encryption = no', cost: CLEAR_COST, policy: { ...without(policy, 'encryption', 'smb3 encryption'), encryption: 'off' } }] : [],
  ];
}

const WINDOWS_WORDS: Readonly<Record<number, string>> = { [LEVEL.smb202]: 'SMB202', [LEVEL.smb210]: 'SMB210', [LEVEL.smb300]: 'SMB300', [LEVEL.smb302]: 'SMB302', [LEVEL.smb311]: 'SMB311' };
const PARAMETERS = String.raw`HKLM:\SYSTEM\CurrentControlSet\Services\LanmanServer\Parameters`;
const RANGE_NOTE = 'Windows 11 24H2, Server 2025 and later.';

function cmdlet(setting: string, value: string, policy: Policy, cost: ServerSetting['cost'], note?: string): ServerSetting {
  return { system: 'windows', setting, value, command: `Set-SmbServerConfiguration -${setting} ${value}`, cost, policy, ...(note !== undefined && { note }) };
}

function windowsSettings(policy: Policy): Ladder<ServerSetting>[] {
  const version = windowsVersion(policy.version ?? DEFAULT_WINDOWS);
  const { min, max } = rangeOf('windows', policy);
  const lower = levelsBelow(min, LEVEL.smb202).map((level) => cmdlet('Smb2DialectMin', WINDOWS_WORDS[level] ?? 'None', { ...without(policy, 'minDialect', 'Smb2DialectMin'), minDialect: nameOf(level) }, costOfLeast(level), RANGE_NOTE));
  const raised = without(without(policy, 'maxDialect', 'Smb2DialectMax'), 'maxDialect', 'EnableSMB2Protocol');
  const smb2Off = max < LEVEL.smb202;
  return [
    lower,
    smb2Off && version.greatest >= LEVEL.smb202 ? [windowsSmb2(version, raised)] : [],
    !smb2Off && max < version.greatest ? [cmdlet('Smb2DialectMax', 'None', raised, NO_COST, RANGE_NOTE)] : [],
    policy.smb1 === true ? [] : [windowsSmb1(version, { ...without(policy, 'smb1', 'EnableSMB1Protocol'), smb1: true })],
    requiresEncryption('windows', policy) ? [cmdlet('RejectUnencryptedAccess', '$false', { ...without(policy, 'encryption', 'RejectUnencryptedAccess'), encryption: 'desired' }, CLEAR_COST)] : [],
  ];
}

/** The cmdlets came with Windows 8 and Server 2012. */
function hasCmdlets({ greatest }: WindowsVersion): boolean {
  return greatest >= LEVEL.smb300;
}

function windowsSmb2(version: WindowsVersion, policy: Policy): ServerSetting {
  const shared = { system: 'windows', cost: NO_COST, policy } as const;
  if (hasCmdlets(version)) return { ...shared, setting: 'EnableSMB2Protocol', value: '$true', command: 'Set-SmbServerConfiguration -EnableSMB2Protocol $true' };
  return { ...shared, setting: 'SMB2', value: '1', command: `Set-ItemProperty -Path '${PARAMETERS}' SMB2 -Type DWORD -Value 1 -Force`, note: 'A restart is needed.' };
}

/** Where SMB1 is no longer installed, the feature comes first, and it is on once it is there. */
function windowsSmb1(version: WindowsVersion, policy: Policy): ServerSetting {
  const shared = { system: 'windows', cost: SMB1_COST, policy } as const;
  if (!hasCmdlets(version)) return { ...shared, setting: 'SMB1', value: '1', command: `Set-ItemProperty -Path '${PARAMETERS}' SMB1 -Type DWORD -Value 1 -Force`, note: 'A restart is needed.' };
  if (version.smb1) return { ...shared, setting: 'EnableSMB1Protocol', value: '$true', command: 'Set-SmbServerConfiguration -EnableSMB1Protocol $true' };
  return { ...shared, setting: 'SMB1Protocol-Server', value: 'enabled', command: 'Enable-WindowsOptionalFeature -Online -FeatureName SMB1Protocol-Server -All', note: 'A restart is needed. Where the feature is installed already: Set-SmbServerConfiguration -EnableSMB1Protocol $true.' };
}
