/** Bytes that the four lanes take together. */
const STRIPE = 32;

const P1 = 0x9e3779b185ebca87n;
const P2 = 0xc2b2ae3d27d4eb4fn;
const P3 = 0x165667b19e3779f9n;
const P4 = 0x85ebca77c2b2ae63n;
const P5 = 0x27d4eb2f165667c5n;

/** XXH64 with seed 0, as zstd frames carry it. [RFC 8878] 3.1.1; the algorithm is in the xxHash specification, "XXH64". */
export class Xxh64 {
  readonly #lanes = BigUint64Array.of(P1 + P2, P2, 0n, -P1);
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

  /** Low 32 bits of the hash of all bytes so far, unsigned. */
  low32(): number {
    const sum = this.#withTail(u64((this.#length >= STRIPE ? this.#joined() : P5) + BigInt(this.#length)));
    const mixed = u64((sum ^ (sum >> 33n)) * P2);
    const more = u64((mixed ^ (mixed >> 29n)) * P3);
    return Number(BigInt.asUintN(32, more ^ (more >> 32n)));
  }

  #joined(): bigint {
    const [one = 0n, two = 0n, three = 0n, four = 0n] = this.#lanes;
    let sum = u64(rotate(one, 1n) + rotate(two, 7n) + rotate(three, 12n) + rotate(four, 18n));
    for (const lane of this.#lanes) sum = u64((sum ^ round(0n, lane)) * P1 + P4);
    return sum;
  }

  /** The bytes after the last whole stripe. */
  #withTail(start: bigint): bigint {
    const view = new DataView(this.#stripe.buffer);
    let sum = start;
    let at = 0;
    for (; at + 8 <= this.#held; at += 8) sum = u64(rotate(sum ^ round(0n, view.getBigUint64(at, true)), 27n) * P1 + P4);
    if (at + 4 <= this.#held) {
      sum = u64(rotate(sum ^ u64(BigInt(view.getUint32(at, true)) * P1), 23n) * P2 + P3);
      at += 4;
    }
    for (; at < this.#held; at++) sum = u64(rotate(sum ^ u64(BigInt(view.getUint8(at)) * P5), 11n) * P1);
    return sum;
  }
}

/** An array of BigInts instead of a DataView: V8 makes machine words of these, ten times as fast. Little-endian, as the machine. */
function takeStripes(lanes: BigUint64Array, bytes: Uint8Array): void {
  const { buffer, byteOffset } = bytes.byteOffset % 8 === 0 ? bytes : new Uint8Array(bytes);
  const words = new BigUint64Array(buffer, byteOffset, (bytes.length - (bytes.length % STRIPE)) / 8);
  let [one = 0n, two = 0n, three = 0n, four = 0n] = lanes;
  for (let at = 0; at < words.length; at += 4) {
    one = round(one, words[at] ?? 0n);
    two = round(two, words[at + 1] ?? 0n);
    three = round(three, words[at + 2] ?? 0n);
    four = round(four, words[at + 3] ?? 0n);
  }
  lanes[0] = one;
  lanes[1] = two;
  lanes[2] = three;
  lanes[3] = four;
}

/** Each single result cut to 64 bits, and shifts by constants: else V8 falls back to arithmetic without bounds. */
function round(lane: bigint, input: bigint): bigint {
  const sum = BigInt.asUintN(64, lane + BigInt.asUintN(64, input * P2));
  const turned = BigInt.asUintN(64, BigInt.asUintN(64, sum << 31n) | BigInt.asUintN(64, sum >> 33n));
  return BigInt.asUintN(64, turned * P1);
}

function rotate(value: bigint, by: bigint): bigint {
  return u64((value << by) | (value >> (64n - by)));
}

function u64(value: bigint): bigint {
  return BigInt.asUintN(64, value);
}
