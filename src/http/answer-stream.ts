import { Readable } from 'node:stream';
import { HttpProblem } from './errors.ts';

/**
 * A report on its way to a client. What is written leaves at once; what a slow client does not take is held up to a limit,
 * and then the analysis waits in `room()`.
 */
export class AnswerStream extends Readable {
  readonly #limit: number;
  readonly #waitMs: number;
  #wake: (() => void) | null = null;

  constructor(options: { limitBytes: number; waitSeconds: number }) {
    super({ highWaterMark: 64 * 1024 });
    this.#limit = options.limitBytes;
    this.#waitMs = options.waitSeconds * 1000;
  }

  write(data: string | Uint8Array): void {
    if (!this.destroyed) this.push(data);
  }

  finish(): void {
    if (!this.destroyed) this.push(null);
  }

  /** Nothing to wait for while there is room. Rejects when the client reads nothing for too long. */
  room(): Promise<void> | undefined {
    return this.readableLength < this.#limit || this.destroyed ? undefined : this.#wait();
  }

  async #wait(): Promise<void> {
    while (this.readableLength >= this.#limit && !this.destroyed) await this.#change();
  }

  override _read(): void {
    this.#wake?.();
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#wake?.();
    callback(error);
  }

  #change(): Promise<void> {
    return new Promise((resolve, reject) => {
      const before = this.readableLength;
      const check = (): void => {
        if (this.readableLength < before || this.destroyed) finish();
      };
      const finish = (error?: Error): void => {
        clearTimeout(timer);
        clearInterval(poll);
        this.#wake = null;
        if (error === undefined) resolve();
        else reject(error);
      };
      const timer = setTimeout(() => {
        finish(new HttpProblem(408, 'client-not-reading', 'The answer was not read for too long, so the analysis was given up. Read the answer while it comes.'));
      }, this.#waitMs);
      // A full buffer is taken from without a call of _read
      const poll = setInterval(check, 20);
      this.#wake = check;
    });
  }
}
