import { FRAGMENT, IP_PROTOCOL, STOP } from './layers.ts';
import type { Packet } from './packet.ts';

/** IPv6 header. [RFC 8200] 3 */
const AT = { payloadLength: 4, nextHeader: 6, hopLimit: 7, source: 8, destination: 24 } as const;
const HEADER = 40;
const HOP_BY_HOP = 0;
const NO_NEXT_HEADER = 59;
const JUMBO_PAYLOAD = 0xc2;

export function ipv6(packet: Packet): number {
  if (!packet.has(HEADER, 'ip-header')) return STOP;
  const { view, at } = packet;
  if (view.getUint8(at) >> 4 !== 6) return packet.refuse('ip-header');
  const payloadLength = view.getUint16(at + AT.payloadLength);
  const nextHeader = view.getUint8(at + AT.nextHeader);
  packet.ipVersion = 6;
  packet.source0 = view.getInt32(at + AT.source);
  packet.source1 = view.getInt32(at + AT.source + 4);
  packet.source2 = view.getInt32(at + AT.source + 8);
  packet.source3 = view.getInt32(at + AT.source + 12);
  packet.destination0 = view.getInt32(at + AT.destination);
  packet.destination1 = view.getInt32(at + AT.destination + 4);
  packet.destination2 = view.getInt32(at + AT.destination + 8);
  packet.destination3 = view.getInt32(at + AT.destination + 12);
  packet.ttl = view.getUint8(at + AT.hopLimit);
  packet.at = at + HEADER;
  if (payloadLength !== 0) {
    if (packet.at + payloadLength > packet.wireEnd) packet.note('ip-length');
    packet.trim(payloadLength);
  } else if (nextHeader === HOP_BY_HOP) jumbogram(packet);
  return nextHeader === NO_NEXT_HEADER ? STOP : IP_PROTOCOL + nextHeader;
}

/** The length of a jumbogram stands in an option of the hop-by-hop header. [RFC 2675] 2 */
function jumbogram(packet: Packet): void {
  const { view, end } = packet;
  if (end - packet.at < 8) return;
  const headerEnd = Math.min(end, packet.at + (view.getUint8(packet.at + 1) + 1) * 8);
  let at = packet.at + 2;
  while (headerEnd - at >= 2) {
    const type = view.getUint8(at);
    const length = type === 0 ? 1 : 2 + view.getUint8(at + 1);
    if (type === JUMBO_PAYLOAD && length === 6 && headerEnd - at >= 6) {
      const payloadLength = view.getUint32(at + 2);
      if (packet.at + payloadLength > packet.wireEnd) packet.note('ip-length');
      else if (payloadLength > 0xffff) packet.trim(payloadLength);
      return;
    }
    at += length;
  }
}

/** Hop-by-hop, destination options, mobility, HIP, Shim6: length in units of eight bytes without the first. [RFC 6564] 4 */
export function extensionHeader(packet: Packet): number {
  if (!packet.has(8, 'ip-header')) return STOP;
  const length = (packet.view.getUint8(packet.at + 1) + 1) * 8;
  return past(packet, length);
}

/** [RFC 4302] 2.2: length in units of four bytes without the first two. Also in IPv4. */
export function authenticationHeader(packet: Packet): number {
  if (!packet.has(8, 'ip-header')) return STOP;
  return past(packet, (packet.view.getUint8(packet.at + 1) + 2) * 4);
}

/** [RFC 8200] 4.4: while segments are left, the final destination stands in the header. */
export function routingHeader(packet: Packet): number {
  if (!packet.has(8, 'ip-header')) return STOP;
  const { view, at } = packet;
  const length = (view.getUint8(at + 1) + 1) * 8;
  const type = view.getUint8(at + 2);
  const segmentsLeft = view.getUint8(at + 3);
  if (!packet.has(length, 'ip-header')) return STOP;
  if (segmentsLeft !== 0 && length >= 24) {
    // Type 0 lists the way in order ([RFC 2460] 4.4), types 2 ([RFC 6275] 6.4) and 4 ([RFC 8754] 2) have the end first.
    if (type === 0) finalDestination(packet, at + length - 16);
    else if (type === 2 || type === 4) finalDestination(packet, at + 8);
  }
  return past(packet, length);
}

function finalDestination(packet: Packet, at: number): void {
  packet.destination0 = packet.view.getInt32(at);
  packet.destination1 = packet.view.getInt32(at + 4);
  packet.destination2 = packet.view.getInt32(at + 8);
  packet.destination3 = packet.view.getInt32(at + 12);
}

/** [RFC 8200] 4.5; a fragment that is the whole packet is atomic, [RFC 6946]. */
export function fragmentHeader(packet: Packet): number {
  if (!packet.has(8, 'ip-header')) return STOP;
  const { view, at } = packet;
  const field = view.getUint16(at + 2);
  const protocol = view.getUint8(at);
  const id = view.getInt32(at + 4);
  packet.at = at + 8;
  if ((field & 0xfff9) === 0) return IP_PROTOCOL + protocol;
  packet.fragmentId = id;
  packet.fragmentOffset = field & 0xfff8;
  packet.moreFragments = (field & 1) !== 0;
  packet.fragmentNext = IP_PROTOCOL + protocol;
  packet.fragmentSpace = 0;
  return FRAGMENT;
}

function past(packet: Packet, length: number): number {
  if (!packet.has(length, 'ip-header')) return STOP;
  const nextHeader = packet.view.getUint8(packet.at);
  packet.at += length;
  return nextHeader === NO_NEXT_HEADER ? STOP : IP_PROTOCOL + nextHeader;
}
