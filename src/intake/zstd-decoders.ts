import { setImmediate } from 'node:timers/promises';
import zlib from 'node:zlib';
import { Decompress } from 'fzstd';
import { Engine } from './engine.ts';
import { IntakeProblem } from './intake-problem.ts';
import { Xxh64 } from './xxh64.ts';
import type { ZstdFrame, ZstdPiece } from './zstd-walk.ts';

/** Unpacks one frame after the other. Throws an `IntakeProblem` after everything that could be unpacked. */
export interface ZstdDecoder {
  begin(frame: ZstdFrame): void;
  /** Output may come as late as with the next call. */
  unpack(piece: ZstdPiece & { kind: 'blocks' }): AsyncIterable<Uint8Array>;
  /** What is left of the frame. */
  rest(): AsyncIterable<Uint8Array>;
  /** Whether the frame's checksum is that of what was unpacked. */
  agrees(checksum: Uint8Array): Promise<boolean>;
  close(): void;
}

/** Node's own from 22.15 on, four times as fast. */
export function zstdDecoder(maxWindow: number): ZstdDecoder {
  return 'createZstdDecompress' in zlib ? new NativeZstdDecoder(maxWindow) : new PortableZstdDecoder();
}

/**
 * Node's decoder takes several frames after another as long as no write goes over the end of one; else it drops what
 * follows, without an error (seen in Node 22 and 24).
 */
class NativeZstdDecoder implements ZstdDecoder {
  readonly #engine: Engine;
  #offset = 0;

  constructor(maxWindow: number) {
    const windowLog = Math.min(31, Math.max(10, Math.ceil(Math.log2(maxWindow))));
    this.#engine = new Engine(zlib.createZstdDecompress({ chunkSize: 128 * 1024, params: { [zlib.constants.ZSTD_d_windowLogMax]: windowLog } }));
  }

  begin(frame: ZstdFrame): void {
    this.#offset = frame.offset;
    this.#engine.start(frame.header);
  }

  async *unpack({ bytes, offset }: ZstdPiece & { kind: 'blocks' }): AsyncGenerator<Uint8Array> {
    yield* this.#engine.untilIdle();
    if (this.#engine.failed !== undefined) yield* this.rest();
    this.#offset = offset;
    this.#engine.start(bytes);
  }

  async *rest(): AsyncGenerator<Uint8Array> {
    yield* this.#engine.untilIdle();
    yield* this.#engine.output();
    if (this.#engine.failed !== undefined) throw damagedZstd(this.#offset);
  }

  async agrees(checksum: Uint8Array): Promise<boolean> {
    this.#engine.start(checksum);
    for await (const chunk of this.#engine.untilIdle()) if (chunk.length > 0) return false;
    return this.#engine.failed === undefined;
  }

  close(): void {
    this.#engine.close();
  }
}

/** fzstd moves its whole window for each block: bytes moved before others get their turn. */
const MOVED_AT_ONCE = 64 * 1024 * 1024;

/** For Node 20. fzstd does not look at checksums. */
class PortableZstdDecoder implements ZstdDecoder {
  #decoder: Decompress | undefined;
  #hash = new Xxh64();
  #window = 0;
  #moved = 0;
  readonly #output: Uint8Array[] = [];

  begin(frame: ZstdFrame): void {
    this.#window = frame.window;
    this.#hash = new Xxh64();
    this.#decoder = new Decompress((chunk) => {
      if (chunk.length > 0) this.#output.push(chunk);
    });
    this.#push(frame.header, frame.offset);
  }

  async *unpack({ bytes, offset }: ZstdPiece & { kind: 'blocks' }): AsyncGenerator<Uint8Array> {
    // Where a push ends with a block, fzstd keeps an empty view of it, and so its memory, until a later one does not.
    const problem = this.#push(bytes.subarray(0, -1), offset) ?? this.#push(bytes.subarray(-1), offset);
    for (const chunk of this.#output.splice(0)) {
      this.#hash.update(chunk);
      this.#moved += this.#window;
      yield chunk;
    }
    if (problem !== undefined) throw problem;
    if (this.#moved < MOVED_AT_ONCE) return;
    this.#moved = 0;
    await setImmediate();
  }

  async *rest(): AsyncGenerator<Uint8Array> {}

  agrees(checksum: Uint8Array): Promise<boolean> {
    return Promise.resolve(new DataView(checksum.buffer).getUint32(0, true) === this.#hash.low32());
  }

  close(): void {
    this.#decoder = undefined;
  }

  /** The decoder throws plain errors, and on hostile bytes also a RangeError or TypeError of its own: all mean damage. */
  #push(bytes: Uint8Array, offset: number): IntakeProblem | undefined {
    try {
      this.#decoder?.push(bytes);
      return undefined;
    } catch {
      return damagedZstd(offset);
    }
  }
}

function damagedZstd(offset: number): IntakeProblem {
  return new IntakeProblem('damaged-compression', 'The zstd data are damaged; nothing after this offset can be unpacked.', offset);
}
