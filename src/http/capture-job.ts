import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Config } from '../config.ts';
import { compression } from '../intake/decompress.ts';
import { LocalRun } from './analysis/local-run.ts';
import type { AnalysisOrder, AnalysisRun, RunFigures } from './analysis/run.ts';
import type { WorkerPool } from './analysis/worker-pool.ts';
import { Answer } from './answer.ts';
import { HttpProblem } from './errors.ts';
import type { AnalysisQuery } from './formats.ts';
import type { Gate } from './gate.ts';
import type { Upload, UploadReceiver } from './upload.ts';

export interface CaptureService {
  readonly config: Config;
  readonly gate: Gate;
  /** Without it everything is analysed in this thread. */
  readonly workers?: WorkerPool | undefined;
  /** What is being done now: a service that stops cuts it short. */
  readonly jobs: Set<CaptureJob>;
}

/** Captures up to this size are judged in this thread, in a few milliseconds and without a place: a hop would cost more. */
const SMALL_BYTES = 32 * 1024;
/** Lines are wanted while a live capture comes in, however slowly. */
const LIVE_AFTER_MS = 100;

/** While others wait for a place, a stream that was small so far and brings less than this from one look to the next (5 seconds) has to leave its own. */
const SLOW_BYTES = 4096;

interface HeldPiece {
  readonly name: string | undefined;
  readonly chunks: Uint8Array[];
}

/**
 * One capture from its upload to its answer. The first bytes are held: a small capture is judged here and at once, a slow
 * client occupies no place until it has sent something worth analysing. Everything else goes to a worker as it comes.
 */
export class CaptureJob implements UploadReceiver {
  readonly answer: Answer;
  where: 'here' | 'worker' = 'here';
  figures: RunFigures | null = null;
  readonly #request: FastifyRequest;
  readonly #reply: FastifyReply;
  readonly #query: AnalysisQuery;
  readonly #upload: Upload;
  readonly #service: CaptureService;
  #waiting: AbortController | null = null;
  #held: HeldPiece[] = [];
  #heldBytes = 0;
  #names: (string | undefined)[] = [];
  #run: AnalysisRun | null = null;
  #starting: Promise<void> | null = null;
  #live: NodeJS.Timeout | undefined;
  #leave: (() => void) | null = null;
  /** Bytes of the upload at the last look. */
  #bytesSeen: number | null = null;
  /** Why the analysis cannot go on. */
  #broken: { readonly error: unknown } | null = null;

