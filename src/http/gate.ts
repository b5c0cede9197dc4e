import { HttpProblem } from './errors.ts';

export interface GateOptions {
  readonly places: number;
  /** Those who may wait; more are refused at once. */
  readonly queue: number;
  readonly waitSeconds: number;
  /** Asked again and again while one who is ready waits: those who hold a place without using it may be sent away. */
  readonly wanted?: () => void;
}

/** It is asked so often in the time that one may wait. */
const QUESTIONS = 6;

/** Lets so many analyses run at once; the others wait, their uploads unread, and are refused after a while. */
export class Gate {
  readonly #options: GateOptions;
  /** Those who have enough to work on, and those who only came. */
  readonly #ready = new Set<() => void>();
  readonly #slow = new Set<() => void>();
  #asking: NodeJS.Timeout | undefined;
  #running = 0;

  constructor(options: GateOptions) {
    this.#options = options;
  }

  get running(): number {
    return this.#running;
  }

  get waiting(): number {
    return this.#ready.size + this.#slow.size;
  }

  /** Resolves with the function that gives the place back; calling it again does nothing. Who is ready goes first. */
  async enter(signal: AbortSignal, ready: boolean): Promise<() => void> {
    if (this.#running >= this.#options.places) await this.#wait(signal, ready ? this.#ready : this.#slow);
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
    const [next] = this.#ready.size > 0 ? this.#ready : this.#slow;
    if (next === undefined) this.#running -= 1;
    else next();
  }

  #ask(): void {
    if (this.#ready.size > 0) this.#options.wanted?.();
    else {
      clearInterval(this.#asking);
      this.#asking = undefined;
    }
  }

  #wait(signal: AbortSignal, waiting: Set<() => void>): Promise<void> {
    const { places, queue, waitSeconds } = this.#options;
    const full = (): HttpProblem => new HttpProblem(429, 'too-many-analyses', `All ${places} places for analyses are taken. Try again in a while.`, { retryAfter: 30 });
    if (this.waiting >= queue) return Promise.reject(full());
    return new Promise((resolve, reject) => {
      const finish = (error?: Error): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', gone);
        waiting.delete(enter);
        if (error === undefined) resolve();
        else reject(error);
      };
      const enter = (): void => finish();
      const gone = (): void => finish(new HttpProblem(499, 'client-gone', 'The client went away.'));
      const timer = setTimeout(() => finish(full()), waitSeconds * 1000);
      waiting.add(enter);
      this.#asking ??= setInterval(() => this.#ask(), Math.max(1, (waitSeconds * 1000) / QUESTIONS)).unref();
      if (signal.aborted) gone();
      else signal.addEventListener('abort', gone, { once: true });
    });
  }
}
