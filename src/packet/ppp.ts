import { CISCO_HDLC, ETHERNET, IPV4, IPV6, MPLS, PPP, STOP } from './layers.ts';
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
  if (packet.view.getUint8(packet.at) !== 0xc0) return STOP;
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

/** Serial lines: PPP where the address byte is 0xff, else Cisco HDLC (0x0f unicast, 0x8f multicast). */
export function serial(packet: Packet): number {
  if (!packet.has(2, 'link-header')) return STOP;
  const address = packet.view.getUint8(packet.at);
  return address === 0x0f || address === 0x8f ? CISCO_HDLC : PPP;
}

/** [RFC 1547] 4.3.1 describes it: address, control, EtherType. */
export function ciscoHdlc(packet: Packet): number {
  if (!packet.has(4, 'link-header')) return STOP;
  const type = packet.view.getUint16(packet.at + 2);
  packet.at += 4;
  return type >= 0x0600 ? type : STOP;
}
