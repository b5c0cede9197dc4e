import type { Sender } from './paste.ts';
import type { Payload } from './strip-headers.ts';

/** The payload of one pasted packet. */
export interface Segment {
  readonly payload: Uint8Array;
  readonly sequence: number;
  /** Bytes of headers before it. */
  readonly headers: number;
  readonly line: number;
  /** Place among all pieces. */
  readonly order: number;
  /** Number of the packet, from 1. */
  readonly packet: number;
  readonly direction: Sender | null;
}

export interface JoinedPayload extends Payload {
  readonly order: number;
}

/** Segments of one direction in order of their sequence numbers, as many to a payload as its messages need. What was sent again counts once. */
export function joinSegments(segments: readonly Segment[]): JoinedPayload[] {
  const [first] = segments;
  if (first === undefined) return [];
  const distance = ({ sequence }: Segment): number => (sequence - first.sequence) | 0; // RFC 1982
  const joined: Joined[] = [];
  let expected = -Infinity;
  for (const segment of segments.toSorted((left, right) => distance(left) - distance(right) || left.order - right.order)) {
    const at = distance(segment);
    const known = expected === -Infinity ? 0 : Math.max(0, expected - at);
    if (known >= segment.payload.length) continue;
    const last = joined.at(-1);
    if (last === undefined || at > expected || last.whole) joined.push(new Joined(segment, known));
    else last.append(segment, known);
    expected = at + segment.payload.length;
  }
  return joined;
}

class Joined implements JoinedPayload {
  readonly direction: Sender | null;
  readonly headers: number;
  readonly packets: { packet: number; upTo: number }[] = [];
  line: number;
  order: number;
  #buffer = new Uint8Array(0);
  #length = 0;
  /** Where the next message begins, by the lengths of those before. RFC 1002 4.3.1 */
  #next = 0;

  constructor(segment: Segment, skipped: number) {
    this.direction = segment.direction;
    this.headers = segment.headers + skipped;
    this.line = segment.line;
    this.order = segment.order;
    this.append(segment, skipped);
  }

  get bytes(): Uint8Array {
    return this.#buffer.subarray(0, this.#length);
  }

  /** Whether its last message is complete. */
  get whole(): boolean {
    return this.#next === this.#length;
  }

  append({ payload, packet, order, line }: Segment, skipped: number): void {
    const bytes = payload.subarray(skipped);
    if (this.#length + bytes.length > this.#buffer.length) {
      const larger = new Uint8Array(this.#length === 0 ? bytes.length : 2 * (this.#length + bytes.length));
      larger.set(this.bytes);
      this.#buffer = larger;
    }
    this.#buffer.set(bytes, this.#length);
    this.#length += bytes.length;
    while (this.#next + 4 <= this.#length) {
      const [, high = 0, middle = 0, low = 0] = this.#buffer.subarray(this.#next, this.#next + 4);
      this.#next += 4 + ((high << 16) | (middle << 8) | low);
    }
    // The packet that completes what is there: the greatest number so far
    this.packets.push({ packet: Math.max(packet, this.packets.at(-1)?.packet ?? 0), upTo: this.#length });
    if (order < this.order) {
      this.order = order;
      this.line = line;
    }
  }
}