  constructor(request: FastifyRequest, reply: FastifyReply, options: { query: AnalysisQuery; upload: Upload; service: CaptureService }) {
    this.#request = request;
    this.#reply = reply;
    this.#query = options.query;
    this.#upload = options.upload;
    this.#service = options.service;
    this.answer = new Answer(request, reply, { format: this.#query.format, sensor: this.#query.sensor, config: this.#service.config });
    reply.raw.once('close', () => {
      if (!reply.raw.writableFinished) this.#clientGone();
    });
  }

  async finish(fileName: string | undefined): Promise<FastifyReply> {
    this.#service.jobs.add(this);
    try {
      await this.#goOn();
      const failure = await this.#read(fileName);
      const run = await this.#startedRun();
      if (failure !== null) this.answer.failWithReport(failure);
      this.figures = await this.#end(run, failure);
      return this.answer.finish();
    } catch (error) {
      this.#run?.abort();
      return this.answer.fail(error);
    } finally {
      clearTimeout(this.#live);
      this.#leave?.();
      this.#service.jobs.delete(this);
    }
  }

  /** The upload ends here, whatever is still to come: what was read of it is told together with the reason. */
  cut(reason: HttpProblem): void {
    if (this.#run !== null) return this.#upload.stop(reason);
    this.#fails(reason);
    this.#waiting?.abort();
  }

  /** Called again and again while others who are ready wait: a client that hardly sends anything must not keep them out. */
  cutIfSlow(): void {
    if (this.#leave === null || this.#upload.bytes > SMALL_BYTES) return;
    const before = this.#bytesSeen;
    this.#bytesSeen = this.#upload.bytes;
    if (before === null || this.#upload.bytes - before >= SLOW_BYTES || !this.#upload.waiting) return;
    this.cut(new HttpProblem(408, 'upload-too-slow', 'Others waited for a place, and this upload brought hardly any bytes. Send it again, faster; for quiet live captures raise MAX_ANALYSES.'));
  }

  nextPiece(name: string | undefined): Promise<void> | undefined {
    this.#names.push(name);
    if (this.#run !== null) return this.#tried(() => this.#run?.nextPiece());
    if (this.#starting !== null) return this.#starting.then(() => this.#tried(() => this.#run?.nextPiece()));
    this.#held.push({ name, chunks: [] });
    return undefined;
  }

  write(chunk: Uint8Array): Promise<void> | undefined {
    if (this.#run !== null) return this.#tried(() => this.#run?.write(chunk));
    if (this.#starting !== null) return this.#starting.then(() => this.#tried(() => this.#run?.write(chunk)));
    this.#held.at(-1)?.chunks.push(chunk);
    this.#heldBytes += chunk.length;
    if (this.#heldBytes > SMALL_BYTES) return this.#start();
    if (this.#query.format === 'ndjson') this.#live ??= setTimeout(() => { this.#start().catch((error: unknown) => this.#upload.stop(error as Error)); }, LIVE_AFTER_MS);
    return undefined;
  }

  /** A client that sent `Expect: 100-continue` waits for this before it uploads: there must be a place. */
  async #goOn(): Promise<void> {
    if (this.#request.headers.expect?.toLowerCase() !== '100-continue') return;
    (await this.#enter(true))();
    this.#reply.raw.writeContinue();
  }

  async #enter(ready: boolean): Promise<() => void> {
    const waiting = new AbortController();
    this.#waiting = waiting;
    try {
      return await this.#service.gate.enter(waiting.signal, ready);
    } catch (error) {
      throw this.#broken?.error ?? error;
    }
  }

  /** Null when all was read; a problem when the upload failed and what was read is still to be told. Throws what ends it without a report. */
  async #read(fileName: string | undefined): Promise<HttpProblem | null> {
    try {
      await this.#upload.read(fileName, this);
      return null;
    } catch (error) {
      if (this.#broken !== null) throw this.#broken.error;
      if (error instanceof HttpProblem && error.code !== 'client-gone' && this.#upload.bytes > 0) return error;
      throw error;
    }
  }

  async #end(run: AnalysisRun, failure: HttpProblem | null): Promise<RunFigures | null> {
    try {
      return await run.end({ fileNames: this.#names, failure: failure?.code });
    } catch (error) {
      if (failure === null || this.#broken !== null) throw error;
      return null; // nothing could be made of what came: the upload's own failure says more
    }
  }

  /** The analysis, begun now where everything was small enough to be held. */
  async #startedRun(): Promise<AnalysisRun> {
    clearTimeout(this.#live);
    if (this.#run === null && this.#starting === null && !this.#isCompressed()) {
      await this.#replay(new LocalRun(this.#order(), this.answer));
    } else {
      await (this.#starting ?? (this.#run === null ? this.#start() : undefined));
    }
    if (this.#run === null) throw new Error('no analysis was begun');
    return this.#run;
  }

  /** A few bytes may unpack to very many. */
  #isCompressed(): boolean {
    return this.#request.headers['content-encoding'] !== undefined || this.#held.some(({ chunks }) => chunks[0] !== undefined && compression(Buffer.concat(chunks).subarray(0, 4)) !== undefined);
  }

  /** Takes a place and begins with what is held. */
  #start(): Promise<void> {
    this.#starting ??= this.#startInPlace();
    return this.#starting;
  }

  async #startInPlace(): Promise<void> {
    const { workers } = this.#service;
    clearTimeout(this.#live);
    try {
      this.#leave = await this.#enter(this.#heldBytes > SMALL_BYTES);
      this.answer.live = true;
      this.where = workers === undefined ? 'here' : 'worker';
      const failed = (error: Error): void => this.#fails(error);
      const output = { begin: () => this.answer.begin(), write: (data: string | Uint8Array) => this.answer.write(data), room: () => this.answer.room(), failed };
      await this.#replay(workers === undefined ? new LocalRun(this.#order(), this.answer) : workers.start(this.#order(), output));
    } catch (error) {
      this.#broken ??= { error };
      throw error;
    } finally {
      this.#starting = null;
    }
  }

  async #replay(run: AnalysisRun): Promise<void> {
    for (const { chunks } of this.#held) {
      await run.nextPiece();
      for (const chunk of chunks) await run.write(chunk);
    }
    this.#held = [];
    this.#run = run;
  }

  #order(): AnalysisOrder {
    const { limits, decompression } = this.#service.config;
    const { format, detail, sensor, digest } = this.#query;
    return { format, detail, sensor, digest, limits, decompression, contentEncoding: this.#request.headers['content-encoding'] };
  }

  /** Tells what fails in the analysis from what fails in the upload. */
  #tried(work: () => Promise<void> | undefined): Promise<void> | undefined {
    try {
      return work()?.catch((error: unknown) => {
        this.#broken ??= { error };
        throw error;
      });
    } catch (error) {
      this.#broken ??= { error };
      throw error;
    }
  }

  #fails(error: Error): void {
    this.#broken ??= { error };
    this.#upload.stop(error);
  }

  #clientGone(): void {
    const error = new HttpProblem(499, 'client-gone', 'The client went away.');
    this.#waiting?.abort();
    this.#fails(error);
    this.#run?.abort();
  }
}
