import { IntakeProblem } from './intake-problem.ts';

/** [RFC 8878] 3.1.1. Enough of the format to know where frames begin, before any of it is unpacked. */
const MAGIC = 0xfd2fb528;
const SKIPPABLE = 0x184d2a50;
const LONGEST_BLOCK = 128 * 1024;
const LONGEST_HEADER = 18;
/** Each block unpacks to at most 128 KiB: what is unpacked in one go stays below 8 MiB. */
const BLOCKS_AT_ONCE = 64;
/** The decoder moves its whole window for each block: bytes moved in one go. */
const WORK_AT_ONCE = 64 * 1024 * 1024;

type Place = 'magic' | 'skippable' | 'header' | 'block' | 'checksum';

/** Follows frames and blocks over the compressed bytes, and refuses what must not reach the decoder. */
export class ZstdWalk {
  /** Why what begins where `walk` stopped must not reach the decoder. */
  problem: IntakeProblem | undefined;
  /** The decoder has much to do with the bytes of the last call: others should get a turn after it. */
  heavy = false;
  #blocks = 0;
  #work = 0;
  /** Bytes walked over in earlier calls. */
  #walked = 0;
  /** Window of the frame that is being read. */
  #window = 0;
  readonly #maxWindow: number;
  readonly #field = new Uint8Array(LONGEST_HEADER);
  readonly #view = new DataView(this.#field.buffer);
  #have = 0;
  #need = 4;
  #place: Place = 'magic';
  #skip = 0;
  #last = false;
  #checksum = false;

  constructor(maxWindow: number) {
    this.#maxWindow = maxWindow;
  }

  /** True between frames: the data may end here. */
  get complete(): boolean {
    return this.#place === 'magic' && this.#have === 0 && this.#skip === 0;
  }

  /** Walks over `bytes` from `from`; returns how far the decoder may go now. */
  walk(bytes: Uint8Array, from: number): number {
    this.#blocks = 0;
    this.#work = 0;
    let at = from;
    while (at < bytes.length && this.#blocks < BLOCKS_AT_ONCE && this.#work < WORK_AT_ONCE) {
      if (this.#skip > 0) {
        const step = Math.min(this.#skip, bytes.length - at);
        this.#skip -= step;
        at += step;
        continue;
      }
      const step = Math.min(this.#need - this.#have, bytes.length - at);
      this.#field.set(bytes.subarray(at, at + step), this.#have);
      this.#have += step;
      at += step;
      if (this.#have < this.#need) break;
      const length = this.#have;
      const problem = this.#readField();
      if (problem !== undefined) {
        this.problem = new IntakeProblem(problem.code, problem.message, this.#walked + at - from - length);
        return Math.max(from, at - length);
      }
    }
    this.#walked += at - from;
    this.heavy = this.#work >= WORK_AT_ONCE;
    return at;
  }

  #readField(): IntakeProblem | undefined {
    switch (this.#place) {
      case 'magic':
        return this.#magic();
      case 'skippable':
        this.#skip = this.#view.getUint32(4, true);
        return this.#expect('magic', 4);
      case 'header':
        return this.#header();
      case 'block':
        return this.#block();
      case 'checksum':
        return this.#expect('magic', 4);
    }
  }

  #magic(): IntakeProblem | undefined {
    const magic = this.#view.getUint32(0, true);
    if ((magic & 0xfffffff0) >>> 0 === SKIPPABLE) return this.#more('skippable', 8);
    if (magic !== MAGIC) return damaged('There are bytes after the end of the zstd data that are no zstd data.');
    return this.#more('header', 5);
  }

  /** 3.1.1.1: the descriptor says how long the header is, then the header how much memory the frame wants. */
  #header(): IntakeProblem | undefined {
    const descriptor = this.#view.getUint8(4);
    const single = (descriptor & 0x20) !== 0;
    const dictionaryBytes = [0, 1, 2, 4][descriptor & 3] ?? 0;
    const sizeCode = descriptor >>> 6;
    const sizeBytes = sizeCode === 0 ? (single ? 1 : 0) : 1 << sizeCode;
    const length = 5 + (single ? 0 : 1) + dictionaryBytes + sizeBytes;
    if (this.#have < length) return this.#more('header', length);
    if ((descriptor & 8) !== 0) return damaged('The zstd frame header has a reserved bit set.');
    this.#window = single ? this.#contentSize(length - sizeBytes, sizeBytes) : windowSize(this.#view.getUint8(5));
    if (this.#window > this.#maxWindow) {
      return new IntakeProblem('decompression-limit', `The zstd data want a window of ${this.#window} bytes; at most ${this.#maxWindow} are given. Compress them again without --long or --ultra.`);
    }
    if (dictionaryBytes > 0 && this.#field.subarray(length - sizeBytes - dictionaryBytes, length - sizeBytes).some((byte) => byte !== 0)) {
      return damaged('The zstd data need a dictionary, which is not part of them.');
    }
    this.#checksum = (descriptor & 4) !== 0;
    return this.#expect('block', 3);
  }

  #contentSize(at: number, size: number): number {
    if (size === 1) return this.#view.getUint8(at);
    if (size === 2) return this.#view.getUint16(at, true) + 256;
    const low = this.#view.getUint32(at, true);
    return size === 4 ? low : low + this.#view.getUint32(at + 4, true) * 4_294_967_296;
  }

  #block(): IntakeProblem | undefined {
    const header = this.#view.getUint16(0, true) | (this.#view.getUint8(2) << 16);
    const type = (header >>> 1) & 3;
    const size = header >>> 3;
    if (type === 3 || size > LONGEST_BLOCK) return damaged('A zstd block has an impossible type or size.');
    this.#last = (header & 1) !== 0;
    this.#skip = type === 1 ? 1 : size;
    this.#blocks++;
    this.#work += this.#window;
    if (!this.#last) return this.#expect('block', 3);
    return this.#checksum ? this.#expect('checksum', 4) : this.#expect('magic', 4);
  }

  #expect(place: Place, need: number): undefined {
    this.#have = 0;
    return this.#more(place, need);
  }

  #more(place: Place, need: number): undefined {
    this.#place = place;
    this.#need = need;
  }
}

/** 3.1.1.1.2 */
function windowSize(descriptor: number): number {
  const base = 2 ** (10 + (descriptor >>> 3));
  return base + (base / 8) * (descriptor & 7);
}

function damaged(message: string): IntakeProblem {
  return new IntakeProblem('damaged-compression', message);
}
