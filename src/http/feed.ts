import { setImmediate as nextTurn } from 'node:timers/promises';
import { compression, decompressed } from '../intake/decompress.ts';
import type { CaptureAnalyser } from '../report/analysis.ts';
import { ChunkChannel } from './chunk-channel.ts';
import { HttpProblem, isIntakeProblem } from './errors.ts';

/** One file of the capture, as it arrives. */
export interface Piece {
  readonly name: string | undefined;
  readonly bytes: AsyncIterable<Uint8Array>;
}

export interface FeedOptions {
  readonly decompression: { readonly maxRatio: number; readonly maxNesting: number; readonly maxWindow: number };
  readonly contentEncoding?: string | undefined;
  /** Called after each chunk; reading goes on when it resolves. */
  readonly afterChunk?: () => Promise<void> | undefined;
}

/** Puts the pieces of one capture through the analyser, as they arrive. */
export async function feed(analyser: CaptureAnalyser, pieces: AsyncIterable<Piece>, options: FeedOptions): Promise<void> {
  const feeder = new Feeder(analyser, options);
  for await (const piece of pieces) {
    await feeder.nextPiece();
    for await (const chunk of piece.bytes) {
      const wait = feeder.write(chunk);
      if (wait !== undefined) await wait;
      if (feeder.pieceFailed) break;
    }
  }
  await feeder.end();
}

/** Work after which others get their turn (/healthz, other analyses). In time, not bytes: dense captures take far longer a byte. */
const MS_A_TURN = 15;
/** By so many bytes a compression is known. */
const MAGIC_BYTES = 4;

/**
 * Undoes compression and gives the analyser what comes out. Throws what makes the whole unreadable; damage after readable
 * packets becomes a fault, and nothing that was read is lost. A promise that is given back must be waited for.
 */
export class Feeder {
  readonly #analyser: CaptureAnalyser;
  readonly #options: FeedOptions;
  #file = -1;
  /** First bytes of a piece, too few to tell what they are. */
  #head: Uint8Array | null = null;
  #way: 'unknown' | 'plain' | 'failed' | Unpacking = 'unknown';
  #turn = performance.now();

  constructor(analyser: CaptureAnalyser, options: FeedOptions) {
    this.#analyser = analyser;
    this.#options = options;
  }

  /** The compression of this piece is damaged: what still comes of it is passed over. */
  get pieceFailed(): boolean {
    return this.#way === 'failed';
  }

  /** Chunks of this piece are not compressed, and nothing is kept of them once they were written. */
  get plain(): boolean {
    return this.#way === 'plain';
  }

  /** The next piece begins, the first one too. */
  nextPiece(): Promise<void> | undefined {
    const wait = this.#endPiece();
    if (wait === undefined) this.#startPiece();
    return wait?.then(() => this.#startPiece());
  }

  write(chunk: Uint8Array): Promise<void> | undefined {
    if (this.#way === 'plain') return this.#analyse(chunk);
    if (this.#way === 'failed') return undefined;
    if (this.#way instanceof Unpacking) return this.#guarded(this.#way.write(chunk));
    const head = this.#head === null && chunk.length >= MAGIC_BYTES ? chunk : Buffer.concat([this.#head ?? new Uint8Array(0), chunk]);
    this.#head = head;
    return head.length < MAGIC_BYTES ? undefined : this.#begin(head);
  }

  /** All pieces were given. */
  async end(): Promise<void> {
    await this.#endPiece();
  }

  /** Lets go of what it holds. */
  abort(): void {
    if (this.#way instanceof Unpacking) this.#way.end().catch(() => undefined);
  }

  #startPiece(): void {
    if (this.#file >= 0) this.#analyser.nextFile();
    this.#file += 1;
    this.#head = null;
    this.#way = 'unknown';
  }

  /** Nothing to undo is the common case: such bytes go the short way. */
  #begin(head: Uint8Array): Promise<void> | undefined {
    this.#head = null;
    const { contentEncoding, decompression } = this.#options;
    if (contentEncoding === undefined && compression(head) === undefined) {
      this.#way = 'plain';
      return this.#analyse(head);
    }
    this.#way = new Unpacking((chunk) => this.#analyse(chunk), { ...decompression, ...(contentEncoding === undefined ? {} : { contentEncoding }) });
    return this.#guarded(this.#way.write(head));
  }

  #endPiece(): Promise<void> | undefined {
    if (this.#head !== null) {
      const wait = this.#begin(this.#head);
      if (wait !== undefined) return wait.then(() => this.#endPiece());
    }
    return this.#way instanceof Unpacking ? this.#guarded(this.#way.end()) : undefined;
  }

  #analyse(chunk: Uint8Array): Promise<void> | undefined {
    this.#analyser.write(chunk);
    if (this.#analyser.refusal !== null) throw refusalProblem(this.#analyser.refusal);
    const wait = this.#options.afterChunk?.();
    if (wait !== undefined) return wait;
    return performance.now() - this.#turn < MS_A_TURN ? undefined : this.#giveWay();
  }

  async #giveWay(): Promise<void> {
    await nextTurn();
    this.#turn = performance.now();
  }

  async #guarded(work: Promise<void>): Promise<void> {
    try {
      await work;
    } catch (error) {
      if (!isIntakeProblem(error) || this.#analyser.progress.packets === 0) throw error;
      this.#way = 'failed';
      this.#analyser.fault({ code: error.code, message: error.message, packets: [], file: this.#file, ...(error.offset === undefined ? {} : { offset: error.offset }) });
    }
  }
}

/** One compressed piece. */
class Unpacking {
  readonly #channel = new ChunkChannel();
  readonly #done: Promise<void>;

  constructor(take: (chunk: Uint8Array) => Promise<void> | undefined, options: Parameters<typeof decompressed>[1]) {
    this.#done = this.#unpack(take, options);
    this.#done.catch(() => undefined); // told by write() or end()
  }

  write(chunk: Uint8Array): Promise<void> {
    return this.#channel.push(chunk);
  }

  end(): Promise<void> {
    this.#channel.close();
    return this.#done;
  }

  async #unpack(take: (chunk: Uint8Array) => Promise<void> | undefined, options: Parameters<typeof decompressed>[1]): Promise<void> {
    let failure: unknown;
    try {
      for await (const chunk of decompressed(this.#channel, options)) await take(chunk);
    } catch (error) {
      failure = error;
      throw error;
    } finally {
      this.#channel.finish(failure);
    }
  }
}

/** What is no capture, or none that we read, is the wrong kind of thing; a capture with a broken header is unreadable. */
export function refusalProblem(refusal: NonNullable<CaptureAnalyser['refusal']>): HttpProblem {
  const status = refusal.code === 'not-a-capture' || refusal.code === 'unsupported-format' ? 415 : 422;
  return new HttpProblem(refusal.code === 'empty-body' ? 400 : status, refusal.code, refusal.message, { format: refusal.format });
}
