/** Smallest and greatest buffer that is kept: powers of two between them. */
const SMALLEST_BITS = 8;
const GREATEST_BITS = 17;
/** Buffers of one size that are kept for the next user. */
const KEPT = 256;

/**
 * Buffers that are used again. An ArrayBuffer costs microseconds to make and to collect, far more than the few hundred
 * bytes of a negotiation that are put into it. Contents are what the last user left.
 */
export class BytePool {
  readonly #free: Uint8Array[][] = Array.from({ length: GREATEST_BITS - SMALLEST_BITS + 1 }, () => []);

  /** A buffer of at least `length` bytes. */
  take(length: number): Uint8Array {
    const bits = Math.max(SMALLEST_BITS, 32 - Math.clz32(length - 1));
    return this.#free[bits - SMALLEST_BITS]?.pop() ?? new Uint8Array(2 ** bits);
  }

  /** Nobody reads this buffer, which `take` gave, or a view of it any more. */
  give(buffer: Uint8Array): void {
    const free = this.#free[31 - Math.clz32(buffer.length) - SMALLEST_BITS];
    if (free !== undefined && free.length < KEPT) free.push(buffer);
  }
}
