/** pcapng files, written from draft-ietf-opsawg-pcapng; shares nothing with src. */
import { type BuiltPacket, concat, fields } from './pcap.ts';

export interface BuiltInterface {
  linkType?: number;
  snaplen?: number;
  /** if_tsresol as on the wire; absent means microseconds. */
  resolution?: number;
  /** if_tsoffset, seconds. */
  offset?: number;
}

export interface PcapngPacket extends BuiltPacket {
  interface?: number;
  /** 'enhanced' unless told. */
  block?: 'enhanced' | 'simple' | 'obsolete';
  /** The timestamp in the interface's units, instead of seconds and micros. */
  ticks?: bigint;
}

export interface PcapngOptions {
  bigEndian?: boolean;
  interfaces?: BuiltInterface[];
  /** Whole blocks put between the interfaces and the packets. */
  between?: Uint8Array[];
}

export function block(bigEndian: boolean, type: number, body: Uint8Array): Uint8Array {
  const length = 12 + Math.ceil(body.length / 4) * 4;
  const padding = new Uint8Array(length - 12 - body.length);
  return concat(fields(bigEndian, [4, type], [4, length]), body, padding, fields(bigEndian, [4, length]));
}

export function sectionBlock(bigEndian = false): Uint8Array {
  return block(bigEndian, 0x0a0d0d0a, fields(bigEndian, [4, 0x1a2b3c4d], [2, 1], [2, 0], [4, 0xffffffff], [4, 0xffffffff]));
}

export function interfaceBlock(bigEndian: boolean, on: BuiltInterface): Uint8Array {
  const parts = [fields(bigEndian, [2, on.linkType ?? 1], [2, 0], [4, on.snaplen ?? 262144])];
  if (on.resolution !== undefined) parts.push(fields(bigEndian, [2, 9], [2, 1], [1, on.resolution], [1, 0], [1, 0], [1, 0]));
  if (on.offset !== undefined) {
    const value = new DataView(new ArrayBuffer(8));
    value.setBigInt64(0, BigInt(on.offset), !bigEndian);
    parts.push(fields(bigEndian, [2, 14], [2, 8]), new Uint8Array(value.buffer));
  }
  if (parts.length > 1) parts.push(fields(bigEndian, [2, 0], [2, 0]));
  return block(bigEndian, 1, concat(...parts));
}

export function packetBlock(bigEndian: boolean, packet: PcapngPacket, index: number): Uint8Array {
  const original = packet.originalLength ?? packet.bytes.length;
  if (packet.block === 'simple') return block(bigEndian, 3, concat(fields(bigEndian, [4, original]), packet.bytes));
  const ticks = packet.ticks ?? BigInt(packet.seconds ?? 1_600_000_000 + index) * 1_000_000n + BigInt(packet.micros ?? 0);
  const rest = fields(bigEndian, [4, Number(ticks >> 32n)], [4, Number(ticks & 0xffffffffn)], [4, packet.bytes.length], [4, original]);
  const on = packet.interface ?? 0;
  if (packet.block === 'obsolete') return block(bigEndian, 2, concat(fields(bigEndian, [2, on], [2, 0]), rest, packet.bytes));
  return block(bigEndian, 6, concat(fields(bigEndian, [4, on]), rest, packet.bytes));
}

/** One section. Several of these in a row are one file too. */
export function pcapngFile(packets: readonly PcapngPacket[], options: PcapngOptions = {}): Uint8Array {
  const { bigEndian = false, interfaces = [{}], between = [] } = options;
  return concat(
    sectionBlock(bigEndian),
    ...interfaces.map((on) => interfaceBlock(bigEndian, on)),
    ...between,
    ...packets.map((packet, index) => packetBlock(bigEndian, packet, index)),
  );
}
