import { IntakeProblem } from './intake-problem.ts';

/** [RFC 8878] 3.1.1. Enough of the format to know where frames and blocks are, before any of it is unpacked. */
const MAGIC = 0xfd2fb528;
const SKIPPABLE = 0x184d2a50;
const LONGEST_BLOCK = 128 * 1024;
const LONGEST_HEADER = 18;
/**
 * A decoder that stumbles may drop what it unpacked of the same piece: each block is a piece of its own. Only blocks below
 * this, which would cost more to hand over than to unpack, share one.
 */
const LEAST_PIECE = 64;

export interface ZstdFrame {
  readonly header: Uint8Array;
  /** Where it begins in the compressed bytes. */
  readonly offset: number;
  /** Unpacked bytes that the decoder must remember. */
  readonly window: number;
  /** Size when unpacked, where the header tells. */
  readonly contentSize: number | undefined;
}

export type ZstdPiece =
  | { readonly kind: 'frame'; readonly frame: ZstdFrame }
  /** Whole blocks or a part of one. The last of a frame may be empty. */
  | { readonly kind: 'blocks'; readonly bytes: Uint8Array; readonly offset: number; readonly last: boolean }
  | { readonly kind: 'checksum'; readonly bytes: Uint8Array; readonly offset: number };

type Field = 'magic' | 'skippable' | 'header' | 'block' | 'checksum';

/** Cuts the compressed bytes into what a decoder gets, and refuses what must not reach one. Skippable frames are left out. */
export class ZstdWalk {
  /** Why there is nothing more to give. */
  problem: IntakeProblem | undefined;
  readonly #maxWindow: number;
  #pieces: ZstdPiece[] = [];
  #bytes: Uint8Array = new Uint8Array(0);
  #at = 0;
  /** Where the next piece with blocks begins. */
  #from = 0;
  /** Bytes of earlier calls. */
  #walked = 0;

  readonly #field = new Uint8Array(LONGEST_HEADER);
  readonly #view = new DataView(this.#field.buffer);
  #place: Field = 'magic';
  #have = 0;
  #need = 4;
  /** Bytes of a block or of a skippable frame that come before the next field. */
  #run = 0;

  #inBlocks = false;
  #lastBlock = false;
  #longestBlock = LONGEST_BLOCK;
  #checksum = false;

  constructor(maxWindow: number) {
    this.#maxWindow = maxWindow;
  }

  /** True between frames: the data may end here. */
  get complete(): boolean {
    return this.#place === 'magic' && this.#have === 0 && this.#run === 0;
  }

