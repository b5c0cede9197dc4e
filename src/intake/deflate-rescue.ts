import { setImmediate } from 'node:timers/promises';
import { gzipHeader, type Unpacked, unpackMembers, type Wrapper } from './members.ts';
import { Recent } from './recent.ts';

/** Compressed bytes remembered: a few blocks of what gzip, pigz and most others make. */
const INPUT_KEPT = 128 * 1024;
/** What they unpacked to. */
const OUTPUT_KEPT = 2 * 1024 * 1024;
/** How far back deflate's matches reach. */
const HISTORY = 32 * 1024;
/** A block is taken for found when this much of what it unpacks to is what zlib unpacked. */
const LEAST_AGREEMENT = 256;
/** Bytes that may be unpacked in search of a block. */
const SEARCH_BYTES = 16 * 1024 * 1024;
const LONGEST_MEMBER_HEADER = 512;
/** Bit positions looked at before others get their turn. */
const BITS_A_TURN = 64 * 1024;

export interface Rescued {
  readonly bytes: Uint8Array;
  /** Offset in the compressed bytes before which everything was unpacked. */
  readonly offset: number;
}

/**
 * zlib's stream drops what it unpacked of a write in which it finds damage, and cannot be asked again. So the last bytes that
 * went in and came out are remembered. From them the beginning of a deflate block is found, as one that unpacks to what zlib
 * had made of it; from there all is unpacked again, up to the damage.
 */
export class DeflateRescue {
  readonly #wrapper: Wrapper;
  readonly #input = new Recent(INPUT_KEPT);
  readonly #output = new Recent(OUTPUT_KEPT + HISTORY);
  #writing: Uint8Array = new Uint8Array(0);
  /** Output before the present write. */
  #outputBefore = 0;
  #searched = 0;

  constructor(wrapper: Wrapper) {
    this.#wrapper = wrapper;
  }

  /** zlib has dealt with all before and now gets these bytes. */
  starts(bytes: Uint8Array): void {
    this.#input.add(this.#writing);
    this.#writing = bytes;
    this.#outputBefore = this.#output.total;
  }

  unpacked(bytes: Uint8Array): void {
    this.#output.add(bytes);
  }

  /** What the write in which zlib failed unpacks to, beyond what zlib gave; undefined when no block is found. */
  async rescue(checkFailed: boolean): Promise<Rescued | undefined> {
    const before = this.#input.last(INPUT_KEPT);
    const start = await this.#start(before);
    if (start === undefined) return undefined;
    const all = unpackMembers(this.#wrapper, Buffer.concat([before, this.#writing]), start.bit, start.history, start.length + this.#writing.length * 1100);
    // Where zlib found a wrong checksum and no later member has one, it is that of the member which it was in.
    const { length, end } = checkFailed && !all.mismatch && all.first !== undefined ? all.first : { length: all.bytes.length, end: all.end };
    const given = start.length + this.#output.total - this.#outputBefore;
    return { bytes: all.bytes.subarray(given, Math.max(given, length)), offset: this.#input.total - before.length + end };
  }

  /** A bit of `before` where a block begins, with what came out before it and how much came out of it. */
  async #start(before: Uint8Array): Promise<{ bit: number; history: Uint8Array; length: number } | undefined> {
    if (this.#input.total === before.length) {
      const at = this.#firstBlock(before);
      if (at !== undefined) return { bit: at * 8, history: new Uint8Array(0), length: this.#outputBefore };
    }
    for (let bit = before.length * 8 - 1; bit >= 0 && this.#searched < SEARCH_BYTES; bit--) {
      if (bit % BITS_A_TURN === 0) await setImmediate();
      if (!mayBeBlock(before, bit)) continue;
      await setImmediate();
      const found = this.#verified(before, bit);
      if (found !== undefined) return { bit, ...found };
    }
    return undefined;
  }

  #firstBlock(before: Uint8Array): number | undefined {
    if (this.#wrapper === 'raw') return 0;
    const input = Buffer.concat([before, this.#writing]);
    const at = this.#wrapper === 'zlib' ? 2 : gzipHeader(input, 0);
    return typeof at === 'number' ? at : undefined;
  }

  /** First with any history, to learn how much comes out; then with the right one. */
  #verified(before: Uint8Array, bit: number): { history: Uint8Array; length: number } | undefined {
    const recent = this.#output.before(this.#outputBefore);
    const probe = this.#unpack(before, bit, new Uint8Array(HISTORY), recent.length);
    const length = probe.bytes.length;
    if (!probe.short || length < LEAST_AGREEMENT || length > recent.length) return undefined;
    const from = recent.length - length;
    if (from < HISTORY && from < this.#outputBefore - length) return undefined;
    const history = beginsMember(before, bit) ? new Uint8Array(0) : recent.subarray(Math.max(0, from - HISTORY), from);
    const again = this.#unpack(before, bit, history, length);
    return again.short && Buffer.compare(again.bytes, recent.subarray(from)) === 0 ? { history, length } : undefined;
  }

  #unpack(before: Uint8Array, bit: number, history: Uint8Array, most: number): Unpacked {
    const unpacked = unpackMembers(this.#wrapper, before, bit, history, most);
    this.#searched += unpacked.bytes.length + 1024;
    return unpacked;
  }
}

/** A member's matches do not reach into the member before. Its header is 10 bytes long, and more with a name. */
function beginsMember(bytes: Uint8Array, bit: number): boolean {
  if (bit % 8 !== 0) return false;
  const end = bit / 8;
  for (let from = Math.max(0, end - LONGEST_MEMBER_HEADER); from < end; from++) {
    if (bytes[from] === 0x1f && gzipHeader(bytes.subarray(0, end), from) === end) return true;
  }
  return false;
}

/** Cheap tests that rule out nearly all positions: stored blocks by their doubled length, others by the code of code lengths. [RFC 1951] 3.2.3 */
function mayBeBlock(bytes: Uint8Array, bit: number): boolean {
  const at = bit >>> 3;
  const type = ((((bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8)) >>> (bit & 7)) >>> 1) & 3;
  if (type === 0) return maybeStored(bytes, bit);
  return type === 2 && maybeDynamic(bytes, bit);
}

/** It must end within the bytes: zeros before it may be filling, and only what follows shows whether it is the last. */
function maybeStored(bytes: Uint8Array, bit: number): boolean {
  const at = (bit + 3 + 7) >>> 3;
  const size = (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8);
  return at + 4 + size < bytes.length && ((bytes[at] ?? 0) ^ (bytes[at + 2] ?? 0)) === 0xff && ((bytes[at + 1] ?? 0) ^ (bytes[at + 3] ?? 0)) === 0xff;
}

function maybeDynamic(bytes: Uint8Array, bit: number): boolean {
  const bits = (from: number, count: number): number => {
    const at = from >>> 3;
    return (((bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16)) >>> (from & 7)) & ((1 << count) - 1);
  };
  if (bits(bit + 3, 5) > 29 || bits(bit + 8, 5) > 29) return false;
  let sum = 0;
  for (let index = 0; index < bits(bit + 13, 4) + 4; index++) {
    const length = bits(bit + 17 + index * 3, 3);
    if (length > 0) sum += 128 >>> length;
  }
  return sum === 128;
}
