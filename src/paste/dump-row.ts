import { PASTE_LIMITS } from '../limits.ts';
import { hexDigit, isBlank } from './digits.ts';
import type { Line } from './lines.ts';

/** One group of digits between blanks. */
export interface Group {
  readonly digits: string;
  readonly start: number;
  readonly end: number;
}

/** A line of a dump that begins with an offset. What of `groups` is data and what text beside it is decided later. */
export interface DumpRow {
  readonly kind: 'row';
  readonly line: Line;
  readonly indent: number;
  /** The offset's digits, without `0x`; their base is decided later. */
  readonly label: string;
  /** What ends the offset: a colon (xxd, tcpdump), or as many blanks. */
  readonly colon: boolean;
  readonly prefixed: boolean;
  readonly gap: number;
  /** Digits in one group. */
  readonly size: number;
  /** All that could be data. */
  readonly groups: readonly Group[];
}

/** The last line of hexdump and od: only an offset. `*`: rows like the one before were left out. */
export type DumpLine = DumpRow | { readonly kind: 'end'; readonly line: Line; readonly label: string; readonly indent: number } | { readonly kind: 'star'; readonly line: Line };

const LABEL = { shortest: 3, longest: 16 } as const;
/** `xxd -g 0` leaves out all blanks. */
const LONGEST_GROUP = 2 * PASTE_LIMITS.rowBytes;

/** Null for a line that is no part of a dump. Reads the line once. */
export function readDumpLine(line: Line): DumpLine | null {
  const { text } = line;
  const indent = skipBlanks(text, 0);
  if (text[indent] === '*' && skipBlanks(text, indent + 1) === text.length) return { kind: 'star', line };
  const prefixed = text[indent] === '0' && (text[indent + 1] === 'x' || text[indent + 1] === 'X');
  const labelAt = prefixed ? indent + 2 : indent;
  const labelEnd = skipDigits(text, labelAt, LABEL.longest + 1);
  const digits = labelEnd - labelAt;
  if (digits < LABEL.shortest || digits > LABEL.longest) return null;
  const label = text.slice(labelAt, labelEnd);
  const colon = text[labelEnd] === ':';
  const dataAt = skipBlanks(text, colon ? labelEnd + 1 : labelEnd);
  if (dataAt === text.length) return colon ? null : { kind: 'end', line, label, indent };
  const gap = dataAt - labelEnd - (colon ? 1 : 0);
  if (gap === 0) return null;
  const groups = readGroups(text, dataAt);
  const size = groups[0]?.digits.length ?? 0;
  return size === 0 ? null : { kind: 'row', line, indent, label, colon, prefixed, gap, size, groups };
}

/** Groups of one size, the last perhaps shorter: others are no data. `-` and `|` part the halves of a row. */
export function readGroups(text: string, from: number): Group[] {
  const groups: Group[] = [];
  let at = from;
  let size = 0;
  while (at < text.length && groups.length < PASTE_LIMITS.rowBytes) {
    const end = skipDigits(text, at, LONGEST_GROUP + 1);
    const length = end - at;
    if (length < 2 || length > LONGEST_GROUP || !isGroupEnd(text, end)) break;
    if (size === 0) size = length;
    if (length > size || (length < size && length % 2 !== 0)) break;
    groups.push({ digits: text.slice(at, end), start: at, end });
    if (length < size) break;
    at = skipBlanks(text, end);
    if (text[at] === '-' && at === end) at++;
    else if (text[at] === '|' && isBlank(text.charCodeAt(at + 1))) at = skipBlanks(text, at + 1);
  }
  return groups;
}

function isGroupEnd(text: string, at: number): boolean {
  return at >= text.length || isBlank(text.charCodeAt(at)) || (text[at] === '-' && hexDigit(text.charCodeAt(at + 1)) >= 0);
}

function skipBlanks(text: string, from: number): number {
  let at = from;
  while (at < text.length && isBlank(text.charCodeAt(at))) at++;
  return at;
}

/** Stops after `most` digits. */
function skipDigits(text: string, from: number, most: number): number {
  let at = from;
  while (at < text.length && at - from < most && hexDigit(text.charCodeAt(at)) >= 0) at++;
  return at;
}
