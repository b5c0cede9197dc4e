import type { FaultLog } from '../bytes/fault-log.ts';
import type { Limits } from '../limits.ts';
import { captureKind, HEAD_LENGTH, MAGIC_LENGTH, refusalOf, unsupportedFormat } from './detect.ts';
import type { FrameSink } from './frame.ts';
import { PcapDecoder } from './pcap.ts';
import { PcapngDecoder } from './pcapng.ts';
import { type RecordDecoder, RecordOutput, type Refusal } from './record-output.ts';

export type { Refusal } from './record-output.ts';

/** One file of the capture. Pieces that only continue a file (`split -b`) belong to it. */
export interface CaptureFile {
  format: string;
  bytes: number;
  packets: number;
}

export type ReadingStatus = 'empty' | 'reading' | 'refused' | 'damaged' | 'ok';

const FIRST_CARRY = 4096;

/**
 * Cuts a capture that arrives in chunks into packets. Packets that lie wholly in one chunk are handed out in place; one
 * that spans chunks is joined in a buffer that is used again. How the bytes are cut into chunks changes nothing.
 */
export class RecordReader {
  /** Bytes taken, in all files. */
  bytes = 0;
  /** Why nothing could be read. */
  refusal: Refusal | undefined;
  readonly files: CaptureFile[] = [];
  readonly #out: RecordOutput;
  readonly #head = new Uint8Array(HEAD_LENGTH);
  #headLength = 0;
  #headNeeded = MAGIC_LENGTH;
  /** The head of this piece has been looked at. */
  #decided = false;
  /** A piece after the first: may continue the file before it. */
  #mayContinue = false;
  #decoder: RecordDecoder | undefined;
  /** Offset in the file of the next byte, and packets before the file. */
  #offset = 0;
  #packetsBefore = 0;
  #carry = new Uint8Array(FIRST_CARRY);
  #carryView = new DataView(this.#carry.buffer);
  #held = 0;
  #readable = false;
  #damaged = false;
  #ended = false;

  constructor(sink: FrameSink, faults: FaultLog, limits: Limits) {
    this.#out = new RecordOutput(sink, faults, limits);
  }

  /** Packets so far, counted as Wireshark counts them. */
  get packets(): number {
    return this.#out.packets;
  }

  get linkTypes(): Set<number> {
    return this.#out.linkTypes;
  }

  get timeDigits(): 6 | 9 {
    return this.#out.timeDigits;
  }

  /** Format of each file. */
  get formats(): string[] {
    return this.files.map((file) => file.format);
  }

