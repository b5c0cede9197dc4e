import type { TcpSegment } from '../packet/segment.ts';
import { FlowHash, isSwapped } from './flow-hash.ts';
import { BIT_SYN_0, STATE_ACTIVE, STATE_COMPACT, STATE_DONE, STATE_FREE } from './flow-state.ts';
import type { Origin } from './half.ts';
import type { Side } from './tcp-connection.ts';

/** Words of an entry in `data`. The two endpoints are stored in a fixed order, so that both directions find one entry. */
const ADDRESSES = 0; // 8 words: side 0, side 1
const PORTS = 8; // side 0 in the upper half
const VERSION = 9;
const ISN = 10; // 2 words
const FIRST_PACKET = 12;
const SYN_PACKETS = 13;
const BITS = 14;
const LAST_PACKET = 15;
const FIRST_SECONDS = 16;
const FIRST_NANOS = 17; // −1: the first packet has no time
const SYN_ACK_PACKET = 18;
const WORDS = 19;

/** Small captures are most requests: what they do not need is not allocated. */
const SMALLEST = 64;

/**
 * TCP connections in typed arrays: chained hash over the symmetric 4-tuple, grown by doubling up to a limit; at the
 * limit those that were silent longest and hold no state of worth are dropped (counted by the caller).
 */
export class FlowTable {
  /** Most entries at once. */
  readonly limit: number;
  readonly #hash: FlowHash;
  #capacity = SMALLEST;
  #data = new Int32Array(SMALLEST * WORDS);
  #states = new Uint8Array(SMALLEST);
  #chain = new Int32Array(SMALLEST).fill(-1);
  #heads = new Int32Array(SMALLEST * 2).fill(-1);
  /** Of the hash the upper bits count: this many are left out. */
  #shift = 32 - Math.log2(SMALLEST * 2);
  #free: number[] = [];
  #used = 0;
  /** Side of the last looked-up segment's sender. */
  side: Side = 0;
  /** Connections that the limit dropped, and of which nothing had been decided. */
  dropped = 0;

  constructor(limit: number, seed: number) {
    this.limit = Math.max(SMALLEST, limit);
    this.#hash = new FlowHash(seed);
  }

  /** The segment's entry, −1 when there is none. Sets `side`. */
  find(segment: TcpSegment): number {
    const swapped = isSwapped(segment);
    this.side = swapped ? 1 : 0;
    const ports = swapped
      ? (segment.destinationPort << 16) | segment.sourcePort
      : (segment.sourcePort << 16) | segment.destinationPort;
    const data = this.#data;
    const a0 = swapped ? segment.destination0 : segment.source0;
    const a1 = swapped ? segment.destination1 : segment.source1;
    const a2 = swapped ? segment.destination2 : segment.source2;
    const a3 = swapped ? segment.destination3 : segment.source3;
    const b0 = swapped ? segment.source0 : segment.destination0;
    const b1 = swapped ? segment.source1 : segment.destination1;
    const b2 = swapped ? segment.source2 : segment.destination2;
    const b3 = swapped ? segment.source3 : segment.destination3;
    let slot = this.#heads[this.#hash.of(a0, a1, a2, a3, b0, b1, b2, b3, ports, segment.ipVersion) >>> this.#shift]!;
    while (slot >= 0) {
      const at = slot * WORDS;
      if (
        data[at + PORTS] === ports && data[at + 3] === a3 && data[at + 7] === b3 &&
        data[at] === a0 && data[at + 1] === a1 && data[at + 2] === a2 &&
        data[at + 4] === b0 && data[at + 5] === b1 && data[at + 6] === b2 &&
        data[at + VERSION] === segment.ipVersion
      ) {
        data[at + LAST_PACKET] = segment.number;
        return slot;
      }
      slot = this.#chain[slot]!;
    }
    return -1;
  }

