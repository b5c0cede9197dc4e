/** Writes fields front to back, little-endian unless the name says BE; grows as needed. */
export class Writer {
  #bytes: Uint8Array<ArrayBuffer>;
  #view: DataView;
  #length = 0;

  constructor(capacity = 256) {
    this.#bytes = new Uint8Array(capacity);
    this.#view = new DataView(this.#bytes.buffer);
  }

  get length(): number {
    return this.#length;
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

  u32BE(value: number): this {
    const at = this.#take(4);
    this.#view.setUint32(at, value);
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
    while (this.#length % boundary !== 0) this.u8(padding);
    return this;
  }

  /** A count or length that is known only behind what it counts. */
  setU16(at: number, value: number): void {
    this.#view.setUint16(at, value, true);
  }

  setU32(at: number, value: number): void {
    this.#view.setUint32(at, value, true);
  }

  setU32BE(at: number, value: number): void {
    this.#view.setUint32(at, value);
  }

  /** What was written; the writer is not used any more. */
  done(): Uint8Array {
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
