/** Smallest and greatest buffer that is kept: powers of two between them. */
const SMALLEST_BITS = 8;
const GREATEST_BITS = 17;
/** Buffers of one size that are kept for the next user, and their bytes. */
const KEPT = 256;
const KEPT_BYTES = 1024 * 1024;

/**
 * Buffers that are used again. An ArrayBuffer costs microseconds to make and to collect, far more than the few hundred
 * bytes of a negotiation that are put into it. Contents are what the last user left.
 */
export class BytePool {
  /** Bytes of the buffers that are in use. */
  lent = 0;
  readonly #free: Uint8Array[][] = Array.from({ length: GREATEST_BITS - SMALLEST_BITS + 1 }, () => []);

  /** A buffer of at least `length` bytes. */
  take(length: number): Uint8Array {
    const bits = Math.max(SMALLEST_BITS, 32 - Math.clz32(length - 1));
    this.lent += 2 ** bits;
    return this.#free[bits - SMALLEST_BITS]?.pop() ?? new Uint8Array(2 ** bits);
  }

  /** Nobody reads this buffer, which `take` gave, or a view of it any more. */
  give(buffer: Uint8Array): void {
    this.lent -= buffer.length;
    const free = this.#free[31 - Math.clz32(buffer.length) - SMALLEST_BITS];
    if (free !== undefined && free.length < Math.min(KEPT, KEPT_BYTES / buffer.length)) free.push(buffer);
  }
}
