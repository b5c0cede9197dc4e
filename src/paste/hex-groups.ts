import { hexDigit } from './digits.ts';

/** Digits without anything between. */
export interface HexGroup {
  readonly digits: string;
  /** Column behind the last digit, from 0. */
  readonly end: number;
}

export interface HexGroups {
  readonly groups: readonly HexGroup[];
  /** Column of what is neither a digit nor a separator; the end where there is none. */
  readonly stop: number;
}

const SEPARATORS = new Set(' \t\v\f,:;.-_|"\'`\\');

/** Hex digits in [from, to), cut at separators; `0x` before a group means nothing. */
export function hexGroups(text: string, from: number, to: number): HexGroups {
  const groups: HexGroup[] = [];
  let at = from;
  while (at < to) {
    if (SEPARATORS.has(text[at] ?? '')) {
      at++;
      continue;
    }
    if (text[at] === '0' && (text[at + 1] === 'x' || text[at + 1] === 'X') && at + 2 < to && hexDigit(text.charCodeAt(at + 2)) >= 0) at += 2;
    const start = at;
    while (at < to && hexDigit(text.charCodeAt(at)) >= 0) at++;
    if (at === start) return { groups, stop: at };
    groups.push({ digits: text.slice(start, at), end: at });
  }
  return { groups, stop: to };
}
