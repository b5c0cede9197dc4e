import type { ClientSettings } from '../client-offer.ts';
import { DIALECT_NAMES, type DialectName, LEVEL, levelOf, SMB2_DIALECTS } from '../dialect-level.ts';
import type { ClientPart } from '../profile.ts';
import { profileOf } from '../profiles.ts';
import { CLEAR_COST, costOfLeast, NO_COST, SMB1_COST } from './cost.ts';
import type { ClientSetting, Ladder } from './setting.ts';

export interface SettableClient {
  readonly part: ClientPart;
  readonly settings: ClientSettings;
  /** Code base and release of its profile. */
  readonly family: string;
  readonly id: string;
}

/** What can be set on a client of this code base, each in steps; none where nobody knows its settings. */
export function clientSettings(client: SettableClient): readonly Ladder<ClientSetting>[] {
  switch (client.family) {
    case 'windows': return windowsSettings(client);
    case 'samba': return sambaSettings(client);
    case 'linux': return [linuxSettings(client)];
    case 'macos': return [macosSettings(client)];
    default: return [];
  }
}

/** The range that it comes to, as levels. */
function rangeOf({ part, settings }: SettableClient): { readonly min: number; readonly max: number } {
  return { min: levelOf(settings.minDialect ?? part.minDialect ?? 'CORE') ?? LEVEL.core, max: levelOf(settings.maxDialect ?? part.maxDialect ?? '3.1.1') ?? LEVEL.smb311 };
}

const nameOf = (level: number): DialectName => DIALECT_NAMES[level] ?? 'CORE';

const SAMBA_WORDS = ['CORE', 'LANMAN1', 'LANMAN2', 'NT1', 'SMB2_02', 'SMB2_10', 'SMB3_00', 'SMB3_02', 'SMB3_11'] as const;

function sambaSettings(client: SettableClient): Ladder<ClientSetting>[] {
  const { part, settings } = client;
  const { min, max } = rangeOf(client);
  const line = (setting: string, value: string, changed: ClientSettings, cost: ClientSetting['cost']): ClientSetting =>
    ({ system: 'samba', file: 'smb.conf, [global]', setting, value, command: `${setting} = ${value}`, cost, part, settings: { ...settings, ...changed } });
  const lower: ClientSetting[] = [];
  for (let level = min - 1; level >= LEVEL.core; level--) lower.push(line('client min protocol', SAMBA_WORDS[level] ?? 'NT1', { minDialect: nameOf(level) }, costOfLeast(level)));
  const greatest = SMB2_DIALECTS.find(({ code }) => part.smb2?.dialects.includes(code) === true)?.level ?? LEVEL.nt1;
  return [
    lower,
    max < greatest ? [line('client max protocol', SAMBA_WORDS[greatest] ?? 'SMB3_11', { maxDialect: nameOf(greatest) }, NO_COST)] : [],
    isEncrypting(client) ? [line('client smb encrypt', 'desired', { encryption: 'default' }, CLEAR_COST)] : [],
  ];
}

function isEncrypting({ part, settings }: SettableClient): boolean {
  return settings.encryption === undefined ? part.encryptionRequired === true : settings.encryption === 'required';
}

const WINDOWS_WORDS: Readonly<Record<number, string>> = { [LEVEL.smb202]: 'SMB202', [LEVEL.smb210]: 'SMB210', [LEVEL.smb300]: 'SMB300', [LEVEL.smb302]: 'SMB302' };
const WITH_RANGE = /-(?:24h2|25h2|2025)$/;
const PARAMETERS = String.raw`HKLM\SYSTEM\CurrentControlSet\Services\LanmanWorkstation\Parameters`;

