import type { BytePool } from '../bytes/byte-pool.ts';
import type { FaultLog } from '../bytes/fault-log.ts';
import type { Limits } from '../limits.ts';
import { TCP_ACK, TCP_FIN, TCP_RST, TCP_SYN, type TcpSegment } from '../packet/segment.ts';
import type { ActivityList } from './activity-list.ts';
import type { ConnectionObserver } from './connection-observer.ts';
import { Half, MutableOrigin, type ByteSink, type HeldBudget, type Origin } from './half.ts';
import { Mac } from './mac.ts';

/** Side 0 is the endpoint with the lower address and port; which of the two is the client is found out later. */
export type Side = 0 | 1;

export interface Control extends Origin {
  readonly side: Side;
  readonly sequence: number;
}

/** The first FIN or RST of one side. */
export interface End extends Control {
  readonly how: 'close' | 'reset';
  readonly acknowledgment: number | null;
  /** True when TTL or MAC are those of this side's data or ACK packets, false when they differ, null when there is nothing to compare. */
  readonly likePeer: boolean | null;
}

/** The latest packet that proves that a side had sent nothing beyond `next`. */
interface Quiet {
  next: number;
  number: number;
  timed: boolean;
  seconds: number;
  nanos: number;
  /** Proven by its own FIN or reset. */
  atEnd: boolean;
}

/** Bytes that a capture may lack before an end. A blind reset hits this with one of 256 tries. */
const FARTHEST_END = 1 << 24;

/** Hears nothing: until the observer is made. */
const DEAF: ByteSink = { bytes: () => {}, missing: () => {} };

/** What all connections of a capture use together. */
export interface SharedByConnections {
  readonly limits: Limits;
  readonly budget: HeldBudget;
  readonly faults: FaultLog;
  readonly pool: BytePool;
  observe(connection: TcpConnection): ConnectionObserver;
}

/** One TCP connection that may carry SMB, followed segment by segment. */
export class TcpConnection {
  readonly addresses: Int32Array;
  readonly ports: readonly [number, number];
  readonly ipVersion: 4 | 6;
  readonly firstPacket: number;
  readonly halves: readonly [Half, Half];
  readonly observer: ConnectionObserver;
  syn: Control | null = null;
  /** SYNs of both sides without an answer between: simultaneous open, RFC 9293 3.5. */
  simultaneous = false;
  synAck: Control | null = null;
  handshakeAck: Control | null = null;
  synPackets = 0;
  readonly ends: End[] = [];
  readonly quiet: [Quiet | null, Quiet | null] = [null, null];
  readonly seen: [boolean, boolean] = [false, false];
  packetCount = 0;
  lastPacket = 0;
  /** Least and greatest time. */
  readonly start = new MutableOrigin();
  readonly last = new MutableOrigin();
  /** The capture's clock at the last packet, for idleness. */
  lastSeconds = 0;
  /** The list by last activity that it is in, and its links. */
  list: ActivityList | null = null;
  newer: TcpConnection | null = null;
  older: TcpConnection | null = null;
  slot = -1;
  readonly #faults: FaultLog;
  /** TTL (−1: none seen) and MAC of each side's first ACK or data packet. */
  readonly #ttl: [number, number] = [-1, -1];
  readonly #references: [Mac, Mac] = [new Mac(), new Mac()];
  readonly #macs: [Mac, Mac] = [new Mac(), new Mac()];

  constructor(
    addresses: Int32Array,
    ports: readonly [number, number],
    ipVersion: 4 | 6,
    firstPacket: number,
    shared: SharedByConnections,
  ) {
    this.addresses = addresses;
    this.ports = ports;
    this.ipVersion = ipVersion;
    this.firstPacket = firstPacket;
    const { limits, budget, faults, pool } = shared;
    this.#faults = faults;
    this.halves = [new Half(DEAF, limits, budget, faults, pool), new Half(DEAF, limits, budget, faults, pool)];
    this.observer = shared.observe(this);
    this.halves[0].deliverTo(this.observer.sinks[0]);
    this.halves[1].deliverTo(this.observer.sinks[1]);
  }

  /** The 48 bits of the side's MAC address, −1 where none was seen. */
  mac(side: Side): number {
    return this.#macs[side].value;
  }