  /** Before the end `damaged` says that the rest of this file is not read; at the end, that any file was damaged. */
  get status(): ReadingStatus {
    if (this.refusal !== undefined) return 'refused';
    if (this.#ended) return this.#damaged ? 'damaged' : 'ok';
    if (this.bytes === 0) return 'empty';
    return this.#decided && (this.#decoder === undefined || this.#decoder.stopped) ? 'damaged' : 'reading';
  }

  write(chunk: Uint8Array): void {
    if (this.#ended) return;
    this.bytes += chunk.length;
    if (this.refusal !== undefined) {
      this.#count(chunk.length);
      return;
    }
    let at = 0;
    while (!this.#decided && at < chunk.length) {
      const step = Math.min(this.#headNeeded - this.#headLength, chunk.length - at);
      this.#head.set(chunk.subarray(at, at + step), this.#headLength);
      this.#headLength += step;
      at += step;
      if (this.#headLength === this.#headNeeded) this.#decide(false);
    }
    if (at < chunk.length) this.#feed(at === 0 ? chunk : chunk.subarray(at));
  }

  /** The next piece of the same capture follows: another file, or the continuation of this one where it was cut in pieces. */
  nextFile(): void {
    if (this.#ended) return;
    this.#finishPiece();
    this.#mayContinue = this.#decoder !== undefined && !this.#decoder.stopped;
    this.#decided = false;
    this.#headLength = 0;
    this.#headNeeded = MAGIC_LENGTH;
  }

  end(): void {
    if (this.#ended) return;
    this.#finishPiece();
    this.#closeFile();
    this.#ended = true;
    if (this.bytes === 0) {
      this.refusal = { code: 'empty-body', message: 'There are no bytes. Send a capture: `curl -T FILE URL`, or `--data-binary @FILE` (with the @).' };
    }
  }

  /** All bytes of this piece have arrived. */
  #finishPiece(): void {
    if (this.#decided) return;
    if (this.#headLength > 0) {
      this.#decide(true);
      return;
    }
    // Nothing of the piece came. The file before it may still be continued by the next one.
    if (this.#mayContinue || this.bytes > 0) {
      this.#out.fault('empty-file', 'One of the pieces is empty.', 0);
    }
  }

  /** Looks at the first bytes of a piece: another capture, the continuation of the one before, or nothing that can be read. */
  #decide(last: boolean): void {
    const head = this.#head.subarray(0, this.#headLength);
    const kind = captureKind(head);
    if (kind !== undefined) {
      this.#closeFile();
      this.#open(kind === 'pcap' ? new PcapDecoder(this.#out) : new PcapngDecoder(this.#out));
    } else if (this.#mayContinue && (this.#midRecord() || this.#headWhole(last))) {
      if (!this.#midRecord() && unsupportedFormat(head) !== undefined) return this.#refuseHead(head);
    } else if (this.#headWhole(last)) {
      return this.#refuseHead(head);
    } else {
      return;
    }
    this.#decided = true;
    this.#feed(head);
  }

  /** True when enough of the head is at hand to name any format; asks for it otherwise. */
  #headWhole(last: boolean): boolean {
    this.#headNeeded = HEAD_LENGTH;
    return last || this.#headLength === HEAD_LENGTH;
  }

  #midRecord(): boolean {
    return this.#decoder?.restsAt(this.#held) === false;
  }

  #open(decoder: RecordDecoder): void {
    this.#decoder = decoder;
    this.#out.file = this.files.length;
    this.files.push({ format: decoder.format, bytes: 0, packets: 0 });
    this.#offset = 0;
    this.#packetsBefore = this.#out.packets;
  }

  #refuseHead(head: Uint8Array): void {
    this.#closeFile();
    this.#decided = true;
    const refusal = refusalOf(head);
    this.#out.file = this.files.length;
    this.files.push({ format: refusal.format ?? 'unknown', bytes: head.length, packets: 0 });
    this.#refuse(refusal);
  }

  /** A capture whose other files were read is not refused: the one that cannot be read is a fault. */
  #refuse(refusal: Refusal): void {
    if (this.#readable) {
      this.#damaged = true;
      this.#out.fault(refusal.code, refusal.message, 0);
    } else {
      this.refusal = refusal;
    }
  }

  #closeFile(): void {
    const decoder = this.#decoder;
    if (decoder === undefined) return;
    if (!decoder.stopped) decoder.finish(this.#carry, this.#carryView, this.#held, this.#offset - this.#held);
    this.#settle(decoder);
    this.#decoder = undefined;
    this.#held = 0;
  }

  /** Brings what the decoder found out into the capture's own account. */
  #settle(decoder: RecordDecoder): void {
    const file = this.files.at(-1);
    if (file !== undefined) {
      file.format = decoder.format;
      file.packets = this.#out.packets - this.#packetsBefore;
    }
    if (decoder.opened) this.#readable = true;
    if (decoder.refusal !== undefined) {
      const { refusal } = decoder;
      decoder.refusal = undefined;
      this.#refuse(refusal);
    } else if (decoder.stopped) {
      this.#damaged = true;
    }
  }

  #feed(chunk: Uint8Array): void {
    const decoder = this.#decoder;
    const base = this.#offset;
    this.#offset = base + chunk.length;
    this.#count(chunk.length);
    if (decoder === undefined || decoder.stopped) return;
    const view = new DataView(chunk.buffer, chunk.byteOffset, chunk.length);
    let at = 0;
    while (at < chunk.length && !decoder.stopped) {
      if (this.#held === 0) {
        at = decoder.read(chunk, view, at, chunk.length, base);
        if (at < chunk.length && !decoder.stopped) {
          this.#hold(chunk, at, chunk.length);
          at = chunk.length;
        }
      } else {
        const to = Math.min(chunk.length, at + decoder.needed - this.#held);
        this.#hold(chunk, at, to);
        at = to;
        if (this.#held >= decoder.needed) this.#readHeld(decoder, base + at - this.#held);
      }
    }
    this.#settle(decoder);
  }

  #count(bytes: number): void {
    const file = this.files.at(-1);
    if (file !== undefined) file.bytes += bytes;
  }

  #readHeld(decoder: RecordDecoder, base: number): void {
    const taken = decoder.read(this.#carry, this.#carryView, 0, this.#held, base);
    if (taken > 0 && taken < this.#held) this.#carry.copyWithin(0, taken, this.#held);
    this.#held -= taken;
  }

  /** Grows with the bytes that came, never with a length that was only promised. */
  #hold(chunk: Uint8Array, from: number, to: number): void {
    const length = this.#held + to - from;
    if (length > this.#carry.length) {
      const grown = new Uint8Array(Math.max(length, this.#carry.length * 2));
      grown.set(this.#carry.subarray(0, this.#held));
      this.#carry = grown;
      this.#carryView = new DataView(grown.buffer);
    }
    this.#carry.set(chunk.subarray(from, to), this.#held);
    this.#held = length;
  }
}
