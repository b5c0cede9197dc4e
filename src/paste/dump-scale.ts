import { hexBytes } from './digits.ts';
import type { DumpLine, DumpRow, Group } from './dump-row.ts';

/** How the digits of a dump are meant: the base of its offsets, and what one group stands for. */
export interface Scale {
  readonly offsets: 16 | 8 | 10;
  readonly groups: 'hex' | 'octal' | 'binary';
  /** Neighbours whose offsets are as far apart as the bytes that the first one has room for. */
  readonly agreeing: number;
  /** Those of them that have room for no more. */
  readonly exact: number;
  /** Neighbours that do not begin anew. */
  readonly compared: number;
}

export const offsetOf = ({ label }: { readonly label: string }, { offsets }: Pick<Scale, 'offsets'>): number => {
  if (offsets === 16) return Number.parseInt(label, 16);
  return (offsets === 8 ? /^[0-7]+$/ : /^[0-9]+$/).test(label) ? Number.parseInt(label, offsets) : Number.NaN;
};

/** Bytes of one group; 0 where its digits are none of this base. */
export function groupBytes(digits: string, groups: Scale['groups']): number {
  switch (groups) {
    case 'hex': return digits.length % 2 === 0 ? digits.length / 2 : 0;
    case 'octal': return digits.length === 3 && /^[0-3][0-7]{2}$/.test(digits) ? 1 : digits.length === 6 && /^[01][0-7]{5}$/.test(digits) ? 2 : 0;
    default: return digits.length === 8 && /^[01]{8}$/.test(digits) ? 1 : 0;
  }
}

/** All that could be data, as written: first digit first. */
export function rowBytes(row: DumpRow, groups: Scale['groups'], swapped = false): Uint8Array {
  const bytes = new Uint8Array(roomOf(row, groups));
  let at = 0;
  for (const group of row.groups) {
    if (at === bytes.length) break;
    const own = bytesOfGroup(group, groups);
    bytes.set(swapped ? own.toReversed() : own, at);
    at += own.length;
  }
  return bytes;
}

function bytesOfGroup({ digits }: Group, groups: Scale['groups']): Uint8Array {
  if (groups === 'hex') return hexBytes(digits);
  const value = Number.parseInt(digits, groups === 'octal' ? 8 : 2);
  return digits.length === 6 ? Uint8Array.of(value >> 8, value & 0xff) : Uint8Array.of(value);
}

/** Bytes that the row has room for, up to its first group that is no data in this base. */
export function roomOf(row: DumpRow, groups: Scale['groups']): number {
  let bytes = 0;
  for (const { digits } of row.groups) {
    const own = groupBytes(digits, groups);
    if (own === 0) break;
    bytes += own;
  }
  return bytes;
}

/** hexdump and Wireshark count in hex, od in octal (or what `-A` says): what fits most neighbours holds. */
export function scaleOf(lines: readonly DumpLine[]): Scale {
  let best: Scale = measure(lines, 16, 'hex');
  for (const groups of ['hex', 'octal', 'binary'] as const) {
    for (const offsets of [16, 8, 10] as const) {
      const scale = measure(lines, offsets, groups);
      if (scale.agreeing + scale.exact > best.agreeing + best.exact) best = scale;
    }
  }
  return best;
}

function measure(lines: readonly DumpLine[], offsets: Scale['offsets'], groups: Scale['groups']): Scale {
  let agreeing = 0;
  let compared = 0;
  let exact = 0;
  const before = new Map<number, DumpRow>();
  for (const line of lines) {
    if (line.kind === 'star') before.clear();
    if (line.kind === 'star') continue;
    const row = before.get(line.indent);
    if (line.kind === 'row') before.set(line.indent, line);
    else before.delete(line.indent);
    if (row === undefined) continue;
    const distance = offsetOf(line, { offsets }) - offsetOf(row, { offsets });
    if (distance <= 0) continue;
    compared++;
    if (!fits(row, distance, groups, line.kind === 'end')) continue;
    agreeing++;
    const padding = roomOf(row, groups) - distance;
    if (padding === 0 || (line.kind === 'end' && padding < wordBytes(groupBytes(row.groups[0]?.digits ?? '', groups)))) exact++;
  }
  return { offsets, groups, agreeing, exact, compared };
}

/** Only words of two, four … bytes are padded at a file's end. */
function wordBytes(bytes: number): number {
  return (bytes & (bytes - 1)) === 0 ? bytes : 0;
}

/** Whether `distance` bytes end with a group; the last word of a file may be padded. */
export function fits(row: DumpRow, distance: number, groups: Scale['groups'], last: boolean): boolean {
  let bytes = 0;
  for (const { digits } of row.groups) {
    const own = groupBytes(digits, groups);
    if (own === 0) return false;
    bytes += own;
    if (bytes >= distance) return bytes === distance || (last && own > 1);
  }
  return false;
}
