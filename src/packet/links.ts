import { linuxCooked, linuxCooked2, nflog, nullOrLoop, pktap } from './cooked.ts';
import { skip, taggedEthernet, networkLayerId } from './ethernet.ts';
import { CISCO_HDLC, ETHERNET, IPV4, IPV6, LLC, MPLS, PPP, RAW_IP, STOP, UNSUPPORTED, WIFI } from './layers.ts';
import type { Packet } from './packet.ts';
import { pppoe, serial } from './ppp.ts';
import { avs, ppi, prism, radiotap } from './wifi.ts';

/** The first header of a packet by LINKTYPE_ number (and by the DLT_ numbers that are found in files instead). */
export function linkLayer(packet: Packet, linkType: number): number {
  switch (linkType) {
    case 1:
      return ETHERNET;
    case 12: // DLT_RAW
    case 14: // DLT_RAW of OpenBSD
    case 101:
      return RAW_IP;
    case 228:
      return IPV4;
    case 229:
      return IPV6;
    case 0:
    case 108:
      return nullOrLoop(packet);
    case 113:
      return linuxCooked(packet);
    case 276:
      return linuxCooked2(packet);
    case 105:
      return WIFI;
    case 127:
      return radiotap(packet);
    case 119:
      return prism(packet);
    case 163:
      return avs(packet);
    case 192:
      return ppi(packet);
    default:
      return serialLink(packet, linkType);
  }
}

function serialLink(packet: Packet, linkType: number): number {
  switch (linkType) {
    case 9:
    case 50:
      return serial(packet);
    case 51:
      return pppoe(packet);
    case 166:
    case 204:
      return skip(packet, 1, PPP);
    case 104:
      return CISCO_HDLC;
    case 205:
      return skip(packet, 1, CISCO_HDLC);
    case 8:
      return slip(packet);
    case 107:
      return frameRelay(packet);
    case 206:
      return packet.has(1, 'link-header') ? (packet.at++, frameRelay(packet)) : STOP;
    case 219:
      return MPLS;
    default:
      return otherLink(packet, linkType);
  }
}

function otherLink(packet: Packet, linkType: number): number {
  switch (linkType) {
    case 6:
      return tokenRing(packet);
    case 10:
      return fddi(packet);
    case 11: // DLT_ATM_RFC1483
    case 19: // DLT_ATM_CLIP
    case 100:
    case 106:
      return LLC;
    case 123: // SunATM: direction and traffic type, VPI, VCI
      return packet.has(4, 'link-header') && (packet.view.getUint8(packet.at) & 15) === 2 ? skip(packet, 4, LLC) : STOP;
    case 109: // ENC: address family, SPI, flags
      return skip(packet, 12, RAW_IP);
    case 117:
      return pflog(packet);
    case 138: // IP over IEEE 1394: two addresses of eight bytes, EtherType
      return etherTypeAt(packet, 16, 18);
    case 226: // Solaris IPNET
      return skip(packet, 24, RAW_IP);
    case 242: // IPoIB: global routing header, EtherType, two bytes reserved
      return etherTypeAt(packet, 40, 44);
    case 239:
      return nflog(packet);
    case 149: // macOS wrote PKTAP with this number first
    case 258:
      return pktap(packet);
    default:
      return ethernetLike(packet, linkType);
  }
}

function ethernetLike(packet: Packet, linkType: number): number {
  switch (linkType) {
    case 240: // netANALYZER
      return skip(packet, 4, ETHERNET);
    case 241: // netANALYZER with preamble
      return skip(packet, 12, ETHERNET);
    case 274: // with preamble; only express frames are whole
      return packet.has(8, 'link-header') && packet.view.getUint8(packet.at + 7) === 0xd5 ? skip(packet, 8, ETHERNET) : STOP;
    case 178:
      return juniperEthernet(packet);
    case 281: // Broadcom and Marvell switch tags
    case 284:
      return taggedEthernet(packet, 4);
    case 282:
      return skip(packet, 4, ETHERNET);
    case 285:
      return taggedEthernet(packet, 8);
    default:
      return UNSUPPORTED;
  }
}

function etherTypeAt(packet: Packet, offset: number, header: number): number {
  if (!packet.has(header, 'link-header')) return STOP;
  const type = packet.view.getUint16(packet.at + offset);
  packet.at += header;
  return type >= 0x0600 ? type : STOP;
}

/** Direction, compression type and 15 bytes of it; only uncompressed packets can be read alone. [RFC 1144] 3.2.2 */
function slip(packet: Packet): number {
  if (!packet.has(16, 'link-header')) return STOP;
  const compression = packet.view.getUint8(packet.at + 1);
  if ((compression & 0x80) !== 0 || compression >> 4 === 7) return STOP;
  return skip(packet, 16, RAW_IP);
}

/** Q.922 address of two to four bytes, then NLPID ([RFC 2427] 3) or Cisco's EtherType. */
function frameRelay(packet: Packet): number {
  if (!packet.has(4, 'link-header')) return STOP;
  const { view } = packet;
  let length = 1;
  while (length < 4 && (view.getUint8(packet.at + length - 1) & 1) === 0) length++;
  packet.at += length;
  if (!packet.has(2, 'link-header')) return STOP;
  const first = view.getUint8(packet.at);
  if (first !== 0x03) return etherTypeAt(packet, 0, 2);
  packet.at += view.getUint8(packet.at + 1) === 0 ? 2 : 1;
  return networkLayerId(packet);
}

/** Access control, frame control, addresses, routing information where the source address says so. [IEEE 802.5] 3.1 */
function tokenRing(packet: Packet): number {
  if (!packet.has(14, 'link-header')) return STOP;
  const { view, at } = packet;
  if (view.getUint8(at + 1) >> 6 !== 1) return STOP;
  packet.sourceMac = at + 8;
  packet.at = at + 14;
  if ((view.getUint8(at + 8) & 0x80) === 0) return LLC;
  if (!packet.has(2, 'link-header')) return STOP;
  const routing = view.getUint8(packet.at) & 0x1f;
  return routing < 2 ? packet.refuse('link-header') : skip(packet, routing, LLC);
}

/** Frame control 01x1 xxxx has LLC behind the addresses. [ISO 9314-2] 7 */
function fddi(packet: Packet): number {
  if (!packet.has(13, 'link-header')) return STOP;
  if ((packet.view.getUint8(packet.at) & 0xf0) !== 0x50) return STOP;
  packet.sourceMac = packet.at + 7;
  return skip(packet, 13, LLC);
}

/** OpenBSD's log of its filter: its length, rounded up to four. */
function pflog(packet: Packet): number {
  if (!packet.has(1, 'link-header')) return STOP;
  return skip(packet, (packet.view.getUint8(packet.at) + 3) & ~3, RAW_IP);
}

/** Magic 4d4743, flags; bit 0x80: extensions with their length; bit 0x02: no link-layer header. */
function juniperEthernet(packet: Packet): number {
  if (!packet.has(4, 'link-header')) return STOP;
  const { view, at } = packet;
  const head = view.getUint32(at);
  if (head >>> 8 !== 0x4d_4743) return packet.refuse('link-header');
  if ((head & 0x02) !== 0) return STOP;
  packet.at = at + 4;
  if ((head & 0x80) === 0) return ETHERNET;
  return packet.has(2, 'link-header') ? skip(packet, 2 + view.getUint16(packet.at), ETHERNET) : STOP;
}
