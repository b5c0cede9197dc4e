/** Chunks of bytes whose beginning can be looked at before they are taken. */
export class ByteSource {
  /** Bytes that came out of the source so far. */
  bytes = 0;
  readonly #source: AsyncIterator<Uint8Array>;
  #waiting: Uint8Array[] = [];
  #failure: { readonly reason: unknown } | undefined;

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** The first bytes, `length` of them unless there are fewer. Takes nothing. */
  async peek(length: number): Promise<Uint8Array> {
    let held = this.#waiting.reduce((sum, chunk) => sum + chunk.length, 0);
    while (held < length) {
      const chunk = await this.#pull();
      if (chunk === undefined) break;
      held += chunk.length;
      this.#waiting.push(chunk);
    }
    const [first] = this.#waiting;
    if (first !== undefined && first.length >= length) return first.subarray(0, length);
    return Buffer.concat(this.#waiting).subarray(0, length);
  }

  /** Undefined when there are no more; `checkEnd` tells whether that is the end. */
  async next(): Promise<Uint8Array | undefined> {
    return this.#waiting.shift() ?? (await this.#pull());
  }

  /** Throws what the source threw: whoever takes its bytes must first give out what it made of them. */
  checkEnd(): void {
    if (this.#failure !== undefined) throw this.#failure.reason;
  }

  /** Lets go of the source at once. */
  async close(): Promise<void> {
    this.#waiting = [];
    await this.#source.return?.();
  }

  async #pull(): Promise<Uint8Array | undefined> {
    if (this.#failure !== undefined) return undefined;
    try {
      const { done, value } = await this.#source.next();
      if (done === true) return undefined;
      this.bytes += value.length;
      return value;
    } catch (reason) {
      this.#failure = { reason };
      return undefined;
    }
  }
}

/** The same bytes in slices of at most `size`. */
export function* slices(chunk: Uint8Array, size: number): Generator<Uint8Array> {
  for (let at = 0; at < chunk.length; at += size) yield chunk.subarray(at, at + size);
}
