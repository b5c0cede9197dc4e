/** [RFC 1951] 3.2.7: in which order the lengths of the code length code come. */
const LENGTH_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15] as const;
/** 3.2.5: bases and extra bits of length codes 257 and up, and of distance codes. */
const LENGTH_BASE = [3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258] as const;
const LENGTH_EXTRA = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0] as const;
const DISTANCE_BASE = [1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12_289, 16_385, 24_577] as const;
const LONGEST_CODE = 15;
const END_OF_BLOCK = 256;

/** `short`: the input ends before the data do. `full`: more output than was allowed. */
export type InflateOutcome = 'end' | 'short' | 'damaged' | 'full';

/** A canonical Huffman code: how many codes there are of each length, and the symbols in the order of their codes. */
interface Code {
  readonly counts: Uint16Array;
  readonly symbols: Uint16Array;
}

/**
 * Deflate data in memory, from any bit on. Slow beside zlib, but it stops exactly where the data go wrong, with all that comes
 * before; zlib's stream drops what it unpacked of the same write.
 */
export class Inflate {
  /** Bit before which everything was unpacked. */
  bit: number;
  readonly #input: Uint8Array;
  readonly #history: number;
  readonly #most: number;
  #output: Uint8Array;
  #length: number;

  /** `history` is what was unpacked before `bit`, as far back as matches may reach; `most` bytes of output are allowed. */
  constructor(input: Uint8Array, bit: number, history: Uint8Array, most: number) {
    this.#input = input;
    this.bit = bit;
    this.#history = history.length;
    this.#most = history.length + most;
    this.#output = new Uint8Array(history.length + 65_536);
    this.#output.set(history);
    this.#length = history.length;
  }

  get output(): Uint8Array {
    return this.#output.subarray(this.#history, this.#length);
  }

  /** Blocks to the last one. */
  run(): InflateOutcome {
    for (;;) {
      const header = this.#peek(3);
      if (header < 0) return 'short';
      const outcome = this.#block(header >>> 1);
      if (outcome !== 'end' || (header & 1) === 1) return outcome;
    }
  }

