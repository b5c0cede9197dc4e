import { HttpProblem } from './errors.ts';

/** Lets so many analyses run at once; the others wait, their uploads unread, and are refused after a while. */
export class Gate {
  readonly #places: number;
  readonly #waitMs: number;
  readonly #waiting = new Set<() => void>();
  #running = 0;
  /** Analyses that got a place so far. */
  entered = 0;

  constructor(options: { places: number; waitSeconds: number }) {
    this.#places = options.places;
    this.#waitMs = options.waitSeconds * 1000;
  }

  get running(): number {
    return this.#running;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  /** Resolves with the function that gives the place back; calling it again does nothing. */
  async enter(signal: AbortSignal): Promise<() => void> {
    if (this.#running >= this.#places) await this.#wait(signal);
    else this.#running += 1;
    this.entered += 1;
    let left = false;
    return () => {
      if (left) return;
      left = true;
      this.#leave();
    };
  }

  /** A place is handed on as it is: nobody can take it in between. */
  #leave(): void {
    const [next] = this.#waiting;
    if (next === undefined) this.#running -= 1;
    else next();
  }

  #wait(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const finish = (error?: Error): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', gone);
        this.#waiting.delete(enter);
        if (error === undefined) resolve();
        else reject(error);
      };
      const enter = (): void => finish();
      const gone = (): void => finish(new HttpProblem(499, 'client-gone', 'The client went away.'));
      const timer = setTimeout(() => {
        finish(new HttpProblem(429, 'too-many-analyses', `All ${this.#places} places for analyses are taken. Try again in a while.`, { retryAfter: 30 }));
      }, this.#waitMs);
      this.#waiting.add(enter);
      if (signal.aborted) gone();
      else signal.addEventListener('abort', gone, { once: true });
    });
  }
}
