import { linuxCooked, linuxCooked2, nflog, nullOrLoop, pktap } from './cooked.ts';
import { skip, taggedEthernet } from './ethernet.ts';
import { juniper } from './juniper.ts';
import { CISCO_HDLC, ETHERNET, FRAME_RELAY, IPV4, IPV6, LLC, MPLS, PPP, RAW_IP, STOP, UNSUPPORTED, WIFI } from './layers.ts';
import type { Packet } from './packet.ts';
import { pppd, pppoe, serial, slip } from './ppp.ts';
import { tzsp } from './udp-tunnels.ts';
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
      return pppd(packet);
    case 204:
      return skip(packet, 1, PPP);
    case 104:
      return CISCO_HDLC;
    case 205:
      return skip(packet, 1, CISCO_HDLC);
    case 8:
      return slip(packet);
    case 107:
      return FRAME_RELAY;
    case 206:
      return skip(packet, 1, FRAME_RELAY);
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
    case 128:
      return tzsp(packet);
    case 167: // Juniper's interfaces by what they carry; its service cards have headers of their own
    case 178:
      return juniper(packet, ETHERNET);
    case 179:
      return juniper(packet, PPP);
    case 180:
      return juniper(packet, FRAME_RELAY);
    case 181:
      return juniper(packet, CISCO_HDLC);
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
