import type { BytePool } from '../bytes/byte-pool.ts';
import { copyBytes } from '../bytes/copy-bytes.ts';
import type { FaultLog } from '../bytes/fault-log.ts';

/** Delivered bytes that are remembered to compare retransmissions with: the first copy wins, others must be equal. */
const REMEMBERED_BYTES = 16_384;
const REMEMBERED_PACKETS = 256;
const NOTHING = new Uint8Array(0);

/** The latest delivered bytes of one direction, all in one buffer, and which packet brought which. */
export class Remembered {
  #bytes: Uint8Array = NOTHING;
  /** Sequence number of the first of them. */
  #start = 0;
  #length = 0;
  /** Pairs of (place, packet). */
  readonly #packets: number[] = [];
  readonly #pool: BytePool;
  readonly #faults: FaultLog;

  constructor(pool: BytePool, faults: FaultLog) {
    this.#pool = pool;
    this.#faults = faults;
  }

  take(bytes: Uint8Array, start: number, end: number, packet: number, sequence: number): void {
    const length = end - start;
    const contiguous = ((sequence - this.#start) | 0) === this.#length;
    if (!contiguous || this.#length + length > REMEMBERED_BYTES || this.#packets.length >= REMEMBERED_PACKETS * 2) {
      this.#length = 0;
      this.#packets.length = 0;
    }
    if (this.#length === 0) this.#start = sequence;
    const kept = Math.min(length, REMEMBERED_BYTES);
    const needed = this.#length + kept;
    if (needed > this.#bytes.length) {
      const larger = this.#pool.take(Math.max(needed, 512));
      larger.set(this.#bytes.subarray(0, this.#length));
      if (this.#bytes !== NOTHING) this.#pool.give(this.#bytes);
      this.#bytes = larger;
    }
    copyBytes(bytes, start, start + kept, this.#bytes, this.#length);
    this.#packets.push(this.#length, packet);
    this.#length = needed;
  }

  /** A later copy that differs is a fault that names both packets. */
  compare(bytes: Uint8Array, start: number, end: number, sequence: number, packet: number): void {
    const shift = (sequence - this.#start) | 0;
    const to = Math.min(this.#length, shift + (end - start));
    for (let at = Math.max(0, shift); at < to; at++) {
      if (this.#bytes[at] === bytes[start + at - shift]) continue;
      this.#differs(this.#packetOf(at), packet);
      return;
    }
  }

  drop(): void {
    if (this.#bytes !== NOTHING) this.#pool.give(this.#bytes);
    this.#bytes = NOTHING;
    this.#length = 0;
  }

  #differs(old: number, packet: number): void {
    if (this.#faults.full) {
      this.#faults.count('tcp-overlap-differs');
      return;
    }
    this.#faults.add({
      code: 'tcp-overlap-differs',
      message: `Packet ${packet} repeats bytes of packet ${old} with other values; the first copy was used.`,
      packets: [old, packet],
    });
  }

  /** The packet that brought the byte at this place. */
  #packetOf(at: number): number {
    let found = 0;
    for (let index = 0; index < this.#packets.length && this.#packets[index]! <= at; index += 2) found = this.#packets[index + 1]!;
    return found;
  }
}
