import { hexDigit } from './digits.ts';
import { IgnoredLines } from './ignored-lines.ts';
import type { Line } from './lines.ts';
import type { Paste } from './paste.ts';
import { joinPieces, type Piece } from './pieces.ts';

/** String literals of C, Python, JavaScript and shells with `\x00`, `\000`, `\0`, and fields of Zeek's logs; null where nothing is escaped. */
export function readEscapedString(lines: readonly Line[]): Paste | null {
  const ignored = new IgnoredLines();
  const pieces: Piece[] = [];
  const doubled = isDoubled(lines);
  for (const line of lines) {
    const literals = literalsOf(line.text);
    for (const { from, to } of literals) pieces.push({ bytes: unescape(line.text, from, to, doubled), line: line.number });
    if (literals.length === 0 && line.text.trim() !== '') ignored.add(line.number, 'no string with escaped bytes');
  }
  return pieces.length === 0 ? null : { form: 'escaped-string', chunks: joinPieces(pieces), ignored: ignored.list(), warnings: [] };
}

interface Literal { readonly from: number; readonly to: number }

/** Quoted strings that have escaped bytes or are Python's `b'…'`; without quotes, the tabbed fields that have them. */
function literalsOf(text: string): Literal[] {
  const found: Literal[] = [];
  let at = 0;
  while (at < text.length) {
    const quote = text[at];
    if (quote !== '"' && quote !== "'" && quote !== '`') {
      at++;
      continue;
    }
    const end = closing(text, at + 1, quote);
    const bytesLiteral = /[bB]/.test(text[at - 1] ?? '') && !/\w/.test(text[at - 2] ?? '');
    if (hasEscape(text, at + 1, end) || (bytesLiteral && end < text.length)) found.push({ from: at + 1, to: end });
    at = end + 1;
  }
  return found.length > 0 || /["`]|\bb'/.test(text) ? found : fieldsOf(text);
}

/** Index of the quote that ends the string, or the line's end where it was cut. */
function closing(text: string, from: number, quote: string): number {
  let at = from;
  while (at < text.length && text[at] !== quote) at += text[at] === '\\' ? 2 : 1;
  return Math.min(at, text.length);
}

function fieldsOf(text: string): Literal[] {
  const found: Literal[] = [];
  let from = 0;
  for (const field of text.split('\t')) {
    if (hasEscape(field, 0, field.length)) found.push({ from, to: from + field.trimEnd().length });
    from += field.length + 1;
  }
  return found;
}

/** `\x45`, or an octal `\0`, in [from, to). */
function hasEscape(text: string, from: number, to: number): boolean {
  for (let at = from; at + 1 < to; at++) {
    if (text[at] !== '\\') continue;
    const next = text[at + 1] ?? '';
    if ((next === 'x' && hexDigit(text.charCodeAt(at + 2)) >= 0) || (next >= '0' && next <= '7')) return true;
  }
  return false;
}

/** JSON and some shells write each backslash twice: then no single one is left. A Python literal means what it says. */
function isDoubled(lines: readonly Line[]): boolean {
  let doubled = false;
  for (const { text } of lines) {
    if (/\bb["']/.test(text)) return false;
    for (let at = text.indexOf('\\'); at >= 0; at = text.indexOf('\\', at + 1)) {
      if (text[at + 1] !== '\\') {
        if (at < text.length - 1) return false;
        continue;
      }
      doubled ||= text[at + 2] === 'x';
      at++;
    }
  }
  return doubled;
}

const LETTERS: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, a: 7, b: 8, f: 12, v: 11, e: 27 };

/** UTF-8 for characters that stand unescaped and are not ASCII would be a guess: they count as Latin-1 where they fit. */
function unescape(text: string, from: number, to: number, doubled: boolean): Uint8Array {
  const bytes: number[] = [];
  const backslash = doubled ? 2 : 1;
  let at = from;
  while (at < to) {
    if (text[at] !== '\\' || at + backslash >= to) {
      if (text[at] !== '\\') bytes.push(text.charCodeAt(at) & 0xff);
      at++;
      continue;
    }
    at += backslash;
    const letter = text[at] ?? '';
    const [value, length] = letter === 'x' || letter === 'u' ? hexEscape(text, at, to) : letter >= '0' && letter <= '7' ? octalEscape(text, at, to) : [LETTERS[letter] ?? text.charCodeAt(at), 1];
    if (value >= 0) bytes.push(value & 0xff);
    at += length;
  }
  return Uint8Array.from(bytes);
}

/** Two digits after `x`, four after `u`; −1 where the string was cut within. */
function hexEscape(text: string, at: number, to: number): [value: number, length: number] {
  const digits = text[at] === 'x' ? 2 : 4;
  let value = 0;
  for (let index = 1; index <= digits; index++) {
    const digit = at + index < to ? hexDigit(text.charCodeAt(at + index)) : -1;
    if (digit < 0) return [-1, index];
    value = value * 16 + digit;
  }
  return [value, digits + 1];
}

function octalEscape(text: string, at: number, to: number): [value: number, length: number] {
  let value = 0;
  let length = 0;
  while (length < 3 && at + length < to && (text[at + length] ?? '') >= '0' && (text[at + length] ?? '') <= '7') {
    value = value * 8 + Number(text[at + length]);
    length++;
  }
  return [value, length];
}
