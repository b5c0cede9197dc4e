import { IPV4, IPV6, LLC, STOP } from './layers.ts';
import type { Packet } from './packet.ts';

/** MAC header. [IEEE 802.3] 3.1.1 */
const AT = { source: 6, type: 12 } as const;
const HEADER = 14;
/** Smaller numbers are lengths, and LLC follows. [IEEE 802.3] 3.2.6 */
const SMALLEST_ETHERTYPE = 0x0600;

export function ethernet(packet: Packet): number {
  return taggedEthernet(packet, 0);
}

/** Ethernet with a switch's own tag of `tagLength` bytes between the addresses and the type. */
export function taggedEthernet(packet: Packet, tagLength: number): number {
  if (!packet.has(HEADER + tagLength, 'link-header')) return STOP;
  const { view, at } = packet;
  packet.sourceMac = at + AT.source;
  const type = view.getUint16(at + AT.type + tagLength);
  packet.at = at + HEADER + tagLength;
  return type >= SMALLEST_ETHERTYPE ? type : shortType(packet, type, at);
}

function shortType(packet: Packet, length: number, header: number): number {
  const { view } = packet;
  // Cisco ISL: group address 01000c0000xx or 0c000c0000xx, 26 bytes, then the whole frame.
  const group = view.getUint32(header);
  if ((group === 0x01000c00 || group === 0x0c000c00) && view.getUint8(header + 4) === 0) return isl(packet, header);
  return lengthOrLlc(packet, length);
}

function isl(packet: Packet, header: number): number {
  packet.at = header;
  if (!packet.has(26, 'link-header')) return STOP;
  packet.at = header + 26;
  return 0x6558;
}

/** What a type or length field behind a tag announces. */
function lengthOrLlc(packet: Packet, type: number): number {
  if (type >= SMALLEST_ETHERTYPE) return type;
  if (type > 1500) return STOP;
  packet.trim(type);
  return LLC;
}

/** [IEEE 802.1Q] 9.6: control information, then the next type. The same for 802.1ad. */
export function vlanTag(packet: Packet): number {
  return tag(packet, 4);
}

/** A tag of `length` bytes whose last two are the next type. */
export function tag(packet: Packet, length: number): number {
  if (!packet.has(length, 'link-header')) return STOP;
  packet.at += length;
  return lengthOrLlc(packet, packet.view.getUint16(packet.at - 2));
}

/** A header of `length` bytes before `inner`. */
export function skip(packet: Packet, length: number, inner: number): number {
  if (!packet.has(length, 'link-header')) return STOP;
  packet.at += length;
  return inner;
}

/** [IEEE 802.1AE] 9.3: readable where the frame is only integrity-protected (neither E nor C set). */
export function macsec(packet: Packet): number {
  if (!packet.has(6, 'link-header')) return STOP;
  const control = packet.view.getUint8(packet.at);
  if ((control & 0x0c) !== 0) return STOP;
  return tag(packet, (control & 0x20) === 0 ? 8 : 16);
}

/** TRILL, [RFC 6325] 3: options in units of four bytes, then the inner frame. */
export function trill(packet: Packet, inner: number): number {
  if (!packet.has(4, 'link-header')) return STOP;
  const options = (packet.view.getUint16(packet.at) >> 6) & 0x1f;
  return skip(packet, 6 + options * 4, inner);
}

/** [IEEE 802.2] 3 and SNAP, [IEEE 802] 9; routed protocols by NLPID as in [RFC 2684] 5.1. */
export function llc(packet: Packet): number {
  if (!packet.has(3, 'link-header')) return STOP;
  const { view, at } = packet;
  const saps = view.getUint16(at);
  if (view.getUint8(at + 2) !== 0x03) return STOP;
  packet.at = at + 3;
  if (saps === 0xaaaa) return snap(packet);
  if (saps === 0x0606) return IPV4;
  if (saps === 0xfefe) return networkLayerId(packet);
  return STOP;
}

/** ISO/IEC TR 9577 numbers. */
export function networkLayerId(packet: Packet): number {
  if (!packet.has(1, 'link-header')) return STOP;
  const id = packet.view.getUint8(packet.at);
  packet.at += 1;
  if (id === 0xcc) return IPV4;
  if (id === 0x8e) return IPV6;
  return id === 0x80 ? snap(packet) : STOP;
}

export function snap(packet: Packet): number {
  if (!packet.has(5, 'link-header')) return STOP;
  const { view, at } = packet;
  const organization = (view.getUint16(at) << 8) | view.getUint8(at + 2);
  const protocol = view.getUint16(at + 3);
  packet.at = at + 5;
  if (organization === 0 || organization === 0x0000f8) return protocol >= SMALLEST_ETHERTYPE ? protocol : STOP;
  // Bridged 802.3 with and without check sequence; on ATM two bytes of padding come first. [RFC 2684] 5.2
  if (organization !== 0x0080c2 || (protocol !== 1 && protocol !== 7)) return STOP;
  if (packet.end - packet.at > 2 && view.getUint16(packet.at) === 0) packet.at += 2;
  return 0x6558;
}
