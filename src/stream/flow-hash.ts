import type { TcpSegment } from '../packet/segment.ts';

/** Symmetric in the two endpoints (addresses a and b, ports p and q), seeded: whoever makes traffic must not choose collisions. */
export function flowHash(
  seed: number, a0: number, a1: number, a2: number, a3: number, b0: number, b1: number, b2: number, b3: number,
  p: number, q: number, version: number,
): number {
  let hash = Math.imul(seed ^ (a3 ^ b3), 0x85ebca6b);
  hash = Math.imul((hash ^ (hash >>> 13)) + (a3 + b3), 0xc2b2ae35);
  hash = Math.imul((hash ^ (hash >>> 16)) + (p ^ q), 0x9e3779b1);
  hash = Math.imul((hash ^ (hash >>> 15)) + p + q, 0x85ebca6b);
  if (version === 6) {
    hash = Math.imul((hash ^ (hash >>> 13)) + (a2 ^ b2), 0xc2b2ae35);
    hash = Math.imul((hash ^ (hash >>> 16)) + (a1 ^ b1), 0x9e3779b1);
    hash = Math.imul((hash ^ (hash >>> 15)) + (a0 ^ b0), 0x85ebca6b);
  }
  return hash ^ (hash >>> 16);
}

/** True when the sender is the endpoint that is stored second. */
export function isSwapped(segment: TcpSegment): boolean {
  if (segment.source3 !== segment.destination3) return segment.source3 > segment.destination3;
  if (segment.source2 !== segment.destination2) return segment.source2 > segment.destination2;
  if (segment.source1 !== segment.destination1) return segment.source1 > segment.destination1;
  if (segment.source0 !== segment.destination0) return segment.source0 > segment.destination0;
  return segment.sourcePort > segment.destinationPort;
}
