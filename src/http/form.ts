import { Busboy, type BusboyHeaders, type BusboyInstance } from '@fastify/busboy';
import type { FastifyRequest } from 'fastify';
import { HttpProblem } from './errors.ts';
import type { UploadReceiver } from './upload.ts';

/** The parser never waits for us: the request is not read while something of it is still to be taken. */
const PARSER_BYTES = 1024 * 1024;
const LIMITS = { fields: 100, fieldSize: 65_536, headerPairs: 100 };

interface Part {
  readonly name: string | undefined;
  readonly chunks: Uint8Array[];
  begun: boolean;
  ended: boolean;
}

/**
 * Cuts a form into the pieces of one capture, its `capture` parts. The parser tells of the next part before the last bytes of
 * the one before are out, so parts are lined up; and what came of a form that breaks off is passed on before the problem is told.
 */
export class CaptureForm {
  readonly #parser: BusboyInstance;
  readonly #receiver: UploadReceiver;
  readonly #failed: (error: unknown) => void;
  readonly #parts: Part[] = [];
  readonly #over: Promise<Error | null>;
  #problem: HttpProblem | null = null;
  #delivering: Promise<void> | null = null;
  #captures = 0;

  /** `failed` is told of what no call of `write` or `end` tells. */
  constructor(headers: FastifyRequest['headers'], receiver: UploadReceiver, failed: (error: unknown) => void) {
    this.#receiver = receiver;
    this.#failed = failed;
    this.#parser = parserOf(headers);
    this.#parser.on('file', (field, file, name) => {
      if (field !== 'capture') {
        file.on('error', () => undefined).resume(); // the parser tells it too
        return;
      }
      this.#captures += 1;
      const part: Part = { name: name === '' ? undefined : name, chunks: [], begun: false, ended: false };
      this.#parts.push(part);
      file.on('data', (chunk: Uint8Array) => {
        part.chunks.push(chunk);
        this.#tryDeliver();
      });
      file.on('end', () => {
        part.ended = true;
        this.#tryDeliver();
      });
      file.on('error', () => undefined);
    });
    this.#parser.on('field', (field) => {
      if (field === 'capture') this.#problem ??= new HttpProblem(400, 'bad-multipart', 'The part "capture" must be a file: curl -F capture=@capture.pcap URL');
    });
    this.#over = new Promise((resolve) => {
      this.#parser.on('finish', () => resolve(null)).on('error', (error) => resolve(error instanceof Error ? error : new Error(String(error))));
    });
  }

  write(chunk: Uint8Array): Promise<void> | undefined {
    this.#parser.write(chunk);
    if (this.#problem !== null) throw this.#problem;
    return this.#deliver();
  }

  /** The request is at its end. Rejects where the form is not. */
  async end(): Promise<void> {
    this.#parser.end();
    const error = await this.#over;
    await new Promise(setImmediate); // the last bytes of a part that broke off are still on their way out of the parser
    await this.#deliver();
    if (error !== null) throw unreadable(error);
    if (this.#problem !== null) throw this.#problem;
    if (this.#captures === 0) throw new HttpProblem(400, 'bad-multipart', 'The form has no part with the name "capture": curl -F capture=@capture.pcap URL');
  }

  #tryDeliver(): void {
    try {
      this.#deliver()?.catch(this.#failed);
    } catch (error) {
      this.#failed(error);
    }
  }

  #deliver(): Promise<void> | undefined {
    if (this.#delivering !== null) return this.#delivering;
    const wait = this.#next();
    if (wait === undefined) return undefined;
    this.#delivering = wait.then(() => {
      this.#delivering = null;
      return this.#deliver();
    });
    return this.#delivering;
  }

  /** Hands on what is there, until it must wait. */
  #next(): Promise<void> | undefined {
    for (let part = this.#parts[0]; part !== undefined; part = this.#parts[0]) {
      let wait: Promise<void> | undefined;
      const chunk = part.begun ? part.chunks.shift() : undefined;
      if (chunk !== undefined) {
        wait = this.#receiver.write(chunk);
      } else if (!part.begun) {
        part.begun = true;
        wait = this.#receiver.nextPiece(part.name);
      } else if (part.ended) {
        this.#parts.shift();
      } else {
        return undefined;
      }
      if (wait !== undefined) return wait;
    }
    return undefined;
  }
}

function parserOf(headers: FastifyRequest['headers']): BusboyInstance {
  try {
    return new Busboy({ headers: headers as BusboyHeaders, limits: LIMITS, highWaterMark: PARSER_BYTES, fileHwm: PARSER_BYTES });
  } catch (error) {
    throw unreadable(error);
  }
}

function unreadable(error: unknown): HttpProblem {
  const reason = error instanceof Error ? error.message : String(error);
  return new HttpProblem(400, 'bad-multipart', `The form cannot be read (${reason}). Send it with curl -F capture=@capture.pcap URL, or the capture itself with --data-binary.`);
}
