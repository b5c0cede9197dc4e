import { bytesField, errorField, type Field, shortBy } from './field.ts';

/** A part of a message whose place an offset names. */
export interface Piece {
  readonly name: string;
  readonly offset: number;
  readonly length: number;
  /** Gets [at, end), where `end` may be earlier than the length says. */
  readonly read: (bytes: Uint8Array, at: number, end: number) => Field;
}

/** Longer runs between parts are no alignment. [MS-SMB2] aligns to 8 at most. */
const PADDING_LIMIT = 8;

/** The pieces in the order in which they lie in [from, to), and whatever is between and behind them. */
export function placePieces(bytes: Uint8Array, from: number, to: number, pieces: readonly Piece[]): Field[] {
  const fields: Field[] = [];
  const errors: Field[] = [];
  let at = from;
  for (const piece of pieces.filter(({ length }) => length > 0).toSorted((a, b) => a.offset - b.offset)) {
    const wrong = misplaced(piece, at, to);
    if (wrong !== undefined) {
      errors.push(errorField('out-of-bounds', to, wrong));
      continue;
    }
    fields.push(...gap(bytes, at, piece.offset));
    const end = Math.min(piece.offset + piece.length, to);
    fields.push(piece.read(bytes, piece.offset, end));
    if (end - piece.offset < piece.length) errors.push(errorField('truncated', to, `${piece.name}: ${shortBy(piece.length, end - piece.offset)}`));
    at = end;
  }
  return [...fields, ...gap(bytes, at, to), ...errors];
}

function misplaced({ name, offset }: Piece, at: number, to: number): string | undefined {
  if (offset >= to) return `${name} should begin at ${offset}, and the bytes end at ${to}`;
  return offset < at ? `${name} should begin at ${offset}, inside what stands before it` : undefined;
}

/** What no field claims. */
export function gap(bytes: Uint8Array, from: number, to: number): Field[] {
  if (to <= from) return [];
  const name = to - from < PADDING_LIMIT ? 'Padding' : 'unclaimed bytes';
  const zero = bytes.subarray(from, to).every((byte) => byte === 0);
  return [bytesField(bytes, from, to - from, name, { meaning: zero ? undefined : 'not zero' })];
}
