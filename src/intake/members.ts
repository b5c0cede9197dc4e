import { crc32 } from 'node:zlib';
import { Inflate } from './inflate.ts';

/** What stands around the deflate data. */
export type Wrapper = 'gzip' | 'zlib' | 'raw';

export interface Unpacked {
  readonly bytes: Uint8Array;
  /** Offset in the input before which everything was unpacked. */
  readonly end: number;
  /** Length of `bytes` at the end of the first member, and where that lies in the input; undefined when it goes on. */
  readonly first: { readonly length: number; readonly end: number } | undefined;
  /** The input was used up; there was nothing wrong with it so far. */
  readonly short: boolean;
  /** A later member's checksum or size is wrong: `bytes` ends with it. */
  readonly mismatch: boolean;
}

/**
 * Unpacks from `bit` of `input`, where a block of a member begins, through the members after it. Stops at the first thing
 * wrong. `history` is what the member unpacked to before.
 */
export function unpackMembers(wrapper: Wrapper, input: Uint8Array, bit: number, history: Uint8Array, most: number): Unpacked {
  const parts: Uint8Array[] = [];
  let length = 0;
  let first: Unpacked['first'];
  const done = (end: number, short: boolean, mismatch = false): Unpacked => ({ bytes: Buffer.concat(parts), end, first, short, mismatch });
  let inflate = new Inflate(input, bit, history, most);
  for (;;) {
    const outcome = inflate.run();
    parts.push(inflate.output);
    length += inflate.output.length;
    const end = Math.ceil(inflate.bit / 8);
    if (outcome !== 'end') return done(inflate.bit >>> 3, outcome === 'short');
    const isFirst = first === undefined;
    first ??= { length, end };
    if (wrapper !== 'gzip') return done(end, wrapper === 'zlib' && end + 4 > input.length);
    if (end + 8 > input.length) return done(end, true);
    if (!isFirst && !trailerAgrees(input, end, inflate.output)) return done(end, false, true);
    const header = gzipHeader(input, end + 8);
    if (typeof header === 'string') return done(end + 8, header === 'short');
    inflate = new Inflate(input, header * 8, new Uint8Array(0), most - length);
  }
}

/** [RFC 1952] 2.3.1: checksum and size. */
function trailerAgrees(input: Uint8Array, at: number, bytes: Uint8Array): boolean {
  const view = new DataView(input.buffer, input.byteOffset + at, 8);
  return view.getUint32(0, true) === crc32(bytes) && view.getUint32(4, true) === bytes.length % 2 ** 32;
}

/** Where the deflate data after the member header at `from` begin. [RFC 1952] 2.3 */
export function gzipHeader(input: Uint8Array, from: number): number | 'short' | 'none' {
  for (const [index, byte] of [0x1f, 0x8b, 8].entries()) {
    if (from + index < input.length && input[from + index] !== byte) return 'none';
  }
  if (from + 10 > input.length) return 'short';
  const flags = input[from + 3] ?? 0;
  if ((flags & 0xe0) !== 0) return 'none';
  let at = from + 10;
  if ((flags & 4) !== 0) at += 2 + ((input[at] ?? 0) | ((input[at + 1] ?? 0) << 8));
  for (const text of [8, 16]) {
    if ((flags & text) === 0) continue;
    const zero = input.indexOf(0, at);
    if (zero === -1) return 'short';
    at = zero + 1;
  }
  if ((flags & 2) !== 0) at += 2;
  return at <= input.length ? at : 'short';
}
