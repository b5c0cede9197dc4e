import { createHash } from 'node:crypto';
import { writeSync } from 'node:fs';

const BUFFER = 4 * 1024 * 1024;
/** Longest record: an offloaded frame of 64 kB. */
const MOST_RECORD = 128 * 1024;
const GLOBAL_HEADER = 24;
const RECORD_HEADER = 16;
/** When the sessions were recorded: their servers tell the time. */
const START_SECONDS = 1_795_422_600;

export interface WrittenCapture { readonly bytes: number; readonly packets: number; readonly sha256: string }

/** Writes a classic pcap (little-endian, microseconds, Ethernet) to a file or pipe; each record is filled in place. */
export class CaptureWriter {
  /** Where records are filled in; valid until the next `record`. */
  readonly bytes = Buffer.alloc(BUFFER + MOST_RECORD);
  readonly view = new DataView(this.bytes.buffer, this.bytes.byteOffset, this.bytes.byteLength);
  readonly #file: number;
  readonly #hash = createHash('sha256');
  #used = GLOBAL_HEADER;
  #flushed = 0;
  #packets = 0;
  #seconds = START_SECONDS;
  #micros = 0;

  constructor(file: number) {
    this.#file = file;
    this.view.setUint32(0, 0xa1b2c3d4, true);
    this.view.setUint16(4, 2, true);
    this.view.setUint16(6, 4, true);
    this.view.setUint32(16, 262_144, true);
    this.view.setUint32(20, 1, true); // LINKTYPE_ETHERNET
  }

  /** Bytes written so far, headers among them. */
  get length(): number {
    return this.#flushed + this.#used;
  }

  get packets(): number {
    return this.#packets;
  }

  /** Begins a record of `length` bytes, some microseconds after the last one; gives the offset of its first byte. */
  record(length: number, microsLater: number): number {
    if (this.#used >= BUFFER) this.#flush();
    this.#micros += microsLater;
    while (this.#micros >= 1_000_000) {
      this.#micros -= 1_000_000;
      this.#seconds++;
    }
    const at = this.#used;
    this.view.setUint32(at, this.#seconds, true);
    this.view.setUint32(at + 4, this.#micros, true);
    this.view.setUint32(at + 8, length, true);
    this.view.setUint32(at + 12, length, true);
    this.#used += RECORD_HEADER + length;
    this.#packets++;
    return at + RECORD_HEADER;
  }

  close(): WrittenCapture {
    this.#flush();
    return { bytes: this.#flushed, packets: this.#packets, sha256: this.#hash.digest('hex') };
  }

  #flush(): void {
    const part = this.bytes.subarray(0, this.#used);
    this.#hash.update(part);
    for (let at = 0; at < part.length;) at += writeSync(this.#file, part, at);
    this.#flushed += this.#used;
    this.#used = 0;
  }
}
