import { FRAGMENT, IP_PROTOCOL, STOP } from './layers.ts';
import type { Packet } from './packet.ts';

/** IPv4 header. [RFC 791] 3.1 */
const AT = { totalLength: 2, identification: 4, fragment: 6, ttl: 8, protocol: 9, source: 12, destination: 16, options: 20 } as const;
const SHORTEST_HEADER = 20;
const MORE_FRAGMENTS = 0x2000;
const FRAGMENT_OFFSET = 0x1fff;
/** Source routes carry the destination behind the next hop. [RFC 791] 3.1 */
const OPTION = { end: 0, noOperation: 1, looseSourceRoute: 131, strictSourceRoute: 137 } as const;

export function ipv4(packet: Packet): number {
  if (!packet.has(SHORTEST_HEADER, 'ip-header')) return STOP;
  const { view, at } = packet;
  const first = view.getUint8(at);
  const headerLength = (first & 15) * 4;
  if (first >> 4 !== 4 || headerLength < SHORTEST_HEADER) return packet.refuse('ip-header');
  const totalLength = view.getUint16(at + AT.totalLength);
  // 0: captured before the network card cut a large send into segments (or longer than 65535, "BIG TCP").
  if (totalLength !== 0) {
    if (totalLength < headerLength) return packet.refuse('ip-header');
    if (at + totalLength > packet.wireEnd) packet.note('ip-length');
    packet.trim(totalLength);
  }
  packet.ipVersion = 4;
  packet.source0 = packet.source1 = packet.source2 = 0;
  packet.destination0 = packet.destination1 = packet.destination2 = 0;
  packet.source3 = view.getInt32(at + AT.source);
  packet.destination3 = view.getInt32(at + AT.destination);
  packet.ttl = view.getUint8(at + AT.ttl);
  if (headerLength !== SHORTEST_HEADER) {
    if (!packet.has(headerLength, 'ip-header')) return STOP;
    sourceRoute(packet, at + AT.options, at + headerLength);
  }
  packet.at = at + headerLength;
  const protocol = view.getUint8(at + AT.protocol);
  const fragment = view.getUint16(at + AT.fragment);
  if ((fragment & (MORE_FRAGMENTS | FRAGMENT_OFFSET)) === 0) return IP_PROTOCOL + protocol;
  packet.fragmentId = view.getUint16(at + AT.identification);
  packet.fragmentOffset = (fragment & FRAGMENT_OFFSET) * 8;
  packet.moreFragments = (fragment & MORE_FRAGMENTS) !== 0;
  packet.fragmentNext = IP_PROTOCOL + protocol;
  packet.fragmentSpace = 0;
  return FRAGMENT;
}

/** Takes the last address of an unfinished source route for the destination. */
function sourceRoute(packet: Packet, from: number, end: number): void {
  const { view } = packet;
  let at = from;
  while (end - at >= 2) {
    const type = view.getUint8(at);
    if (type === OPTION.end) return;
    const length = type === OPTION.noOperation ? 1 : view.getUint8(at + 1);
    if (length === 0 || (length === 1 && type !== OPTION.noOperation) || length > end - at) return;
    if ((type === OPTION.looseSourceRoute || type === OPTION.strictSourceRoute) && length >= 7) {
      const pointer = view.getUint8(at + 2);
      if (pointer < length) packet.destination3 = view.getInt32(at + length - 4);
      return;
    }
    at += length;
  }
}
