import type { Role } from '../negotiation/exchange.ts';

/** Addresses of RFC 5737: nobody's. */
const CLIENT = { address: [192, 0, 2, 1], port: 49_152 } as const;
const SERVER = { address: [198, 51, 100, 1], port: 445 } as const;
/** Payload of one packet: with its headers it must fit the 65 535 bytes of an IPv4 datagram. */
const PAYLOAD = 60_000;

const LINKTYPE_RAW = 101;

export interface CarriedFrame {
  readonly bytes: Uint8Array;
  readonly frame: { readonly linkType: number };
}

export interface CarriedMessage {
  readonly from: Role;
  readonly framed: Uint8Array;
}

export interface MessageCapture {
  readonly bytes: Uint8Array;
  /** For each message the number of the packet that completes it. */
  readonly packets: readonly number[];
}

/**
 * Pasted messages as a capture (pcapng, simple packets: without times, since nobody knows them), so that they go through just the same
 * analysis as packets do. There is no handshake and no end: what was not given was not seen.
 */
export function captureOf(messages: readonly CarriedMessage[]): MessageCapture {
  const blocks = [sectionHeader(), interfaceDescription(LINKTYPE_RAW)];
  const packets: number[] = [];
  const next: Record<Role, number> = { client: 1, server: 1 };
  let number = 0;
  for (const { from, framed } of messages) {
    for (let at = 0; at < framed.length; at += PAYLOAD) {
      const payload = framed.subarray(at, at + PAYLOAD);
      const other = from === 'client' ? 'server' : 'client';
      blocks.push(simplePacket(ipPacket(from, next[from], next[other], payload)));
      next[from] += payload.length;
      number += 1;
    }
    packets.push(number);
  }
  return { bytes: Buffer.concat(blocks), packets };
}

/** Pasted packets with their headers as a capture: handshake, resets and addresses speak for themselves. A change of link type begins a new section. */
export function captureOfFrames(frames: readonly CarriedFrame[]): Uint8Array {
  const blocks: Uint8Array[] = [];
  let linkType: number | null = null;
  for (const { bytes, frame } of frames) {
    if (frame.linkType !== linkType) blocks.push(sectionHeader(), interfaceDescription(frame.linkType));
    linkType = frame.linkType;
    blocks.push(simplePacket(bytes));
  }
  return Buffer.concat(blocks);
}

/** Draft IETF opsawg pcapng, section 4.1 */
function sectionHeader(): Uint8Array {
  const body = Buffer.alloc(16);
  body.writeUInt32LE(0x1a2b3c4d, 0);
  body.writeUInt16LE(1, 4);
  body.writeBigInt64LE(-1n, 8);
  return block(0x0a0d0d0a, body);
}

/** Section 4.2 */
function interfaceDescription(linkType: number): Uint8Array {
  const body = Buffer.alloc(8);
  body.writeUInt16LE(linkType, 0);
  return block(1, body);
}

/** Section 4.4 */
function simplePacket(packet: Uint8Array): Uint8Array {
  const body = Buffer.alloc(4 + packet.length);
  body.writeUInt32LE(packet.length, 0);
  body.set(packet, 4);
  return block(3, body);
}

function block(type: number, body: Uint8Array): Uint8Array {
  const padded = (body.length + 3) & ~3;
  const out = Buffer.alloc(12 + padded);
  out.writeUInt32LE(type, 0);
  out.writeUInt32LE(out.length, 4);
  out.set(body, 8);
  out.writeUInt32LE(out.length, out.length - 4);
  return out;
}

/** RFC 791 section 3.1, RFC 9293 section 3.1. Checksums are left 0, as offloading leaves them. */
function ipPacket(from: Role, sequence: number, acknowledged: number, payload: Uint8Array): Uint8Array {
  const [source, target] = from === 'client' ? [CLIENT, SERVER] : [SERVER, CLIENT];
  const out = Buffer.alloc(40 + payload.length);
  out[0] = 0x45;
  out.writeUInt16BE(out.length, 2);
  out[8] = 64;
  out[9] = 6;
  out.set(source.address, 12);
  out.set(target.address, 16);
  out.writeUInt16BE(source.port, 20);
  out.writeUInt16BE(target.port, 22);
  out.writeUInt32BE(sequence, 24);
  out.writeUInt32BE(acknowledged, 28);
  out[32] = 0x50;
  out[33] = 0x18; // PSH, ACK
  out.writeUInt16BE(0xffff, 34);
  out.set(payload, 40);
  return out;
}
