/** The lowest common denominator of TCP and UDP, refilled for each packet: valid only during the call. */
export class Transport {
  bytes: Uint8Array = new Uint8Array(0);
  view: DataView = new DataView(this.bytes.buffer);
  /** Captured payload: [payloadStart, payloadEnd) of `bytes`. */
  payloadStart = 0;
  payloadEnd = 0;
  /** Length of the payload on the wire; more than captured when the capture cut the packet. */
  payloadLength = 0;
  /** The packet that carries it (for a reassembled datagram, the one that completed it). */
  number = 0;
  timed = false;
  seconds = 0;
  nanos = 0;
  /** Innermost addresses as four big-endian 32-bit words (`| 0`); IPv4 uses the last word, the others are 0. */
  ipVersion: 4 | 6 = 4;
  source0 = 0;
  source1 = 0;
  source2 = 0;
  source3 = 0;
  destination0 = 0;
  destination1 = 0;
  destination2 = 0;
  destination3 = 0;
  sourcePort = 0;
  destinationPort = 0;
  /** IPv4 TTL or IPv6 hop limit of the innermost IP header. */
  ttl = 0;
  /** Offset in `bytes` of the innermost Ethernet source address, −1 where there is none. */
  sourceMac = -1;
}

/** [RFC 9293] 3.1. Numbers are `| 0` signed; distances are `(b - a) | 0`. */
export class TcpSegment extends Transport {
  sequence = 0;
  acknowledgment = 0;
  /** FIN 1, SYN 2, RST 4, PSH 8, ACK 16, URG 32. */
  flags = 0;
  window = 0;
}

export class UdpDatagram extends Transport {}

export const TCP_FIN = 0x01;
export const TCP_SYN = 0x02;
export const TCP_RST = 0x04;
export const TCP_ACK = 0x10;

/** Takes what the packets carry. */
export interface TransportSink {
  tcp(segment: TcpSegment): void;
  udp(datagram: UdpDatagram): void;
}
