/** Bytes that the four lanes take together. */
const STRIPE = 32;

/** The algorithm's primes in halves. All arithmetic is on 32-bit halves: BigInt would be slower than the unpacking itself. */
const P1_LOW = 0x85ebca87 | 0;
const P1_HIGH = 0x9e3779b1 | 0;
const P2_LOW = 0x27d4eb4f;
const P2_HIGH = 0xc2b2ae3d | 0;
const P3_LOW = 0x9e3779f9 | 0;
const P3_HIGH = 0x165667b1;
const P4_LOW = 0xc2b2ae63 | 0;
const P4_HIGH = 0x85ebca77 | 0;
const P5_LOW = 0x165667c5;
const P5_HIGH = 0x27d4eb2f;

/** XXH64 with seed 0, as zstd frames carry it. [RFC 8878] 3.1.1; the algorithm is in the xxHash specification, "XXH64". */
export class Xxh64 {
  /** Four accumulators, then the one of the end; low half first. */
  readonly #lanes = Int32Array.of(0xadc0b5d6, 0x60ea27ee, P2_LOW, P2_HIGH, 0, 0, 0x7a143579, 0x61c8864e, 0, 0);
  readonly #stripe = new Uint8Array(STRIPE);
  #held = 0;
  #length = 0;

  update(bytes: Uint8Array): void {
    this.#length += bytes.length;
    let at = 0;
    if (this.#held > 0) {
      at = Math.min(STRIPE - this.#held, bytes.length);
      this.#stripe.set(bytes.subarray(0, at), this.#held);
      this.#held += at;
      if (this.#held < STRIPE) return;
      takeStripes(this.#lanes, this.#stripe);
    }
    const rest = bytes.subarray(at);
    takeStripes(this.#lanes, rest);
    this.#held = rest.length % STRIPE;
    this.#stripe.set(rest.subarray(rest.length - this.#held));
  }

  /** Low 32 bits of the hash of all bytes, unsigned. The hash is used up by it. */
  low32(): number {
    const lanes = this.#lanes;
    if (this.#length >= STRIPE) joinLanes(lanes);
    else set(lanes, END, P5_LOW, P5_HIGH);
    add(lanes, END, this.#length | 0, Math.floor(this.#length / 2 ** 32));
    this.#takeTail();
    xorShift(lanes, END, 33);
    multiply(lanes, END, P2_LOW, P2_HIGH);
    xorShift(lanes, END, 29);
    multiply(lanes, END, P3_LOW, P3_HIGH);
    xorShift(lanes, END, 32);
    return word(lanes, END) >>> 0;
  }

  #takeTail(): void {
    const lanes = this.#lanes;
    const view = new DataView(this.#stripe.buffer);
    let from = 0;
    for (; from + 8 <= this.#held; from += 8) {
      const scratch = new Int32Array(2);
      round(scratch, 0, view.getInt32(from, true), view.getInt32(from + 4, true));
      xor(lanes, END, word(scratch, 0), word(scratch, 1));
      rotate(lanes, END, 27);
      multiply(lanes, END, P1_LOW, P1_HIGH);
      add(lanes, END, P4_LOW, P4_HIGH);
    }
    if (from + 4 <= this.#held) {
      const four = Int32Array.of(view.getInt32(from, true), 0);
      multiply(four, 0, P1_LOW, P1_HIGH);
      xor(lanes, END, word(four, 0), word(four, 1));
      rotate(lanes, END, 23);
      multiply(lanes, END, P2_LOW, P2_HIGH);
      add(lanes, END, P3_LOW, P3_HIGH);
      from += 4;
    }
    for (; from < this.#held; from++) {
      const byte = Int32Array.of(view.getUint8(from), 0);
      multiply(byte, 0, P5_LOW, P5_HIGH);
      xor(lanes, END, word(byte, 0), word(byte, 1));
      rotate(lanes, END, 11);
      multiply(lanes, END, P1_LOW, P1_HIGH);
    }
  }
}

/** Where the accumulator of the end lies. */
const END = 8;

function takeStripes(lanes: Int32Array, bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let from = 0; from + STRIPE <= bytes.length; from += STRIPE) {
    round(lanes, 0, view.getInt32(from, true), view.getInt32(from + 4, true));
    round(lanes, 2, view.getInt32(from + 8, true), view.getInt32(from + 12, true));
    round(lanes, 4, view.getInt32(from + 16, true), view.getInt32(from + 20, true));
    round(lanes, 6, view.getInt32(from + 24, true), view.getInt32(from + 28, true));
  }
}

/** One lane takes 8 bytes: lane = rotl(lane + input * P2, 31) * P1. Written out, for it is nearly all of the work. */
function round(lanes: Int32Array, lane: number, low: number, high: number): void {
  const productLow = Math.imul(low, P2_LOW);
  const productHigh = highOf(low, P2_LOW) + Math.imul(low, P2_HIGH) + Math.imul(high, P2_LOW);
  const sumLow = (word(lanes, lane) + productLow) | 0;
  const sumHigh = (word(lanes, lane + 1) + productHigh + (sumLow >>> 0 < productLow >>> 0 ? 1 : 0)) | 0;
  const turnedLow = (sumLow << 31) | (sumHigh >>> 1);
  const turnedHigh = (sumHigh << 31) | (sumLow >>> 1);
  lanes[lane] = Math.imul(turnedLow, P1_LOW);
  lanes[lane + 1] = highOf(turnedLow, P1_LOW) + Math.imul(turnedLow, P1_HIGH) + Math.imul(turnedHigh, P1_LOW);
}

function joinLanes(lanes: Int32Array): void {
  const inputs = lanes.slice(0, END);
  for (const [lane, turns] of [1, 7, 12, 18].entries()) {
    rotate(lanes, lane * 2, turns);
    add(lanes, END, word(lanes, lane * 2), word(lanes, lane * 2 + 1));
  }
  for (let lane = 0; lane < END; lane += 2) {
    const scratch = new Int32Array(2);
    round(scratch, 0, word(inputs, lane), word(inputs, lane + 1));
    xor(lanes, END, word(scratch, 0), word(scratch, 1));
    multiply(lanes, END, P1_LOW, P1_HIGH);
    add(lanes, END, P4_LOW, P4_HIGH);
  }
}

/** High half of the product of two 32-bit numbers taken as unsigned, from four products of 16 bits. */
function highOf(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const middle = (Math.imul(aHigh, bLow) + (Math.imul(aLow, bLow) >>> 16)) | 0;
  const other = ((middle & 0xffff) + Math.imul(aLow, bHigh)) | 0;
  return (Math.imul(aHigh, bHigh) + (middle >>> 16) + (other >>> 16)) | 0;
}

function word(words: Int32Array, index: number): number {
  return words[index] ?? 0;
}

function set(words: Int32Array, index: number, low: number, high: number): void {
  words[index] = low;
  words[index + 1] = high;
}

function add(words: Int32Array, index: number, low: number, high: number): void {
  const sum = (word(words, index) + low) | 0;
  set(words, index, sum, word(words, index + 1) + high + (sum >>> 0 < low >>> 0 ? 1 : 0));
}

function xor(words: Int32Array, index: number, low: number, high: number): void {
  set(words, index, word(words, index) ^ low, word(words, index + 1) ^ high);
}

function multiply(words: Int32Array, index: number, low: number, high: number): void {
  const own = word(words, index);
  set(words, index, Math.imul(own, low), highOf(own, low) + Math.imul(own, high) + Math.imul(word(words, index + 1), low));
}

/** To the left, by 1 to 31. */
function rotate(words: Int32Array, index: number, turns: number): void {
  const low = word(words, index);
  const high = word(words, index + 1);
  set(words, index, (low << turns) | (high >>> (32 - turns)), (high << turns) | (low >>> (32 - turns)));
}

/** Exclusive or with itself shifted right by 1 to 63. */
function xorShift(words: Int32Array, index: number, by: number): void {
  const low = word(words, index);
  const high = word(words, index + 1);
  if (by >= 32) xor(words, index, high >>> (by - 32), 0);
  else xor(words, index, (low >>> by) | (high << (32 - by)), high >>> by);
}
