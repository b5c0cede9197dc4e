import { BytePool } from '../bytes/byte-pool.ts';
import { TCP_ACK, TCP_RST, TCP_SYN, type TcpSegment } from '../packet/segment.ts';
import { BIT_INITIATOR_0, BIT_NOT_SMB_0, BIT_SYN_0, STATE_ACTIVE, STATE_COMPACT, STATE_DONE } from './flow-state.ts';
import { FlowTable } from './flow-table.ts';
import { ActivityList } from './activity-list.ts';
import type { StreamOptions } from './stream-options.ts';
import { TcpConnection, type SharedByConnections, type Side } from './tcp-connection.ts';

/** Unanswered SYNs remembered at once; of an older one that is answered after all the packet is not named. Small enough for a processor's cache. */
const REQUESTS = 32_768;
/** A closed connection waits so long on the capture's clock for packets that the capture shows late. */
const LINGER_SECONDS = 2;
/** After so many packets that do not begin like a message a connection that was joined midway is given up. */
const MIDWAY_TRIES = 32;

/** Segments to connections: who is followed, who is only remembered, who is skipped. Memory is bounded by the limits. */
export class TcpStreams {
  readonly #options: StreamOptions;
  readonly #flows: FlowTable;
  readonly #connections: (TcpConnection | undefined)[] = [];
  /** SYNs that nobody answered so far: a scan leaves nothing else, and must not push flows out. */
  readonly #requests: FlowTable;
  readonly #shared: SharedByConnections;
  /** Connections without a byte, or of which one side was never heard: where places are short, these leave before those that negotiate. */
  readonly #silent = new ActivityList();
  readonly #open = new ActivityList();
  readonly #closed = new ActivityList();
  #active = 0;
  #probesListed = 0;

