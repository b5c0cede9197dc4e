import type { PacketTime } from '../negotiation/exchange.ts';

/** Digits after the second: the capture's resolution. */
export type TimeDigits = 6 | 9;

/** RFC 3339 in UTC; null where the packet has no time or one beyond the years that can be written. */
export function timeText(time: PacketTime | null, digits: TimeDigits): string | null {
  if (time === null) return null;
  const date = new Date(time.seconds * 1000);
  if (Number.isNaN(date.getTime())) return null;
  const year = date.getUTCFullYear();
  if (year < 0 || year > 9999) return null; // RFC 3339 section 1: four digits
  const fraction = String(time.nanos).padStart(9, '0').slice(0, digits);
  return `${date.toISOString().slice(0, 19)}.${fraction}Z`;
}

/** Texts of times, most of which lie in the second of the one before. */
export class TimeTexts {
  #second = Number.NaN;
  #text = '';
  readonly #digits: TimeDigits;

  constructor(digits: TimeDigits) {
    this.#digits = digits;
  }

  /** As JSON: quoted, or null. */
  json(time: PacketTime): string {
    if (time.seconds !== this.#second) {
      this.#second = time.seconds;
      this.#text = timeText({ seconds: time.seconds, nanos: 0 }, 6)?.slice(0, 'yyyy-mm-ddThh:mm:ss.'.length) ?? '';
    }
    return this.#text === '' ? 'null' : `"${this.#text}${String(time.nanos).padStart(9, '0').slice(0, this.#digits)}Z"`;
  }
}
