import type { TcpSegment } from '../packet/segment.ts';
import { addressText } from './address.ts';

/** Words of an entry: address, IP version (0: free), packets. */
const VERSION = 4;
const COUNT = 5;
const WORDS = 6;
const SMALLEST = 16;

/**
 * SYN packets without more, by address of the sender: in typed arrays, since a scan has millions of them.
 * Open addressing, at most half full; seeded, so that nobody can choose collisions.
 */
export class ProbeCounts {
  #places = SMALLEST;
  #data = new Int32Array(SMALLEST * WORDS);
  #used = 0;
  readonly #limit: number;
  readonly #seed: number;
  /** Packets whose sender found no place any more. */
  uncounted = 0;

  /** @param limit senders. */
  constructor(limit: number, seed: number) {
    this.#limit = limit;
    this.#seed = seed | 0;
  }

  /** One more of the segment's sender. */
  count({ source0, source1, source2, source3, ipVersion }: TcpSegment): void {
    this.#add(source0, source1, source2, source3, ipVersion, 1);
  }

  /** `packets` more, or fewer, of the address in the four words from `at` on. */
  add(words: Int32Array, at: number, ipVersion: 4 | 6, packets: number): void {
    this.#add(words[at]!, words[at + 1]!, words[at + 2]!, words[at + 3]!, ipVersion, packets);
  }

  /** By address as text; those without packets are left out. */
  byAddress(): Map<string, number> {
    const counts = new Map<string, number>();
    for (let at = 0; at < this.#data.length; at += WORDS) {
      const version = this.#data[at + VERSION]!;
      const packets = this.#data[at + COUNT]!;
      if (packets > 0) counts.set(addressText(this.#data, at, version === 4 ? 4 : 6), packets);
    }
    return counts;
  }

  #add(a: number, b: number, c: number, d: number, version: number, packets: number): void {
    let at = this.#find(a, b, c, d, version);
    if (this.#data[at + VERSION] === 0) {
      if (this.#used >= this.#limit) {
        this.uncounted += Math.max(0, packets);
        return;
      }
      if (this.#used * 2 >= this.#places) {
        this.#grow();
        at = this.#find(a, b, c, d, version);
      }
      this.#data.set([a, b, c, d, version, 0], at);
      this.#used++;
    }
    this.#data[at + COUNT] = Math.max(0, this.#data[at + COUNT]! + packets);
  }

  /** The address's place, or the free one where it would stand. */
  #find(a: number, b: number, c: number, d: number, version: number): number {
    const data = this.#data;
    let hash = Math.imul(this.#seed ^ d, 0x85ebca6b);
    hash = Math.imul((hash ^ (hash >>> 13)) + c, 0xc2b2ae35);
    hash = Math.imul((hash ^ (hash >>> 16)) + b, 0x9e3779b1);
    hash = Math.imul((hash ^ (hash >>> 15)) + a, 0x85ebca6b);
    let place = (hash ^ (hash >>> 16)) & (this.#places - 1);
    for (;;) {
      const at = place * WORDS;
      if (data[at + VERSION] === 0) return at;
      if (data[at + 3] === d && data[at + 2] === c && data[at + 1] === b && data[at] === a && data[at + VERSION] === version) return at;
      place = (place + 1) & (this.#places - 1);
    }
  }

  #grow(): void {
    const old = this.#data;
    this.#places *= 2;
    this.#data = new Int32Array(this.#places * WORDS);
    for (let from = 0; from < old.length; from += WORDS) {
      if (old[from + VERSION] === 0) continue;
      const to = this.#find(old[from]!, old[from + 1]!, old[from + 2]!, old[from + 3]!, old[from + VERSION]!);
      for (let word = 0; word < WORDS; word++) this.#data[to + word] = old[from + word]!;
    }
  }
}
