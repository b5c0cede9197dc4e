import { isBlank } from './digits.ts';
import type { DumpRow } from './dump-row.ts';
import { groupBytes, roomOf, rowBytes, type Scale } from './dump-scale.ts';
import { isTextOf } from './text-column.ts';

/** What the other rows of the same dump tell about a row that no next offset measures. */
export interface Shape {
  /** Bytes of a whole row. */
  readonly width: number;
  /** Column behind the last digit of a whole row. */
  readonly dataEnd: number;
}

export interface Counted {
  readonly bytes: number;
  /** False where another count is as likely: nothing but the usual spacing speaks for this one. */
  readonly sure: boolean;
}

/** Where a row of unknown length ends: by the text beside it, by the columns of the other rows, by the gap before the text. */
export function countRow(row: DumpRow, scale: Scale, shape: Shape | null): Counted {
  const room = Math.min(roomOf(row, scale.groups), shape?.width ?? Infinity);
  const byText = countsByText(row, scale, room);
  const [only] = byText;
  if (only !== undefined && byText.length === 1) return { bytes: only, sure: true };
  if (shape !== null) return { bytes: Math.min(room, bytesBefore(row, scale, shape.dataEnd)), sure: true };
  const bytes = countByGap(row, scale, room);
  return { bytes, sure: bytes === room || byText.includes(bytes) || !allData(row, scale, room) };
}

/** All counts for which what stands behind them is the text of just these bytes. */
export function countsByText(row: DumpRow, scale: Scale, room = roomOf(row, scale.groups)): number[] {
  const found: number[] = [];
  const { text } = row.line;
  const bytes = rowBytes(row, scale.groups);
  const end = trimmedEnd(text);
  const barred = text[end - 1] === '|' || text[end - 1] === '<';
  let count = 0;
  for (const [index, { digits, end: dataEnd }] of row.groups.entries()) {
    count += groupBytes(digits, scale.groups);
    if (count > room) break;
    const next = row.groups[index + 1]?.start ?? firstInk(text, dataEnd);
    if (next >= text.length) break;
    const fitsAt = (from: number, gap: boolean): boolean => from > dataEnd && from <= text.length && next >= from - (barred ? 1 : 0) && isTextOf(text, from, bytes, count, gap);
    const fits = barred
      ? isBar(text[end - count - 2]) && fitsAt(end - 1 - count, false)
      : fitsAt(text.length - count, false) || (end < text.length && fitsAt(end - count, false)) || (count > 8 && fitsAt(text.length - count - 1, true));
    if (fits) found.push(count);
  }
  return found;
}

function isBar(letter: string | undefined): boolean {
  return letter === '|' || letter === '>';
}

function trimmedEnd(text: string): number {
  let end = text.length;
  while (end > 0 && isBlank(text.charCodeAt(end - 1))) end--;
  return end;
}

function firstInk(text: string, from: number): number {
  let at = from;
  while (at < text.length && isBlank(text.charCodeAt(at))) at++;
  return at;
}

function bytesBefore(row: DumpRow, scale: Scale, column: number): number {
  let bytes = 0;
  for (const { digits, end } of row.groups) if (end <= column) bytes += groupBytes(digits, scale.groups);
  return bytes;
}

/** Bytes of a row in nearly every tool, where pairs stand alone. */
const USUAL_WIDTH = 16;

/** Two blanks in the middle of sixteen bytes are usual; elsewhere a gap wider than the one before parts data from text. */
function countByGap(row: DumpRow, scale: Scale, room: number): number {
  let bytes = 0;
  let usual = 0;
  let before = 0;
  for (const { digits, start, end } of row.groups) {
    const gap = start - before;
    if (bytes === 0) usual = 0;
    else if (usual === 0) usual = gap;
    else if (gap > usual && !(bytes === 8 && row.size === 2 && gap <= 3)) return bytes;
    const own = groupBytes(digits, scale.groups);
    if (own === 0 || bytes + own > room || (bytes >= USUAL_WIDTH && row.size === 2 && !row.colon)) return bytes;
    bytes += own;
    before = end;
  }
  return bytes;
}

/** Whether nothing in the row would be left over if all that could be data were. */
function allData(row: DumpRow, scale: Scale, room: number): boolean {
  return roomOf(row, scale.groups) === room && firstInk(row.line.text, row.groups.at(-1)?.end ?? 0) >= row.line.text.length;
}
