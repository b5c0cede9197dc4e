import type { Transform } from 'node:stream';

/** One of node:zlib's decompressors. */
export type Decompressor = Transform & { readonly bytesWritten: number };

/** Unpacked bytes that may wait to be taken; the decompressor waits when there are more. */
const QUEUE_BYTES = 4 * 1024 * 1024;

/**
 * Drives a decompressor write by write and hands out what it unpacks, in order. One write is worked on (in a thread of
 * its own) while the reader has the output of the one before.
 */
export class Engine {
  /** What the decompressor stumbled over. What it unpacked before of that very write is lost with it. */
  failed: Error | undefined;
  /** The compressed data are complete: the decompressor takes no more. */
  ended = false;
  readonly #decompressor: Decompressor;
  readonly #output: Uint8Array[] = [];
  #queued = 0;
  #idle = true;
  #wake = (): void => {};

  /** `seen` is called with all output, before it is queued. */
  constructor(decompressor: Decompressor, seen?: (chunk: Uint8Array) => void) {
    this.#decompressor = decompressor;
    decompressor.on('data', (chunk: Uint8Array) => {
      seen?.(chunk);
      this.#output.push(chunk);
      this.#queued += chunk.length;
      if (this.#queued > QUEUE_BYTES) decompressor.pause();
      this.#wake();
    });
    decompressor.on('error', (error) => this.#settle(error));
    decompressor.on('end', () => {
      this.ended = true;
      this.#wake();
    });
  }

  /** Compressed bytes taken. */
  get consumed(): number {
    return this.#decompressor.bytesWritten;
  }

  /** Gives the engine more to do; only when it is idle. */
  start(bytes: Uint8Array): void {
    this.#idle = false;
    this.#decompressor.write(bytes, (error) => this.#settle(error ?? undefined));
  }

  /** Until what was started is dealt with. Output that is there by then is left for later: the engine can go on meanwhile. */
  async *untilIdle(): AsyncGenerator<Uint8Array> {
    while (!this.#idle && !this.ended) {
      yield* this.output();
      if (!this.#idle && !this.ended) await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  /** No more will come: what there is to say of the end. */
  async *finish(): AsyncGenerator<Uint8Array> {
    yield* this.untilIdle();
    if (this.failed === undefined && !this.ended) {
      this.#idle = false;
      this.#decompressor.end();
      yield* this.untilIdle();
    }
    yield* this.output();
  }

  /** What is there. */
  *output(): Generator<Uint8Array> {
    for (let chunk = this.#output.shift(); chunk !== undefined; chunk = this.#output.shift()) {
      this.#queued -= chunk.length;
      if (this.#decompressor.isPaused() && this.#queued <= QUEUE_BYTES) this.#decompressor.resume();
      yield chunk;
    }
  }

  close(): void {
    this.#decompressor.destroy();
  }

  #settle(error: Error | undefined): void {
    this.failed ??= error;
    this.#idle = true;
    this.#wake();
  }
}
