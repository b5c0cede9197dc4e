import type { Origin } from '../stream/half.ts';
import type { PacketTime } from './exchange.ts';

/** The time of a packet; null where there is no packet, or it carries no time. */
export function timeOf(origin: Origin | null): PacketTime | null {
  return origin === null || !origin.timed ? null : { seconds: origin.seconds, nanos: origin.nanos };
}
