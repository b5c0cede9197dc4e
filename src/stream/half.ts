import type { BytePool } from '../bytes/byte-pool.ts';
import type { FaultLog } from '../bytes/fault-log.ts';
import type { Limits } from '../limits.ts';
import type { TcpSegment } from '../packet/segment.ts';
import { Remembered } from './remembered.ts';

/** Where delivered bytes came from. */
export interface Origin {
  readonly number: number;
  readonly timed: boolean;
  readonly seconds: number;
  readonly nanos: number;
}

/** A copy: what it is taken from is refilled for the next packet. */
export function originOf(origin: Origin): Origin {
  return { number: origin.number, timed: origin.timed, seconds: origin.seconds, nanos: origin.nanos };
}

/** An origin that is overwritten; without a packet so far it has no time. */
export class MutableOrigin implements Origin {
  number = 0;
  timed = false;
  seconds = 0;
  nanos = 0;

  take(origin: Origin): void {
    this.number = origin.number;
    this.timed = origin.timed;
    this.seconds = origin.seconds;
    this.nanos = origin.nanos;
  }
}

/** Takes the bytes of one direction, in order, each byte once. */
export interface ByteSink {
  /** Bytes are valid only during the call. */
  bytes(bytes: Uint8Array, start: number, end: number, origin: Origin): void;
  /** `length` bytes of the stream are not in the capture: lost, or cut off by the capture's packet limit. */
  missing(length: number, cut: boolean, origin: Origin): void;
}

interface Held extends Origin {
  readonly sequence: number;
  readonly bytes: Uint8Array;
  /** Length on the wire; more than `bytes` holds where the capture cut the packet. */
  readonly length: number;
}

/** Bytes held by all connections together; shared so that the sum is bounded. */
export interface HeldBudget {
  bytes: number;
}

/** What a held segment costs beside its bytes (measured): a thousand of one byte each are no kilobyte. */
const HELD_COST = 256;
/** Farther ahead than any window (RFC 7323 2.3 allows 2^30): not of this connection's present. */
const FARTHEST_AHEAD = 1 << 30;

/**
 * One direction of a TCP connection: RFC 9293 3.4 sequence space made into ordered bytes. Distances are `(b - a) | 0`.
 */
export class Half {
  /** The next expected sequence number, when `known`. */
  next = 0;
  known = false;
  /** The first byte of the stream is known: its SYN, or the acknowledgement of it, was seen. */
  startKnown = false;
  /** Highest acknowledgement of this direction by the other side. */
  acked = 0;
  ackedKnown = false;
  /** Bytes were lost in the capture. */
  gap = false;
  /** A packet was cut by the capture. */
  cut = false;
  /** Bytes delivered. */
  delivered = 0;
  #held: Held[] = [];
  #heldBytes = 0;
  readonly #remembered: Remembered;
  #sink: ByteSink;
  #limits: Limits;
  #budget: HeldBudget;
  #faults: FaultLog;

  constructor(sink: ByteSink, limits: Limits, budget: HeldBudget, faults: FaultLog, pool: BytePool) {
    this.#sink = sink;
    this.#limits = limits;
    this.#budget = budget;
    this.#faults = faults;
    this.#remembered = new Remembered(pool, faults);
  }

  /** Whom the bytes go to from now on. */
  deliverTo(sink: ByteSink): void {
    this.#sink = sink;
  }

  /** The first byte of data will have this number. */
  startAt(sequence: number): void {
    if (this.known) return;
    this.next = sequence | 0;
    this.known = true;
    this.startKnown = true;
  }

  /** The other side has everything below `acknowledgment`. */
  acknowledge(acknowledgment: number): void {
    if (!this.ackedKnown || ((acknowledgment - this.acked) | 0) > 0) {
      this.acked = acknowledgment | 0;
      this.ackedKnown = true;
    }
  }

  /** The other side has bytes that were seen behind this place: a reset with this number is below its window. */
  acknowledgedBeyond(sequence: number): boolean {
    return this.known && this.ackedKnown && ((this.next - sequence) | 0) > 0 && ((this.acked - sequence) | 0) > 0;
  }

  /** True while bytes are known to exist that the capture has not shown (yet). */
  get waiting(): boolean {
    return this.#held.length > 0;
  }

