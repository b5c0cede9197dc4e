import { Fault, type ReadFaultCode } from './fault.ts';

/** Reads fields front to back (little-endian unless the name says BE). Every read is bounds-checked; none copies. */
export class Cursor {
  readonly bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get position(): number {
    return this.#at;
  }

  get remaining(): number {
    return this.bytes.length - this.#at;
  }

  u8(field: string): number {
    return this.#view.getUint8(this.#take(1, field));
  }

  u16(field: string): number {
    return this.#view.getUint16(this.#take(2, field), true);
  }

  u16BE(field: string): number {
    return this.#view.getUint16(this.#take(2, field));
  }

  u24BE(field: string): number {
    const at = this.#take(3, field);
    return (this.#view.getUint8(at) << 16) | this.#view.getUint16(at + 1);
  }

  i16(field: string): number {
    return this.#view.getInt16(this.#take(2, field), true);
  }

  u32(field: string): number {
    return this.#view.getUint32(this.#take(4, field), true);
  }

  u32BE(field: string): number {
    return this.#view.getUint32(this.#take(4, field));
  }

  u64(field: string): bigint {
    return this.#view.getBigUint64(this.#take(8, field), true);
  }

  /** A view of the next `length` bytes. */
  take(length: number, field: string): Uint8Array {
    const from = this.#take(length, field);
    return this.bytes.subarray(from, from + length);
  }

  skip(length: number, field: string): void {
    this.#take(length, field);
  }

  /** Moves to an offset that counts from the first byte of `bytes`. */
  seek(offset: number, field: string): void {
    if (offset < 0 || offset > this.bytes.length) throw new Fault('out-of-bounds', this.#at, field);
    this.#at = offset;
  }

  refuse(code: ReadFaultCode, field: string, offset = this.#at): never {
    // Caught in decode(), never seen above it.
    throw new Fault(code, offset, field);
  }

  #take(length: number, field: string): number {
    const from = this.#at;
    if (length > this.bytes.length - from) throw new Fault('truncated', from, field); // subtract: cannot overflow
    this.#at = from + length;
    return from;
  }
}

/** The one place where a refused read becomes a value. Anything else thrown is our own bug. */
export function decode<T>(bytes: Uint8Array, read: (cursor: Cursor) => T): T | Fault {
  try {
    return read(new Cursor(bytes));
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
}
