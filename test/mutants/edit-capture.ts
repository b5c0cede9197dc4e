/** Reads a small pcap into packets that can be edited, and writes them again; shares nothing with src. */
import { pcapFile } from '../build/pcap.ts';

export interface Packet {
  readonly seconds: number;
  readonly micros: number;
  readonly bytes: Uint8Array;
  readonly originalLength: number;
}

export interface Editable {
  readonly linkType: number;
  readonly packets: readonly Packet[];
}

/** Where IP and TCP lie in a packet. */
export interface TcpView {
  readonly ip: number;
  readonly tcp: number;
  readonly payload: number;
  readonly end: number;
  readonly version: 4 | 6;
  readonly source: string;
  readonly destination: string;
  readonly flags: number;
  readonly sequence: number;
  readonly acknowledgment: number;
}

const IP_OFFSETS: Readonly<Record<number, number>> = { 0: 4, 1: 14, 12: 0, 101: 0, 108: 4, 113: 16, 228: 0, 276: 20 };

/** Null unless it is a little-endian microsecond pcap. */
export function readPcap(given: Uint8Array): Editable | null {
  const file = Uint8Array.from(given); // a Buffer's slice is a view: editing one packet would change the capture
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (file.length < 24 || view.getUint32(0, true) !== 0xa1b2c3d4) return null;
  const packets: Packet[] = [];
  let at = 24;
  while (at + 16 <= file.length) {
    const captured = view.getUint32(at + 8, true);
    if (at + 16 + captured > file.length) break;
    packets.push({
      seconds: view.getUint32(at, true), micros: view.getUint32(at + 4, true), originalLength: view.getUint32(at + 12, true),
      bytes: file.slice(at + 16, at + 16 + captured),
    });
    at += 16 + captured;
  }
  return { linkType: view.getUint32(20, true) & 0xffff, packets };
}

export function writePcap({ linkType, packets }: Editable): Uint8Array {
  return pcapFile(packets, { linkType });
}

/** Null for what is no whole, plain TCP over IP (tags, tunnels, fragments, cut packets). */
export function tcpOf({ bytes, originalLength }: Packet, linkType: number): TcpView | null {
  const ip = IP_OFFSETS[linkType];
  if (ip === undefined || bytes.length < originalLength || bytes.length < ip + 40) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (linkType === 1 && view.getUint16(12) !== 0x0800 && view.getUint16(12) !== 0x86dd) return null;
  const version = bytes[ip]! >> 4;
  let tcp: number;
  let end: number;
  let addresses: [number, number, number];
  if (version === 4) {
    if (bytes[ip + 9] !== 6 || (view.getUint16(ip + 6) & 0x3fff) !== 0) return null;
    tcp = ip + (bytes[ip]! & 15) * 4;
    end = ip + view.getUint16(ip + 2);
    addresses = [ip + 12, ip + 16, 4];
  } else if (version === 6 && bytes[ip + 6] === 6) {
    tcp = ip + 40;
    end = tcp + view.getUint16(ip + 4);
    addresses = [ip + 8, ip + 24, 16];
  } else {
    return null;
  }
  if (tcp + 20 > bytes.length || end > bytes.length) return null;
  const payload = tcp + (bytes[tcp + 12]! >> 4) * 4;
  if (payload > end) return null;
  const address = (at: number): string => Buffer.from(bytes.subarray(at, at + addresses[2])).toString('hex');
  return {
    ip, tcp, payload, end, version, flags: bytes[tcp + 13]!,
    source: `${address(addresses[0])}:${view.getUint16(tcp)}`, destination: `${address(addresses[1])}:${view.getUint16(tcp + 2)}`,
    sequence: view.getUint32(tcp + 4), acknowledgment: view.getUint32(tcp + 8),
  };
}

/** The packet's data in pieces of `size`, each a packet; the last keeps FIN and PSH. */
export function resegment(packet: Packet, linkType: number, size: number): Packet[] {
  const tcp = tcpOf(packet, linkType);
  if (tcp === null || tcp.end - tcp.payload <= size || (tcp.flags & 0x06) !== 0) return [packet];
  const pieces: Packet[] = [];
  for (let from = tcp.payload; from < tcp.end; from += size) {
    const to = Math.min(from + size, tcp.end);
    const bytes = new Uint8Array(tcp.payload + to - from);
    bytes.set(packet.bytes.subarray(0, tcp.payload));
    bytes.set(packet.bytes.subarray(from, to), tcp.payload);
    const view = new DataView(bytes.buffer);
    if (tcp.version === 4) view.setUint16(tcp.ip + 2, bytes.length - tcp.ip);
    else view.setUint16(tcp.ip + 4, bytes.length - tcp.ip - 40);
    view.setUint32(tcp.tcp + 4, (tcp.sequence + from - tcp.payload) >>> 0);
    if (to < tcp.end) bytes[tcp.tcp + 13]! &= ~0x09;
    pieces.push({ ...packet, bytes, originalLength: bytes.length });
  }
  return pieces;
}

/** An 802.1Q tag behind the MAC addresses. */
export function vlanTagged(packet: Packet, id: number): Packet {
  const bytes = new Uint8Array(packet.bytes.length + 4);
  bytes.set(packet.bytes.subarray(0, 12));
  bytes.set([0x81, 0x00, id >> 8, id & 0xff], 12);
  bytes.set(packet.bytes.subarray(12), 16);
  return { ...packet, bytes, originalLength: packet.originalLength + 4 };
}
