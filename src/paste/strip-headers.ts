import { TCP_SYN } from '../packet/segment.ts';
import { type PastedFrame, readFrame } from './frame.ts';
import type { Chunk, Sender } from './paste.ts';
import { isSmbPort } from './sides.ts';
import { beginsMessage, magicAt, senderOf } from './smb-start.ts';
import { joinSegments, type Segment } from './segments.ts';

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
  /** Pieces that are neither packets nor beside packets: messages. */
  readonly bare: number;
  /** Lines of pieces that only repeat what packets carry: tshark prints joined segments once more. */
  readonly repeated: readonly number[];
  /** Lines of pieces among packets that carry neither TCP nor UDP nor SMB: ARP and the like. */
  readonly others: readonly number[];
}

interface BarePiece { readonly chunk: Chunk; readonly order: number; readonly packet: number }

/** Takes link-layer, IP and TCP headers off the chunks that have them; ports say who sent, sequence numbers what goes on. */
export function stripHeaders(chunks: readonly Chunk[]): Stripped {
  const frames: { bytes: Uint8Array; frame: PastedFrame }[] = [];
  const streams = new Map<string, Segment[]>();
  const generations = new Map<string, number>();
  const pieces: BarePiece[] = [];
  for (const [order, chunk] of chunks.entries()) {
    const frame = readFrame(chunk.bytes);
    if (frame === null) {
      pieces.push({ chunk, order, packet: frames.length });
      continue;
    }
    frames.push({ bytes: chunk.bytes, frame });
    const key = streamKey(frame, generations, frames.length);
    const { start, end } = frame.payload;
    const payload = chunk.bytes.subarray(start, end);
    if (end > start) append(streams, key, { payload, sequence: frame.sequence, headers: start, line: chunk.line, order, packet: frames.length, direction: directionOf(frame, payload) });
  }
  const joined = [...streams.values()].flatMap(joinSegments);
  const byPacket = new Map(joined.flatMap((payload) => payload.packets.map(({ packet }) => [packet, payload] as const)));
  const told = { repeated: [] as number[], others: [] as number[] };
  const bare = pieces.filter(({ chunk: { bytes, line }, packet }) => {
    if (frames.length === 0) return true;
    if (startsWith(byPacket.get(packet)?.bytes ?? bytes.subarray(1), bytes)) told.repeated.push(line);
    else if (!beginsMessage(bytes) && magicAt(bytes) < 0) told.others.push(line);
    else return true;
    return false;
  });
  const given = bare.map(({ chunk: { bytes, direction, line }, order }) => ({ bytes, direction, line, headers: 0, packets: [], order }));
  return { payloads: [...joined, ...given].toSorted((left, right) => left.order - right.order), frames, bare: bare.length, ...told };
}

function append(streams: Map<string, Segment[]>, key: string, segment: Segment): void {
  const stream = streams.get(key);
  if (stream === undefined) streams.set(key, [segment]);
  else stream.push(segment);
}

/** One direction of one connection; a SYN begins a new one. Datagrams are never joined. */
function streamKey({ source, destination, transport, flags }: PastedFrame, generations: Map<string, number>, packet: number): string {
  const key = `${source.address}:${source.port} ${destination.address}:${destination.port}`;
  if (transport === 'udp') return `${key} ${packet}`;
  if ((flags & TCP_SYN) !== 0) generations.set(key, packet);
  return `${key} ${generations.get(key) ?? 0}`;
}

/** A registered port names the server; without one the message's own reply bit does. */
function directionOf({ source, destination }: PastedFrame, payload: Uint8Array): Sender | null {
  const [from, to] = [isSmbPort(source.port), isSmbPort(destination.port)];
  return from === to ? senderOf(payload) : to ? 'client' : 'server';
}

function startsWith(whole: Uint8Array, part: Uint8Array): boolean {
  return part.length <= whole.length && part.every((byte, index) => byte === whole[index]);
}
