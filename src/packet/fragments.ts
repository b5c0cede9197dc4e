import type { Limits } from '../limits.ts';
import { STOP } from './layers.ts';
import type { Packet } from './packet.ts';
import { Datagram } from './datagram.ts';

/** [RFC 791] 3.2 gives 15 s as the lower bound, [RFC 8200] 4.5 has 60 s; Linux waits 30 s. */
const SECONDS_TO_WAIT = 30;
/** Who chooses addresses and numbers can give many datagrams one hash: longer chains are cut. */
const LONGEST_CHAIN = 32;

export interface FragmentCounters {
  fragments: number;
  reassembledDatagrams: number;
  droppedDatagrams: number;
}

/** Joins fragments of IPv4, IPv6 and CAPWAP. Bounded in datagrams and bytes: the oldest datagram goes first. */
export class Fragments {
  readonly #limits: Limits;
  readonly #counters: FragmentCounters;
  /** In order of their first fragment. */
  readonly #open = new Set<Datagram>();
  readonly #byHash = new Map<number, Datagram>();
  #bytes = 0;

  constructor(limits: Limits, counters: FragmentCounters) {
    this.#limits = limits;
    this.#counters = counters;
  }

  /** Takes the fragment at `packet.at`. When it completes its datagram, the packet becomes that datagram. */
  take(packet: Packet): number {
    this.#counters.fragments++;
    this.#expire(packet);
    const from = packet.fragmentOffset;
    const to = from + packet.wireEnd - packet.at;
    if (to > 0xffff) return packet.refuse('fragment-length');
    if (to === from && packet.moreFragments) return STOP;
    const hash = hashOf(packet);
    const datagram = this.#find(packet, hash) ?? this.#start(packet, hash);
    if (packet.end - packet.at < to - from) packet.cut = true;
    const before = datagram.cost;
    const fits = datagram.add(packet, from, to);
    this.#bytes += datagram.cost - before;
    if (!fits) {
      this.#forget(datagram);
      this.#counters.droppedDatagrams++;
      return packet.refuse('fragment-length');
    }
    if (datagram.complete) return this.#finish(datagram, packet);
    if (datagram.excessive) this.#drop(datagram, packet);
    else this.#keepBounds(packet);
    return STOP;
  }

  /** Datagrams in reassembly. */
  get open(): number {
    return this.#open.size;
  }

  /** What they cost in bytes, their bookkeeping counted generously. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The capture is over: what is still open will not be completed. */
  end(packet: Packet): void {
    for (const datagram of this.#open) this.#giveUp(datagram, packet);
  }

  #finish(datagram: Datagram, packet: Packet): number {
    this.#forget(datagram);
    this.#counters.reassembledDatagrams++;
    datagram.replace(packet);
    return datagram.next;
  }

  #find(packet: Packet, hash: number): Datagram | undefined {
    let datagram = this.#byHash.get(hash);
    let passed = 0;
    let oldest = datagram;
    while (datagram !== undefined && !datagram.isOf(packet)) {
      passed++;
      oldest = datagram;
      datagram = datagram.sameHash;
    }
    if (datagram === undefined && oldest !== undefined && passed >= LONGEST_CHAIN) this.#drop(oldest, packet);
    if (datagram === undefined || !this.#isLate(datagram, packet)) return datagram;
    this.#giveUp(datagram, packet);
    return undefined;
  }

  #start(packet: Packet, hash: number): Datagram {
    const datagram = new Datagram(packet, hash, this.#byHash.get(hash));
    this.#byHash.set(hash, datagram);
    this.#open.add(datagram);
    this.#bytes += datagram.cost;
    return datagram;
  }

  #isLate(datagram: Datagram, packet: Packet): boolean {
    return packet.timed && datagram.timed && packet.seconds - datagram.seconds > SECONDS_TO_WAIT;
  }

  #expire(packet: Packet): void {
    for (const datagram of this.#open) {
      if (!this.#isLate(datagram, packet)) return;
      this.#giveUp(datagram, packet);
    }
  }

  #giveUp(datagram: Datagram, packet: Packet): void {
    this.#forget(datagram);
    this.#counters.droppedDatagrams++;
    packet.note('fragment-timeout', datagram.lastPacket);
  }

  #keepBounds(packet: Packet): void {
    for (const datagram of this.#open) {
      if (this.#open.size <= this.#limits.fragmentedDatagrams && this.#bytes <= this.#limits.fragmentBytes) return;
      this.#drop(datagram, packet);
    }
  }

  #drop(datagram: Datagram, packet: Packet): void {
    this.#forget(datagram);
    this.#counters.droppedDatagrams++;
    packet.note('fragment-limit', datagram.lastPacket);
  }

  #forget(datagram: Datagram): void {
    this.#open.delete(datagram);
    this.#bytes -= datagram.cost;
    const first = this.#byHash.get(datagram.hash);
    if (first === datagram) {
      if (datagram.sameHash === undefined) this.#byHash.delete(datagram.hash);
      else this.#byHash.set(datagram.hash, datagram.sameHash);
      return;
    }
    // The chain is at most as long as there are open datagrams.
    for (let before = first; before !== undefined; before = before.sameHash) {
      if (before.sameHash === datagram) before.sameHash = datagram.sameHash;
    }
  }
}

function hashOf(packet: Packet): number {
  let hash = packet.fragmentId ^ packet.ipVersion ^ (packet.fragmentSpace << 16);
  hash = Math.imul(hash ^ packet.source3, 0x9e37_79b1);
  hash = Math.imul(hash ^ (hash >>> 15) ^ packet.destination3, 0x85eb_ca6b);
  hash = Math.imul(hash ^ (hash >>> 13) ^ packet.source2 ^ packet.source0, 0xc2b2_ae35);
  return Math.imul(hash ^ (hash >>> 16) ^ packet.destination2 ^ packet.source1, 0x9e37_79b1);
}
