/** Length and type of a transport message. [MS-SMB2] 2.1 */
const PREFIX_LENGTH = 4;

/**
 * Writes fields front to back, little-endian unless the name says BE; grows as needed. In front there is room for the 4-byte prefix,
 * so that a message needs no copy to be framed; lengths and places count from behind it.
 */
export class Writer {
  #bytes: Uint8Array<ArrayBuffer>;
  #view: DataView;
  /** With the prefix. */
  #length = PREFIX_LENGTH;

  constructor(capacity = 256) {
    this.#bytes = new Uint8Array(PREFIX_LENGTH + capacity);
    this.#view = new DataView(this.#bytes.buffer);
  }

  get length(): number {
    return this.#length - PREFIX_LENGTH;
  }

  u8(value: number): this {
    const at = this.#take(1);
    this.#view.setUint8(at, value);
    return this;
  }

  u16(value: number): this {
    const at = this.#take(2);
    this.#view.setUint16(at, value, true);
    return this;
  }

  u32(value: number): this {
    const at = this.#take(4);
    this.#view.setUint32(at, value, true);
    return this;
  }

  u64(value: bigint): this {
    const at = this.#take(8);
    this.#view.setBigUint64(at, value, true);
    return this;
  }

  bytes(bytes: Uint8Array): this {
    const at = this.#take(bytes.length);
    this.#bytes.set(bytes, at);
    return this;
  }

  u16s(values: readonly number[]): this {
    for (const value of values) this.u16(value);
    return this;
  }

  /** One byte for each character; those above U+00FF lose their upper half, as no OEM page is named on the wire. */
  oem(text: string): this {
    const at = this.#take(text.length);
    for (let index = 0; index < text.length; index++) this.#bytes[at + index] = text.charCodeAt(index);
    return this;
  }

  utf16(text: string): this {
    for (let index = 0; index < text.length; index++) this.u16(text.charCodeAt(index));
    return this;
  }

  zeros(count: number): this {
    this.#take(count);
    return this;
  }

  /** Up to the next multiple of `boundary`. */
  align(boundary: number, padding = 0): this {
    while (this.length % boundary !== 0) this.u8(padding);
    return this;
  }

  /** A count or length that is known only behind what it counts. */
  setU16(at: number, value: number): void {
    this.#view.setUint16(PREFIX_LENGTH + at, value, true);
  }

  setU32(at: number, value: number): void {
    this.#view.setUint32(PREFIX_LENGTH + at, value, true);
  }

  /** What was written; the writer is not used any more. */
  done(): Uint8Array {
    return this.#bytes.subarray(PREFIX_LENGTH, this.#length);
  }

  /** What was written, as one transport message behind its prefix. Lengths of 16 MiB and more have no form. */
  framed(type: number): Uint8Array {
    this.#view.setUint32(0, this.length);
    this.#bytes[0] = type;
    return this.#bytes.subarray(0, this.#length);
  }

  #take(count: number): number {
    const at = this.#length;
    this.#length += count;
    if (this.#length > this.#bytes.length) this.#grow();
    return at;
  }

  #grow(): void {
    const larger = new Uint8Array(Math.max(this.#length, this.#bytes.length * 2));
    larger.set(this.#bytes);
    this.#bytes = larger;
    this.#view = new DataView(larger.buffer);
  }
}
