import { PASTE_LIMITS } from '../limits.ts';
import { concatenate } from './digits.ts';
import { countRow, countsByText, type Shape } from './dump-count.ts';
import { dumpForm, type DumpTraits } from './dump-form.ts';
import { type DumpLine, type DumpRow, readDumpLine } from './dump-row.ts';
import { fits, offsetOf, roomOf, rowBytes, type Scale, scaleOf } from './dump-scale.ts';
import { IgnoredLines } from './ignored-lines.ts';
import { type Line, placeIn } from './lines.ts';
import { type Chunk, type Paste, PasteFault } from './paste.ts';
import { byReplyBit, type Sides, sidesOf } from './sides.ts';
import { holdsSmb } from './smb-start.ts';

/** A row whose length is known. */
interface Measured {
  readonly row: DumpRow;
  readonly count: number;
  /** The row again and again, for the lines that `*` stands for. */
  readonly repeats: number;
  /** Nothing is left out between the row before on the same side and this one. */
  readonly continues: boolean;
}

/** Lines of offset and bytes, with or without text beside; null where the text is no such dump. */
export function readDump(lines: readonly Line[]): Paste | PasteFault | null {
  const ignored = new IgnoredLines();
  const read: DumpLine[] = [];
  for (const line of lines) {
    const one = readDumpLine(line);
    if (one !== null) read.push(one);
    else if (line.text.trim() !== '') ignored.add(line.number, 'no offset and bytes');
  }
  const scale = readableScale(read);
  if (!isDump(read, scale)) return null;
  const warnings: string[] = [];
  const measured = measure(read, scale, warnings);
  if (measured instanceof PasteFault) return measured;
  const traits: DumpTraits = { rows: read.filter((one) => one.kind === 'row'), scale, lines };
  const sides = sidesOf(lines, traits.rows.map(({ indent }) => indent), dumpForm(traits) === 'wireshark-follow');
  const chunks = byReplyBit(inOrder(measured, scale, sides, warnings), sides);
  return { form: sides.parted ? 'wireshark-follow' : dumpForm(traits), chunks, ignored: ignored.list(), warnings };
}

/** Where no offsets can be compared, the text beside the bytes tells octal and binary groups from hex ones. */
function readableScale(read: readonly DumpLine[]): Scale {
  const scale = scaleOf(read);
  if (scale.agreeing > 0) return scale;
  const rows = read.filter((one) => one.kind === 'row');
  const groups = (['binary', 'octal', 'hex'] as const).find((each) => rows.some((row) => countsByText(row, { ...scale, groups: each }).length > 0));
  return { ...scale, groups: groups ?? 'hex' };
}

/** Offsets that agree with the bytes; or a single row with an offset that can be nothing else. */
function isDump(read: readonly DumpLine[], { agreeing, compared, groups }: Scale): boolean {
  if (agreeing > 0) return agreeing * 2 >= compared;
  const rows = read.filter((one) => one.kind === 'row');
  if (rows.length === 0 || rows.some((row) => roomOf(row, groups) === 0)) return false;
  return rows.every(({ label, colon, prefixed, gap, size }) => label.length >= 4 && (colon || prefixed || gap > 1 || (label.length > size && /^0+$/.test(label))));
}

function measure(read: readonly DumpLine[], scale: Scale, warnings: string[]): Measured[] | PasteFault {
  const after = followers(read);
  const shapes = shapesOf(read, after, scale);
  const measured: Measured[] = [];
  const ends = new Map<number, number>();
  let unsure = 0;
  let total = 0;
  for (const row of read) {
    if (row.kind !== 'row') continue;
    const { next, starred } = after.get(row) ?? { next: undefined, starred: false };
    const distance = next === undefined ? 0 : offsetOf(next, scale) - offsetOf(row, scale);
    const known = !starred && distance > 0 && fits(row, distance, scale.groups, next?.kind === 'end');
    const fault = known || starred ? null : missingBytes(row, next, distance, scale, shapes.get(row.indent));
    if (fault !== null) return fault;
    const counted = known ? { bytes: distance, sure: true } : countRow(row, scale, shapes.get(row.indent) ?? null);
    if (!counted.sure) unsure++;
    const repeats = starred && distance > 0 && distance % counted.bytes === 0 ? distance / counted.bytes : 1;
    total += counted.bytes * repeats;
    if (total > PASTE_LIMITS.bytes) return new PasteFault('too-large', `The dump stands for more than ${PASTE_LIMITS.bytes} bytes.`, placeIn(row.line, 0));
    const offset = offsetOf(row, scale);
    measured.push({ row, count: counted.bytes, repeats, continues: ends.get(row.indent) === offset });
    if (offset > 0 && ends.has(row.indent) && offset > (ends.get(row.indent) ?? 0)) warnings.push(`Between line ${row.line.number} and the row before it offsets are left out: what stood there is missing.`);
    ends.set(row.indent, offset + counted.bytes * repeats);
  }
  if (unsure > 0) warnings.push(`In ${unsure} row${unsure === 1 ? '' : 's'} the text beside the bytes looks like bytes too; it was taken for text because of the gap before it.`);
  return measured;
}

