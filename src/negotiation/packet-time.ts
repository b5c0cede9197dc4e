import type { Origin } from '../stream/half.ts';
import type { PacketTime } from './exchange.ts';

/** The time of a packet; null where there is no packet, or it carries no time. */
export function timeOf(origin: Origin | null): PacketTime | null {
  return origin === null || !origin.timed ? null : { seconds: origin.seconds, nanos: origin.nanos };
}

const SECONDS_1601_TO_1970 = 11_644_473_600;

/** Seconds by which a FILETIME (100 ns since 1601, [MS-DTYP] 2.3.3) is ahead of the second in which the packet was captured. */
export function clockOffset(systemTime: bigint, time: PacketTime): number {
  return Number(systemTime) / 1e7 - SECONDS_1601_TO_1970 - time.seconds;
}