function windowsSettings(client: SettableClient): Ladder<ClientSetting>[] {
  const { part, settings, id } = client;
  const { min, max } = rangeOf(client);
  const range = (setting: 'Smb2DialectMin' | 'Smb2DialectMax', value: string, code: string, changed: ClientSettings, cost: ClientSetting['cost']): ClientSetting => ({
    system: 'windows', setting, value, cost, part, settings: { ...settings, ...changed },
    ...(WITH_RANGE.test(id)
      ? { command: `Set-SmbClientConfiguration -${setting} ${value}` }
      : { command: `reg add ${PARAMETERS} /v ${setting === 'Smb2DialectMin' ? 'MinSMB2Dialect' : 'MaxSMB2Dialect'} /t REG_DWORD /d ${code} /f`, note: 'Windows 10 1709, Server 2019 and later; a restart is needed.' }),
  });
  const lower: ClientSetting[] = [];
  for (const { code, level } of SMB2_DIALECTS) {
    if (level < min) lower.push(range('Smb2DialectMin', WINDOWS_WORDS[level] ?? 'None', `0x${code.toString(16)}`, { minDialect: nameOf(level) }, costOfLeast(level)));
  }
  const { maxDialect: _max, ...unbounded } = settings;
  const raised = range('Smb2DialectMax', 'None', '0x10000', {}, NO_COST);
  return [
    lower,
    max < LEVEL.smb311 && settings.maxDialect !== undefined ? [{ ...raised, settings: unbounded }] : [],
    part.smb1 === undefined || settings.smb1 === true || (settings.smb1 === undefined && part.smb1Usable) ? [] : [{
      system: 'windows', setting: 'SMB1Protocol-Client', value: 'enabled', command: 'Enable-WindowsOptionalFeature -Online -FeatureName SMB1Protocol-Client -All', note: 'A restart is needed.',
      cost: { ...SMB1_COST, text: SMB1_COST.text.replace('It opens SMB1', 'The client uses SMB1 with every server that selects it') }, part, settings: { ...settings, smb1: true },
    }],
    isEncrypting(client) ? [{ system: 'windows', setting: 'RequireEncryption', value: '$false', command: 'Set-SmbClientConfiguration -RequireEncryption $false', note: 'Windows 11 24H2, Server 2025 and later.', cost: CLEAR_COST, part, settings: { ...settings, encryption: 'default' } }] : [],
  ];
}

const LINUX_VERSIONS: readonly { readonly value: string; readonly level: number }[] = [
  { value: '3.1.1', level: LEVEL.smb311 }, { value: '3.0.2', level: LEVEL.smb302 }, { value: '3.0', level: LEVEL.smb300 }, { value: '2.1', level: LEVEL.smb210 }, { value: '2.0', level: LEVEL.smb202 }, { value: '1.0', level: LEVEL.nt1 },
];

/** One dialect for one mount: it costs only where that one is old. */
function linuxSettings({ part, settings }: SettableClient): Ladder<ClientSetting> {
  const { minDialect: _min, maxDialect: _max, ...rest } = settings;
  return LINUX_VERSIONS.flatMap(({ value, level }): ClientSetting[] => {
    const mounted = linuxPart(part, level);
    if (mounted === null) return [];
    const cost = level === LEVEL.smb311 ? NO_COST : { ...costOfLeast(level), text: `It is about this mount alone. ${costOfLeast(level).text}` };
    return [{ system: 'linux', setting: 'vers', value, command: `mount -t cifs -o vers=${value} //SERVER/SHARE /mnt`, cost, part: mounted, settings: rest }];
  });
}

function linuxPart(part: ClientPart, level: number): ClientPart | null {
  if (level === LEVEL.nt1) return part.smb1 === undefined ? profileOf('linux-vers-1.0')?.client ?? null : part;
  const smb2 = part.smb2 ?? profileOf('linux-4.14')?.client?.smb2;
  const code = SMB2_DIALECTS.find((dialect) => dialect.level === level)?.code;
  // Kernels before 4.14 had no 3.1.1 that was worth the name.
  if (smb2 === undefined || code === undefined || (level === LEVEL.smb311 && !smb2.dialects.includes(code))) return null;
  const { smb1: _smb1, ...others } = part;
  return { ...others, start: 'smb2-only', smb1Usable: false, smb2: { ...smb2, dialects: [code] } };
}

/** Bits of protocol_vers_map: 1 SMB1, 2 SMB2, 4 SMB3. nsmb.conf(5) */
const VERSION_MAPS: readonly { readonly value: string; readonly min: DialectName; readonly smb1: boolean; readonly cost: ClientSetting['cost'] }[] = [
  { value: '6', min: '2.0.2', smb1: false, cost: costOfLeast(LEVEL.smb202) },
  { value: '7', min: 'CORE', smb1: true, cost: SMB1_COST },
];

function macosSettings(client: SettableClient): Ladder<ClientSetting> {
  const { part, settings } = client;
  const { min, max } = rangeOf(client);
  if (min === LEVEL.core && max === LEVEL.smb311 && settings.smb1 !== false && settings.start === undefined) return [];
  const { start: _start, ...rest } = settings;
  return VERSION_MAPS.map(({ value, min: minDialect, smb1, cost }) => ({
    system: 'macos', setting: 'protocol_vers_map', value, command: `protocol_vers_map=${value}`, file: '/etc/nsmb.conf, [default]', cost, part,
    settings: { ...rest, minDialect, maxDialect: '3.1.1', smb1, ...(!smb1 && { start: 'smb2-only' as const }) },
  }));
}
