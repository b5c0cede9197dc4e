import { createBrotliDecompress, createGunzip, createInflate, createInflateRaw } from 'node:zlib';
import { type ByteSource, slices } from './byte-source.ts';
import { DeflateRescue } from './deflate-rescue.ts';
import { type Decompressor, Engine } from './engine.ts';
import { IntakeProblem } from './intake-problem.ts';

/** Four times as fast as the default of 16 KiB. */
const OUTPUT_CHUNK = 256 * 1024;
/** Compressed bytes in one write. Larger ones are no faster. */
const WRITE = 16 * 1024;
/** What brotli unpacks of a write in which it finds damage is lost: little ones. */
const BROTLI_WRITE = 4 * 1024;

/** gzip, all members; zero padding after them is passed over. [RFC 1952] 2.2 */
export function gunzip(source: ByteSource): AsyncGenerator<Uint8Array> {
  return new ZlibStage('gzip', WRITE, createGunzip({ chunkSize: OUTPUT_CHUNK }), new DeflateRescue('gzip')).unpack(source);
}

/** HTTP's "deflate": zlib format, or bare deflate as some senders make it. [RFC 9110] 8.4.1.2 */
export async function* inflate(source: ByteSource): AsyncGenerator<Uint8Array> {
  const head = await source.peek(2);
  const wrapped = head.length === 2 && ((head[0] ?? 0) & 0x0f) === 8 && (((head[0] ?? 0) << 8) | (head[1] ?? 0)) % 31 === 0;
  const decompressor = (wrapped ? createInflate : createInflateRaw)({ chunkSize: OUTPUT_CHUNK });
  yield* new ZlibStage('deflate', WRITE, decompressor, new DeflateRescue(wrapped ? 'zlib' : 'raw')).unpack(source);
}

export function unbrotli(source: ByteSource): AsyncGenerator<Uint8Array> {
  return new ZlibStage('br', BROTLI_WRITE, createBrotliDecompress({ chunkSize: OUTPUT_CHUNK }), undefined).unpack(source);
}

/** One of zlib's streams from the source's first byte to the end or to the damage. */
class ZlibStage {
  readonly #name: string;
  readonly #writeBytes: number;
  readonly #engine: Engine;
  readonly #rescue: DeflateRescue | undefined;
  #writing: Uint8Array = new Uint8Array(0);
  /** Compressed bytes before the present write. */
  #settled = 0;

  constructor(name: string, writeBytes: number, decompressor: Decompressor, rescue: DeflateRescue | undefined) {
    this.#name = name;
    this.#writeBytes = writeBytes;
    this.#rescue = rescue;
    this.#engine = new Engine(decompressor, (chunk) => rescue?.unpacked(chunk));
  }

  async *unpack(source: ByteSource): AsyncGenerator<Uint8Array> {
    const engine = this.#engine;
    try {
      for (let chunk = await source.next(); chunk !== undefined && engine.failed === undefined; chunk = await source.next()) {
        for (const bytes of slices(chunk, this.#writeBytes)) {
          yield* engine.untilIdle();
          if (engine.failed !== undefined) break;
          if (engine.ended) yield* this.#passOver(bytes);
          else this.#write(bytes);
        }
        // What comes of the bytes so far must not wait for those that are still on their way.
        yield* engine.untilIdle();
        yield* engine.output();
      }
      source.checkEnd();
      yield* engine.finish();
      if (engine.failed !== undefined) yield* this.#stumble(engine.failed);
      yield* this.#passOver(new Uint8Array(0));
    } finally {
      engine.close();
      await source.close();
    }
  }

  #write(bytes: Uint8Array): void {
    this.#settled += this.#writing.length;
    this.#writing = bytes;
    this.#rescue?.starts(bytes);
    this.#engine.start(bytes);
  }

  /** After the end come zeros or nothing. */
  async *#passOver(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
    const end = this.#engine.consumed;
    const isZero = [this.#writing.subarray(end - this.#settled), bytes].every((part) => part.every((byte) => byte === 0));
    if (isZero) return;
    yield* this.#engine.output();
    throw new IntakeProblem('damaged-compression', `There are bytes after the end of the ${this.#name} data that are no ${this.#name} data.`, end);
  }

  async *#stumble(error: Error): AsyncGenerator<Uint8Array> {
    const code = 'code' in error ? error.code : undefined;
    if (code === 'Z_BUF_ERROR') throw this.#problem('end before they are complete.', this.#settled + this.#writing.length);
    const checkFailed = /incorrect (?:data|length) check/.test(error.message);
    const rescued = await this.#rescue?.rescue(checkFailed);
    if (rescued !== undefined && rescued.bytes.length > 0) yield rescued.bytes;
    const what = checkFailed ? 'were damaged somewhere before this offset: their checksum or size is wrong.' : 'are damaged; nothing after this offset can be unpacked.';
    throw this.#problem(what, rescued?.offset ?? this.#settled);
  }

  #problem(what: string, offset: number): IntakeProblem {
    return new IntakeProblem('damaged-compression', `The ${this.#name} data ${what}`, offset);
  }
}