/** A row with fewer bytes than its dump's rows have, although the next offset counts a whole row: a digit was lost. */
function missingBytes(row: DumpRow, next: DumpLine | undefined, distance: number, { groups }: Scale, shape: Shape | undefined): PasteFault | null {
  const room = roomOf(row, groups);
  if (next === undefined || shape === undefined || distance !== shape.width || room >= distance) return null;
  const end = row.groups.at(-1)?.end ?? 0;
  return new PasteFault('bad-hex', `Line ${row.line.number} has ${room} bytes, but the next offset is ${distance} further: something from column ${end + 1} on is no hex, or missing.`, placeIn(row.line, end));
}

interface Follower {
  readonly next: Exclude<DumpLine, { kind: 'star' }>;
  /** `*` stands between. */
  readonly starred: boolean;
}

/** For each row the next line with an offset on the same side. */
function followers(read: readonly DumpLine[]): Map<DumpRow, Follower> {
  const after = new Map<DumpRow, Follower>();
  const open = new Map<number, DumpRow>();
  let starred = false;
  for (const line of read) {
    if (line.kind === 'star') {
      starred = true;
      continue;
    }
    const row = open.get(line.indent);
    if (row !== undefined) after.set(row, { next: line, starred });
    if (line.kind === 'row') open.set(line.indent, line);
    else open.delete(line.indent);
    starred = false;
  }
  return after;
}

/** By indentation: the widest row that a next offset measures. */
function shapesOf(read: readonly DumpLine[], after: ReadonlyMap<DumpRow, Follower>, scale: Scale): Map<number, Shape> {
  const shapes = new Map<number, Shape>();
  for (const row of read) {
    if (row.kind !== 'row') continue;
    const follower = after.get(row);
    if (follower === undefined || follower.starred || follower.next.kind === 'end') continue;
    const width = offsetOf(follower.next, scale) - offsetOf(row, scale);
    if (!fits(row, width, scale.groups, false) || width <= (shapes.get(row.indent)?.width ?? 0)) continue;
    let bytes = 0;
    const last = row.groups.find(({ digits }) => (bytes += scale.groups === 'hex' ? digits.length / 2 : digits.length === 6 ? 2 : 1) >= width);
    shapes.set(row.indent, { width, dataEnd: last?.end ?? 0 });
  }
  return shapes;
}

/** Words of hexdump and od are numbers of a little-endian machine; those of xxd and tcpdump are written byte by byte. What holds SMB decides. */
function inOrder(measured: readonly Measured[], scale: Scale, sides: Sides, warnings: string[]): Chunk[] {
  const [first] = measured;
  const words = first !== undefined && (scale.groups === 'octal' ? first.row.size === 6 : scale.groups === 'hex' && first.row.size > 2);
  if (!words) return chunksOf(measured, scale, sides, false);
  const usual = !first.row.colon && !first.row.prefixed;
  const chunks = chunksOf(measured, scale, sides, usual);
  if (holdsSmb(chunks)) return chunks;
  const other = chunksOf(measured, scale, sides, !usual);
  if (holdsSmb(other)) return other;
  if (usual) warnings.push('Nothing tells the byte order of the words; they were taken for numbers of a little-endian machine, as hexdump and od write them.');
  return chunks;
}

function chunksOf(measured: readonly Measured[], { groups }: Scale, sides: Sides, swapped: boolean): Chunk[] {
  const chunks: { parts: Uint8Array[]; line: number; indent: number }[] = [];
  for (const { row, count, repeats, continues } of measured) {
    const bytes = rowBytes(row, groups, swapped).subarray(0, count);
    let last = chunks.at(-1);
    if (last === undefined || !continues || last.indent !== row.indent) chunks.push(last = { parts: [], line: row.line.number, indent: row.indent });
    for (let turn = 0; turn < repeats; turn++) last.parts.push(bytes);
  }
  return chunks.map(({ parts, line, indent }) => ({ bytes: concatenate(parts), line, direction: sides.of(indent) }));
}
