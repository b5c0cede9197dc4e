import { networkLayerId, skip } from './ethernet.ts';
import { CISCO_HDLC, ETHERNET, IPV4, IPV6, MPLS, PPP, RAW_IP, STOP } from './layers.ts';
import type { Packet } from './packet.ts';

/** PPPoE session. [RFC 2516] 4 */
export function pppoe(packet: Packet): number {
  if (!packet.has(6, 'link-header')) return STOP;
  const { view, at } = packet;
  if (view.getUint8(at) !== 0x11) return packet.refuse('link-header');
  if (view.getUint8(at + 1) !== 0) return STOP;
  const length = view.getUint16(at + 4);
  packet.at = at + 6;
  packet.trim(length);
  return PPP;
}

/** [RFC 1661] 2, with or without HDLC-like framing ([RFC 1662] 3.1) and protocol compression ([RFC 1661] 6.5). */
export function ppp(packet: Packet): number {
  if (!packet.has(2, 'link-header')) return STOP;
  const { view } = packet;
  if (view.getUint16(packet.at) === 0xff03) {
    packet.at += 2;
    if (!packet.has(2, 'link-header')) return STOP;
  }
  const first = view.getUint8(packet.at);
  const protocol = (first & 1) === 1 ? first : view.getUint16(packet.at);
  packet.at += (first & 1) === 1 ? 1 : 2;
  switch (protocol) {
    case 0x0021:
      return IPV4;
    case 0x0057:
      return IPV6;
    case 0x0281:
    case 0x0283:
      return MPLS;
    case 0x002d: // VJ, [RFC 1332] 4; compressed by CCP or encrypted by MPPE, [RFC 1962] 2, [RFC 3078] 3
    case 0x002f:
    case 0x00fb:
    case 0x00fd:
      return packet.passOver('compressed-packets');
    case 0x003d:
      return multilink(packet);
    case 0x0031:
      return bridged(packet);
    default:
      return STOP;
  }
}

/** [RFC 1990] 3: long sequence numbers; only fragments that are the whole packet. */
function multilink(packet: Packet): number {
  if (!packet.has(4, 'link-header')) return STOP;
  if (packet.view.getUint8(packet.at) !== 0xc0) return packet.passOver('link-fragments');
  packet.at += 4;
  return PPP;
}

/** [RFC 3518] 4.2: flags, MAC type 1 (802.3), an 802.1D priority never comes with it. */
function bridged(packet: Packet): number {
  if (!packet.has(2, 'link-header')) return STOP;
  const macType = packet.view.getUint8(packet.at + 1);
  packet.at += 2;
  return macType === 1 ? ETHERNET : STOP;
}

/** PPP with a direction in the place of the address byte. [tcpdump.org LINKTYPE_PPP_PPPD] */
export function pppd(packet: Packet): number {
  if (!packet.has(2, 'link-header')) return STOP;
  return skip(packet, packet.view.getUint8(packet.at + 1) === 0x03 ? 2 : 1, PPP);
}

/** Serial lines: PPP where the address byte is 0xff, else Cisco HDLC (0x0f unicast, 0x8f multicast). */
export function serial(packet: Packet): number {
  if (!packet.has(2, 'link-header')) return STOP;
  const address = packet.view.getUint8(packet.at);
  return address === 0x0f || address === 0x8f ? CISCO_HDLC : PPP;
}

/** [RFC 1547] 4.3.1 describes it: address, control, EtherType. */
export function ciscoHdlc(packet: Packet): number {
  if (!packet.has(4, 'link-header')) return STOP;
  packet.at += 2;
  return afterType(packet);
}

function afterType(packet: Packet): number {
  const type = packet.view.getUint16(packet.at);
  packet.at += 2;
  return type >= 0x0600 ? type : STOP;
}

/** Q.922 address of two to four bytes, then NLPID ([RFC 2427] 3) or Cisco's EtherType. */
export function frameRelay(packet: Packet): number {
  if (!packet.has(4, 'link-header')) return STOP;
  const { view } = packet;
  let length = 1;
  while (length < 4 && (view.getUint8(packet.at + length - 1) & 1) === 0) length++;
  packet.at += length;
  if (!packet.has(2, 'link-header')) return STOP;
  const first = view.getUint8(packet.at);
  if (first !== 0x03) return afterType(packet);
  packet.at += view.getUint8(packet.at + 1) === 0 ? 2 : 1;
  return networkLayerId(packet);
}

/** Direction, compression type and 15 bytes of it; only uncompressed packets can be read alone. [tcpdump.org LINKTYPE_SLIP], [RFC 1144] 3.2.2 */
export function slip(packet: Packet): number {
  if (!packet.has(16, 'link-header')) return STOP;
  const compression = packet.view.getUint8(packet.at + 1);
  if ((compression & 0x80) !== 0 || compression >> 4 === 7) return packet.passOver('compressed-packets');
  return skip(packet, 16, RAW_IP);
}