  /** A SYN that came while only a compact entry was kept of the connection. */
  remember(syn: Control, synPackets: number): void {
    this.syn = syn;
    this.synPackets = synPackets;
    this.packetCount += synPackets;
    this.seen[syn.side] = true;
    if (syn.timed) this.start.take(syn);
  }

  segment(segment: TcpSegment, side: Side): void {
    const { flags } = segment;
    const half = this.halves[side];
    const other = this.halves[side === 0 ? 1 : 0];
    this.#account(segment, side);
    if ((flags & TCP_RST) !== 0 && (this.#isForeign(segment.sequence, half) || half.acknowledgedBeyond(segment.sequence))) return; // nor does its acknowledgement prove anything
    let sequence = segment.sequence;
    if ((flags & TCP_SYN) !== 0) {
      this.#handshake(segment, side);
      sequence = (sequence + 1) | 0;
    } else if ((flags & TCP_ACK) !== 0) {
      other.acknowledge(segment.acknowledgment);
      this.#withdrawEnds(other, side === 0 ? 1 : 0);
      if (this.handshakeAck === null && this.synAck !== null && this.synAck.side !== side) {
        this.handshakeAck = control(segment, side);
      }
    }
    if ((flags & (TCP_SYN | TCP_RST)) === 0) this.#reference(segment, side);
    // The text of a reset is a diagnostic, not data. RFC 9293 3.5.3
    if (segment.payloadLength > 0 && (flags & TCP_RST) === 0) {
      half.payload(segment, sequence);
      this.#withdrawEnds(half, side);
      sequence = (sequence + segment.payloadLength) | 0;
    }
    if ((flags & (TCP_FIN | TCP_RST)) !== 0) this.#end(segment, side, sequence);
    if ((flags & TCP_SYN) === 0) this.#noteQuiet(segment, side, sequence);
  }

  /** Both sides closed, or one reset, and all bytes before that were seen. */
  get finished(): boolean {
    if (this.ends.length === 0) return false;
    let closed = 0;
    for (const end of this.ends) {
      if (!this.#inOrder(end)) continue;
      if (end.how === 'reset') return true;
      closed |= 1 << end.side;
    }
    return closed === 3;
  }

  /** The connection is over: ends that wait for bytes beyond it were none. */
  settleEnds(): void {
    if (!this.finished) return;
    for (let at = this.ends.length - 1; at >= 0; at--) if (!this.#inOrder(this.ends[at]!)) this.ends.splice(at, 1);
  }

  get wasReset(): boolean {
    return this.ends.some((end) => end.how === 'reset');
  }

  /** SYN met a reset, nothing else: a client that sent more than SYNs had an answer, which the capture lacks. */
  get refusedBy(): End | null {
    const { syn } = this;
    if (syn === null || this.synAck !== null || this.#ttl[syn.side] >= 0 || this.halves[0].delivered + this.halves[1].delivered > 0) return null;
    for (const end of this.ends) if (end.how === 'reset' && end.side !== syn.side) return end;
    return null;
  }

  #inOrder(end: End): boolean {
    const own = this.halves[end.side];
    const other = this.halves[end.side === 0 ? 1 : 0];
    if (own.known && ((end.sequence - own.next) | 0) > 0) return false;
    if (end.acknowledgment === null || !other.known) return true;
    return ((end.acknowledgment - other.next) | 0) <= 1; // one for the other side's FIN
  }

  #account(segment: TcpSegment, side: Side): void {
    this.packetCount++;
    this.seen[side] = true;
    this.lastPacket = Math.max(this.lastPacket, segment.number);
    if (!segment.timed) return;
    if (!this.start.timed || isBefore(segment, this.start)) this.start.take(segment);
    if (!this.last.timed || isBefore(this.last, segment)) this.last.take(segment);
    if (!this.#macs[side].known) this.#macs[side].take(segment);
  }

  #handshake(segment: TcpSegment, side: Side): void {
    this.halves[side].startAt(segment.sequence + 1);
    if ((segment.flags & TCP_ACK) === 0) {
      this.synPackets++;
      if (this.syn === null) this.syn = control(segment, side);
      else if (this.syn.side !== side) this.simultaneous = true;
      return;
    }
    this.halves[side === 0 ? 1 : 0].startAt(segment.acknowledgment);
    this.halves[side === 0 ? 1 : 0].acknowledge(segment.acknowledgment);
    if (this.synAck !== null) return;
    this.synAck = control(segment, side);
    // What ended this side before it accepted was another's: forged, or of an earlier connection.
    for (let at = this.ends.length - 1; at >= 0; at--) if (this.ends[at]!.side === side) this.ends.splice(at, 1);
  }

  /** What a side's packets look like: by its first ACK or data packet. */
  #reference(segment: TcpSegment, side: Side): void {
    if (this.#ttl[side] >= 0) return;
    this.#ttl[side] = segment.ttl;
    this.#references[side].take(segment);
  }

  #end(segment: TcpSegment, side: Side, sequence: number): void {
    const how = (segment.flags & TCP_RST) !== 0 ? 'reset' : 'close';
    if (this.#isForeign(sequence, this.halves[side])) return;
    // Of several the nearest counts: one that lies ahead waits for bytes that may never come, and may be forged.
    const at = this.ends.findIndex((end) => end.side === side && end.how === how);
    if (at >= 0) {
      if (((sequence - this.ends[at]!.sequence) | 0) >= 0) return;
      this.ends.splice(at, 1);
    }
    const ttl = this.#ttl[side];
    this.ends.push({
      side,
      sequence,
      how,
      acknowledgment: (segment.flags & TCP_ACK) !== 0 ? segment.acknowledgment : null,
      likePeer: ttl < 0 ? null : ttl === segment.ttl && this.#references[side].mayBe(segment),
      number: segment.number,
      timed: segment.timed,
      seconds: segment.seconds,
      nanos: segment.nanos,
    });
  }

  /** An end before the first byte, or farther ahead than what a capture loses, is of another connection, or a blind guess. */
  #isForeign(sequence: number, half: Half): boolean {
    if (!half.known) return false;
    const ahead = (sequence - half.next) | 0;
    if (ahead <= FARTHEST_END && ahead >= -half.delivered - (half.startKnown ? 1 : FARTHEST_END)) return false;
    this.#faults.count('tcp-out-of-window');
    return true;
  }

  /**
   * Data beyond a FIN's place shows that it did not end this stream: old, forged, or of a simulated network. Data beyond a reset's
   * place shows it when the other side took it: the reset was outside of the window then. RFC 9293 3.5.3, RFC 5961 3.2
   */
  #withdrawEnds(half: Half, side: Side): void {
    for (let at = this.ends.length - 1; at >= 0; at--) {
      const end = this.ends[at]!;
      if (end.side !== side) continue;
      if (end.how === 'close' ? ((half.next - end.sequence) | 0) > 0 : half.acknowledgedBeyond(end.sequence)) this.ends.splice(at, 1);
    }
  }

  /**
   * A side's own sequence number, or the other side's acknowledgement, shows how much it had sent by then. That it will send no more
   * shows its own FIN or reset only: what the other side ends may cross with more, and after a FIN more may follow.
   */
  #noteQuiet(segment: TcpSegment, side: Side, sequence: number): void {
    const otherSide: Side = side === 0 ? 1 : 0;
    if (this.#isAtEndOf(side, sequence)) this.#setQuiet(side, segment, (segment.flags & (TCP_FIN | TCP_RST)) !== 0);
    if ((segment.flags & TCP_ACK) !== 0 && this.#isAtEndOf(otherSide, segment.acknowledgment)) this.#setQuiet(otherSide, segment, false);
  }

  #isAtEndOf(side: Side, sequence: number): boolean {
    const half = this.halves[side];
    if (!half.known || half.waiting) return false;
    const beyond = (sequence - half.next) | 0;
    return beyond === 0 || (beyond === 1 && this.ends.some((end) => end.side === side && end.how === 'close'));
  }

  #setQuiet(side: Side, segment: TcpSegment, atEnd: boolean): void {
    const { next } = this.halves[side];
    const quiet = (this.quiet[side] ??= { next, number: 0, timed: false, seconds: 0, nanos: 0, atEnd: false });
    quiet.atEnd = atEnd || (quiet.next === next && quiet.atEnd);
    quiet.next = next;
    quiet.number = segment.number;
    quiet.timed = segment.timed;
    quiet.seconds = segment.seconds;
    quiet.nanos = segment.nanos;
  }
}

function control(segment: TcpSegment, side: Side): Control {
  const { sequence, number, timed, seconds, nanos } = segment;
  return { side, sequence, number, timed, seconds, nanos };
}

function isBefore(a: Origin, b: Origin): boolean {
  return a.seconds < b.seconds || (a.seconds === b.seconds && a.nanos < b.nanos);
}
