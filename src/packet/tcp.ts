import type { Packet } from './packet.ts';
import type { TcpSegment, TransportSink } from './segment.ts';
import { fillTransport } from './transport.ts';

/** TCP header. [RFC 9293] 3.1 */
const AT = { sourcePort: 0, destinationPort: 2, sequence: 4, acknowledgment: 8, dataOffset: 12, flags: 13, window: 14 } as const;
const SHORTEST_HEADER = 20;
/** Enough to know whose segment it is, where it belongs and how long it is. */
const ESSENTIAL = 14;

/** Hands on the segment that starts at `packet.at`, also when the capture cut its header behind the flags. False where it could not. */
export function tcp(packet: Packet, segment: TcpSegment, sink: TransportSink): boolean {
  const { view, at } = packet;
  const captured = packet.end - at;
  if (captured < SHORTEST_HEADER && !essentialPart(packet)) return false;
  const headerLength = (view.getUint8(at + AT.dataOffset) >> 4) * 4;
  if (headerLength < SHORTEST_HEADER || headerLength > packet.wireEnd - at) {
    packet.refuse('tcp-header');
    return false;
  }
  fillTransport(segment, packet, at + headerLength);
  segment.sourcePort = view.getUint16(at + AT.sourcePort);
  segment.destinationPort = view.getUint16(at + AT.destinationPort);
  segment.sequence = view.getInt32(at + AT.sequence);
  segment.acknowledgment = view.getInt32(at + AT.acknowledgment);
  segment.flags = view.getUint8(at + AT.flags);
  segment.window = captured < AT.window + 2 ? 0 : view.getUint16(at + AT.window);
  sink.tcp(segment);
  return true;
}

function essentialPart(packet: Packet): boolean {
  if (packet.wireEnd - packet.at < SHORTEST_HEADER) {
    packet.refuse('tcp-header');
    return false;
  }
  packet.cut = true;
  return packet.end - packet.at >= ESSENTIAL;
}
