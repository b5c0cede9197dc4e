import { type PastedFrame, readFrame } from './frame.ts';
import type { Chunk, Sender } from './paste.ts';
import { isSmbPort } from './sides.ts';
import { senderOf } from './smb-start.ts';

/** What one side sent, without the headers of lower layers: a chunk as it is, or the joined payloads of packets that carry one message. */
export interface Payload {
  readonly bytes: Uint8Array;
  readonly direction: Sender | null;
  readonly line: number;
  /** Bytes of headers before it in its (first) chunk. */
  readonly headers: number;
  /** Which packet, from 1, brought the bytes up to `upTo`; empty where no packets were pasted. */
  readonly packets: readonly { readonly packet: number; readonly upTo: number }[];
}

export interface Stripped {
  readonly payloads: readonly Payload[];
  /** All pasted packets in their order, those without payload too. */
  readonly frames: readonly { readonly bytes: Uint8Array; readonly frame: PastedFrame }[];
  /** Pieces that are neither packets nor repeated from packets. */
  readonly bare: number;
  /** Lines of pieces that only repeat what packets carry: tshark prints joined segments once more. */
  readonly repeated: readonly number[];
}

/** A payload that may go on in the next packet. */
class Open {
  readonly direction: Sender | null;
  readonly line: number;
  readonly headers: number;
  readonly packets: { packet: number; upTo: number }[] = [];
  #buffer: Uint8Array;
  #length = 0;
  /** Where the next message begins, by the lengths of those before. RFC 1002 4.3.1 */
  #next = 0;

  constructor(direction: Sender | null, line: number, headers: number, capacity: number) {
    this.direction = direction;
    this.line = line;
    this.headers = headers;
    this.#buffer = new Uint8Array(capacity);
  }

  get bytes(): Uint8Array {
    return this.#buffer.subarray(0, this.#length);
  }

  /** Whether its last message is complete. */
  get whole(): boolean {
    return this.#next === this.#length;
  }

  append(bytes: Uint8Array): void {
    if (this.#length + bytes.length > this.#buffer.length) {
      const larger = new Uint8Array(2 * (this.#length + bytes.length));
      larger.set(this.bytes);
      this.#buffer = larger;
    }
    this.#buffer.set(bytes, this.#length);
    this.#length += bytes.length;
    while (this.#next + 4 <= this.#length) {
      const [, high = 0, middle = 0, low = 0] = this.#buffer.subarray(this.#next, this.#next + 4);
      this.#next += 4 + ((high << 16) | (middle << 8) | low);
    }
  }
}

/** Takes link-layer, IP and TCP headers off the chunks that have them; ports say who sent, sequence numbers what goes on. */
export function stripHeaders(chunks: readonly Chunk[]): Stripped {
  const frames: { bytes: Uint8Array; frame: PastedFrame }[] = [];
  const open: Open[] = [];
  const repeated: number[] = [];
  const streams = new Map<string, { expected: number; last: Open }>();
  let bare = 0;
  for (const { bytes, direction, line } of chunks) {
    const frame = readFrame(bytes);
    if (frame === null) {
      const before = open.findLast(({ packets }) => packets.length > 0);
      if (before !== undefined && startsWith(before.bytes, bytes)) repeated.push(line);
      else {
        bare++;
        const given = new Open(direction, line, 0, bytes.length);
        given.append(bytes);
        open.push(given);
      }
      continue;
    }
    frames.push({ bytes, frame });
    takeFrame(frame, bytes, line, frames.length);
  }
  return { payloads: open, frames, bare, repeated };

  function takeFrame(frame: PastedFrame, bytes: Uint8Array, line: number, packet: number): void {
    const { start, end } = frame.payload;
    if (end <= start) return;
    const key = `${frame.source.address}:${frame.source.port} ${frame.destination.address}:${frame.destination.port}`;
    const stream = frame.transport === 'tcp' ? streams.get(key) : undefined;
    const ahead = stream === undefined ? 0 : (frame.sequence - stream.expected) | 0;
    const fresh = stream === undefined || ahead > 0 ? start : Math.min(end, start - ahead);
    if (fresh === end) return; // sent again
    const payload = bytes.subarray(fresh, end);
    let last = stream?.last;
    if (last === undefined || ahead > 0 || last.whole) open.push(last = new Open(directionOf(frame, payload), line, fresh, payload.length));
    last.append(payload);
    last.packets.push({ packet, upTo: last.bytes.length });
    streams.set(key, { expected: (frame.sequence + end - start) | 0, last });
  }
}

/** A registered port names the server; without one the message's own reply bit does. */
function directionOf({ source, destination }: PastedFrame, payload: Uint8Array): Sender | null {
  const [from, to] = [isSmbPort(source.port), isSmbPort(destination.port)];
  return from === to ? senderOf(payload) : to ? 'client' : 'server';
}

function startsWith(whole: Uint8Array, part: Uint8Array): boolean {
  return part.length <= whole.length && part.every((byte, index) => byte === whole[index]);
}
