import type { CaptureWriter } from './capture-writer.ts';
import { foldChecksum, words32, wordSum } from './checksum.ts';
import type { Payload } from './payload-pool.ts';

export const FIN = 0x01;
export const SYN = 0x02;
export const RST = 0x04;
export const PSH = 0x08;
export const ACK = 0x10;

const ETHERNET = 14;
const IPV4 = 20;
const TCP = 20;
const UDP = 8;
const LEAST_FRAME = 60;
const MSS_OPTION = 0x0204_05b4; // kind 2, length 4, 1460
/** Four times no-operation, to fill a SYN's options as real ones are filled. */
const NOPS = 0x0101_0101;

export interface Ends { readonly clientAddress: number; readonly clientPort: number; readonly serverAddress: number; readonly serverPort: number }

export interface Segment {
  readonly ends: Ends;
  readonly fromClient: boolean;
  readonly sequence: number;
  readonly acknowledgement: number;
  readonly flags: number;
  readonly payload?: Payload | undefined;
  /** Bytes of TCP options: an MSS first, then padding. */
  readonly options?: number;
}

/** Writes Ethernet, IPv4 and TCP with right checksums. */
export function writeSegment(writer: CaptureWriter, segment: Segment, microsLater: number): void {
  const { ends, fromClient, payload, options = 0 } = segment;
  const length = TCP + options + (payload?.length ?? 0);
  const at = writeIpv4(writer, ends, fromClient, 6, length, microsLater);
  const { view } = writer;
  view.setUint16(at, fromClient ? ends.clientPort : ends.serverPort);
  view.setUint16(at + 2, fromClient ? ends.serverPort : ends.clientPort);
  view.setUint32(at + 4, segment.sequence);
  view.setUint32(at + 8, segment.acknowledgement);
  view.setUint16(at + 12, ((TCP + options) << 10) | segment.flags);
  view.setUint16(at + 14, 64_240);
  view.setUint32(at + 16, 0);
  for (let option = 0; option < options; option += 4) view.setUint32(at + TCP + option, option === 0 ? MSS_OPTION : NOPS);
  if (payload !== undefined) payload.bytes.copy(writer.bytes, at + TCP + options, payload.offset, payload.offset + payload.length);
  view.setUint16(at + 16, foldChecksum(pseudoHeader(ends, 6, length) + wordSum(writer.bytes, at, TCP + options) + (payload?.sum ?? 0)));
}

export function writeDatagram(writer: CaptureWriter, ends: Ends, fromClient: boolean, payload: Payload, microsLater: number): void {
  const length = UDP + payload.length;
  const at = writeIpv4(writer, ends, fromClient, 17, length, microsLater);
  const { view } = writer;
  view.setUint16(at, fromClient ? ends.clientPort : ends.serverPort);
  view.setUint16(at + 2, fromClient ? ends.serverPort : ends.clientPort);
  view.setUint16(at + 4, length);
  view.setUint16(at + 6, 0);
  payload.bytes.copy(writer.bytes, at + UDP, payload.offset, payload.offset + payload.length);
  view.setUint16(at + 6, foldChecksum(pseudoHeader(ends, 17, length) + wordSum(writer.bytes, at, UDP) + payload.sum) || 0xffff);
}

/** Ethernet and IPv4; gives the offset of what follows. Short frames are padded as Ethernet pads them. */
function writeIpv4(writer: CaptureWriter, ends: Ends, fromClient: boolean, protocol: number, length: number, microsLater: number): number {
  const whole = ETHERNET + IPV4 + length;
  const start = writer.record(Math.max(LEAST_FRAME, whole), microsLater);
  if (whole < LEAST_FRAME) writer.bytes.fill(0, start + whole, start + LEAST_FRAME);
  const { view } = writer;
  view.setUint32(start, 0x0200_0000);
  view.setUint16(start + 4, fromClient ? 0x0002 : 0x0001);
  view.setUint32(start + 6, 0x0200_0000);
  view.setUint32(start + 10, fromClient ? 0x0001_0800 : 0x0002_0800);
  const at = start + ETHERNET;
  view.setUint32(at, 0x4500_0000 | (IPV4 + length));
  view.setUint32(at + 4, ((writer.packets & 0xffff) << 16) | 0x4000); // don't fragment
  view.setUint32(at + 8, (64 << 24) | (protocol << 16));
  view.setUint32(at + 12, fromClient ? ends.clientAddress : ends.serverAddress);
  view.setUint32(at + 16, fromClient ? ends.serverAddress : ends.clientAddress);
  view.setUint16(at + 10, foldChecksum(wordSum(writer.bytes, at, IPV4)));
  return at + IPV4;
}

const pseudoHeader = (ends: Ends, protocol: number, length: number): number => words32(ends.clientAddress) + words32(ends.serverAddress) + protocol + length;

export const ipv4Text = (address: number): string => [address >>> 24, (address >>> 16) & 255, (address >>> 8) & 255, address & 255].join('.');
