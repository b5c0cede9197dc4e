import { STOP } from './layers.ts';
import type { Packet } from './packet.ts';
import type { TransportSink, UdpDatagram } from './segment.ts';
import { fillTransport } from './transport.ts';
import { udpTunnel } from './udp-tunnels.ts';

/** UDP header. [RFC 768] */
const AT = { sourcePort: 0, destinationPort: 2, length: 4 } as const;
const HEADER = 8;

/** Hands on the datagram that starts at `packet.at`, or moves into the tunnel that it carries. */
export function udp(packet: Packet, datagram: UdpDatagram, sink: TransportSink): number {
  if (!packet.has(HEADER, 'udp-header')) return STOP;
  const { view, at } = packet;
  const length = view.getUint16(at + AT.length);
  // 0: a jumbogram ([RFC 2675] 4) or a segmentation offload that had not filled it in yet.
  if (length !== 0) {
    if (length < HEADER) return packet.refuse('udp-header');
    packet.trim(length);
  }
  const sourcePort = view.getUint16(at + AT.sourcePort);
  const destinationPort = view.getUint16(at + AT.destinationPort);
  packet.at = at + HEADER;
  const inner = udpTunnel(packet, sourcePort, destinationPort);
  if (inner !== STOP) {
    packet.sourceMac = -1;
    return inner;
  }
  fillTransport(datagram, packet, at + HEADER);
  datagram.sourcePort = sourcePort;
  datagram.destinationPort = destinationPort;
  sink.udp(datagram);
  return STOP;
}
