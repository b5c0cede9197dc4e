import type { TcpSegment } from '../packet/segment.ts';

const KEYS = 18;
/** Steps of the sequence that keys are made of: 2^32 by the golden ratio. */
const STEP = 0x9e37_79b9;

/**
 * Multiply-shift over 16-bit words with a secret key each: the upper bits of the sum are the place in a table (Dietzfelbinger 1996).
 * Whatever two connections are chosen, they meet for few seeds only. Mixing both ends by XOR and sum did not do:
 * all pairs of an address and its complement met, whatever the seed.
 */
export class FlowHash {
  readonly #keys = new Int32Array(KEYS);

  constructor(seed: number) {
    for (let at = 0; at < KEYS; at++) this.#keys[at] = mixed(seed + Math.imul(at + 1, STEP));
  }

  /** Of a connection's endpoints in their fixed order: eight address words from `at` on, and both ports in one. */
  ofEntry(data: Int32Array, at: number, ports: number, version: number): number {
    return this.of(data[at]!, data[at + 1]!, data[at + 2]!, data[at + 3]!, data[at + 4]!, data[at + 5]!, data[at + 6]!, data[at + 7]!, ports, version);
  }

  of(a0: number, a1: number, a2: number, a3: number, b0: number, b1: number, b2: number, b3: number, ports: number, version: number): number {
    const keys = this.#keys;
    const sum = pair(keys, 0, a3) + pair(keys, 2, b3) + pair(keys, 4, ports);
    if (version !== 6) return sum | 0;
    return (sum + pair(keys, 6, a0) + pair(keys, 8, a1) + pair(keys, 10, a2) + pair(keys, 12, b0) + pair(keys, 14, b1) + pair(keys, 16, b2)) | 0;
  }
}

/** Both halves of a word, each with its key. */
function pair(keys: Int32Array, at: number, word: number): number {
  return (Math.imul(keys[at]!, word >>> 16) + Math.imul(keys[at + 1]!, word & 0xffff)) | 0;
}

/** Each bit of the seed changes half of the bits. The finish of MurmurHash3. */
function mixed(value: number): number {
  let hash = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

/** True when the sender is the endpoint that is stored second. */
export function isSwapped(segment: TcpSegment): boolean {
  if (segment.source3 !== segment.destination3) return segment.source3 > segment.destination3;
  if (segment.source2 !== segment.destination2) return segment.source2 > segment.destination2;
  if (segment.source1 !== segment.destination1) return segment.source1 > segment.destination1;
  if (segment.source0 !== segment.destination0) return segment.source0 > segment.destination0;
  return segment.sourcePort > segment.destinationPort;
}
