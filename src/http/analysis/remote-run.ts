import { HttpProblem } from '../errors.ts';
import type { Failure, FromWorker, ToWorker } from './messages.ts';
import type { AnalysisOrder, AnalysisRun, Ending, RunFigures, RunOutput } from './run.ts';

/** Uploaded bytes under way to the worker and not dealt with; then the socket is not read. */
const WINDOW = 4 * 1024 * 1024;
/** Messages cost more than bytes: up to so many are sent together. */
const BATCH = 256 * 1024;
/** Shorter chunks, and parts of larger buffers, are copied together; others change hands without a copy. */
const WORTH_MOVING = 16 * 1024;

export type Say = (message: ToWorker, moved?: ArrayBuffer[]) => void;

export interface RemoteOutput extends RunOutput {
  /** The analysis cannot go on, though nothing waits for it just now. */
  failed(error: Error): void;
}

/** An analysis in a worker, seen from the thread that reads the socket. */
export class RemoteRun implements AnalysisRun {
  readonly #id: number;
  readonly #say: Say;
  readonly #output: RemoteOutput;
  readonly #finished: () => void;
  #batch: Uint8Array<ArrayBuffer>[] = [];
  #batchBytes = 0;
  #pack: Uint8Array<ArrayBuffer> | null = null;
  #packed = 0;
  #underway = 0;
  #soon: NodeJS.Immediate | undefined;
  #unread = 0;
  #waiting = false;
  #room: { resolve: () => void; reject: (error: Error) => void } | null = null;
  #done: { resolve: (figures: RunFigures) => void; reject: (error: Error) => void } | null = null;
  #failure: Error | null = null;

  constructor(id: number, say: Say, order: AnalysisOrder, options: { output: RemoteOutput; maxOutputBytes: number; finished: () => void }) {
    this.#id = id;
    this.#say = say;
    this.#output = options.output;
    this.#finished = options.finished;
    say({ run: id, kind: 'start', order, maxOutputBytes: options.maxOutputBytes });
  }

  nextPiece(): undefined {
    this.#flush();
    this.#say({ run: this.#id, kind: 'piece' });
  }

  write(chunk: Uint8Array): Promise<void> | undefined {
    if (this.#failure !== null) return Promise.reject(this.#failure);
    this.#add(chunk as Uint8Array<ArrayBuffer>); // what sockets and forms give
    if (this.#batchBytes >= BATCH) this.#flush();
    // What comes in one turn of the event loop goes together, and no later: live captures come in drops
    else this.#soon ??= setImmediate(() => this.#flush());
    if (this.#underway < WINDOW) return undefined;
    return new Promise((resolve, reject) => { this.#room = { resolve, reject }; });
  }

  end(ending: Ending): Promise<RunFigures> {
    if (this.#failure !== null) return Promise.reject(this.#failure);
    this.#flush();
    this.#say({ run: this.#id, kind: 'end', ending });
    return new Promise((resolve, reject) => { this.#done = { resolve, reject }; });
  }

  abort(): void {
    if (this.#failure !== null) return;
    this.#say({ run: this.#id, kind: 'abort' });
    this.fail(new HttpProblem(499, 'client-gone', 'The client went away.'));
  }

  receive(message: FromWorker & { run: number }): void {
    switch (message.kind) {
      case 'taken': return this.#taken(message.bytes);
      case 'begin': return this.#output.begin();
      case 'output': return this.#write(message.data);
      case 'failed': return this.fail(errorOf(message.failure));
      case 'done':
        this.#finished();
        this.#done?.resolve(message.figures);
    }
  }

  /** Ends the analysis: whoever waits for it learns why. */
  fail(error: Error): void {
    if (this.#failure !== null) return;
    this.#failure = error;
    clearImmediate(this.#soon);
    this.#batch = [];
    this.#batchBytes = 0;
    this.#finished();
    this.#room?.reject(error);
    this.#done?.reject(error);
    if (this.#room === null && this.#done === null) this.#output.failed(error);
  }

  #add(chunk: Uint8Array<ArrayBuffer>): void {
    this.#batchBytes += chunk.length;
    if (chunk.length >= WORTH_MOVING && chunk.length === chunk.buffer.byteLength) {
      this.#closePack();
      this.#batch.push(chunk);
      return;
    }
    for (let at = 0; at < chunk.length;) {
      this.#pack ??= new Uint8Array(Buffer.allocUnsafeSlow(BATCH).buffer);
      const part = chunk.subarray(at, at + BATCH - this.#packed);
      this.#pack.set(part, this.#packed);
      this.#packed += part.length;
      at += part.length;
      if (this.#packed === BATCH) this.#closePack();
    }
  }

  /** A pack that is nearly empty is kept for the next chunks, and only its content sent. */
  #closePack(): void {
    if (this.#pack === null || this.#packed === 0) return;
    const keep = this.#packed < BATCH / 4;
    this.#batch.push(keep ? this.#pack.slice(0, this.#packed) : this.#pack.subarray(0, this.#packed));
    if (!keep) this.#pack = null;
    this.#packed = 0;
  }

  #flush(): void {
    clearImmediate(this.#soon);
    this.#soon = undefined;
    this.#closePack();
    if (this.#batchBytes === 0) return;
    const chunks = this.#batch;
    this.#underway += this.#batchBytes;
    this.#batch = [];
    this.#batchBytes = 0;
    this.#say({ run: this.#id, kind: 'bytes', chunks }, chunks.map((chunk) => chunk.buffer));
  }

  #taken(bytes: number): void {
    this.#underway -= bytes;
    if (this.#underway > WINDOW / 2) return;
    this.#room?.resolve();
    this.#room = null;
  }

  #write(data: Uint8Array): void {
    if (this.#failure !== null) return;
    this.#output.write(data);
    this.#unread += data.length;
    if (this.#waiting) return;
    const wait = this.#output.room();
    if (wait === undefined) return this.#read();
    this.#waiting = true;
    wait.then(() => this.#read(), (error: Error) => this.#giveUp(error));
  }

  #read(): void {
    this.#waiting = false;
    if (this.#failure === null) this.#say({ run: this.#id, kind: 'read', bytes: this.#unread });
    this.#unread = 0;
  }

  /** The client does not read: the worker need not go on. */
  #giveUp(error: Error): void {
    if (this.#failure !== null) return;
    this.#say({ run: this.#id, kind: 'abort' });
    this.fail(error);
  }
}

function errorOf(failure: Failure): Error {
  if ('status' in failure) return new HttpProblem(failure.status, failure.code, failure.detail, failure.extras);
  const error = new Error('failed in a worker');
  error.stack = failure.stack;
  return error;
}