  /** A new compact entry for the segment. Sets `side`. */
  insert(segment: TcpSegment): number {
    if (this.#free.length === 0 && this.#used === this.#capacity) this.#makeRoom(segment.number);
    const swapped = isSwapped(segment);
    this.side = swapped ? 1 : 0;
    const slot = this.#free.pop() ?? this.#used++;
    const at = slot * WORDS;
    const data = this.#data;
    const source = at + (swapped ? 4 : 0);
    const destination = at + (swapped ? 0 : 4);
    data[source] = segment.source0;
    data[source + 1] = segment.source1;
    data[source + 2] = segment.source2;
    data[source + 3] = segment.source3;
    data[destination] = segment.destination0;
    data[destination + 1] = segment.destination1;
    data[destination + 2] = segment.destination2;
    data[destination + 3] = segment.destination3;
    data[at + PORTS] = swapped
      ? (segment.destinationPort << 16) | segment.sourcePort
      : (segment.sourcePort << 16) | segment.destinationPort;
    data[at + VERSION] = segment.ipVersion;
    this.reset(slot, segment);
    this.#link(slot, this.#bucketOf(slot));
    return slot;
  }

  #link(slot: number, bucket: number): void {
    this.#chain[slot] = this.#heads[bucket]!;
    this.#heads[bucket] = slot;
  }

  #makeRoom(now: number): void {
    if (this.#capacity < this.limit) this.#grow();
    else this.#dropOldest(now);
  }

