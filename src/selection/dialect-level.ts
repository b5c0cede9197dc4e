/** Generations of the protocol in their order; a level is an index here. */
export const DIALECT_NAMES = ['CORE', 'LANMAN1', 'LANMAN2', 'NT1', '2.0.2', '2.1', '3.0', '3.0.2', '3.1.1'] as const;

export type DialectName = (typeof DIALECT_NAMES)[number];

/** Levels by the names that rules need. */
export const LEVEL = { core: 0, lanman1: 1, lanman2: 2, nt1: 3, smb202: 4, smb210: 5, smb300: 6, smb302: 7, smb311: 8 } as const;

const LEVELS: Readonly<Record<string, number>> = Object.fromEntries(DIALECT_NAMES.map((name, level) => [name, level]));

/** SMB2 revisions, greatest first, with their levels. [MS-SMB2] 2.2.3 */
export const SMB2_DIALECTS: readonly { readonly code: number; readonly level: number }[] = [
  { code: 0x0311, level: LEVEL.smb311 }, { code: 0x0302, level: LEVEL.smb302 }, { code: 0x0300, level: LEVEL.smb300 },
  { code: 0x0210, level: LEVEL.smb210 }, { code: 0x0202, level: LEVEL.smb202 },
];

export function levelOf(name: string): number | undefined {
  return Object.hasOwn(LEVELS, name) ? LEVELS[name] : undefined;
}

/** The greatest of the offered revisions whose level lies in [min, max]; null where there is none. Order and repetition mean nothing. */
export function greatestCommon(offered: readonly number[], min: number, max: number): number | null {
  for (const { code, level } of SMB2_DIALECTS) {
    if (level >= min && level <= max && offered.includes(code)) return code;
  }
  return null;
}

/** Core plus: above CORE, below LANMAN1; no range ends there. */
const CORE_PLUS = 0.5;

/** Levels of the strings of SMB1-framed offers. [MS-CIFS] 1.7, [MS-SMB2] 3.3.5.3 */
const STRING_LEVELS: Readonly<Record<string, number>> = {
  'PCLAN1.0': LEVEL.core, 'PC NETWORK PROGRAM 1.0': LEVEL.core, 'xenix1.1': CORE_PLUS, 'XENIX CORE': CORE_PLUS, 'MICROSOFT NETWORKS 1.03': CORE_PLUS,
  'MICROSOFT NETWORKS 3.0': LEVEL.lanman1, 'LANMAN1.0': LEVEL.lanman1, 'Windows for Workgroups 3.1a': LEVEL.lanman1,
  'LANMAN1.2': LEVEL.lanman2, 'LM1.2X002': LEVEL.lanman2, 'DOS LM1.2X002': LEVEL.lanman2, 'LANMAN2.1': LEVEL.lanman2, 'DOS LANMAN2.1': LEVEL.lanman2, 'Samba': LEVEL.lanman2,
  'NT LANMAN 1.0': LEVEL.nt1, 'NT LM 0.12': LEVEL.nt1, 'POSIX 2': LEVEL.nt1,
  'SMB 2.002': LEVEL.smb202,
};

/** Whether a client with the range [min, max] sends this string; strings that nobody knows are not filtered. */
export function stringInRange(dialect: string, min: number, max: number): boolean {
  if (dialect === 'SMB 2.???') return max >= LEVEL.smb210;
  const level = Object.hasOwn(STRING_LEVELS, dialect) ? STRING_LEVELS[dialect] : undefined;
  return level === undefined || (level >= min && level <= max);
}

/** The level of an SMB2 revision; unknown ones have none. */
export function levelOfCode(code: number): number | undefined {
  return SMB2_DIALECTS.find((dialect) => dialect.code === code)?.level;
}
