import { IPV4, IPV6, LINK_TYPE, LLC, RAW_IP, STOP } from './layers.ts';
import type { Packet } from './packet.ts';

/** AF_INET is 2 everywhere; AF_INET6 is 24 (BSD), 28 (FreeBSD), 30 (macOS), 10 (Linux). */
function addressFamily(family: number): number {
  switch (family) {
    case 2:
      return IPV4;
    case 10:
    case 24:
    case 28:
    case 30:
      return IPV6;
    default:
      return STOP;
  }
}

/** Loopback: the family in the capturing host's byte order (NULL) or the network's (LOOP). Both are tried for both. */
export function nullOrLoop(packet: Packet): number {
  if (!packet.has(4, 'link-header')) return STOP;
  const big = packet.view.getUint32(packet.at);
  const family = big < 0x1_0000 ? big : packet.view.getUint32(packet.at, true);
  packet.at += 4;
  const inner = addressFamily(family);
  return inner === STOP && (family === IPV4 || family === IPV6) ? family : inner;
}

/** Linux "cooked" capture: type, ARPHRD, address length, address, protocol. [tcpdump.org LINKTYPE_LINUX_SLL] */
const SLL = { addressLength: 4, address: 6, protocol: 14, length: 16 } as const;
const SLL2 = { protocol: 0, addressLength: 11, address: 12, length: 20 } as const;

export function linuxCooked(packet: Packet): number {
  if (!packet.has(SLL.length, 'link-header')) return STOP;
  const { view, at } = packet;
  if (view.getUint16(at + SLL.addressLength) === 6) packet.sourceMac = at + SLL.address;
  packet.at = at + SLL.length;
  return cookedProtocol(view.getUint16(at + SLL.protocol));
}

export function linuxCooked2(packet: Packet): number {
  if (!packet.has(SLL2.length, 'link-header')) return STOP;
  const { view, at } = packet;
  if (view.getUint8(at + SLL2.addressLength) === 6) packet.sourceMac = at + SLL2.address;
  packet.at = at + SLL2.length;
  return cookedProtocol(view.getUint16(at + SLL2.protocol));
}

function cookedProtocol(protocol: number): number {
  // 4: 802.2 LLC.
  return protocol === 4 ? LLC : etherType(protocol);
}

function etherType(type: number): number {
  return type >= 0x0600 ? type : STOP;
}

/** Netfilter log: family, version, resource, then fields; the packet itself is field 9. [tcpdump.org LINKTYPE_NFLOG] */
export function nflog(packet: Packet): number {
  if (!packet.has(8, 'link-header')) return STOP;
  const { view } = packet;
  let inner = addressFamily(view.getUint8(packet.at)) === STOP ? STOP : RAW_IP;
  packet.at += 4;
  // Lengths are in the capturing host's byte order, which the first of them betrays.
  const little = view.getUint16(packet.at, true) <= packet.wireEnd - packet.at;
  for (;;) {
    if (packet.wireEnd - packet.at < 4 || !packet.has(4, 'link-header')) return STOP;
    const length = view.getUint16(packet.at, little);
    const type = view.getUint16(packet.at + 2, little) & 0x7fff;
    if (length < 4) return packet.refuse('link-header');
    if (type === 9) {
      packet.at += 4;
      packet.trim(length - 4);
      return inner;
    }
    // Logged by a bridge: the family is not IP's, but the packet header field names the EtherType.
    if (type === 1 && inner === STOP && packet.has(6, 'link-header')) inner = etherType(view.getUint16(packet.at + 4));
    const padded = (length + 3) & ~3;
    if (!packet.has(padded, 'link-header')) return STOP;
    packet.at += padded;
  }
}

/** macOS: length of the header, kind of record (1: packet), link type of what follows; little-endian. */
export function pktap(packet: Packet): number {
  if (!packet.has(12, 'link-header')) return STOP;
  const { view, at } = packet;
  const length = view.getUint32(at, true);
  const linkType = view.getUint32(at + 8, true);
  if (length < 12 || linkType > 0xffff) return packet.refuse('link-header');
  if (view.getUint32(at + 4, true) !== 1) return STOP;
  if (!packet.has(length, 'link-header')) return STOP;
  packet.at = at + length;
  return LINK_TYPE + linkType;
}