  /** Takes the payload of a segment, which begins at `sequence` (after a SYN: one later). */
  payload(segment: TcpSegment, sequence: number): void {
    const length = segment.payloadLength;
    if (!this.known) {
      this.next = sequence;
      this.known = true;
    }
    const ahead = (sequence - this.next) | 0;
    if (ahead === 0) {
      this.#deliver(segment.bytes, segment.payloadStart, segment.payloadEnd, length, segment, sequence);
      if (this.#held.length > 0) this.#drain();
    } else if (ahead < 0) {
      this.#overlap(segment, sequence, ahead);
    } else if (ahead < FARTHEST_AHEAD) {
      this.#hold(segment, sequence);
    } else {
      this.#faults.count('tcp-out-of-window');
    }
  }

  /** No more will come: gaps stay gaps, what is behind them is delivered. */
  flush(): void {
    while (this.#held.length > 0) this.#jump();
    if (this.known && this.ackedKnown && ((this.acked - this.next) | 0) > 1) this.gap = true;
  }

  /** Frees what is held without delivering it. */
  drop(): void {
    this.#budget.bytes -= this.#heldBytes;
    this.#heldBytes = 0;
    this.#held = [];
    this.#remembered.drop();
  }

  #deliver(bytes: Uint8Array, start: number, end: number, length: number, origin: Origin, sequence: number): void {
    const captured = end - start;
    this.next = (sequence + length) | 0;
    this.delivered += length;
    if (captured > 0) {
      this.#remembered.take(bytes, start, end, origin.number, sequence);
      this.#sink.bytes(bytes, start, end, origin);
    }
    if (captured < length) {
      this.cut = true;
      this.#sink.missing(length - captured, true, origin);
    }
  }

  /** Data that was (partly) seen before: the first copy wins, a different copy is a fault. */
  #overlap(segment: TcpSegment, sequence: number, ahead: number): void {
    const captured = segment.payloadEnd - segment.payloadStart;
    // A keep-alive repeats one old byte with any value. RFC 9293 3.8.4
    if (!(segment.payloadLength <= 1 && ahead === -1)) {
      this.#remembered.compare(segment.bytes, segment.payloadStart, segment.payloadEnd, sequence, segment.number);
    }
    const fresh = segment.payloadLength + ahead;
    if (fresh <= 0) return;
    const start = segment.payloadStart + Math.min(-ahead, captured);
    this.#deliver(segment.bytes, start, segment.payloadEnd, fresh, segment, this.next);
    if (this.#held.length > 0) this.#drain();
  }

  #hold(segment: TcpSegment, sequence: number): void {
    const cost = segment.payloadEnd - segment.payloadStart + HELD_COST;
    if (
      this.#held.length >= this.#limits.segmentsHeldPerDirection ||
      this.#heldBytes + cost > this.#limits.bytesHeldPerDirection ||
      this.#budget.bytes + cost > this.#limits.bytesHeld
    ) {
      this.#faults.count('reassembly-limit');
      if (this.#held.length === 0) {
        this.gap = true;
        return;
      }
      this.#jump();
      this.payload(segment, sequence);
      return;
    }
    const held: Held = {
      sequence,
      bytes: segment.bytes.slice(segment.payloadStart, segment.payloadEnd),
      length: segment.payloadLength,
      number: segment.number,
      timed: segment.timed,
      seconds: segment.seconds,
      nanos: segment.nanos,
    };
    // Sorted by sequence, equal ones by arrival: mostly appended, so search from the end.
    let at = this.#held.length;
    while (at > 0 && ((this.#held[at - 1]!.sequence - sequence) | 0) > 0) at--;
    this.#held.splice(at, 0, held);
    this.#heldBytes += cost;
    this.#budget.bytes += cost;
  }

  /** Delivers what has become contiguous. */
  #drain(): void {
    let taken = 0;
    while (taken < this.#held.length) {
      const held = this.#held[taken]!;
      const ahead = (held.sequence - this.next) | 0;
      if (ahead > 0) break;
      taken++;
      this.#heldBytes -= held.bytes.length + HELD_COST;
      this.#budget.bytes -= held.bytes.length + HELD_COST;
      if (ahead < 0) this.#remembered.compare(held.bytes, 0, held.bytes.length, held.sequence, held.number);
      const fresh = held.length + ahead;
      if (fresh > 0) {
        const start = Math.min(-ahead, held.bytes.length);
        this.#deliver(held.bytes, start, held.bytes.length, fresh, held, this.next);
      }
    }
    if (taken > 0) this.#held.splice(0, taken);
  }

  /** Gives the missing bytes up and goes on with the first held segment. */
  #jump(): void {
    const first = this.#held[0];
    if (first === undefined) return;
    const length = (first.sequence - this.next) | 0;
    this.gap = true;
    this.#sink.missing(length, false, first);
    this.next = first.sequence;
    this.#drain();
  }
}
