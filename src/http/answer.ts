import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Config } from '../config.ts';
import { problemLine } from '../report/render-ndjson.ts';
import type { RunOutput } from './analysis/run.ts';
import { AnswerStream } from './answer-stream.ts';
import { type HttpProblem, prepareProblem, problemBody, problemOf, sendProblem } from './errors.ts';
import { CONTENT_TYPES, type Format } from './formats.ts';

/** Reports up to this size are sent whole, with a Content-Length; larger ones leave in pieces. */
const WHOLE_BYTES = 1024 * 1024;

export interface AnswerOptions {
  readonly format: Format;
  readonly sensor: string | undefined;
  readonly config: Pick<Config, 'maxOutboundBytes' | 'clientReadSeconds'>;
}

/** The answer to one analysis: report or lines, whole or in pieces; or a problem, which keeps what was read. */
export class Answer implements RunOutput {
  /** Lines leave at once from now on: the upload is still running. */
  live = false;
  bytes = 0;
  readonly #request: FastifyRequest;
  readonly #reply: FastifyReply;
  readonly #options: AnswerOptions;
  #parts: (string | Uint8Array)[] = [];
  #failure: HttpProblem | null = null;
  #stream: AnswerStream | null = null;

  constructor(request: FastifyRequest, reply: FastifyReply, options: AnswerOptions) {
    this.#request = request;
    this.#reply = reply;
    this.#options = options;
  }

  /** A client of lines learns that its capture is read before the first verdict is final. */
  begin(): void {
    if (!this.live || this.#stream !== null) return;
    this.#open();
    if (this.#reply.raw.hasHeader('content-type') && !this.#reply.raw.headersSent) this.#reply.raw.flushHeaders();
  }

  write(data: string | Uint8Array): void {
    if (this.bytes === 0 && this.#failure !== null && !this.#lines) this.#put(this.#problemHead(this.#failure));
    this.#put(data);
    if (this.#stream === null && this.bytes > WHOLE_BYTES) this.#open();
  }

  room(): Promise<void> | undefined {
    return this.#stream?.room();
  }

  /** The upload failed: the problem will carry the report of what was read, or follow the lines of it. */
  failWithReport(failure: HttpProblem): void {
    this.#failure = failure;
  }

  /** The report is written. */
  finish(): FastifyReply {
    if (this.#failure !== null) {
      if (this.bytes === 0) return sendProblem(this.#request, this.#reply, this.#failure);
      this.#put(this.#lines ? this.#problemLine(this.#failure) : '}');
    }
    if (this.#stream === null) return this.#sendWhole();
    this.#stream.finish();
    return this.#reply;
  }

  /** Nothing more comes, and what came is no whole report. */
  fail(error: unknown): FastifyReply {
    if (this.#stream === null && (!this.#lines || this.bytes === 0)) return sendProblem(this.#request, this.#reply, error);
    const problem = problemOf(error);
    if (problem.status >= 500) this.#request.log.error({ err: error }, 'analysis failed after the answer had begun');
    this.#request.problemCode = problem.code;
    // A report that is cut must not look whole: its connection is broken off
    if (!this.#lines) this.#stream?.destroy(problem);
    else this.#put(this.#problemLine(problem));
    if (this.#stream === null) return this.#sendWhole();
    this.#stream.finish();
    // It does not read, so it would hold the socket for ever
    if (problem.code === 'client-not-reading') this.#request.raw.socket.destroy();
    return this.#reply;
  }

  get #lines(): boolean {
    return this.#options.format === 'ndjson';
  }

  #put(data: string | Uint8Array): void {
    this.bytes += data.length;
    if (this.#stream === null) this.#parts.push(data);
    else this.#stream.write(data);
  }

  #problemHead(failure: HttpProblem): string {
    return `${JSON.stringify(prepareProblem(this.#request, this.#reply, failure)).slice(0, -1)},"report":`;
  }

  #problemLine(problem: HttpProblem): string {
    this.#request.problemCode = problem.code;
    return problemLine(problemBody(problem, this.#request.id), this.#options.sensor);
  }

  #headers(): void {
    if (this.#failure !== null && !this.#lines) return; // a problem's, set already
    void this.#reply.header('content-type', CONTENT_TYPES[this.#options.format]);
    // Proxies (nginx) would hold the lines back
    if (this.#lines) void this.#reply.header('x-accel-buffering', 'no');
  }

  #open(): void {
    const { maxOutboundBytes, clientReadSeconds } = this.#options.config;
    this.#stream = new AnswerStream({ limitBytes: maxOutboundBytes, waitSeconds: clientReadSeconds });
    this.#headers();
    for (const part of this.#parts) this.#stream.write(part);
    this.#parts = [];
    void this.#reply.send(this.#stream);
  }

  #sendWhole(): FastifyReply {
    this.#headers();
    const parts = this.#parts;
    return this.#reply.send(parts.every((part) => typeof part === 'string') ? parts.join('') : Buffer.concat(parts.map((part) => Buffer.from(part as Uint8Array))));
  }
}