  /** Takes over an entry of another table, which forgets it. Sets `side` as there. */
  adopt(from: FlowTable, theirs: number, now: number): number {
    if (this.#free.length === 0 && this.#used === this.#capacity) this.#makeRoom(now);
    const slot = this.#free.pop() ?? this.#used++;
    this.#data.set(from.#data.subarray(theirs * WORDS, theirs * WORDS + WORDS), slot * WORDS);
    this.#states[slot] = from.#states[theirs]!;
    this.#link(slot, this.#bucketOf(slot));
    this.side = from.side;
    from.remove(theirs);
    return slot;
  }

  /** Forgets the entry. */
  remove(slot: number): void {
    const bucket = this.#bucketOf(slot);
    let at = this.#heads[bucket]!;
    if (at === slot) this.#heads[bucket] = this.#chain[slot]!;
    else {
      while (this.#chain[at] !== slot) at = this.#chain[at]!;
      this.#chain[at] = this.#chain[slot]!;
    }
    this.#states[slot] = STATE_FREE;
    this.#free.push(slot);
  }

  /** The same 4-tuple begins anew. */
  reset(slot: number, segment: TcpSegment): void {
    const at = slot * WORDS;
    this.#states[slot] = STATE_COMPACT;
    this.#data[at + ISN] = 0;
    this.#data[at + ISN + 1] = 0;
    this.#data[at + FIRST_PACKET] = segment.number;
    this.#data[at + FIRST_SECONDS] = segment.seconds;
    this.#data[at + FIRST_NANOS] = segment.timed ? segment.nanos : -1;
    this.#data[at + SYN_ACK_PACKET] = 0;
    this.#data[at + SYN_PACKETS] = 0;
    this.#data[at + BITS] = 0;
    this.#data[at + LAST_PACKET] = segment.number;
  }

  state(slot: number): number {
    return this.#states[slot]!;
  }

  setState(slot: number, state: number): void {
    this.#states[slot] = state;
  }

  bits(slot: number): number {
    return this.#data[slot * WORDS + BITS]!;
  }

  setBits(slot: number, bits: number): void {
    this.#data[slot * WORDS + BITS]! |= bits;
  }

  isn(slot: number, side: Side): number {
    return this.#data[slot * WORDS + ISN + side]!;
  }

  setIsn(slot: number, side: Side, sequence: number): void {
    this.#data[slot * WORDS + ISN + side] = sequence;
    this.setBits(slot, BIT_SYN_0 << side);
  }

  /** Number and time of the entry's first packet. */
  first(slot: number): Origin {
    const at = slot * WORDS;
    const nanos = this.#data[at + FIRST_NANOS]!;
    return {
      number: this.#data[at + FIRST_PACKET]!,
      timed: nanos >= 0,
      seconds: this.#data[at + FIRST_SECONDS]! >>> 0,
      nanos: Math.max(0, nanos),
    };
  }

  /** Number of the SYN-ACK, 0 when none was seen. */
  synAckPacket(slot: number): number {
    return this.#data[slot * WORDS + SYN_ACK_PACKET]!;
  }

  setSynAck(slot: number, packet: number): void {
    this.#data[slot * WORDS + SYN_ACK_PACKET] = packet;
  }

  synPackets(slot: number): number {
    return this.#data[slot * WORDS + SYN_PACKETS]!;
  }

  countSyn(slot: number): void {
    this.#data[slot * WORDS + SYN_PACKETS]!++;
  }

  /** The eight address words: side 0, side 1. A copy. */
  addresses(slot: number): Int32Array {
    return this.#data.slice(slot * WORDS + ADDRESSES, slot * WORDS + 8);
  }

  ports(slot: number): readonly [number, number] {
    const ports = this.#data[slot * WORDS + PORTS]!;
    return [ports >>> 16, ports & 0xffff];
  }

  #bucketOf(slot: number): number {
    const at = slot * WORDS;
    return this.#hash.ofEntry(this.#data, at, this.#data[at + PORTS]!, this.#data[at + VERSION]!) >>> this.#shift;
  }

  #grow(): void {
    this.#capacity = Math.min(this.#capacity * 2, this.limit);
    const data = new Int32Array(this.#capacity * WORDS);
    data.set(this.#data);
    const states = new Uint8Array(this.#capacity);
    states.set(this.#states);
    this.#data = data;
    this.#states = states;
    let buckets = SMALLEST * 2;
    while (buckets < this.#capacity * 2) buckets *= 2;
    this.#heads = new Int32Array(buckets);
    this.#shift = 32 - Math.log2(buckets);
    this.#chain = new Int32Array(this.#capacity);
    this.#relink();
  }

  /**
   * Drops at least a quarter, of the longest silent: everything older than the middle of the remembered past, those that are
   * done first; then the first found. A connection that is done and still talks stays: it would be taken for a new one.
   */
  #dropOldest(now: number): void {
    let oldest = now;
    for (let slot = 0; slot < this.#used; slot++) {
      if (this.#states[slot] !== STATE_ACTIVE) oldest = Math.min(oldest, this.#data[slot * WORDS + LAST_PACKET]!);
    }
    const middle = oldest + (now - oldest) / 2;
    const isOld = (slot: number): boolean => this.#data[slot * WORDS + LAST_PACKET]! <= middle;
    const quarter = this.#capacity >> 2;
    let freed = this.#dropWhere((slot) => this.#states[slot] === STATE_DONE && isOld(slot), this.#capacity);
    if (freed < quarter) freed += this.#dropWhere(isOld, this.#capacity);
    if (freed < quarter) this.#dropWhere(() => true, quarter - freed);
    this.#relink();
  }

  #dropWhere(matches: (slot: number) => boolean, most: number): number {
    let dropped = 0;
    for (let slot = 0; slot < this.#used && dropped < most; slot++) {
      const state = this.#states[slot];
      if (state === STATE_ACTIVE || state === STATE_FREE || !matches(slot)) continue;
      if (state === STATE_COMPACT) this.dropped++; // it may still have become SMB
      this.#states[slot] = STATE_FREE;
      this.#free.push(slot);
      dropped++;
    }
    return dropped;
  }

  #relink(): void {
    this.#heads.fill(-1);
    for (let slot = 0; slot < this.#used; slot++) {
      if (this.#states[slot] === STATE_FREE) continue;
      this.#link(slot, this.#bucketOf(slot));
    }
  }
}
