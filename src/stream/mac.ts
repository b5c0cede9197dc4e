import type { TcpSegment } from '../packet/segment.ts';

/** A MAC address as two numbers: comparing and keeping it makes no text. */
export class Mac {
  /** −1 until one was taken. */
  #high = -1;
  #low = 0;

  get known(): boolean {
    return this.#high >= 0;
  }

  /** Takes the segment's source address, where it has one. */
  take({ bytes, sourceMac }: TcpSegment): void {
    if (sourceMac < 0) return;
    this.#high = highOf(bytes, sourceMac);
    this.#low = lowOf(bytes, sourceMac);
  }

  /** False only where both are known and differ. */
  mayBe({ bytes, sourceMac }: TcpSegment): boolean {
    return !this.known || sourceMac < 0 || (highOf(bytes, sourceMac) === this.#high && lowOf(bytes, sourceMac) === this.#low);
  }

  /** All 48 bits, −1 where none was taken. */
  get value(): number {
    return this.known ? this.#high * 2 ** 32 + this.#low : -1;
  }
}

function highOf(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}

function lowOf(bytes: Uint8Array, at: number): number {
  return (((bytes[at + 2] ?? 0) << 24) | ((bytes[at + 3] ?? 0) << 16) | ((bytes[at + 4] ?? 0) << 8) | (bytes[at + 5] ?? 0)) >>> 0;
}
