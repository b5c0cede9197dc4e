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

const FILETIME_UNIX_EPOCH = 116_444_736_000_000_000n;

/** A FILETIME (100 ns since 1601-01-01, [MS-DTYP] 2.3.3) in words, undefined for zero and for what is no date. */
export function filetimeText(value: bigint): string | undefined {
  if (value <= 0n || value >= 0x7fff_ffff_ffff_ffffn) return undefined;
  const ticks = value - FILETIME_UNIX_EPOCH;
  const seconds = ticks >= 0n ? ticks / 10_000_000n : (ticks - 9_999_999n) / 10_000_000n;
  const rest = Number(ticks - seconds * 10_000_000n);
  return timeText({ seconds: Number(seconds), nanos: rest * 100 }, 9) ?? undefined;
}

/** The resolution of the times seen so far: nanoseconds from the first time that needs them. */
export class TimeResolution {
  digits: TimeDigits = 6;

  observe(time: PacketTime | null): TimeDigits {
    if (time !== null && time.nanos % 1000 !== 0) this.digits = 9;
    return this.digits;
  }
}
