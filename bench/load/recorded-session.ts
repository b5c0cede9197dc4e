import { readFileSync } from 'node:fs';
import type { CaptureWriter } from './capture-writer.ts';
import { foldChecksum, words32, wordSum } from './checksum.ts';
import { ACK, FIN, ipv4Text } from './ipv4-frame.ts';

const ETHERNET = 14;
const IPV4 = 0x0800;
const TCP_PROTOCOL = 6;
const SMB_PORT = 445;
/** [MS-SMB2] 2.2.1 and [MS-CIFS] 2.2.3.1: the command's place behind the 4 bytes of NBSS, and SESSION_SETUP's number. */
const SMB2_COMMAND = { at: 16, sessionSetup: 1 };
const SMB1_COMMAND = { at: 8, sessionSetup: 0x73 };

/** One recorded TCP segment and what of it stays when addresses and the client's port change. */
export interface RecordedFrame {
  readonly bytes: Buffer;
  readonly fromClient: boolean;
  readonly ipv6: boolean;
  readonly tcpAt: number;
  readonly payloadAt: number;
  readonly payloadLength: number;
  /** Sums without addresses, client port and checksum fields. */
  readonly ipSum: number;
  readonly tcpSum: number;
}

type Layout = Omit<RecordedFrame, 'ipSum' | 'tcpSum'>;

/** One end of a copy; for IPv6 `…Address` is the last 32 bits. */
export interface Placement { readonly clientAddress: number; readonly clientPort: number; readonly serverAddress: number }

/** The one connection of a recorded capture, IPv4 or IPv6 over Ethernet. */
export function readRecording(path: string): RecordedFrame[] {
  const file = readFileSync(path);
  if (file.readUInt32LE(0) !== 0xa1b2c3d4 || file.readUInt32LE(20) !== 1) throw new Error(`${path} is no little-endian Ethernet pcap`);
  const frames: Layout[] = [];
  for (let at = 24; at + 16 <= file.length;) {
    const length = file.readUInt32LE(at + 8);
    const frame = readFrame(Buffer.from(file.subarray(at + 16, at + 16 + length)));
    if (frame !== undefined) frames.push(frame);
    at += 16 + length;
  }
  if (new Set(frames.map(clientPort)).size !== 1) throw new Error(`${path} has not exactly one connection`);
  return frames.map(withSums);
}

/** Handshake to the second SESSION_SETUP answer as recorded, then an orderly close: what a client that only logs in does. */
export function shortSession(frames: readonly RecordedFrame[]): RecordedFrame[] {
  const answers = frames.filter((frame) => !frame.fromClient && isSessionSetup(frame));
  const last = answers[1];
  if (last === undefined) throw new Error('the recording has no second SESSION_SETUP answer');
  const kept = frames.slice(0, frames.indexOf(last) + 1);
  const client = kept.findLast(({ fromClient }) => fromClient);
  if (client === undefined) throw new Error('the recording has no client');
  const serverNext = last.bytes.readUInt32BE(last.tcpAt + 4) + last.payloadLength;
  const clientNext = last.bytes.readUInt32BE(last.tcpAt + 8);
  return [...kept, bare(client, clientNext, serverNext, FIN | ACK), bare(last, serverNext, clientNext + 1, FIN | ACK), bare(client, clientNext + 1, serverNext + 1, ACK)];
}

/** Writes one frame with other addresses and another client port. */
export function writeRecorded(writer: CaptureWriter, frame: RecordedFrame, { clientAddress, clientPort: port, serverAddress }: Placement, microsLater: number): void {
  const start = writer.record(frame.bytes.length, microsLater);
  frame.bytes.copy(writer.bytes, start);
  const { view } = writer;
  const source = start + ETHERNET + (frame.ipv6 ? 20 : 12);
  view.setUint32(source, frame.fromClient ? clientAddress : serverAddress);
  view.setUint32(source + (frame.ipv6 ? 16 : 4), frame.fromClient ? serverAddress : clientAddress);
  const addresses = words32(clientAddress) + words32(serverAddress);
  if (!frame.ipv6) view.setUint16(start + ETHERNET + 10, foldChecksum(frame.ipSum + addresses));
  const tcp = start + frame.tcpAt;
  view.setUint16(tcp + (frame.fromClient ? 0 : 2), port);
  view.setUint16(tcp + 16, foldChecksum(frame.tcpSum + addresses + port));
}

