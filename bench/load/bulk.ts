import { join } from 'node:path';
import type { CaptureWriter } from './capture-writer.ts';
import { ipv4Text } from './ipv4-frame.ts';
import { bytesOf, PayloadPool } from './payload-pool.ts';
import { type Random, seededRandom } from './random.ts';
import { readRecording, type RecordedFrame } from './recorded-session.ts';
import { payloadOf, TcpFlow } from './tcp-flow.ts';
import type { TruthCollector } from './truth.ts';

export interface BulkOptions {
  readonly templates: string;
  /** Size of the capture. */
  readonly bytes: number;
  /** Most payload of one packet. */
  readonly segment: number;
}

const ENDS = { clientAddress: 0x0a4d_0002, clientPort: 49_584, serverAddress: 0x0a4d_0001, serverPort: 445 };
/** Bytes of one READ, as smbclient asks. */
const READ = 1024 * 1024;
/** [MS-SMB2] 2.2.1.2: places behind the 4 bytes of NBSS. */
const MESSAGE_ID = 4 + 24;
const READ_COMMAND = 8;
/** [MS-SMB2] 2.2.19: Length and Offset of a READ request; 2.2.20: DataLength of its answer, where data begin. */
const REQUEST = { length: 4 + 64 + 4, offset: 4 + 64 + 8 };
const ANSWER = { dataLength: 4 + 64 + 4, data: 4 + 64 + 16 };

/**
 * One file read over one connection: the recorded session up to its READ, that READ again and again with its own header,
 * and the recorded end. Only lengths, offsets and message ids change; signatures are as recorded, so no longer right.
 */
export function writeBulk(writer: CaptureWriter, truth: TruthCollector, options: BulkOptions): void {
  const random = seededRandom(17);
  const pool = new PayloadPool(random);
  const flow = new TcpFlow(writer, ENDS, random, 2);
  const frames = readRecording(join(options.templates, 'smb311-read.pcap')).filter(({ payloadLength }) => payloadLength > 0);
  const readAt = frames.findIndex(isReadRequest);
  const [request, answer] = [frames[readAt], frames[readAt + 1]];
  if (request === undefined || answer === undefined) throw new Error('the recording has no READ');
  flow.syn();
  flow.synAck();
  flow.acknowledge(true);
  for (const frame of frames.slice(0, readAt)) flow.send(frame.fromClient, payloadOf(payloadBytes(frame)));
  for (let read = 0; writer.length < options.bytes; read++) {
    flow.send(true, payloadOf(readRequest(payloadBytes(request), read)));
    sendAnswer(flow, readAnswer(payloadBytes(answer), read), { pool, random, segment: options.segment });
  }
  for (const frame of frames.slice(readAt + 2)) flow.send(frame.fromClient, payloadOf(payloadBytes(frame)));
  flow.fin(true);
  flow.fin(false);
  flow.acknowledge(true);
  truth.expect({
    client: ipv4Text(ENDS.clientAddress), clientPort: ENDS.clientPort, server: ipv4Text(ENDS.serverAddress), serverPort: ENDS.serverPort,
    code: 'smb2-negotiated', dialect: '3.1.1',
  });
}

interface Sending { readonly pool: PayloadPool; readonly random: Random; readonly segment: number }

/** The answer's header and `READ` bytes of data in full segments; the client acknowledges every other one. */
function sendAnswer(flow: TcpFlow, head: Buffer, { pool, random, segment }: Sending): void {
  let left = READ - (segment - head.length);
  const first = Buffer.concat([head, bytesOf(pool.take('encrypted', segment - head.length, random))]);
  flow.send(false, payloadOf(first), false);
  for (let sent = 1; left > 0; sent++) {
    const payload = pool.take('encrypted', Math.min(left, segment), random);
    left -= payload.length;
    flow.send(false, payload, left === 0);
    if (sent % 2 === 1) flow.acknowledge(true);
  }
}

const payloadBytes = ({ bytes, payloadAt, payloadLength }: RecordedFrame): Buffer => bytes.subarray(payloadAt, payloadAt + payloadLength);

function isReadRequest(frame: RecordedFrame): boolean {
  return frame.fromClient && payloadBytes(frame).readUInt16LE(4 + 12) === READ_COMMAND;
}

function readRequest(recorded: Buffer, read: number): Buffer {
  const request = Buffer.from(recorded);
  request.writeUInt32LE(recorded.readUInt32LE(MESSAGE_ID) + read, MESSAGE_ID);
  request.writeUInt32LE(READ, REQUEST.length);
  request.writeBigUInt64LE(BigInt(read) * BigInt(READ), REQUEST.offset);
  return request;
}

function readAnswer(recorded: Buffer, read: number): Buffer {
  const head = Buffer.from(recorded.subarray(0, ANSWER.data));
  head.writeUInt32BE(ANSWER.data - 4 + READ, 0); // NBSS: type 0 and 24 bits of length
  head.writeUInt32LE(recorded.readUInt32LE(MESSAGE_ID) + read, MESSAGE_ID);
  head.writeUInt32LE(READ, ANSWER.dataLength);
  return head;
}
