import { Worker } from 'node:worker_threads';
import { HttpProblem } from '../errors.ts';
import type { FromWorker } from './messages.ts';
import { type RemoteOutput, RemoteRun, type Say } from './remote-run.ts';
import type { AnalysisOrder } from './run.ts';

export interface WorkerPoolOptions {
  readonly size: number;
  /** V8's heap of one worker; beyond it the worker is ended and its analyses fail, nothing else. */
  readonly heapMegabytes: number;
  /** A worker that says nothing for so long while it has work is taken for stuck and ended. */
  readonly stallSeconds: number;
  /** Bytes of report under way to a client that does not read. */
  readonly maxOutputBytes: number;
  /** Told why a worker died. */
  readonly onDeath?: (error: Error) => void;
  /** Tests name another. */
  readonly script?: URL;
}

/** Not written as part of `new Worker(new URL(…))`: bundlers would follow it. */
const SCRIPT = new URL('./worker.js', import.meta.url);
const WATCH_MS = 1000;

/** Threads that analyse, so that the one that answers requests stays free. A thread that dies is replaced by the next analysis. */
export class WorkerPool {
  readonly #options: WorkerPoolOptions;
  readonly #threads = new Set<Thread>();
  #watch: NodeJS.Timeout | undefined;
  #runs = 0;
  /** Threads that died so far. */
  deaths = 0;

  constructor(options: WorkerPoolOptions) {
    this.#options = options;
  }

  /** Heap of each thread that runs, in bytes. */
  get heaps(): number[] {
    return [...this.#threads].map((thread) => thread.heapBytes);
  }

  /** Starts all threads, so that the first captures need not wait for one. */
  warm(): void {
    while (this.#threads.size < this.#options.size) this.#spawn();
  }

  start(order: AnalysisOrder, output: RemoteOutput): RemoteRun {
    return this.#freest().start(this.#runs++, order, output, this.#options.maxOutputBytes);
  }

  async close(): Promise<void> {
    clearInterval(this.#watch);
    this.#watch = undefined;
    await Promise.all([...this.#threads].map((thread) => thread.end()));
  }

  /** An idle thread, else a new one, else the one with the fewest analyses. */
  #freest(): Thread {
    const [first] = [...this.#threads].toSorted((left, right) => left.runs.size - right.runs.size);
    if (first === undefined || (first.runs.size > 0 && this.#threads.size < this.#options.size)) return this.#spawn();
    return first;
  }

  #spawn(): Thread {
    const thread: Thread = new Thread(this.#options, (error) => {
      this.#threads.delete(thread);
      this.deaths += 1;
      this.#options.onDeath?.(error);
    });
    this.#threads.add(thread);
    this.#watch ??= setInterval(() => {
      for (const each of this.#threads) each.endIfStuck(this.#options.stallSeconds);
    }, WATCH_MS).unref();
    return thread;
  }
}

class Thread {
  readonly runs = new Map<number, RemoteRun>();
  heapBytes = 0;
  readonly #worker: Worker;
  /** Looks at this thread without a word from it. Not a time: after a pause of the whole process nobody is stuck. */
  #silence = 0;
  #ending = false;

  constructor({ heapMegabytes, script = SCRIPT }: WorkerPoolOptions, died: (error: Error) => void) {
    this.#worker = new Worker(script, { resourceLimits: { maxOldGenerationSizeMb: heapMegabytes } });
    this.#worker.unref();
    let reason = new Error('a worker ended');
    this.#worker.on('message', (message: FromWorker) => this.#receive(message));
    this.#worker.on('error', (error: Error) => { reason = error; });
    this.#worker.once('exit', () => {
      if (!this.#ending) died(reason);
      for (const run of this.runs.values()) {
        run.fail(new HttpProblem(500, 'analysis-failed', 'The analysis ended before its time (its memory was full, or it got stuck). Send the capture in parts (editcap -c), or only SMB (tcpdump -r big.pcap -w small.pcap "port 445 or port 139").'));
      }
    });
  }

  start(id: number, order: AnalysisOrder, output: RemoteOutput, maxOutputBytes: number): RemoteRun {
    if (this.runs.size === 0) this.#silence = 0;
    const say: Say = (message, moved = []) => this.#worker.postMessage(message, moved);
    const run = new RemoteRun(id, say, order, { output, maxOutputBytes, finished: () => this.runs.delete(id) });
    this.runs.set(id, run);
    return run;
  }

  endIfStuck(seconds: number): void {
    this.#silence += 1;
    if (this.runs.size > 0 && this.#silence * WATCH_MS > seconds * 1000) void this.#worker.terminate();
  }

  async end(): Promise<void> {
    this.#ending = true;
    await this.#worker.terminate();
  }

  #receive(message: FromWorker): void {
    this.#silence = 0;
    if (message.kind === 'alive') this.heapBytes = message.heapBytes;
    else this.runs.get(message.run)?.receive(message);
  }
}
