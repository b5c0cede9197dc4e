import { FaultLog } from '../../src/bytes/fault-log.ts';
import { Frame } from '../../src/capture/frame.ts';
import { DEFAULT_LIMITS, type Limits } from '../../src/limits.ts';
import { Dissector } from '../../src/packet/dissector.ts';
import type { TcpSegment, Transport, UdpDatagram } from '../../src/packet/segment.ts';
import { address } from './addresses.ts';

export interface Seen {
  kind: 'tcp' | 'udp';
  source: string;
  destination: string;
  ports: string;
  number: number;
  payload: string;
  payloadLength: number;
  sourceMac: string;
  ttl: number;
  sequence: number;
  flags: number;
}

export interface Dissection {
  seen: Seen[];
  faults: FaultLog;
  dissector: Dissector;
}

/** Feeds frames, one a second unless told otherwise, and copies what comes out. */
export class Bench implements Dissection {
  readonly seen: Seen[] = [];
  readonly faults = new FaultLog(100);
  readonly dissector: Dissector;
  readonly #frame = new Frame();

  constructor(limits: Partial<Limits> = {}) {
    const sink = { tcp: (segment: TcpSegment) => this.#tcp(segment), udp: (datagram: UdpDatagram) => this.#note('udp', datagram, 0, 0) };
    this.dissector = new Dissector(sink, this.faults, { ...DEFAULT_LIMITS, ...limits });
  }

  feed(bytes: Uint8Array, options: { linkType?: number; originalLength?: number; seconds?: number; captured?: number } = {}): this {
    const frame = this.#frame;
    const captured = options.captured ?? bytes.length;
    // Bytes before and behind show a reader that leaves its packet.
    frame.bytes = new Uint8Array(captured + 16).fill(0xee);
    frame.bytes.set(bytes.subarray(0, captured), 8);
    frame.view = new DataView(frame.bytes.buffer);
    frame.start = 8;
    frame.end = 8 + captured;
    frame.originalLength = options.originalLength ?? bytes.length;
    frame.number++;
    frame.timed = true;
    frame.seconds = options.seconds ?? 0;
    frame.linkType = options.linkType ?? 1;
    frame.offset = 24 + frame.number;
    this.dissector.frame(frame);
    return this;
  }

  #tcp(segment: TcpSegment): void {
    this.#note('tcp', segment, segment.sequence, segment.flags);
  }

  #note(kind: 'tcp' | 'udp', from: Transport, sequence: number, flags: number): void {
    const hex = (start: number, end: number): string => Buffer.from(from.bytes.subarray(start, end)).toString('hex');
    this.seen.push({
      kind,
      source: address(from.ipVersion, [from.source0, from.source1, from.source2, from.source3]),
      destination: address(from.ipVersion, [from.destination0, from.destination1, from.destination2, from.destination3]),
      ports: `${from.sourcePort}>${from.destinationPort}`,
      number: from.number,
      payload: Buffer.from(from.bytes.subarray(from.payloadStart, from.payloadEnd)).toString('latin1'),
      payloadLength: from.payloadLength,
      sourceMac: from.sourceMac < 0 ? '' : hex(from.sourceMac, from.sourceMac + 6),
      ttl: from.ttl,
      sequence,
      flags,
    });
  }
}
