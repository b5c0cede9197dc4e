import { HttpProblem } from './errors.ts';

export interface GateOptions {
  readonly places: number;
  /** Those who may wait; more are refused at once. */
  readonly queue: number;
  readonly waitSeconds: number;
}

/** Lets so many analyses run at once; the others wait, their uploads unread, and are refused after a while. */
export class Gate {
  readonly #options: GateOptions;
  readonly #waiting = new Set<() => void>();
  #running = 0;

  constructor(options: GateOptions) {
    this.#options = options;
  }

  get running(): number {
    return this.#running;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  /** Resolves with the function that gives the place back; calling it again does nothing. */
  async enter(signal: AbortSignal): Promise<() => void> {
    if (this.#running >= this.#options.places) await this.#wait(signal);
    else this.#running += 1;
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
    const { places, queue, waitSeconds } = this.#options;
    const full = (): HttpProblem => new HttpProblem(429, 'too-many-analyses', `All ${places} places for analyses are taken. Try again in a while.`, { retryAfter: 30 });
    if (this.#waiting.size >= queue) return Promise.reject(full());
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
      const timer = setTimeout(() => finish(full()), waitSeconds * 1000);
      this.#waiting.add(enter);
      if (signal.aborted) gone();
      else signal.addEventListener('abort', gone, { once: true });
    });
  }
}
