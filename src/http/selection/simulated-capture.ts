import type { ClientReaction } from '../../selection/client-behaviour.ts';
import { sessionSetupFor } from '../../selection/session-setup.ts';
import { quicInitialForSmb } from './quic-packet.ts';
import type { ServerStep, Step } from '../../selection/simulate.ts';

/** A simulated connection, and what the client did at its end (null for one that only sent what it was given). */
export interface Conversation {
  readonly steps: readonly Step[];
  readonly reaction: ClientReaction | null;
  readonly serverPort: 139 | 445;
  /** Tells connections of one capture apart. */
  readonly clientPort: number;
}

const HEADER_BYTES = 24;
const LINKTYPE_RAW = 101;
/** Addresses of RFC 5737: nobody's. */
const ADDRESS = { client: 0xc000_0201, server: 0xc633_6401 } as const;
const TCP = { fin: 1, syn: 2, rst: 4, psh: 8, ack: 16 } as const;
/** Payload of one packet: with its headers it must fit the 65 535 bytes of an IPv4 datagram. */
const PAYLOAD = 60_000;
const MICROSECONDS = 1_000_000;
/** A server that is silent is so for good: that long a person waits for it. */
const SILENCE_SECONDS = 60;
const STEP_MICROSECONDS = 1000;
const PROTOCOL = { tcp: 6, udp: 17 } as const;
const QUIC_PORT = 443;

type Side = 'client' | 'server';

/** Simulated connections as a pcap: handshake, messages, and how it ended, with right checksums. `start`: seconds since 1970. */
export function simulatedCapture(conversations: readonly Conversation[], start: number): Uint8Array {
  const writer = new PacketWriter(start);
  for (const conversation of conversations) write(writer, conversation);
  return writer.done();
}

/** One first datagram of SMB over QUIC from each client port: the rest would tell nothing. */
export function quicCapture(clientPorts: readonly number[], start: number): Uint8Array {
  const writer = new PacketWriter(start);
  for (const port of clientPorts) writer.datagram(port, QUIC_PORT, quicInitialForSmb());
  return writer.done();
}

function write(writer: PacketWriter, { steps, reaction, serverPort, clientPort }: Conversation): void {
  writer.connect(clientPort, serverPort);
  let last: ServerStep | null = null;
  for (const step of steps) {
    if (step.from === 'client') {
      if (step.sent) writer.data('client', step.bytes);
      continue;
    }
    last = step;
    if (step.bytes !== null) writer.data('server', step.bytes);
    if (step.after !== 'open') writer.end('server', step.after === 'reset');
  }
  if (last === null || last.after !== 'open') return;
  if (reaction === null) {
    if (last.kind === 'silence') writer.wait(SILENCE_SECONDS).end('client', false);
    return;
  }
  const setup = reaction.does === 'session-setup' ? sessionSetupFor(last.reply) : null;
  if (setup !== null) writer.lastMessage('client', setup);
  else if (reaction.does === 'reset') writer.end('client', true);
  else if (reaction.does === 'wait') writer.wait(reaction.waitSeconds ?? SILENCE_SECONDS).end('client', false);
  else writer.end('client', false);
}

class PacketWriter {
  readonly #packets: Uint8Array[] = [];
  /** Microseconds since 1970. */
  #time: number;
  #ports = { client: 0, server: 0 };
  #sequence = { client: 0, server: 0 };
  #lastData: Side | null = null;

  constructor(start: number) {
    this.#time = Math.round(start * MICROSECONDS);
  }

  connect(clientPort: number, serverPort: number): void {
    this.#ports = { client: clientPort, server: serverPort };
    this.#sequence = { client: 1_000, server: 2_000 };
    this.#lastData = null;
    this.#send('client', TCP.syn);
    this.#send('server', TCP.syn | TCP.ack);
    this.#send('client', TCP.ack);
  }

