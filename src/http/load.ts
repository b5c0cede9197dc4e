import { monitorEventLoopDelay } from 'node:perf_hooks';
import { HttpProblem } from './errors.ts';

export interface LoadLimits {
  /** Mean delay of the event loop over the last second above which new work is refused. */
  readonly maxDelayMs: number;
  /** Resident memory of the process, workers included, above which new work is refused. */
  readonly maxMemoryBytes: number;
}

const EVERY_MS = 1000;
/** The histogram measures from one look at the clock to the next, so this is in every value. */
const RESOLUTION_MS = 10;
const RETRY_SECONDS = 10;
const NANOS_A_MS = 1e6;

/** How much the process has to carry. New work is refused before memory is full or requests wait for each other. */
export class Load {
  /** Delay of the event loop over the last second, in milliseconds. */
  delay = { mean: 0, p99: 0 };
  memoryBytes = process.memoryUsage.rss();
  readonly #limits: LoadLimits;
  readonly #histogram: ReturnType<typeof monitorEventLoopDelay>;
  readonly #timer: NodeJS.Timeout;

  constructor(limits: LoadLimits) {
    this.#limits = limits;
    this.#histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
    this.#histogram.enable();
    this.#timer = setInterval(() => this.#look(), EVERY_MS).unref();
  }

  /** Throws a problem when there is too much to do already. */
  check(): void {
    const { maxDelayMs, maxMemoryBytes } = this.#limits;
    if (this.delay.mean > maxDelayMs) throw overloaded('The service has too much to do just now.');
    if (this.memoryBytes > maxMemoryBytes) throw overloaded('The memory of the service is nearly full just now.');
  }

  close(): void {
    clearInterval(this.#timer);
    this.#histogram.disable();
  }

  #look(): void {
    const { mean, count } = this.#histogram;
    const delay = (nanoseconds: number): number => (count === 0 ? 0 : Math.max(0, nanoseconds / NANOS_A_MS - RESOLUTION_MS));
    this.delay = { mean: delay(mean), p99: delay(this.#histogram.percentile(99)) };
    this.#histogram.reset();
    this.memoryBytes = process.memoryUsage.rss();
  }
}

function overloaded(what: string): HttpProblem {
  return new HttpProblem(503, 'overloaded', `${what} Try again in a while.`, { retryAfter: RETRY_SECONDS });
}
