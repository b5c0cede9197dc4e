import { FaultLog } from '../bytes/fault-log.ts';
import { Frame } from '../capture/frame.ts';
import { DEFAULT_LIMITS } from '../limits.ts';
import { Dissector } from '../packet/dissector.ts';
import type { TcpSegment, Transport, TransportSink } from '../packet/segment.ts';
import { beginsMessage } from './smb-start.ts';

/** A pasted packet with its headers. */
export interface PastedFrame {
  /** LINKTYPE_ number under which it can be read. */
  readonly linkType: number;
  readonly transport: 'tcp' | 'udp';
  readonly source: Endpoint;
  readonly destination: Endpoint;
  /** Of TCP; 0 for UDP. */
  readonly sequence: number;
  readonly flags: number;
  /** Captured payload: [start, end) of the frame's bytes. */
  readonly payload: { readonly start: number; readonly end: number };
}

export interface Endpoint {
  /** Four words; comparable, not for people. */
  readonly address: string;
  readonly port: number;
}

/** RAW, ETHERNET, LINUX_SLL, LINUX_SLL2, NULL: what tcpdump and tshark print of nearly every capture. */
const LINK_TYPES = [101, 1, 113, 276, 0] as const;
/** IPv4 and TCP without options. */
const SHORTEST = 28;

/** The headers in front of a pasted packet, by the first link type under which it is a sound one; null for bytes that are no packet. */
export function readFrame(bytes: Uint8Array): PastedFrame | null {
  if (bytes.length < SHORTEST || beginsMessage(bytes)) return null;
  for (const linkType of LINK_TYPES) {
    const found = tryFrame(bytes, linkType);
    if (found !== null) return found;
  }
  return null;
}

export function isFrame(bytes: Uint8Array): boolean {
  return readFrame(bytes) !== null;
}

function tryFrame(bytes: Uint8Array, linkType: number): PastedFrame | null {
  const sink = new OneTransport(linkType);
  const faults = new FaultLog(1);
  const dissector = new Dissector(sink, faults, DEFAULT_LIMITS);
  const frame = new Frame();
  frame.bytes = bytes;
  frame.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  frame.end = frame.originalLength = bytes.length;
  frame.number = 1;
  frame.linkType = linkType;
  dissector.frame(frame);
  // A dump cut at its end is rightly shorter than its IP header says
  const sound = dissector.counters.malformedPackets === 0 && [...faults.counts.keys()].every((code) => code === 'ip-length');
  return sound ? sink.found : null;
}

class OneTransport implements TransportSink {
  found: PastedFrame | null = null;
  readonly #linkType: number;

  constructor(linkType: number) {
    this.#linkType = linkType;
  }

  tcp(segment: TcpSegment): void {
    this.#keep(segment, 'tcp', segment.sequence, segment.flags);
  }

  udp(datagram: Transport): void {
    this.#keep(datagram, 'udp', 0, 0);
  }

  #keep(seen: Transport, transport: 'tcp' | 'udp', sequence: number, flags: number): void {
    this.found ??= {
      linkType: this.#linkType, transport, sequence, flags,
      source: { address: [seen.source0, seen.source1, seen.source2, seen.source3].join('.'), port: seen.sourcePort },
      destination: { address: [seen.destination0, seen.destination1, seen.destination2, seen.destination3].join('.'), port: seen.destinationPort },
      payload: { start: seen.payloadStart, end: seen.payloadEnd },
    };
  }
}
