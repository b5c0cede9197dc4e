import { ETHERNET, FRAGMENT, STOP, WIFI, WIFI_SWAPPED } from './layers.ts';
import type { Packet } from './packet.ts';

/** CAPWAP header. [RFC 5415] 4.3: preamble, then 24 bits of lengths and flags, then the fragment's place. */
const AT = { flags: 0, fragmentId: 4, fragmentOffset: 6 } as const;
const SHORTEST_HEADER = 8;
const WBID_WIFI = 1;
const FLAG = { native: 0x100, fragment: 0x80, last: 0x40, keepAlive: 0x08 } as const;
/** Fragments of CAPWAP are numbered apart from those of IP. */
export const CAPWAP_FRAGMENTS = 1;

/**
 * Data between access point and controller: an 802.3 frame, or an 802.11 frame in clear, or a fragment of one. Leaves
 * the packet alone and returns STOP for what is encrypted (preamble 1), keeps the tunnel alive or makes no sense.
 */
export function capwap(packet: Packet): number {
  const { view, at, end } = packet;
  if (end - at < SHORTEST_HEADER) return STOP;
  const flags = view.getUint32(at + AT.flags);
  const length = ((flags >>> 19) & 0x1f) * 4;
  if (flags >>> 24 !== 0 || length < SHORTEST_HEADER || length >= end - at || (flags & FLAG.keepAlive) !== 0) return STOP;
  const whole = (flags & FLAG.fragment) === 0;
  const offset = view.getUint16(at + AT.fragmentOffset) & 0xfff8;
  const native = (flags & FLAG.native) !== 0;
  if (native && ((flags >>> 9) & 0x1f) !== WBID_WIFI) return STOP;
  packet.at = at + length;
  // Only the first fragment shows how its frame begins; the datagram keeps what that one says.
  const inner = native ? wifiOrder(packet) : ETHERNET;
  if (whole) return inner;
  packet.fragmentSpace = CAPWAP_FRAGMENTS;
  packet.fragmentId = view.getUint16(at + AT.fragmentId);
  packet.fragmentOffset = offset;
  packet.moreFragments = (flags & FLAG.last) === 0;
  packet.fragmentNext = inner;
  return FRAGMENT;
}

/** Version 0, type data. */
const isData = (frameControl: number): boolean => (frameControl & 0x0f) === 0x08;

/** Many access points write the two bytes of frame control the other way round: the type (data) tells. */
function wifiOrder(packet: Packet): number {
  if (packet.end - packet.at < 2) return WIFI;
  return !isData(packet.view.getUint8(packet.at)) && isData(packet.view.getUint8(packet.at + 1)) ? WIFI_SWAPPED : WIFI;
}
