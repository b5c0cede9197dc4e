/** Hands chunks from one who pushes to one who pulls: the next is taken when the one before was dealt with. */
export class ChunkChannel implements AsyncIterable<Uint8Array> {
  #chunk: Uint8Array | undefined;
  #closed = false;
  #finished = false;
  #failure: unknown;
  #wake: (() => void) | null = null;
  #dealtWith: { resolve: () => void; reject: (error: unknown) => void } | null = null;

  /** Resolves when the chunk was dealt with; rejects with what the reader failed with. */
  push(chunk: Uint8Array): Promise<void> {
    if (this.#finished) return this.#failure === undefined ? Promise.resolve() : Promise.reject(this.#failure);
    this.#chunk = chunk;
    return new Promise((resolve, reject) => {
      this.#dealtWith = { resolve, reject };
      this.#wake?.();
    });
  }

  /** No more is pushed. */
  close(): void {
    this.#closed = true;
    this.#wake?.();
  }

  /** The reader takes no more. */
  finish(failure?: unknown): void {
    this.#finished = true;
    this.#failure = failure;
    if (failure === undefined) this.#dealtWith?.resolve();
    else this.#dealtWith?.reject(failure);
    this.#dealtWith = null;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    for (;;) {
      if (this.#chunk === undefined && !this.#closed) await new Promise<void>((resolve) => { this.#wake = resolve; });
      this.#wake = null;
      const chunk = this.#chunk;
      if (chunk === undefined) return;
      this.#chunk = undefined;
      yield chunk;
      this.#dealtWith?.resolve();
      this.#dealtWith = null;
    }
  }
}