  constructor(options: StreamOptions) {
    this.#options = options;
    const pool = new BytePool();
    this.#shared = {
      limits: options.limits, faults: options.faults, budget: { bytes: 0 }, pool, observe: (connection) => options.observe(connection, pool),
    };
    this.#flows = new FlowTable(options.limits.flows, options.seed);
    this.#requests = new FlowTable(REQUESTS, options.seed);
  }

  /** Flows that the table's limit dropped. */
  get dropped(): number {
    return this.#flows.dropped;
  }

  segment(segment: TcpSegment): void {
    const flows = this.#flows;
    let slot = flows.find(segment);
    const isSyn = (segment.flags & (TCP_SYN | TCP_RST)) === TCP_SYN;
    if (slot < 0) {
      slot = this.#unknown(segment, isSyn);
      if (slot < 0) return;
    }
    const { side } = flows;
    const state = flows.state(slot);
    if (state === STATE_ACTIVE) {
      const connection = this.#connections[slot]!;
      if (isSyn && (segment.flags & TCP_ACK) === 0 && this.#isNew(connection, segment, side)) {
        this.#finish(connection);
        flows.reset(slot, segment);
        this.#compact(segment, slot, side);
      } else {
        this.#follow(connection, segment, side);
      }
    } else if (state === STATE_COMPACT) {
      this.#compact(segment, slot, side);
    } else if (isSyn && (segment.flags & TCP_ACK) === 0 && !this.#isSameSyn(slot, side, segment)) {
      flows.reset(slot, segment);
      this.#compact(segment, slot, side);
    }
    if (this.#shared.pool.lent > this.#options.limits.bytesHeld) this.#relieve();
    if (this.#active > 0) this.#sweep(this.#options.clock.seconds);
  }

  /** The entry for a segment of no known flow; −1 where none is made. */
  #unknown(segment: TcpSegment, isSyn: boolean): number {
    const { limits, isHinted, probe } = this.#options;
    const flows = this.#flows;
    const requests = this.#requests;
    const known = requests.find(segment);
    const { side } = requests;
    const hinted = isHinted(segment.sourcePort) || isHinted(segment.destinationPort);
    if (isSyn && (segment.flags & TCP_ACK) === 0 && segment.payloadLength === 0 && !(hinted && this.#probesListed < limits.probes)) {
      const slot = known < 0 ? requests.insert(segment) : known;
      if ((requests.bits(slot) & (BIT_SYN_0 << side)) !== 0 && requests.isn(slot, side) !== segment.sequence) requests.reset(slot, segment);
      requests.setIsn(slot, side, segment.sequence);
      requests.setBits(slot, BIT_INITIATOR_0 << side);
      requests.countSyn(slot);
      if (hinted) probe('syn', segment);
      return -1;
    }
    const isReset = (segment.flags & TCP_RST) !== 0;
    // Without a SYN and without payload there is nothing to follow.
    const isNothing = !isSyn && (segment.payloadLength === 0 || isReset);
    if (known < 0) return isNothing ? -1 : flows.insert(segment);
    if (isReset) {
      if (hinted) probe('refused', segment);
      requests.remove(known);
      return -1;
    }
    return isNothing ? -1 : flows.adopt(requests, known, segment.number);
  }

  /** The capture ends: everything that is still open is judged with what was seen. */
  end(): void {
    for (const list of [this.#closed, this.#silent, this.#open]) {
      while (list.oldest !== null) this.#finish(list.oldest);
    }
  }

  #isSameSyn(slot: number, side: Side, segment: TcpSegment): boolean {
    return (this.#flows.bits(slot) & (BIT_SYN_0 << side)) !== 0 && this.#flows.isn(slot, side) === segment.sequence;
  }

  #isNew(connection: TcpConnection, segment: TcpSegment, side: Side): boolean {
    const { syn } = connection;
    if (syn === null) {
      // A late SYN belongs to data that was seen before it when the data begins right behind it.
      const half = connection.halves[side];
      return half.known && ((half.next - half.delivered) | 0) !== ((segment.sequence + 1) | 0);
    }
    if (syn.side === side) return syn.sequence !== segment.sequence;
    return connection.synAck !== null && connection.synAck.sequence !== segment.sequence;
  }

  /** A connection of which only a few words are kept. */
  #compact(segment: TcpSegment, slot: number, side: Side): void {
    const flows = this.#flows;
    const options = this.#options;
    const hinted = options.isHinted(segment.sourcePort) || options.isHinted(segment.destinationPort);
    const plainSyn = (segment.flags & (TCP_SYN | TCP_ACK | TCP_RST)) === TCP_SYN;
    if (plainSyn) {
      flows.setIsn(slot, side, segment.sequence);
      flows.setBits(slot, BIT_INITIATOR_0 << side);
      flows.countSyn(slot);
      if (!hinted) return this.#firstBytes(segment, slot, side);
      if (this.#probesListed < options.limits.probes || segment.payloadLength > 0) {
        this.#probesListed++;
        this.#follow(this.#begin(segment, slot), segment, side);
      } else {
        options.probe('syn', segment);
      }
      return;
    }
    if ((segment.flags & TCP_RST) !== 0) {
      if (hinted) options.probe('refused', segment);
      flows.setState(slot, STATE_DONE);
      return;
    }
    if (hinted && ((segment.flags & TCP_SYN) !== 0 || segment.payloadLength > 0)) {
      const connection = this.#begin(segment, slot);
      if (flows.synPackets(slot) > 0) options.notProbe(connection, flows.synPackets(slot));
      this.#follow(connection, segment, side);
      return;
    }
    if ((segment.flags & TCP_SYN) !== 0) {
      flows.setIsn(slot, side, segment.sequence);
      flows.setSynAck(slot, segment.number);
    }
    this.#firstBytes(segment, slot, side);
  }

  /** Ports decide nothing: the first bytes of each direction are looked at once. */
  #firstBytes(segment: TcpSegment, slot: number, side: Side): void {
    if (segment.payloadLength === 0) return;
    const flows = this.#flows;
    const found = this.#options.recognise(segment.bytes, segment.payloadStart, segment.payloadEnd);
    const synSeen = (flows.bits(slot) & (BIT_SYN_0 << side)) !== 0;
    const first = (flows.isn(slot, side) + 1) | 0;
    const sequence = (segment.flags & TCP_SYN) !== 0 ? first : segment.sequence;
    const isFirst = synSeen && sequence === first;
    if (found === 'smb' || (isFirst && found !== 'no') || (synSeen && !isFirst && found === 'maybe')) {
      this.#follow(this.#begin(segment, slot), segment, side);
      return;
    }
    flows.setBits(slot, BIT_NOT_SMB_0 << side);
    const both = BIT_NOT_SMB_0 | (BIT_NOT_SMB_0 << 1);
    if (isFirst || (flows.bits(slot) & both) === both) flows.setState(slot, STATE_DONE);
  }

  /** Follows the connection from now on, with what its compact entry remembers. */
  #begin(segment: TcpSegment, slot: number): TcpConnection {
    const { limits, faults } = this.#options;
    const flows = this.#flows;
    if (this.#active >= Math.min(limits.activeConnections, flows.limit >> 1)) {
      faults.count('active-connections-limit');
      this.#finish((this.#closed.oldest ?? this.#silent.oldest ?? this.#open.oldest)!);
    }
    const first = flows.first(slot);
    const connection = new TcpConnection(
      flows.addresses(slot), flows.ports(slot), segment.ipVersion, first.number, this.#shared,
    );
    connection.slot = slot;
    const bits = flows.bits(slot);
    for (const side of [0, 1] as const) {
      if ((bits & (BIT_SYN_0 << side)) === 0) continue;
      const sequence = flows.isn(slot, side);
      connection.halves[side].startAt(sequence + 1);
      if (first.number === segment.number) continue; // this very packet: it will be taken in a moment
      if ((bits & (BIT_INITIATOR_0 << side)) !== 0) connection.remember({ side, sequence, ...first }, flows.synPackets(slot));
      else connection.synAck = { side, sequence, number: flows.synAckPacket(slot), timed: false, seconds: 0, nanos: 0 };
    }
    flows.setState(slot, STATE_ACTIVE);
    this.#connections[slot] = connection;
    this.#active++;
    return connection;
  }

  #follow(connection: TcpConnection, segment: TcpSegment, side: Side): void {
    if ((segment.flags & TCP_SYN) !== 0) this.#flows.setIsn(connection.slot, side, segment.sequence);
    const answeredBefore = connection.synAck !== null;
    connection.lastSeconds = this.#options.clock.seconds;
    connection.segment(segment, side);
    if (!answeredBefore && connection.synAck !== null) {
      if (this.#probesListed > 0) this.#probesListed--;
      this.#options.handshake(connection);
    }
    const { observer } = connection;
    if (observer.notSmb && this.#isOther(connection)) {
      this.#forget(connection);
      this.#notSmb(connection);
      connection.observer.release();
      return;
    }
    const { finished } = connection;
    // A reset, or a close behind an answer, is the end. A refusal may be forged, and a close without one may be followed by what was sent before it.
    if (observer.final || (finished && (observer.answered || (connection.wasReset && connection.refusedBy === null)))) this.#finish(connection);
    else if (finished) this.#closed.touch(connection);
    else if (isSilent(connection)) this.#silent.touch(connection);
    else this.#open.touch(connection);
  }

  #isOther(connection: TcpConnection): boolean {
    if (connection.observer.smbSeen) return false;
    const [a, b] = connection.halves;
    if (a.startKnown && b.startKnown) return true;
    return connection.packetCount > MIDWAY_TRIES;
  }

  #finish(connection: TcpConnection): void {
    this.#forget(connection);
    connection.halves[0].flush();
    connection.halves[1].flush();
    connection.settleEnds();
    connection.observer.end();
    connection.halves[0].drop();
    connection.halves[1].drop();
    if (!connection.observer.notSmb || connection.observer.smbSeen) this.#options.final(connection);
    else this.#notSmb(connection);
    connection.observer.release();
  }

  #notSmb({ ports }: TcpConnection): void {
    if (this.#options.isHinted(ports[0]) || this.#options.isHinted(ports[1])) this.#options.notSmb();
  }

  #forget(connection: TcpConnection): void {
    connection.list?.remove(connection);
    this.#active--;
    this.#connections[connection.slot] = undefined;
    this.#flows.setState(connection.slot, STATE_DONE);
    if (connection.observer.notSmb) {
      connection.halves[0].drop();
      connection.halves[1].drop();
    }
  }

  /** All connections together keep too many bytes: the longest silent of those that have any are judged now. */
  #relieve(): void {
    const { limits, faults } = this.#options;
    while (this.#shared.pool.lent > limits.bytesHeld) {
      const oldest = this.#closed.oldest ?? this.#open.oldest;
      if (oldest === null) return;
      faults.count('bytes-held-limit');
      this.#finish(oldest);
    }
  }

  /** Judges connections that were closed, or idle for long, on the capture's clock. */
  #sweep(now: number): void {
    const { idleSeconds } = this.#options.limits;
    this.#finishIdle(this.#closed, now, LINGER_SECONDS);
    this.#finishIdle(this.#silent, now, idleSeconds);
    this.#finishIdle(this.#open, now, idleSeconds);
  }

  #finishIdle(list: ActivityList, now: number, most: number): void {
    // A connection from before the clock was set back is old, too.
    while (list.oldest !== null && Math.abs(now - list.oldest.lastSeconds) > most) this.#finish(list.oldest);
  }
}

function isSilent({ seen, halves }: TcpConnection): boolean {
  return !seen[0] || !seen[1] || halves[0].delivered + halves[1].delivered === 0;
}
