import { AMSDU, LINK_TYPE, LLC, STOP, WIFI } from './layers.ts';
import type { Packet } from './packet.ts';

/** Frame control, first byte and second byte. [IEEE 802.11] 9.2.4.1 */
const TYPE_DATA = 0x08;
const SUBTYPE_NO_DATA = 0x40;
const SUBTYPE_QOS = 0x80;
const TO_DS = 0x01;
const FROM_DS = 0x02;
const MORE_FRAGMENTS = 0x04;
const PROTECTED = 0x40;
const ORDER = 0x80;
const AMSDU_PRESENT = 0x80;

/** Data frames in clear. Other frames have no content for us; encrypted ones and fragments are told. `swapped` is 1 where frame control is the other way round. */
export function wifi(packet: Packet, swapped: 0 | 1): number {
  if (!packet.has(2, 'link-header')) return STOP;
  const { view, at } = packet;
  const control = view.getUint8(at + swapped);
  const flags = view.getUint8(at + 1 - swapped);
  if ((control & 0x0f) !== TYPE_DATA || (control & SUBTYPE_NO_DATA) !== 0) return STOP;
  if ((flags & PROTECTED) !== 0) return packet.passOver('encrypted-802.11');
  const fourAddresses = (flags & (TO_DS | FROM_DS)) === (TO_DS | FROM_DS);
  const qualityOfService = (control & SUBTYPE_QOS) !== 0;
  const qosAt = fourAddresses ? 30 : 24;
  let length = qosAt + (qualityOfService ? 2 : 0);
  if (qualityOfService && (flags & ORDER) !== 0) length += 4; // HT control, 9.2.4.6
  if (!packet.has(length, 'link-header')) return STOP;
  const fragmentNumber = view.getUint8(at + 22) & 0x0f;
  if (fragmentNumber !== 0 || (flags & MORE_FRAGMENTS) !== 0) return packet.passOver('link-fragments');
  packet.sourceMac = at + (fourAddresses ? 24 : (flags & FROM_DS) !== 0 ? 16 : 10);
  const aggregated = qualityOfService && (view.getUint8(at + qosAt) & AMSDU_PRESENT) !== 0;
  packet.at = at + length;
  return aggregated ? AMSDU : LLC;
}

/** Subframes: destination, source, length, LLC and data, padded to four bytes. [IEEE 802.11] 9.3.2.2 */
export function amsdu(packet: Packet): number {
  // Less than a subframe left: padding or the frame check sequence.
  if (packet.wireEnd - packet.at < 14 + 3 || !packet.has(14, 'link-header')) return STOP;
  const length = packet.view.getUint16(packet.at + 12);
  const next = packet.at + ((14 + length + 3) & ~3);
  if (next < packet.end) packet.keepRest(next);
  packet.sourceMac = packet.at + 6;
  packet.at += 14;
  packet.trim(length);
  return LLC;
}

/** Radiotap: version 0, padding, length, bit maps of fields; all little-endian. [radiotap.org] */
export function radiotap(packet: Packet): number {
  if (!packet.has(8, 'link-header')) return STOP;
  const { view, at } = packet;
  const length = view.getUint16(at + 2, true);
  if (view.getUint8(at) !== 0 || length < 8) return packet.refuse('link-header');
  if (!packet.has(length, 'link-header')) return STOP;
  packet.at = at + length;
  const flags = radiotapFlags(packet, at, length);
  if ((flags & BAD_FCS) !== 0) return STOP; // damaged on the air
  return (flags & DATA_PAD) === 0 ? WIFI : paddedWifi(packet);
}

const DATA_PAD = 0x20;
const BAD_FCS = 0x40;

/** The Flags field (bit 1), which only TSFT (bit 0, eight aligned bytes) may precede. */
function radiotapFlags(packet: Packet, start: number, length: number): number {
  const { view } = packet;
  const present = view.getUint32(start + 4, true);
  if ((present & 2) === 0) return 0;
  let at = 4;
  while (at + 4 <= length && (view.getUint32(start + at, true) & 0x8000_0000) !== 0) at += 4;
  at += 4;
  if ((present & 1) !== 0) at = ((at + 7) & ~7) + 8;
  return at < length ? view.getUint8(start + at) : 0;
}

/** Some cards pad the 802.11 header to four bytes. */
function paddedWifi(packet: Packet): number {
  const start = packet.at;
  const next = wifi(packet, 0);
  if (next !== STOP) packet.at = start + ((packet.at - start + 3) & ~3);
  return packet.at > packet.end ? STOP : next;
}

/** Prism: message code and length in the capturing host's order, unless AVS hides behind the same link type. */
export function prism(packet: Packet): number {
  if (!packet.has(8, 'link-header')) return STOP;
  const { view, at } = packet;
  if ((view.getUint32(at) & 0xffff_f000) === (0x8021_1000 | 0)) return avs(packet);
  const little = view.getUint32(at + 4, true);
  return past(packet, little < 0x1_0000 ? little : view.getUint32(at + 4));
}

/** AVS: magic and version, then the header's length, big-endian. */
export function avs(packet: Packet): number {
  return packet.has(8, 'link-header') ? past(packet, packet.view.getUint32(packet.at + 4)) : STOP;
}

/** Per-packet information: version, flags, length, link type, little-endian. */
export function ppi(packet: Packet): number {
  if (!packet.has(8, 'link-header')) return STOP;
  const { view, at } = packet;
  const length = view.getUint16(at + 2, true);
  const linkType = view.getUint32(at + 4, true);
  if (length < 8 || linkType > 0xffff) return packet.refuse('link-header');
  if (!packet.has(length, 'link-header')) return STOP;
  packet.at = at + length;
  return LINK_TYPE + linkType;
}

function past(packet: Packet, length: number): number {
  if (length < 8) return packet.refuse('link-header');
  if (!packet.has(length, 'link-header')) return STOP;
  packet.at += length;
  return WIFI;
}
