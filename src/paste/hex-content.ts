import { hexBytes, hexDigit, isBlank } from './digits.ts';
import { readGroups } from './dump-row.ts';
import { hexGroups } from './hex-groups.ts';
import type { Line } from './lines.ts';
import { isTextOf } from './text-column.ts';

/** What of a line is hex: columns [from, to). `text` lines say something else. */
export type HexContent =
  | { readonly kind: 'hex'; readonly from: number; readonly to: number; readonly cut: boolean }
  | { readonly kind: 'text' }
  | { readonly kind: 'blank' };

/** Finds the hex in a line: behind a label, in quotes, before a comment or a text column. A line that is nearly all hex is hex with a fault. */
export function hexContent({ text }: Line): HexContent {
  const end = text.trimEnd().length;
  if (end === 0) return { kind: 'blank' };
  if (COMMENT.test(text)) return { kind: 'text' };
  return whole(text, 0, end) ?? quoted(text) ?? nodeBuffer(text) ?? beforeComment(text, end) ?? labelled(text, end) ?? besideText(text) ?? nearly(text, end);
}

/** Remarks, and the head of a followed stream. */
const COMMENT = /^\s*(?:#|\/\/|--|;|\*|\/\*|=|```|Follow: |Filter: |Node [01]: )/;
/** Bytes that something must have to be taken for hex where other things stand on the line too. */
const FEWEST = 4;

/** All of it: even two letters. */
function whole(text: string, from: number, to: number): HexContent | null {
  const { groups, stop } = hexGroups(text, from, to);
  return stop === to && groups.length > 0 ? { kind: 'hex', from, to, cut: false } : null;
}

function enough(text: string, from: number, to: number): HexContent | null {
  const { groups, stop } = hexGroups(text, from, to);
  const digits = groups.reduce((sum, group) => sum + group.digits.length, 0);
  return stop === to && digits >= 2 * FEWEST ? { kind: 'hex', from, to, cut: false } : null;
}

/** `bytes.fromhex("0000…")`, `"hex": "…"`: the first string that is hex. */
function quoted(text: string): HexContent | null {
  for (let at = nextQuote(text, 0); at < text.length; ) {
    const end = nextQuote(text, at + 1);
    const found = enough(text, at + 1, end);
    if (found !== null) return found;
    at = end;
  }
  return null;
}

function nextQuote(text: string, from: number): number {
  let at = from;
  while (at < text.length && text[at] !== '"' && text[at] !== "'" && text[at] !== '`') at++;
  return at;
}

/** Node prints the first fifty bytes. */
function nodeBuffer(text: string): HexContent | null {
  const found = /^.{0,200}?<Buffer\x20([0-9a-f ]+)( \.\.\. \d+ more bytes)?>/d.exec(text);
  const [from, to] = found?.indices?.[1] ?? [0, 0];
  return to === 0 ? null : { kind: 'hex', from, to, cut: found?.[2] !== undefined };
}

/** `00 00 00 85  # prefix`, `0000…` followed by `;` and a remark, `)` or `}`. */
function beforeComment(text: string, end: number): HexContent | null {
  const { stop, groups } = hexGroups(text, 0, end);
  if (groups.length === 0 || !(text[stop] === '#' || text[stop] === ')' || text[stop] === '}' || (text[stop] === '/' && (text[stop + 1] === '/' || text[stop + 1] === '*')))) return null;
  return { kind: 'hex', from: 0, to: stop, cut: false };
}

/** `Request: 00 00 00 85 …`, `tcp.payload == 00:00:00:85:…`, `$hex = …`: a label has a letter that is no hex digit. */
function labelled(text: string, end: number): HexContent | null {
  const label = /^[^:=]{1,80}[:=]{1,2}/.exec(text)?.[0];
  if (label === undefined || !/[g-zG-Z$]/.test(label)) return null;
  return enough(text, label.length, end);
}

/** `00 00 00 85 ff 53 4d 42  .....SMB`: a dump without offsets. */
function besideText(text: string): HexContent | null {
  let from = 0;
  while (isBlank(text.charCodeAt(from))) from++;
  const groups = readGroups(text, from);
  const bytes = hexBytes(groups.map(({ digits }) => digits).join(''));
  let count = 0;
  for (const { digits, end } of groups) {
    if (digits.length % 2 !== 0) return null;
    count += digits.length / 2;
    const column = text.length - count;
    if (count >= FEWEST && column > end && blank(text, end, column) && isTextOf(text, column, bytes, count, false)) return { kind: 'hex', from, to: end, cut: false };
  }
  return null;
}

/** Stops at the first ink: groups of a row are few, and what lies between them is short. */
function blank(text: string, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (!isBlank(text.charCodeAt(at))) return false;
  return true;
}

/** Three quarters of the letters are hex digits, and there are some: somebody mistyped. Otherwise it is a sentence. */
function nearly(text: string, end: number): HexContent {
  let digits = 0;
  let others = 0;
  for (let at = 0; at < end; at++) {
    const code = text.charCodeAt(at);
    if (hexDigit(code) >= 0) digits++;
    else if (code > 127 || /[A-Za-z0-9]/.test(text[at] ?? '')) others++;
  }
  return digits >= 4 && digits >= 3 * others ? { kind: 'hex', from: 0, to: end, cut: false } : { kind: 'text' };
}