  #block(type: number): InflateOutcome {
    if (type === 0) return this.#stored();
    if (type === 3) return 'damaged';
    const start = this.bit;
    this.bit += 3;
    const codes = type === 1 ? FIXED : this.#dynamicCodes();
    if (typeof codes !== 'string') return this.#symbols(codes.lengths, codes.distances);
    this.bit = start;
    return codes;
  }

  #stored(): InflateOutcome {
    let at = Math.ceil((this.bit + 3) / 8);
    if (at + 4 > this.#input.length) return 'short';
    const size = this.#byte(at) | (this.#byte(at + 1) << 8);
    if ((size ^ 0xffff) !== (this.#byte(at + 2) | (this.#byte(at + 3) << 8))) return 'damaged';
    at += 4;
    const part = this.#input.subarray(at, at + size);
    if (!this.#room(part.length)) return 'full';
    this.#output.set(part, this.#length);
    this.#length += part.length;
    this.bit = (at + part.length) * 8;
    return part.length === size ? 'end' : 'short';
  }

  /** 3.2.7. Leaves `bit` behind the description of the codes. */
  #dynamicCodes(): { lengths: Code; distances: Code } | 'short' | 'damaged' {
    const counts = this.#take(14);
    if (counts < 0) return 'short';
    const lengthCodes = (counts & 31) + 257;
    const distanceCodes = ((counts >>> 5) & 31) + 1;
    if (lengthCodes > 286 || distanceCodes > 30) return 'damaged';
    const lengths = new Uint8Array(320);
    for (let index = 0; index < (counts >>> 10) + 4; index++) {
      const length = this.#take(3);
      if (length < 0) return 'short';
      lengths[LENGTH_ORDER[index] ?? 0] = length;
    }
    const meta = codeOf(lengths.subarray(0, 19), false);
    if (meta === undefined) return 'damaged';
    const outcome = this.#codeLengths(meta, lengths, lengthCodes + distanceCodes);
    if (outcome !== 'end') return outcome;
    const literals = codeOf(lengths.subarray(0, lengthCodes), true);
    const distances = codeOf(lengths.subarray(lengthCodes, lengthCodes + distanceCodes), true);
    if (literals === undefined || distances === undefined || lengths[END_OF_BLOCK] === 0) return 'damaged';
    return { lengths: literals, distances };
  }

  #codeLengths(meta: Code, lengths: Uint8Array, total: number): 'end' | 'short' | 'damaged' {
    lengths.fill(0);
    for (let index = 0; index < total; ) {
      const symbol = this.#symbol(meta);
      if (symbol < 0) return symbol === OUT_OF_INPUT ? 'short' : 'damaged';
      if (symbol < 16) {
        lengths[index++] = symbol;
        continue;
      }
      if (symbol === 16 && index === 0) return 'damaged';
      const extra = this.#take(symbol === 16 ? 2 : symbol === 17 ? 3 : 7);
      if (extra < 0) return 'short';
      const repeats = extra + (symbol === 18 ? 11 : 3);
      if (index + repeats > total) return 'damaged';
      lengths.fill(symbol === 16 ? (lengths[index - 1] ?? 0) : 0, index, index + repeats);
      index += repeats;
    }
    return 'end';
  }

  #symbols(lengths: Code, distances: Code): InflateOutcome {
    for (;;) {
      const start = this.bit;
      const outcome = this.#oneSymbol(lengths, distances);
      if (outcome === 'block-end') return 'end';
      if (outcome === 'more') continue;
      this.bit = start;
      return outcome;
    }
  }

  #oneSymbol(lengths: Code, distances: Code): 'more' | 'block-end' | 'short' | 'damaged' | 'full' {
    const symbol = this.#symbol(lengths);
    if (symbol < 0) return symbol === OUT_OF_INPUT ? 'short' : 'damaged';
    if (symbol === END_OF_BLOCK) return 'block-end';
    if (symbol < END_OF_BLOCK) {
      if (!this.#room(1)) return 'full';
      this.#output[this.#length++] = symbol;
      return 'more';
    }
    const base = LENGTH_BASE[symbol - 257];
    if (base === undefined) return 'damaged';
    const extra = this.#take(LENGTH_EXTRA[symbol - 257] ?? 0);
    if (extra < 0) return 'short';
    const code = this.#symbol(distances);
    if (code < 0) return code === OUT_OF_INPUT ? 'short' : 'damaged';
    const distanceBase = DISTANCE_BASE[code];
    if (distanceBase === undefined) return 'damaged';
    const distanceExtra = this.#take(code < 4 ? 0 : (code >>> 1) - 1);
    if (distanceExtra < 0) return 'short';
    return this.#copy(base + extra, distanceBase + distanceExtra);
  }

  #copy(length: number, distance: number): 'more' | 'damaged' | 'full' {
    if (distance > this.#length) return 'damaged';
    if (!this.#room(length)) return 'full';
    for (let left = length; left > 0; left--) {
      this.#output[this.#length] = this.#output[this.#length - distance] ?? 0;
      this.#length++;
    }
    return 'more';
  }

  #room(bytes: number): boolean {
    if (this.#length + bytes > this.#most) return false;
    if (this.#length + bytes > this.#output.length) {
      const larger = new Uint8Array(Math.max(this.#output.length * 2, this.#length + bytes));
      larger.set(this.#output);
      this.#output = larger;
    }
    return true;
  }

  #symbol(code: Code): number {
    let value = 0;
    let first = 0;
    let index = 0;
    for (let length = 1; length <= LONGEST_CODE; length++) {
      const bit = this.#take(1);
      if (bit < 0) return OUT_OF_INPUT;
      value |= bit;
      const count = code.counts[length] ?? 0;
      if (value - count < first) return code.symbols[index + value - first] ?? NO_SYMBOL;
      index += count;
      first = (first + count) << 1;
      value <<= 1;
    }
    return NO_SYMBOL;
  }

  /** The next `count` bits, at most 14; negative when there are fewer. */
  #take(count: number): number {
    const bits = this.#peek(count);
    if (bits >= 0) this.bit += count;
    return bits;
  }

  #peek(count: number): number {
    if (this.bit + count > this.#input.length * 8) return -1;
    const at = this.bit >>> 3;
    const word = this.#byte(at) | (this.#byte(at + 1) << 8) | (this.#byte(at + 2) << 16);
    return (word >>> (this.bit & 7)) & ((1 << count) - 1);
  }

  #byte(at: number): number {
    return this.#input[at] ?? 0;
  }
}

const OUT_OF_INPUT = -1;
const NO_SYMBOL = -2;

/** 3.2.2. Undefined when the lengths make no code. One code alone may leave others unused, as zlib allows it. */
function codeOf(lengths: Uint8Array, mayBeSingle: boolean): Code | undefined {
  const counts = new Uint16Array(LONGEST_CODE + 1);
  for (const length of lengths) counts[length] = (counts[length] ?? 0) + 1;
  let left = 1;
  const offsets = new Uint16Array(LONGEST_CODE + 2);
  for (let length = 1; length <= LONGEST_CODE; length++) {
    const count = counts[length] ?? 0;
    left = left * 2 - count;
    if (left < 0) return undefined;
    offsets[length + 1] = (offsets[length] ?? 0) + count;
  }
  const used = offsets[LONGEST_CODE + 1] ?? 0;
  if (left > 0 && !(mayBeSingle && used <= 1 && (counts[1] ?? 0) === used)) return undefined;
  const symbols = new Uint16Array(used);
  for (const [symbol, length] of lengths.entries()) {
    if (length === 0) continue;
    const index = offsets[length] ?? 0;
    symbols[index] = symbol;
    offsets[length] = index + 1;
  }
  return { counts, symbols };
}

/** 3.2.6 */
const FIXED = {
  lengths: codeOf(new Uint8Array(288).fill(8, 0, 144).fill(9, 144, 256).fill(7, 256, 280).fill(8, 280), false) ?? { counts: new Uint16Array(16), symbols: new Uint16Array(0) },
  distances: codeOf(new Uint8Array(32).fill(5), false) ?? { counts: new Uint16Array(16), symbols: new Uint16Array(0) },
};
