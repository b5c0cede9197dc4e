import { ETHERNET, IPV4, PPP, RAW_IP, STOP, WIFI } from './layers.ts';
import type { Packet } from './packet.ts';

const FLAG = { checksum: 0x8000, routing: 0x4000, key: 0x2000, sequence: 0x1000, acknowledgment: 0x0080 } as const;

/** [RFC 2784], [RFC 2890], [RFC 1701]; version 1 is PPTP's, [RFC 2637] 4.1. */
export function gre(packet: Packet): number {
  if (!packet.has(4, 'tunnel-header')) return STOP;
  packet.sourceMac = -1;
  const flags = packet.view.getUint16(packet.at);
  const protocol = packet.view.getUint16(packet.at + 2);
  const version = flags & 7;
  if (version === 1) return pptp(packet, flags);
  if (version !== 0) return STOP;
  let length = 4;
  if ((flags & (FLAG.checksum | FLAG.routing)) !== 0) length += 4;
  if ((flags & FLAG.key) !== 0) length += 4;
  if ((flags & FLAG.sequence) !== 0) length += 4;
  if (!packet.has(length, 'tunnel-header')) return STOP;
  packet.at += length;
  if ((flags & FLAG.routing) !== 0 && !skipRouting(packet)) return STOP;
  return inside(packet, protocol, flags);
}

function inside(packet: Packet, protocol: number, flags: number): number {
  if (protocol === 0x88be || protocol === 0x22eb) {
    // Type I has no sequence number and no header of its own.
    return (flags & FLAG.sequence) === 0 ? ETHERNET : erspan(packet);
  }
  if (protocol === 0x880b) return PPP;
  if (protocol === 0x883e) return wccp(packet);
  // Aruba's access points: 802.11 frames, one number for each queue.
  if (protocol >= 0x8200 && protocol <= 0x8370 && (protocol & 15) === 0) return WIFI;
  return protocol < 0x0600 ? STOP : protocol;
}

/** Source route entries up to the empty one. [RFC 1701] */
function skipRouting(packet: Packet): boolean {
  for (;;) {
    if (!packet.has(4, 'tunnel-header')) return false;
    const family = packet.view.getUint16(packet.at);
    const length = packet.view.getUint8(packet.at + 3);
    packet.at += 4;
    if (family === 0 && length === 0) return true;
    if (!packet.has(length, 'tunnel-header')) return false;
    packet.at += length;
  }
}

function pptp(packet: Packet, flags: number): number {
  const length = 8 + ((flags & FLAG.sequence) === 0 ? 0 : 4) + ((flags & FLAG.acknowledgment) === 0 ? 0 : 4);
  if (!packet.has(length, 'tunnel-header')) return STOP;
  const payloadLength = packet.view.getUint16(packet.at + 4);
  packet.at += length;
  packet.trim(payloadLength);
  // Without a sequence number it is an acknowledgment only.
  return (flags & FLAG.sequence) === 0 || payloadLength === 0 ? STOP : PPP;
}

/** draft-foschiano-erspan 4.2 (type II) and 4.3 (type III). */
function erspan(packet: Packet): number {
  if (!packet.has(8, 'tunnel-header')) return STOP;
  const version = packet.view.getUint8(packet.at) >> 4;
  if (version === 1) {
    packet.at += 8;
    return ETHERNET;
  }
  if (version !== 2) return STOP;
  if (!packet.has(12, 'tunnel-header')) return STOP;
  const last = packet.view.getUint16(packet.at + 10);
  const length = (last & 1) === 0 ? 12 : 20;
  if (!packet.has(length, 'tunnel-header')) return STOP;
  packet.at += length;
  const frameType = (last >> 10) & 0x1f;
  return frameType === 0 ? ETHERNET : frameType === 2 ? RAW_IP : STOP;
}

/** Version 2 puts four bytes before the IP header, version 1 none. */
function wccp(packet: Packet): number {
  if (!packet.has(4, 'tunnel-header')) return STOP;
  if (packet.view.getUint8(packet.at) >> 4 !== 4) packet.at += 4;
  return IPV4;
}