  /** An answer acknowledges what it answers; whoever gets none sends an empty acknowledgement. */
  data(from: Side, bytes: Uint8Array): void {
    if (this.#lastData === from) this.#send(other(from), TCP.ack);
    for (let at = 0; at < bytes.length; at += PAYLOAD) this.#send(from, TCP.psh | TCP.ack, bytes.subarray(at, at + PAYLOAD));
    this.#lastData = from;
  }

  lastMessage(from: Side, bytes: Uint8Array): void {
    this.data(from, bytes);
    this.#send(other(from), TCP.ack);
  }

  datagram(clientPort: number, serverPort: number, payload: Uint8Array): void {
    this.#packets.push(record(this.#time, udpPacket(clientPort, serverPort, payload)));
    this.#time += STEP_MICROSECONDS;
  }

  end(from: Side, reset: boolean): void {
    if (reset) {
      this.#send(from, TCP.rst | TCP.ack);
      return;
    }
    this.#send(from, TCP.fin | TCP.ack);
    this.#send(other(from), TCP.fin | TCP.ack);
    this.#send(from, TCP.ack);
  }

  /** The last message arrived, and nothing follows for so long. */
  wait(seconds: number): this {
    if (this.#lastData !== null) this.#send(other(this.#lastData), TCP.ack);
    this.#time += seconds * MICROSECONDS;
    return this;
  }

  done(): Uint8Array {
    const header = Buffer.alloc(HEADER_BYTES);
    header.writeUInt32LE(0xa1b2_c3d4, 0);
    header.writeUInt16LE(2, 4);
    header.writeUInt16LE(4, 6);
    header.writeUInt32LE(262_144, 16);
    header.writeUInt32LE(LINKTYPE_RAW, 20);
    return Buffer.concat([header, ...this.#packets]);
  }

  #send(from: Side, flags: number, payload: Uint8Array = new Uint8Array(0)): void {
    const to = other(from);
    const segment = { from, flags, payload, ports: this.#ports, sequence: this.#sequence[from], acknowledged: (flags & TCP.ack) === 0 ? 0 : this.#sequence[to] };
    this.#packets.push(record(this.#time, tcpPacket(segment)));
    this.#time += STEP_MICROSECONDS;
    this.#sequence[from] += payload.length + ((flags & (TCP.syn | TCP.fin)) === 0 ? 0 : 1);
  }
}

function other(side: Side): Side {
  return side === 'client' ? 'server' : 'client';
}

function record(micros: number, packet: Uint8Array): Uint8Array {
  const out = Buffer.alloc(16 + packet.length);
  out.writeUInt32LE(Math.floor(micros / MICROSECONDS), 0);
  out.writeUInt32LE(micros % MICROSECONDS, 4);
  out.writeUInt32LE(packet.length, 8);
  out.writeUInt32LE(packet.length, 12);
  out.set(packet, 16);
  return out;
}

interface Segment {
  readonly from: Side;
  readonly flags: number;
  readonly payload: Uint8Array;
  readonly ports: Readonly<Record<Side, number>>;
  readonly sequence: number;
  readonly acknowledged: number;
}

/** RFC 9293 3.1 */
function tcpPacket({ from, flags, payload, ports, sequence, acknowledged }: Segment): Uint8Array {
  const to = other(from);
  const out = ipHeader(from, PROTOCOL.tcp, 40 + payload.length);
  out.writeUInt16BE(ports[from], 20);
  out.writeUInt16BE(ports[to], 22);
  out.writeUInt32BE(sequence, 24);
  out.writeUInt32BE(acknowledged, 28);
  out[32] = 0x50;
  out[33] = flags;
  out.writeUInt16BE(0xfaf0, 34);
  out.set(payload, 40);
  // Pseudo-header: addresses, protocol, length
  out.writeUInt16BE(checksum(out, 12, out.length, PROTOCOL.tcp + 20 + payload.length), 36);
  return out;
}

/** RFC 768; a checksum of 0 says that there is none. */
function udpPacket(clientPort: number, serverPort: number, payload: Uint8Array): Uint8Array {
  const out = ipHeader('client', PROTOCOL.udp, 28 + payload.length);
  out.writeUInt16BE(clientPort, 20);
  out.writeUInt16BE(serverPort, 22);
  out.writeUInt16BE(8 + payload.length, 24);
  out.set(payload, 28);
  return out;
}

/** A packet of zeros behind an IPv4 header. RFC 791 3.1 */
function ipHeader(from: Side, protocol: number, length: number): Buffer {
  const out = Buffer.alloc(length);
  out[0] = 0x45;
  out.writeUInt16BE(length, 2);
  out.writeUInt16BE(0x4000, 6); // DF
  out[8] = 64;
  out[9] = protocol;
  out.writeUInt32BE(ADDRESS[from], 12);
  out.writeUInt32BE(ADDRESS[other(from)], 16);
  out.writeUInt16BE(checksum(out, 0, 20, 0), 10);
  return out;
}

/** RFC 1071 */
function checksum(bytes: Buffer, from: number, to: number, start: number): number {
  let sum = start;
  for (let at = from; at + 1 < to; at += 2) sum += bytes.readUInt16BE(at);
  if ((to - from) % 2 === 1) sum += (bytes[to - 1] ?? 0) << 8;
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}
