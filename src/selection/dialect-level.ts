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
