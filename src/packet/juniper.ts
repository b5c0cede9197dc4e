import { skip } from './ethernet.ts';
import { IPV4, IPV6, MPLS, STOP } from './layers.ts';
import type { Packet } from './packet.ts';

const MAGIC = 0x4d_4743;
const FLAG = { noLinkLayer: 0x02, extensions: 0x80 } as const;

/** Juniper's header before `inner`: magic, flags, extensions with their length, and where the link layer was taken off what is left. */
export function juniper(packet: Packet, inner: number): number {
  if (!packet.has(4, 'link-header')) return STOP;
  const { view } = packet;
  const head = view.getUint32(packet.at);
  if (head >>> 8 !== MAGIC) return packet.refuse('link-header');
  packet.at += 4;
  if ((head & FLAG.extensions) !== 0) {
    if (!packet.has(2, 'link-header')) return STOP;
    const length = 2 + view.getUint16(packet.at);
    if (!packet.has(length, 'link-header')) return STOP;
    packet.at += length;
  }
  return (head & FLAG.noLinkLayer) === 0 ? inner : withoutLinkLayer(packet);
}

/** The routing engine's own protocol number, in its (little-endian) order. */
function withoutLinkLayer(packet: Packet): number {
  if (!packet.has(4, 'link-header')) return STOP;
  const protocol = packet.view.getUint32(packet.at, true);
  switch (protocol) {
    case 2:
      return skip(packet, 4, IPV4);
    case 3: // MPLS, IPv4 inside
    case 5:
    case 7: // MPLS, IPv6 inside
      return skip(packet, 4, MPLS);
    case 6:
      return skip(packet, 4, IPV6);
    default:
      return STOP;
  }
}
