import { MessageChannel, type MessagePort, parentPort } from 'node:worker_threads';
import { HttpProblem, problemOf } from '../errors.ts';
import { LocalRun } from './local-run.ts';
import type { Failure, FromWorker, ToWorker } from './messages.ts';
import type { RunOutput } from './run.ts';

/** Reports leave in pieces of about so many characters. */
const PIECE = 256 * 1024;
/** Bytes dealt with are told at the latest after so many. */
const TOLD_EVERY = 512 * 1024;
/** The pool takes a worker that says nothing for stuck. */
const ALIVE_EVERY_MS = 1000;

type Say = (message: FromWorker, moved?: ArrayBuffer[]) => void;

/** The report of one analysis, on its way to the service. No more than a bound is under way unread. */
class PortOutput implements RunOutput {
  readonly #say: Say;
  readonly #run: number;
  readonly #limit: number;
  readonly #encoder = new TextEncoder();
  #text = '';
  #begun = false;
  #unread = 0;
  #wake: (() => void) | null = null;

  constructor(say: Say, run: number, limit: number) {
    this.#say = say;
    this.#run = run;
    this.#limit = limit;
  }

  begin(): void {
    if (this.#begun) return;
    this.#begun = true;
    this.#say({ run: this.#run, kind: 'begin' });
  }

  write(data: string): void {
    this.#text += data;
    if (this.#text.length >= PIECE) this.flush();
  }

  flush(): void {
    if (this.#text === '') return;
    const data = this.#encoder.encode(this.#text);
    this.#text = '';
    this.#unread += data.length;
    this.#say({ run: this.#run, kind: 'output', data }, [data.buffer]);
  }

  room(): Promise<void> | undefined {
    return this.#unread < this.#limit ? undefined : new Promise((resolve) => { this.#wake = resolve; });
  }

  read(bytes: number): void {
    this.#unread -= bytes;
    if (this.#unread >= this.#limit) return;
    this.#wake?.();
    this.#wake = null;
  }
}

/** One analysis of this worker: does what it is told, one after the other. */
class HostedRun {
  readonly #say: Say;
  readonly #id: number;
  readonly #output: PortOutput;
  readonly #run: LocalRun;
  readonly #todo: ToWorker[] = [];
  readonly #finished: () => void;
  #working = false;
  #taken = 0;

  constructor(say: Say, { run, order, maxOutputBytes }: ToWorker & { kind: 'start' }, finished: () => void) {
    this.#say = say;
    this.#id = run;
    this.#finished = finished;
    this.#output = new PortOutput(say, run, maxOutputBytes);
    this.#run = new LocalRun(order, this.#output);
  }

  receive(message: ToWorker): void {
    if (message.kind === 'read') return this.#output.read(message.bytes);
    if (message.kind === 'abort') {
      this.#todo.length = 0;
      this.#finished();
      return this.#run.abort();
    }
    this.#todo.push(message);
    if (!this.#working) void this.#work();
    return undefined;
  }

  async #work(): Promise<void> {
    this.#working = true;
    try {
      for (let message = this.#todo.shift(); message !== undefined; message = this.#todo.shift()) await this.#handle(message);
      this.#tellTaken();
    } catch (error) {
      this.#todo.length = 0;
      this.#output.flush();
      this.#say({ run: this.#id, kind: 'failed', failure: failureOf(error) });
      this.#finished();
    }
    this.#working = false;
  }

  async #handle(message: ToWorker): Promise<void> {
    if (message.kind === 'piece') await this.#run.nextPiece();
    if (message.kind === 'bytes') await this.#takeChunks(message.chunks);
    if (message.kind !== 'end') return;
    const figures = await this.#run.end(message.ending);
    this.#output.flush();
    this.#say({ run: this.#id, kind: 'done', figures });
    this.#finished();
  }

  async #takeChunks(chunks: readonly Uint8Array[]): Promise<void> {
    for (const chunk of chunks) {
      const { length } = chunk;
      const wait = this.#run.write(chunk);
      if (wait !== undefined) {
        this.#output.flush();
        await wait;
      }
      this.#taken += length;
      if (this.#taken >= TOLD_EVERY) this.#tellTaken();
    }
    this.#output.flush(); // lines leave at once
    if (this.#run.keepsNothing) forget(chunks);
  }

  #tellTaken(): void {
    if (this.#taken > 0) this.#say({ run: this.#id, kind: 'taken', bytes: this.#taken });
    this.#taken = 0;
  }
}

function failureOf(error: unknown): Failure {
  const problem = problemOf(error);
  if (error instanceof HttpProblem || problem.status < 500) return { status: problem.status, code: problem.code, detail: problem.message, extras: problem.extras };
  return { stack: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}

const nowhere = new MessageChannel().port1;
nowhere.close();

/** Frees buffers at once: the garbage collector would first let many of them wait, and then look for them at a price. */
function forget(chunks: readonly Uint8Array[]): void {
  nowhere.postMessage(null, chunks.map(({ buffer }) => buffer as ArrayBuffer)); // moved here, so never shared
}

/** Analyses for the thread on the other side of `port`. */
function serve(port: MessagePort): void {
  const runs = new Map<number, HostedRun>();
  const say = (message: FromWorker, moved: ArrayBuffer[] = []): void => port.postMessage(message, moved);
  port.on('message', (message: ToWorker) => {
    if (message.kind === 'start') runs.set(message.run, new HostedRun(say, message, () => runs.delete(message.run)));
    else runs.get(message.run)?.receive(message);
  });
  const alive = (): void => say({ kind: 'alive', heapBytes: process.memoryUsage().heapUsed });
  alive();
  setInterval(alive, ALIVE_EVERY_MS).unref();
}

if (parentPort !== null) serve(parentPort);
