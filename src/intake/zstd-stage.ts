import type { ByteSource } from './byte-source.ts';
import { IntakeProblem } from './intake-problem.ts';
import { type ZstdDecoder, zstdDecoder } from './zstd-decoders.ts';
import { type ZstdFrame, type ZstdPiece, ZstdWalk } from './zstd-walk.ts';

/**
 * zstd, all frames; skippable ones are passed over. [RFC 8878] The window is capped before the decoder allocates it. Each
 * frame's size and checksum are compared with what it unpacked to, where it has them.
 */
export async function* unzstd(source: ByteSource, maxWindow: number): AsyncGenerator<Uint8Array> {
  const walk = new ZstdWalk(maxWindow);
  const frames = new Frames(zstdDecoder(maxWindow));
  let taken = 0;
  try {
    for (let chunk = await source.next(); chunk !== undefined; chunk = await source.next()) {
      for (const piece of walk.walk(chunk)) yield* frames.take(piece);
      // What comes of the bytes so far must not wait for those that are still on their way.
      yield* frames.rest();
      if (walk.problem !== undefined) throw walk.problem;
      taken += chunk.length;
    }
    source.checkEnd();
    if (!walk.complete) throw new IntakeProblem('damaged-compression', 'The zstd data end before they are complete.', taken);
  } finally {
    frames.close();
    await source.close();
  }
}

/** What comes out of the frames, held against what they say of themselves. */
class Frames {
  readonly #decoder: ZstdDecoder;
  #frame: ZstdFrame | undefined;
  #unpacked = 0;

  constructor(decoder: ZstdDecoder) {
    this.#decoder = decoder;
  }

  async *take(piece: ZstdPiece): AsyncGenerator<Uint8Array> {
    switch (piece.kind) {
      case 'frame':
        this.#frame = piece.frame;
        this.#unpacked = 0;
        this.#decoder.begin(piece.frame);
        return;
      case 'blocks':
        yield* this.#counted(this.#decoder.unpack(piece));
        if (!piece.last) return;
        yield* this.rest();
        this.#compareSize(piece.offset + piece.bytes.length);
        return;
      case 'checksum':
        if (await this.#decoder.agrees(piece.bytes)) return;
        throw new IntakeProblem('damaged-compression', `The checksum of the zstd frame at offset ${this.#frame?.offset ?? 0} is wrong: its bytes were damaged somewhere before this offset.`, piece.offset);
    }
  }

  rest(): AsyncIterable<Uint8Array> {
    return this.#counted(this.#decoder.rest());
  }

  close(): void {
    this.#decoder.close();
  }

  async *#counted(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      this.#unpacked += chunk.length;
      yield chunk;
    }
  }

  #compareSize(offset: number): void {
    const size = this.#frame?.contentSize;
    if (size === undefined || size === this.#unpacked) return;
    throw new IntakeProblem('damaged-compression', `The zstd frame at offset ${this.#frame?.offset ?? 0} says it holds ${size} bytes, and unpacked to ${this.#unpacked}.`, offset);
  }
}
