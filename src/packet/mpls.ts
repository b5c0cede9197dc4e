import { ETHERNET, IPV4, IPV6, STOP } from './layers.ts';
import { nextProtocol } from './udp-tunnels.ts';
import type { Packet } from './packet.ts';

/** Label stack, [RFC 3032] 2.1. What is inside is not named: it is told from its first bytes, [RFC 4928] 2. */
export function mpls(packet: Packet): number {
  let entry: number;
  do {
    if (!packet.has(4, 'tunnel-header')) return STOP;
    entry = packet.view.getInt32(packet.at);
    packet.at += 4;
  } while ((entry & 0x100) === 0);
  // Label 13: operation and maintenance, not traffic. [RFC 5586] 4
  return entry >>> 12 === 13 ? STOP : underLabels(packet);
}

function underLabels(packet: Packet): number {
  if (!packet.has(1, 'tunnel-header')) return STOP;
  switch (packet.view.getUint8(packet.at) >> 4) {
    case 4:
      return looksLikeIpv4(packet) ? IPV4 : ETHERNET;
    case 6:
      return looksLikeIpv6(packet) ? IPV6 : ETHERNET;
    case 0:
      return controlWordOrEthernet(packet);
    case 1: // Associated channel header. [RFC 4385] 5
      return STOP;
    default:
      return ETHERNET;
  }
}

/** A MAC address may begin with 4 or 6 too; an IP header has a length that fits. */
function looksLikeIpv4(packet: Packet): boolean {
  const left = packet.wireEnd - packet.at;
  if (packet.end - packet.at < 4) return true;
  const total = packet.view.getUint16(packet.at + 2);
  return (packet.view.getUint8(packet.at) & 15) >= 5 && (total <= left || left < 14 || !knownTypeAt(packet, 12));
}

function looksLikeIpv6(packet: Packet): boolean {
  const left = packet.wireEnd - packet.at;
  if (packet.end - packet.at < 6) return true;
  return packet.view.getUint16(packet.at + 4) + 40 <= left || !knownTypeAt(packet, 12);
}

/** Pseudowire control word: four bits of 0, flags, length, sequence number. [RFC 4448] 4.6 */
function controlWordOrEthernet(packet: Packet): number {
  if (knownTypeAt(packet, 4 + 12) || !knownTypeAt(packet, 12)) packet.at += packet.end - packet.at >= 4 ? 4 : 0;
  return ETHERNET;
}

function knownTypeAt(packet: Packet, offset: number): boolean {
  if (packet.end - packet.at < offset + 2) return false;
  const type = packet.view.getUint16(packet.at + offset);
  switch (type) {
    case 0x0800:
    case 0x0806:
    case 0x8100:
    case 0x86dd:
    case 0x8847:
    case 0x8848:
    case 0x8863:
    case 0x8864:
    case 0x88a8:
    case 0x88cc:
    case 0x9000:
      return true;
    default:
      return type <= 1500 && type >= 3 && type <= packet.wireEnd - packet.at - offset - 2;
  }
}

/** Network service header, [RFC 8300] 2.2. */
export function nsh(packet: Packet): number {
  if (!packet.has(4, 'tunnel-header')) return STOP;
  const length = (packet.view.getUint8(packet.at + 1) & 0x3f) * 4;
  const inner = nextProtocol(packet.view.getUint8(packet.at + 3));
  if (length < 8) return packet.refuse('tunnel-header');
  if (!packet.has(length, 'tunnel-header')) return STOP;
  packet.at += length;
  return inner;
}
