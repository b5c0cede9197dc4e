const FIRST_SIZE = 16 * 1024;

/** The last bytes of many, copied. Grows to its most only when as many come. */
export class Recent {
  /** Bytes added so far. */
  total = 0;
  readonly #most: number;
  #ring = new Uint8Array(FIRST_SIZE);

  constructor(most: number) {
    this.#most = most;
  }

  add(bytes: Uint8Array): void {
    const kept = Math.min(this.total, this.#ring.length);
    if (kept + bytes.length > this.#ring.length && this.#ring.length < this.#most) this.#grow(kept + bytes.length);
    const part = bytes.subarray(Math.max(0, bytes.length - this.#ring.length));
    const at = (this.total + bytes.length - part.length) % this.#ring.length;
    const first = Math.min(part.length, this.#ring.length - at);
    this.#ring.set(part.subarray(0, first), at);
    this.#ring.set(part.subarray(first), 0);
    this.total += bytes.length;
  }

  /** A copy of the last `length` bytes, or of all that are kept. */
  last(length: number): Uint8Array {
    const kept = Math.min(length, this.total, this.#ring.length);
    const at = (this.total - kept) % this.#ring.length;
    const first = Math.min(kept, this.#ring.length - at);
    return Buffer.concat([this.#ring.subarray(at, at + first), this.#ring.subarray(0, kept - first)]);
  }

  /** A copy of what is kept of the bytes before the `total`th. */
  before(total: number): Uint8Array {
    const all = this.last(this.#most);
    return all.subarray(0, Math.max(0, all.length - (this.total - total)));
  }

  #grow(needed: number): void {
    const kept = this.last(this.#ring.length);
    this.#ring = new Uint8Array(Math.min(this.#most, Math.max(needed, this.#ring.length * 2)));
    const total = this.total;
    this.total = total - kept.length;
    if (kept.length > 0) this.add(kept);
    this.total = total;
  }
}
