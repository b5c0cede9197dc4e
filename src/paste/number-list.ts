import { IgnoredLines } from './ignored-lines.ts';
import type { Line } from './lines.ts';
import type { Paste, Sender } from './paste.ts';
import { isNumberWord, numberOf } from './number-word.ts';
import { joinPieces, type Piece } from './pieces.ts';
import { byReplyBit } from './sides.ts';
import { linesWithoutComments } from './source-comments.ts';

/** Numbers between one pair of brackets, or outside of all. */
interface Group {
  readonly line: number;
  readonly values: number[];
  /** Brackets behind a name (`char x[131]`, `byte[]`) hold a size. */
  readonly subscript: boolean;
  /** Something in it is a number, but no byte. */
  unfit: boolean;
  /** Something but numbers and commas stands in it. */
  words: boolean;
  /** All were written `0x…`, or with a comma behind: else prose has numbers too. */
  listed: number;
  readonly direction: Sender | null;
  /** Where runs may begin a new message: index of values, and line. */
  readonly breaks: { readonly at: number; readonly line: number }[];
}

const FEWEST = 4;

/** Arrays of C, Go, Python, PowerShell, JSON …, and lists of numbers without any brackets, hex or decimal; null where there is none. */
export function readNumberList(lines: readonly Line[]): Paste | null {
  const { top, groups, filled } = collect(linesWithoutComments(lines));
  const arrays = groups.filter(({ subscript, unfit, values }) => !subscript && !unfit && values.length >= FEWEST);
  const bare = !top.unfit && top.values.length >= FEWEST && (top.listed >= top.values.length - 1 || (!top.words && hasOddWidths(lines)));
  const used = arrays.length > 0 ? arrays : bare ? [top] : [];
  if (used.length === 0) return null;
  const ignored = new IgnoredLines();
  for (const line of lines) if (!filled.has(line.number) && line.text.trim() !== '') ignored.add(line.number, 'no list of bytes');
  const chunks = byReplyBit(joinPieces(used.flatMap(piecesOf)), { parted: used.some(({ direction }) => direction !== null), certain: false, of: () => null });
  return { form: 'number-list', chunks, ignored: ignored.list(), warnings: [] };
}

/** Decimal bytes have one, two or three digits; hex ones always two. */
function hasOddWidths(lines: readonly Line[]): boolean {
  return lines.some(({ text }) => /(?:^|\s)(?:\d|[1-9]\d\d)(?:\s|$)/.test(text)) && lines.every(({ text }) => !/[a-f]/i.test(text));
}

function piecesOf({ values, breaks, direction }: Group): Piece[] {
  return breaks.map(({ at, line }, index) => ({ bytes: Uint8Array.from(values.slice(at, breaks[index + 1]?.at)), line, direction }));
}

interface Collected {
  readonly top: Group;
  readonly groups: readonly Group[];
  /** Numbers of lines that have numbers of a list. */
  readonly filled: ReadonlySet<number>;
}

function collect(lines: readonly Line[]): Collected {
  const top = newGroup(1, false, null);
  const groups: Group[] = [];
  const open: Group[] = [];
  const filled = new Set<number>();
  for (const line of lines) {
    const { text, number } = line;
    const peer = peerOf(text);
    let at = 0;
    while (at < text.length) {
      const letter = text[at] ?? '';
      const group = open.at(-1) ?? top;
      if ('{[('.includes(letter)) {
        open.push(newGroup(number, letter === '[' && /[\w\]]/.test(text[at - 1] ?? ''), peer));
        groups.push(open.at(-1) ?? top);
        at++;
      } else if ('}])'.includes(letter)) {
        open.pop();
        at++;
      } else if (letter === '"' || letter === "'") {
        at = charConstant(text, at, group);
      } else if (/[\w&]/.test(letter)) {
        const end = wordEnd(text, at);
        takeWord(group, text, at, end, number, filled);
        at = end;
      } else at++;
    }
  }
  return { top, groups, filled };
}

function newGroup(line: number, subscript: boolean, direction: Sender | null): Group {
  return { line, values: [], subscript, unfit: false, words: false, listed: 0, direction, breaks: [] };
}

/** Wireshark names its arrays by side. */
function peerOf(text: string): Sender | null {
  const peer = /\bpeer([01])_\d+\[\]/.exec(text)?.[1];
  return peer === undefined ? null : peer === '0' ? 'client' : 'server';
}

function takeWord(group: Group, text: string, at: number, end: number, line: number, filled: Set<number>): void {
  const word = text.slice(at, end);
  if (!isNumberWord(word)) {
    group.words = true;
    return;
  }
  const value = numberOf(word, text[at - 1] === '-' && !/[\w)]/.test(text[at - 2] ?? ''));
  if (value === null) {
    group.unfit = true;
    return;
  }
  if (group.breaks.at(-1)?.line !== line) group.breaks.push({ at: group.values.length, line });
  group.values.push(value);
  if (/^0x|^&h/i.test(word) || text[end] === ',') group.listed++;
  filled.add(line);
}

/** `'S'` is a byte; other strings are none. */
function charConstant(text: string, at: number, group: Group): number {
  const quote = text[at];
  if (quote === "'" && text[at + 2] === "'" && text[at + 1] !== '\\') {
    if (group.values.length > 0) group.values.push(text.charCodeAt(at + 1) & 0xff);
    return at + 3;
  }
  let end = at + 1;
  while (end < text.length && text[end] !== quote) end += text[end] === '\\' ? 2 : 1;
  return end + 1;
}

function wordEnd(text: string, from: number): number {
  let at = from + 1;
  while (at < text.length && /\w/.test(text[at] ?? '')) at++;
  return at;
}