/** The address that a copy shows, as a report writes it (RFC 5952). */
export function placedAddress(frame: RecordedFrame, address: number): string {
  if (!frame.ipv6) return ipv4Text(address);
  return `fd99::${(address >>> 16).toString(16)}:${(address & 0xffff).toString(16)}`;
}

function readFrame(bytes: Buffer): Layout | undefined {
  const ipv6 = bytes.readUInt16BE(12) !== IPV4;
  if (bytes[ipv6 ? 20 : 23] !== TCP_PROTOCOL) return undefined;
  const tcpAt = ETHERNET + (ipv6 ? 40 : ((bytes[ETHERNET] ?? 0) & 15) * 4);
  const payloadAt = tcpAt + ((bytes[tcpAt + 12] ?? 0) >> 4) * 4;
  const end = ipv6 ? ETHERNET + 40 + bytes.readUInt16BE(18) : ETHERNET + bytes.readUInt16BE(16);
  const fromClient = bytes.readUInt16BE(tcpAt + 2) === SMB_PORT;
  return { bytes, fromClient, ipv6, tcpAt, payloadAt, payloadLength: end - payloadAt };
}

function withSums(frame: Layout): RecordedFrame {
  const { bytes, ipv6, tcpAt, fromClient, payloadAt, payloadLength } = frame;
  const length = payloadAt + payloadLength - tcpAt;
  const addresses = ipv6 ? ETHERNET + 8 : ETHERNET + 12;
  const last32 = ipv6 ? [ETHERNET + 20, ETHERNET + 36] : [ETHERNET + 12, ETHERNET + 16];
  for (const at of last32) bytes.writeUInt32BE(0, at);
  bytes.writeUInt16BE(0, tcpAt + (fromClient ? 0 : 2));
  bytes.writeUInt16BE(0, tcpAt + 16);
  if (!ipv6) bytes.writeUInt16BE(0, ETHERNET + 10);
  return {
    ...frame,
    ipSum: ipv6 ? 0 : wordSum(bytes, ETHERNET, tcpAt - ETHERNET),
    tcpSum: wordSum(bytes, addresses, ipv6 ? 32 : 8) + TCP_PROTOCOL + length + wordSum(bytes, tcpAt, length),
  };
}

/** A segment without payload, with the recorded headers and options of its sender. */
function bare(model: RecordedFrame, sequence: number, acknowledgement: number, flags: number): RecordedFrame {
  const bytes = Buffer.from(model.bytes.subarray(0, model.payloadAt));
  const { tcpAt } = model;
  bytes.writeUInt32BE(sequence >>> 0, tcpAt + 4);
  bytes.writeUInt32BE(acknowledgement >>> 0, tcpAt + 8);
  bytes[tcpAt + 13] = flags;
  if (model.ipv6) bytes.writeUInt16BE(model.payloadAt - ETHERNET - 40, 18);
  else bytes.writeUInt16BE(model.payloadAt - ETHERNET, 16);
  return withSums({ ...model, bytes, payloadLength: 0 });
}

function clientPort({ bytes, tcpAt, fromClient }: Layout): number {
  return bytes.readUInt16BE(tcpAt + (fromClient ? 0 : 2));
}

function isSessionSetup({ bytes, payloadAt, payloadLength }: RecordedFrame): boolean {
  if (payloadLength < 40) return false;
  return bytes[payloadAt + 4] === 0xfe
    ? bytes.readUInt16LE(payloadAt + SMB2_COMMAND.at) === SMB2_COMMAND.sessionSetup
    : bytes[payloadAt + SMB1_COMMAND.at] === SMB1_COMMAND.sessionSetup;
}
