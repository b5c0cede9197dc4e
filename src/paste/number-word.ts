/** Whether a word is written like a number of any language: it begins with a digit, or is Basic's `&H00`. */
export function isNumberWord(word: string): boolean {
  return /^(?:\d|&[hH])/.test(word);
}

const SUFFIX = /(?:u8|i8|[uU]?[lL]{0,2}|y|uy)$/;

/** The byte that a number stands for; null where it is none. Negative ones are those of signed bytes (Java). */
export function numberOf(word: string, negative: boolean): number | null {
  const hex = /^(?:0[xX]|&[hH])([0-9a-fA-F]{1,2})(.{0,3})$/.exec(word);
  if (hex !== null) return new RegExp(`^${SUFFIX.source}`).test(hex[2] ?? '') ? Number.parseInt(hex[1] ?? '', 16) : null;
  const decimal = /^(\d{1,3})(\D.{0,2})?$/.exec(word);
  if (decimal === null || !SUFFIX.test(decimal[2] ?? '')) return null;
  const value = Number(decimal[1]);
  if (negative) return value <= 128 ? (256 - value) & 0xff : null;
  return value <= 255 ? value : null;
}
