import type { FastifyRequest } from 'fastify';
import { HttpProblem } from './errors.ts';
import { readForm } from './form.ts';

export interface UploadOptions {
  readonly idleSeconds: number;
  /** Null: not limited. */
  readonly maxSeconds: number | null;
  readonly maxBytes: number | null;
}

/** Takes what is uploaded. A promise that is given back is waited for, the client's bytes unread. */
export interface UploadReceiver {
  nextPiece(name: string | undefined): Promise<void> | undefined;
  write(chunk: Uint8Array): Promise<void> | undefined;
}

/** The body of a request: a capture as it is, or a form whose `capture` parts are the pieces of one capture. */
export class Upload {
  /** Bytes of the capture so far, as they were uploaded. */
  bytes = 0;
  readonly #request: FastifyRequest;
  readonly #options: UploadOptions;
  #stopped: unknown;
  #fail: ((error: unknown) => void) | null = null;
  #waiting = false;
  #idle: NodeJS.Timeout | undefined;

  constructor(request: FastifyRequest, options: UploadOptions) {
    this.#request = request;
    this.#options = options;
  }

  /** It is the client's turn. */
  get waiting(): boolean {
    return this.#waiting;
  }

  /** Known before a byte is read. */
  refuseTooLarge(): void {
    const announced = Number(this.#request.headers['content-length'] ?? 0);
    if (this.#options.maxBytes !== null && announced > this.#options.maxBytes) throw this.#tooLarge();
  }

  /** Reads to the end. Rejects with what the receiver fails with, with the reason to `stop`, and with a problem where the upload itself fails. */
  async read(name: string | undefined, receiver: UploadReceiver): Promise<void> {
    const { idleSeconds, maxSeconds } = this.#options;
    this.#idle = setTimeout(() => this.#idled(), idleSeconds * 1000);
    const total = maxSeconds === null ? undefined : setTimeout(() => {
      this.stop(new HttpProblem(408, 'upload-too-long', `The upload took longer than ${maxSeconds} seconds. Send it in parts; for live captures raise MAX_UPLOAD_SECONDS.`));
    }, maxSeconds * 1000);
    try {
      if (isForm(this.#request)) await this.#readForm(receiver);
      else await this.#readRaw(name, receiver);
    } finally {
      clearTimeout(this.#idle);
      clearTimeout(total);
    }
  }

  /** Ends the reading, whatever it waits for. */
  stop(reason: unknown): void {
    this.#stopped ??= reason;
    this.#fail?.(reason);
  }

  async #readRaw(name: string | undefined, receiver: UploadReceiver): Promise<void> {
    await receiver.nextPiece(name);
    await this.#pump((chunk) => this.#count(chunk) ?? receiver.write(chunk));
    if (this.bytes === 0) throw new HttpProblem(400, 'empty-body', 'The body is empty. Send a capture: curl --data-binary @capture.pcap URL');
  }

  /** The form parser reads the request; we listen how it goes on. */
  async #readForm(receiver: UploadReceiver): Promise<void> {
    const source = this.#request.raw;
    const heard = (): void => { this.#idle?.refresh(); };
    const closed = (): void => { if (!source.readableEnded) this.stop(new HttpProblem(499, 'client-gone', 'The client went away.')); };
    const stopped = new Promise<never>((_resolve, reject) => {
      this.#fail = reject;
      if (this.#stopped !== undefined) reject(this.#stopped);
    });
    source.on('data', heard).on('error', closed).on('close', closed);
    this.#waiting = true;
    try {
      await Promise.race([stopped, readForm(this.#request, this.#untilStopped(receiver))]);
    } finally {
      source.off('data', heard).off('close', closed).unpipe().pause();
      this.#fail = null;
      this.#waiting = false;
    }
    if (this.bytes === 0) throw new HttpProblem(400, 'empty-body', 'The part "capture" is empty.');
  }

  /** The parser may still have something to give after the reading was ended. */
  #untilStopped(receiver: UploadReceiver): UploadReceiver {
    const check = (): void => { if (this.#fail === null || this.#stopped !== undefined) throw this.#stopped ?? new Error('reading has ended'); };
    const ours = (wait: Promise<void> | undefined): Promise<void> | undefined => {
      if (wait === undefined) return undefined;
      this.#waiting = false;
      return wait.then(() => {
        check();
        this.#waiting = true;
        this.#idle?.refresh();
      });
    };
    return {
      nextPiece: (name) => { check(); return ours(receiver.nextPiece(name)); },
      write: (chunk) => { check(); return ours(this.#count(chunk) ?? receiver.write(chunk)); },
    };
  }

  /** Events, not an iterator: a gigabyte comes in sixteen thousand chunks. */
  #pump(take: (chunk: Uint8Array) => Promise<void> | undefined): Promise<void> {
    const source = this.#request.raw;
    return new Promise((resolve, reject) => {
      const settle = (error?: unknown): void => {
        source.off('data', onData).off('end', settle).off('error', settle).off('close', closed).on('error', () => undefined).pause();
        this.#fail = null;
        this.#waiting = false;
        if (error === undefined) resolve();
        else reject(error);
      };
      const closed = (): void => settle(new HttpProblem(499, 'client-gone', 'The client went away.'));
      const onData = (chunk: Uint8Array): void => {
        this.#idle?.refresh();
        try {
          const wait = take(chunk);
          if (wait === undefined) return;
          this.#waiting = false;
          source.pause();
          wait.then(() => { if (this.#fail === settle) this.#goOn(); }, settle);
        } catch (error) {
          settle(error);
        }
      };
      this.#fail = settle;
      source.on('end', settle).on('error', settle).on('close', closed).on('data', onData);
      if (this.#stopped === undefined) this.#goOn();
      else settle(this.#stopped);
    });
  }

  #goOn(): void {
    this.#waiting = true;
    this.#idle?.refresh();
    this.#request.raw.resume();
  }

  #count(chunk: Uint8Array): undefined {
    this.bytes += chunk.length;
    if (this.#options.maxBytes !== null && this.bytes > this.#options.maxBytes) throw this.#tooLarge();
  }

  /** Only the time in which we wait for the client counts, not that in which we work. */
  #idled(): void {
    if (!this.#waiting) this.#idle?.refresh();
    else this.stop(new HttpProblem(408, 'upload-idle', `No byte of the upload came for ${this.#options.idleSeconds} seconds. Send it again; for a quiet live capture raise UPLOAD_IDLE_SECONDS.`));
  }

  #tooLarge(): HttpProblem {
    return new HttpProblem(413, 'too-large', `An upload may have ${this.#options.maxBytes} bytes here. Compress the capture, cut it (editcap -c), or keep only SMB (tcpdump -r big.pcap -w small.pcap "port 445 or port 139").`);
  }
}

export function isForm(request: FastifyRequest): boolean {
  return /^multipart\/form-data\b/i.test(request.headers['content-type']?.trim() ?? '');
}
