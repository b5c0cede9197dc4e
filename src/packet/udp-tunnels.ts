import { capwap } from './capwap.ts';
import { ETHERNET, IPV4, IPV6, LINK_TYPE, MPLS, NSH, PPP, STOP } from './layers.ts';
import type { Packet } from './packet.ts';

/**
 * Looks for a tunnel in the UDP payload at `packet.at`: moves behind its header and returns what is inside, or
 * leaves the packet alone and returns STOP. By port, and only where the header is whole and makes sense.
 */
export function udpTunnel(packet: Packet, sourcePort: number, destinationPort: number): number {
  switch (destinationPort) {
    case 4789: // [RFC 7348]
    case 8472: // Linux' own, older than the assignment
      return vxlan(packet);
    case 4790: // [RFC 9305], draft-ietf-nvo3-vxlan-gpe
      return vxlanGpe(packet);
    case 6081:
      return geneve(packet);
    case 3544:
      return teredo(packet);
    case 2152:
      return gtpU(packet);
    case 1701:
      return l2tp(packet);
    case 4341:
      return lisp(packet);
    case 5247:
      return capwap(packet);
    case 4500:
      return ipsec(packet);
    case 6635: // [RFC 7510]
      return packet.end - packet.at >= 8 ? MPLS : STOP;
    case 37008:
      return tzsp(packet);
    default:
      return answers(packet, sourcePort);
  }
}

/** Tunnels that use their port on both sides or answer from it. */
function answers(packet: Packet, sourcePort: number): number {
  switch (sourcePort) {
    case 3544:
      return teredo(packet);
    case 2152:
      return gtpU(packet);
    case 1701:
      return l2tp(packet);
    case 5247:
      return capwap(packet);
    case 4500:
      return ipsec(packet);
    default:
      return STOP;
  }
}

const ETHERNET_HEADER = 14;

function enter(packet: Packet, headerLength: number, inner: number): number {
  if (packet.end - packet.at <= headerLength) return STOP;
  packet.at += headerLength;
  return inner;
}

/** [RFC 7348] 5: the I flag must be set. */
function vxlan(packet: Packet): number {
  if (packet.end - packet.at < 8 + ETHERNET_HEADER) return STOP;
  return (packet.view.getUint8(packet.at) & 0x08) === 0 ? STOP : enter(packet, 8, ETHERNET);
}

/** draft-ietf-nvo3-vxlan-gpe 3.1: with the P flag the last byte of the first word names what is inside. */
function vxlanGpe(packet: Packet): number {
  if (packet.end - packet.at < 8) return STOP;
  if ((packet.view.getUint8(packet.at) & 0x04) === 0) return vxlan(packet);
  const inner = nextProtocol(packet.view.getUint8(packet.at + 3));
  return inner === STOP ? STOP : enter(packet, 8, inner);
}

/** The numbers that VXLAN-GPE and NSH share. [RFC 8300] 2.2 */
export function nextProtocol(number: number): number {
  switch (number) {
    case 1:
      return IPV4;
    case 2:
      return IPV6;
    case 3:
      return ETHERNET;
    case 4:
      return NSH;
    case 5:
      return MPLS;
    default:
      return STOP;
  }
}

/** [RFC 8926] 3.4 */
function geneve(packet: Packet): number {
  if (packet.end - packet.at < 8) return STOP;
  const first = packet.view.getUint8(packet.at);
  if (first >> 6 !== 0) return STOP;
  const protocol = packet.view.getUint16(packet.at + 2);
  if (protocol < 0x0600) return STOP;
  return enter(packet, 8 + (first & 0x3f) * 4, protocol);
}

/** [RFC 4380] 5.1.1: authentication, then origin indication, both optional, then IPv6. */
function teredo(packet: Packet): number {
  const { view, end } = packet;
  let at = packet.at;
  if (end - at >= 4 && view.getUint16(at) === 0x0001) at += 13 + view.getUint8(at + 2) + view.getUint8(at + 3);
  if (end - at >= 8 && view.getUint16(at) === 0x0000) at += 8;
  if (end - at < 40 || view.getUint8(at) >> 4 !== 6) return STOP;
  packet.at = at;
  return IPV6;
}

/** [RFC 9300] 5.1: flags, nonce, instance and locators, then an IP header. */
function lisp(packet: Packet): number {
  const at = packet.at + 8;
  if (packet.end - at < 20) return STOP;
  const version = packet.view.getUint8(at) >> 4;
  if (version !== 4 && version !== 6) return STOP;
  return enter(packet, 8, version === 4 ? IPV4 : IPV6);
}

/** [3GPP TS 29.281] 5.1: version 1, protocol type GTP, message G-PDU. */
function gtpU(packet: Packet): number {
  const { view, end } = packet;
  let at = packet.at;
  if (end - at < 12) return STOP;
  const flags = view.getUint8(at);
  if (flags >> 4 !== 3 || view.getUint8(at + 1) !== 0xff) return STOP;
  let extension = (flags & 0x04) === 0 ? 0 : view.getUint8(at + 11);
  at += (flags & 0x07) === 0 ? 8 : 12;
  while (extension !== 0) {
    if (at >= end) return STOP;
    const length = view.getUint8(at) * 4;
    if (length === 0 || length > end - at) return STOP;
    extension = view.getUint8(at + length - 1);
    at += length;
  }
  if (end - at < 20) return STOP;
  const version = view.getUint8(at) >> 4;
  if (version !== 4 && version !== 6) return STOP;
  packet.at = at;
  return version === 4 ? IPV4 : IPV6;
}

/** [RFC 2661] 3.1: data messages of version 2. */
function l2tp(packet: Packet): number {
  if (packet.end - packet.at < 6) return STOP;
  const { view, at } = packet;
  const flags = view.getUint16(at);
  if ((flags & 0x8000) !== 0 || (flags & 0x000f) !== 2) return STOP;
  let length = 6 + ((flags & 0x4000) === 0 ? 0 : 2) + ((flags & 0x0800) === 0 ? 0 : 4);
  if ((flags & 0x0200) !== 0) {
    if (packet.end - at < length + 2) return STOP;
    length += 2 + view.getUint16(at + length);
  }
  return enter(packet, length, PPP);
}

/** [RFC 3948] 2: ESP in UDP begins with an SPI, which is not 0; the key exchange has 0 there, a keep-alive is one byte. */
function ipsec(packet: Packet): number {
  if (packet.end - packet.at < 8) return STOP;
  return packet.view.getUint32(packet.at) === 0 ? STOP : packet.passOver('ipsec');
}

/** TaZmen Sniffer Protocol, which routers and access points mirror packets with: version 1, tags, then the packet. */
export function tzsp(packet: Packet): number {
  const { view, end } = packet;
  let at = packet.at;
  if (end - at < 5 || view.getUint8(at) !== 1 || view.getUint8(at + 1) > 1) return STOP;
  const encapsulated = view.getUint16(at + 2);
  at += 4;
  while (at < end) {
    const tag = view.getUint8(at);
    if (tag === 1) break;
    if (tag !== 0 && end - at < 2) return STOP;
    at += tag === 0 ? 1 : 2 + view.getUint8(at + 1);
  }
  if (at + 1 >= end) return STOP;
  const inner = encapsulated === 1 ? ETHERNET : encapsulated === 18 ? LINK_TYPE + 105 : STOP;
  if (inner !== STOP) packet.at = at + 1;
  return inner;
}
