import type { Frame } from './frame.ts';

const TWO_32 = 4_294_967_296;
/** Below this, high × 2³² + low is exact in a double. */
const EXACT_HIGH = 0x200000;
/** 9999-12-31T23:59:59Z: RFC 3339 has no later time. */
const LAST_SECOND = 253_402_300_799;

/** How one pcapng interface counts time: if_tsresol and if_tsoffset. draft-ietf-opsawg-pcapng 4.2 */
export class TimestampUnit {
  /** Finer than a microsecond. */
  readonly fine: boolean;
  /** Units in a second, and nanoseconds in a unit; 0 where only BigInt is exact. */
  readonly #perSecond: number;
  readonly #nanosPerUnit: number;
  readonly #exactPerSecond: bigint;
  readonly #offset: number;

  /** `resolution` as on the wire: the top bit set means a negative power of 2, else of 10. */
  constructor(resolution: number, offset: number) {
    const exponent = resolution & 0x7f;
    const binary = (resolution & 0x80) !== 0;
    const decimal = !binary && exponent <= 9;
    this.fine = exponent > (binary ? 19 : 6);
    this.#perSecond = decimal ? 10 ** exponent : 0;
    this.#nanosPerUnit = decimal ? 10 ** (9 - exponent) : 0;
    this.#exactPerSecond = (binary ? 2n : 10n) ** BigInt(exponent);
    this.#offset = offset;
  }

  /** Sets the frame's time. A time that RFC 3339 cannot express is no time. */
  apply(frame: Frame, high: number, low: number): void {
    const per = this.#perSecond;
    if (per === 0) {
      this.#applyExactly(frame, high, low);
    } else if (high < EXACT_HIGH) {
      const units = high * TWO_32 + low;
      const seconds = Math.floor(units / per);
      this.#set(frame, seconds, (units - seconds * per) * this.#nanosPerUnit);
    } else {
      this.#applyInSteps(frame, high, low);
    }
  }

  /** Long division by 16 bits: all intermediate values are exact (per ≤ 10⁹). */
  #applyInSteps(frame: Frame, high: number, low: number): void {
    const per = this.#perSecond;
    const first = Math.floor(high / per);
    const middle = (high - first * per) * 65_536 + (low >>> 16);
    const second = Math.floor(middle / per);
    const last = (middle - second * per) * 65_536 + (low & 0xffff);
    const third = Math.floor(last / per);
    this.#set(frame, (first * 65_536 + second) * 65_536 + third, (last - third * per) * this.#nanosPerUnit);
  }

  #applyExactly(frame: Frame, high: number, low: number): void {
    const units = (BigInt(high) << 32n) | BigInt(low);
    const seconds = units / this.#exactPerSecond;
    const rest = units - seconds * this.#exactPerSecond;
    this.#set(frame, Number(seconds), Number((rest * 1_000_000_000n) / this.#exactPerSecond));
  }

  #set(frame: Frame, seconds: number, nanos: number): void {
    const total = seconds + this.#offset;
    frame.timed = total >= 0 && total <= LAST_SECOND;
    frame.seconds = frame.timed ? total : 0;
    frame.nanos = frame.timed ? nanos : 0;
  }
}