  /** What can be given of the next bytes. When `problem` is set then, these are the last. */
  walk(bytes: Uint8Array): readonly ZstdPiece[] {
    this.#bytes = bytes;
    this.#pieces = [];
    this.#at = 0;
    this.#from = 0;
    while (this.problem === undefined && this.#at < bytes.length) {
      if (this.#run > 0) this.#passRun();
      else this.#read();
    }
    if (this.#inBlocks && this.#at > this.#from) this.#give(false);
    this.#walked += bytes.length;
    return this.#pieces;
  }

  #passRun(): void {
    const step = Math.min(this.#run, this.#bytes.length - this.#at);
    this.#run -= step;
    this.#at += step;
    if (this.#run === 0 && this.#inBlocks) this.#endBlock();
  }

  #read(): void {
    const step = Math.min(this.#need - this.#have, this.#bytes.length - this.#at);
    this.#field.set(this.#bytes.subarray(this.#at, this.#at + step), this.#have);
    this.#have += step;
    this.#at += step;
    if (this.#have === this.#need) this.#readField();
  }

  #readField(): void {
    switch (this.#place) {
      case 'magic':
        return this.#magic();
      case 'skippable':
        this.#run = this.#view.getUint32(4, true);
        return this.#expect('magic', 4);
      case 'header':
        return this.#header();
      case 'block':
        return this.#block();
      case 'checksum':
        this.#pieces.push({ kind: 'checksum', bytes: this.#field.slice(0, 4), offset: this.#offset });
        return this.#expect('magic', 4);
    }
  }

  #magic(): void {
    const magic = this.#view.getUint32(0, true);
    if ((magic & 0xfffffff0) >>> 0 === SKIPPABLE) return this.#more('skippable', 8);
    if (magic !== MAGIC) return this.#fail('There are bytes after the end of the zstd data that are no zstd data.');
    return this.#more('header', 5);
  }

  /** 3.1.1.1: the descriptor says how long the header is, then the header how much memory the frame wants. */
  #header(): void {
    const descriptor = this.#view.getUint8(4);
    const single = (descriptor & 0x20) !== 0;
    const dictionaryBytes = [0, 1, 2, 4][descriptor & 3] ?? 0;
    const sizeCode = descriptor >>> 6;
    const sizeBytes = sizeCode === 0 ? (single ? 1 : 0) : 1 << sizeCode;
    const length = 5 + (single ? 0 : 1) + dictionaryBytes + sizeBytes;
    if (this.#have < length) return this.#more('header', length);
    if ((descriptor & 8) !== 0) return this.#fail('The zstd frame header has a reserved bit set.');
    const contentSize = sizeBytes === 0 ? undefined : this.#contentSize(length - sizeBytes, sizeBytes);
    const window = single ? (contentSize ?? 0) : windowSize(this.#view.getUint8(5));
    if (window > this.#maxWindow) {
      return this.#fail(`The zstd data want a window of ${window} bytes; at most ${this.#maxWindow} are given. Compress them again without --long or --ultra.`, 'decompression-limit');
    }
    if (this.#field.subarray(length - sizeBytes - dictionaryBytes, length - sizeBytes).some((byte) => byte !== 0)) {
      return this.#fail('The zstd data need a dictionary, which is not part of them.');
    }
    this.#checksum = (descriptor & 4) !== 0;
    this.#longestBlock = Math.min(LONGEST_BLOCK, window);
    this.#pieces.push({ kind: 'frame', frame: { header: this.#field.slice(0, length), offset: this.#offset, window, contentSize } });
    this.#inBlocks = true;
    this.#from = this.#at;
    return this.#expect('block', 3);
  }

  #contentSize(at: number, size: number): number {
    if (size === 1) return this.#view.getUint8(at);
    if (size === 2) return this.#view.getUint16(at, true) + 256;
    const low = this.#view.getUint32(at, true);
    return size === 4 ? low : low + this.#view.getUint32(at + 4, true) * 4_294_967_296;
  }

  #block(): void {
    const header = this.#view.getUint16(0, true) | (this.#view.getUint8(2) << 16);
    const type = (header >>> 1) & 3;
    const size = header >>> 3;
    if (type === 3 || size > this.#longestBlock) return this.#fail('A zstd block has an impossible type or size.');
    this.#lastBlock = (header & 1) !== 0;
    this.#run = type === 1 ? 1 : size;
    this.#expect('block', 3);
    if (this.#run === 0) this.#endBlock();
  }

  #endBlock(): void {
    if (this.#lastBlock) {
      this.#give(true);
      this.#inBlocks = false;
      this.#expect(this.#checksum ? 'checksum' : 'magic', 4);
    } else if (this.#at - this.#from >= LEAST_PIECE) {
      this.#give(false);
    }
  }

  #give(last: boolean): void {
    this.#pieces.push({ kind: 'blocks', bytes: this.#bytes.subarray(this.#from, this.#at), offset: this.#walked + this.#from, last });
    this.#from = this.#at;
  }

  /** Where the field that was just read begins. */
  get #offset(): number {
    return this.#walked + this.#at - this.#have;
  }

  #fail(message: string, code: 'damaged-compression' | 'decompression-limit' = 'damaged-compression'): void {
    this.problem = new IntakeProblem(code, message, this.#offset);
    this.#at = Math.max(this.#from, this.#at - this.#have);
  }

  #expect(place: Field, need: number): void {
    this.#have = 0;
    this.#more(place, need);
  }

  #more(place: Field, need: number): void {
    this.#place = place;
    this.#need = need;
  }
}

/** 3.1.1.1.2 */
function windowSize(descriptor: number): number {
  const base = 2 ** (10 + (descriptor >>> 3));
  return base + (base / 8) * (descriptor & 7);
}
