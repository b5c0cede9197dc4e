import type { FaultLog } from '../bytes/fault-log.ts';
import type { Frame, FrameSink } from '../capture/frame.ts';
import type { Limits } from '../limits.ts';
import { ethernet } from './ethernet.ts';
import { Fragments } from './fragments.ts';
import { ipv4 } from './ipv4.ts';
import { ipv6 } from './ipv6.ts';
import { AMSDU, FRAGMENT, IPV4, IPV6, LINK_TYPE, STOP, TCP, UDP, UNSUPPORTED } from './layers.ts';
import { layer } from './layer.ts';
import { linkTypeName } from './link-types.ts';
import { linkLayer } from './links.ts';
import { Packet } from './packet.ts';
import { TcpSegment, UdpDatagram, type TransportSink } from './segment.ts';
import { tcp } from './tcp.ts';
import { udp } from './udp.ts';

const LINKTYPE_ETHERNET = 1;

export interface PacketCounters {
  /** Packets of which the capture holds too little to read what would have been read. */
  cutPackets: number;
  /** Packets that were not read to their end because a header makes no sense. */
  malformedPackets: number;
  /** IP fragments, the datagrams that they made, and those that were given up. */
  fragments: number;
  reassembledDatagrams: number;
  droppedDatagrams: number;
  tcpSegments: number;
  udpDatagrams: number;
}

/** Takes packets apart down to TCP and UDP, through tags, tunnels and fragments. Nothing is allocated per packet. */
export class Dissector implements FrameSink {
  /** Packets by LINKTYPE_ number that cannot be read here. */
  readonly unsupportedLinkTypes = new Map<number, number>();
  readonly counters: PacketCounters = {
    cutPackets: 0,
    malformedPackets: 0,
    fragments: 0,
    reassembledDatagrams: 0,
    droppedDatagrams: 0,
    tcpSegments: 0,
    udpDatagrams: 0,
  };
  readonly #sink: TransportSink;
  readonly #faults: FaultLog;
  readonly #nesting: number;
  readonly #packet: Packet;
  readonly #fragments: Fragments;
  readonly #segment = new TcpSegment();
  readonly #datagram = new UdpDatagram();

  constructor(sink: TransportSink, faults: FaultLog, limits: Limits) {
    this.#sink = sink;
    this.#faults = faults;
    this.#nesting = limits.nesting;
    this.#packet = new Packet(faults);
    this.#fragments = new Fragments(limits, this.counters);
  }

  frame(frame: Frame): void {
    const packet = this.#packet;
    packet.load(frame);
    // Almost every packet of almost every capture: a straight line.
    let next = frame.linkType === LINKTYPE_ETHERNET ? ethernet(packet) : LINK_TYPE + frame.linkType;
    if (next === IPV4) next = ipv4(packet);
    else if (next === IPV6) next = ipv6(packet);
    if (next === TCP) this.#tcp();
    else if (next !== STOP) this.#follow(next, frame);
    while (packet.restAt >= 0) {
      packet.loadRest();
      this.#follow(AMSDU, frame);
    }
    if (packet.cut) this.counters.cutPackets++;
    if (packet.malformed) this.counters.malformedPackets++;
  }

  /** The capture is over: reports the fragments that wait in vain. */
  end(): void {
    this.#fragments.end(this.#packet);
  }

  #follow(first: number, frame: Frame): void {
    const packet = this.#packet;
    let next = first;
    for (let headers = 0; next !== STOP; headers++) {
      if (headers > this.#nesting) {
        packet.refuse('nesting-limit');
        return;
      }
      next = this.#step(next);
      if (next === UNSUPPORTED) {
        this.#unsupported(frame);
        return;
      }
    }
  }

  #step(next: number): number {
    const packet = this.#packet;
    switch (next) {
      case TCP:
        this.#tcp();
        return STOP;
      case UDP: {
        const inner = udp(packet, this.#datagram, this.#sink);
        if (inner === STOP) this.counters.udpDatagrams++;
        return inner;
      }
      case FRAGMENT:
        return this.#fragments.take(packet);
      default:
        return next >= LINK_TYPE && next <= LINK_TYPE + 0xffff ? linkLayer(packet, next - LINK_TYPE) : layer(packet, next);
    }
  }

  #tcp(): void {
    if (tcp(this.#packet, this.#segment, this.#sink)) this.counters.tcpSegments++;
  }

  #unsupported(frame: Frame): void {
    const linkType = frame.linkType;
    const seen = this.unsupportedLinkTypes.get(linkType) ?? 0;
    this.unsupportedLinkTypes.set(linkType, seen + 1);
    if (seen > 0) return;
    const message = `Packets of link type ${linkTypeName(linkType)} (${linkType}) cannot be read.`;
    this.#faults.add({ code: 'unsupported-link-type', message, packets: [frame.number], offset: frame.offset });
  }
}
