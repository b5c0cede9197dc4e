import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { HttpProblem, isIntakeProblem } from './errors.ts';

/** One file of the capture, as it arrives. */
export interface Piece {
  /** As the client gave it: shown, never opened. */
  readonly name: string | undefined;
  readonly bytes: AsyncIterable<Uint8Array>;
}

export interface UploadOptions {
  readonly idleSeconds: number;
  readonly maxBytes: number | null;
  readonly digest: boolean;
}

/** The body of a request: a capture as it is, or a form whose `capture` parts are the pieces of one capture. */
export class Upload {
  bytes = 0;
  readonly names: (string | undefined)[] = [];
  readonly #request: FastifyRequest;
  readonly #options: UploadOptions;
  readonly #hash;

  constructor(request: FastifyRequest, options: UploadOptions) {
    this.#request = request;
    this.#options = options;
    this.#hash = options.digest ? createHash('sha256') : null;
  }

  get sha256(): string | undefined {
    return this.#hash?.digest('hex');
  }

  /** Known before a byte is read. */
  refuseTooLarge(): void {
    const announced = Number(this.#request.headers['content-length'] ?? 0);
    if (this.#options.maxBytes !== null && announced > this.#options.maxBytes) throw this.#tooLarge();
  }

  pieces(name: string | undefined): AsyncIterable<Piece> {
    return isForm(this.#request) ? this.#formPieces() : this.#rawPiece(name);
  }

  async *#rawPiece(name: string | undefined): AsyncGenerator<Piece> {
    this.names.push(name);
    yield { name, bytes: this.#counted(this.#request.raw) };
    if (this.bytes === 0) throw new HttpProblem(400, 'empty-body', 'The body is empty. Send a capture: curl --data-binary @capture.pcap URL');
  }

  /** Parts come one after the other: the next is read when the one before was. */
  async *#formPieces(): AsyncGenerator<Piece> {
    let seen = 0;
    try {
      const parts = withIdleLimit(this.#request.parts(), this.#options.idleSeconds);
      for await (const part of parts) {
        if (part.fieldname !== 'capture') {
          if (part.type === 'file') part.file.resume();
          continue;
        }
        if (part.type !== 'file') throw new HttpProblem(400, 'bad-multipart', 'The part "capture" must be a file: curl -F capture=@capture.pcap URL');
        seen += 1;
        const name = part.filename === '' ? undefined : part.filename;
        this.names.push(name);
        yield { name, bytes: this.#formBytes(part.file) };
        part.file.resume();
      }
    } catch (error) {
      throw this.#formProblem(error);
    }
    if (seen === 0) throw new HttpProblem(400, 'bad-multipart', 'The form has no part with the name "capture": curl -F capture=@capture.pcap URL');
    if (this.bytes === 0) throw new HttpProblem(400, 'empty-body', 'The part "capture" is empty.');
  }

  /** Read by the analysis, so its failures do not pass through the loop above. */
  async *#formBytes(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    try {
      yield* this.#counted(source);
    } catch (error) {
      throw this.#formProblem(error);
    }
  }

  /** What the form parser throws is the client's form, except what we threw ourselves, and a request that broke off. */
  #formProblem(error: unknown): unknown {
    if (error instanceof HttpProblem || isIntakeProblem(error) || !(error instanceof Error) || this.#request.raw.readableAborted) return error;
    return new HttpProblem(400, 'bad-multipart', `The form cannot be read (${error.message}). Send it with curl -F capture=@capture.pcap URL, or the capture itself with --data-binary.`);
  }

  async *#counted(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of withIdleLimit(source, this.#options.idleSeconds)) {
      this.bytes += chunk.length;
      if (this.#options.maxBytes !== null && this.bytes > this.#options.maxBytes) throw this.#tooLarge();
      this.#hash?.update(chunk);
      yield chunk;
    }
  }

  #tooLarge(): HttpProblem {
    return new HttpProblem(413, 'too-large', `An upload may have ${this.#options.maxBytes} bytes here. Compress the capture, cut it (editcap -c), or keep only SMB (tcpdump -r big.pcap -w small.pcap "port 445 or port 139").`);
  }
}

export function isForm(request: FastifyRequest): boolean {
  return /^multipart\/form-data\b/i.test(request.headers['content-type']?.trim() ?? '');
}

/** Only the time in which we wait for the client counts, not that in which we work. */
async function* withIdleLimit<T>(source: AsyncIterable<T>, seconds: number): AsyncGenerator<T> {
  const iterator = source[Symbol.asyncIterator]();
  let giveUp: ((error: Error) => void) | null = null;
  const timer = setTimeout(() => {
    giveUp?.(new HttpProblem(408, 'upload-idle', `No byte of the upload came for ${seconds} seconds. Send it again; for a quiet live capture raise UPLOAD_IDLE_SECONDS.`));
  }, seconds * 1000);
  try {
    for (;;) {
      const idle = new Promise<never>((_resolve, reject) => {
        giveUp = reject;
      });
      timer.refresh();
      const next = await Promise.race([iterator.next(), idle]);
      giveUp = null;
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    // The iterator is not returned: that would destroy the socket, with the answer still to be sent.
    clearTimeout(timer);
  }
}
