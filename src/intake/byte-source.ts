/** Chunks of bytes whose beginning can be looked at before they are taken. Iterable once. */
export class ByteSource implements AsyncIterable<Uint8Array> {
  /** Bytes that came out of the source so far. */
  bytes = 0;
  readonly #source: AsyncIterator<Uint8Array>;
  #waiting: Uint8Array[] = [];

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

  async next(): Promise<Uint8Array | undefined> {
    return this.#waiting.shift() ?? (await this.#pull());
  }

  /** Lets go of the source at once. */
  async close(): Promise<void> {
    this.#waiting = [];
    await this.#source.return?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    try {
      for (let chunk = await this.next(); chunk !== undefined; chunk = await this.next()) yield chunk;
    } finally {
      await this.close();
    }
  }

  async #pull(): Promise<Uint8Array | undefined> {
    const { done, value } = await this.#source.next();
    if (done === true) return undefined;
    this.bytes += value.length;
    return value;
  }
}

/** The same bytes in slices of at most `size`. */
export function* slices(chunk: Uint8Array, size: number): Generator<Uint8Array> {
  for (let at = 0; at < chunk.length; at += size) yield chunk.subarray(at, at + size);
}
