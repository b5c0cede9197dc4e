import type { Packet } from './packet.ts';

/** What one piece costs beside its bytes: the object, its array, their headers. Measured generously. */
const PIECE_COST = 256;
const DATAGRAM_COST = 512;
/** Overlaps with pieces that a datagram may cost: hundreds of times what any sender causes. */
const MOST_OVERLAPS = 65_536;

/** Bytes [from, to) of a datagram; fewer than that where the capture cut the fragment. */
interface Piece {
  readonly from: number;
  readonly to: number;
  readonly bytes: Uint8Array;
  readonly packet: number;
}

/** One fragmented datagram: its pieces in order, without overlap. The first copy of a byte stays. */
export class Datagram {
  readonly hash: number;
  readonly timed: boolean;
  readonly seconds: number;
  lastPacket: number;
  /** The layer it begins with: as the first fragment says, [RFC 8200] 4.5. */
  next: number;
  sameHash: Datagram | undefined;
  cost = DATAGRAM_COST;
  readonly #id: number;
  readonly #space: number;
  readonly #ipVersion: number;
  readonly #addresses: readonly number[];
  #pieces: Piece[] = [];
  #covered = 0;
  #total = -1;
  #overlaps = 0;
  #overlapTold = false;

  constructor(packet: Packet, hash: number, sameHash: Datagram | undefined) {
    this.hash = hash;
    this.sameHash = sameHash;
    this.timed = packet.timed;
    this.seconds = packet.seconds;
    this.lastPacket = packet.number;
    this.next = packet.fragmentNext;
    this.#id = packet.fragmentId;
    this.#space = packet.fragmentSpace;
    this.#ipVersion = packet.ipVersion;
    this.#addresses = [
      packet.source0,
      packet.source1,
      packet.source2,
      packet.source3,
      packet.destination0,
      packet.destination1,
      packet.destination2,
      packet.destination3,
    ];
  }

  get complete(): boolean {
    return this.#covered === this.#total;
  }

  /** IPv4 tells datagrams apart by protocol too ([RFC 791] 3.2), IPv6 does not. */
  isOf(packet: Packet): boolean {
    const words = this.#addresses;
    return (
      this.#id === packet.fragmentId &&
      this.#space === packet.fragmentSpace &&
      this.#ipVersion === packet.ipVersion &&
      (packet.ipVersion === 6 || packet.fragmentSpace !== 0 || this.next === packet.fragmentNext) &&
      words[3] === packet.source3 &&
      words[7] === packet.destination3 &&
      words[0] === packet.source0 &&
      words[1] === packet.source1 &&
      words[2] === packet.source2 &&
      words[4] === packet.destination0 &&
      words[5] === packet.destination1 &&
      words[6] === packet.destination2
    );
  }

  /** False when the fragment contradicts the length that others gave. */
  add(packet: Packet, from: number, to: number): boolean {
    this.lastPacket = packet.number;
    if (from === 0) this.next = packet.fragmentNext;
    const reached = this.#pieces.at(-1)?.to ?? 0;
    if (!packet.moreFragments) {
      if ((this.#total >= 0 && this.#total !== to) || reached > to) return false;
      this.#total = to;
    } else if (this.#total >= 0 && to > this.#total) return false;
    if (from >= reached) {
      if (from !== to) this.#pieces.push(this.#piece(packet, from, from, to));
    } else this.#merge(packet, from, to);
    return true;
  }

  /** Somebody makes work of it: tiny pieces, and fragments that the capture cut short but that overlap with all of them. */
  get excessive(): boolean {
    return this.#overlaps > MOST_OVERLAPS;
  }

  #piece(packet: Packet, fragmentFrom: number, from: number, to: number): Piece {
    const start = Math.min(packet.end, packet.at + from - fragmentFrom);
    const end = Math.min(packet.end, packet.at + to - fragmentFrom);
    this.#covered += to - from;
    this.cost += PIECE_COST + end - start;
    return { from, to, bytes: packet.bytes.slice(start, end), packet: packet.number };
  }

  /** Puts what is new into the gaps between the pieces that [from, to) touches. Linear in pieces touched. */
  #merge(packet: Packet, from: number, to: number): void {
    const pieces = this.#pieces;
    const first = this.#firstEndingAfter(from);
    const merged: Piece[] = [];
    let at = from;
    let next = first;
    for (let piece = pieces[next]; piece !== undefined && piece.from < to; piece = pieces[++next]) {
      if (at < piece.from) merged.push(this.#piece(packet, from, at, piece.from));
      merged.push(piece);
      this.#compare(packet, from, to, piece);
      this.#overlaps++;
      at = piece.to;
    }
    if (at < to) merged.push(this.#piece(packet, from, at, to));
    if (merged.length !== next - first) pieces.splice(first, next - first, ...merged);
  }

  #firstEndingAfter(offset: number): number {
    let low = 0;
    let high = this.#pieces.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#pieces[middle]?.to ?? 0) > offset) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** Different bytes for the same place: an evasion, or an identification used twice. */
  #compare(packet: Packet, from: number, to: number, piece: Piece): void {
    if (this.#overlapTold) return;
    const start = Math.max(from, piece.from);
    const end = Math.min(to, piece.to, from + packet.end - packet.at, piece.from + piece.bytes.length);
    for (let at = start; at < end; at++) {
      if (packet.bytes[packet.at + at - from] === piece.bytes[at - piece.from]) continue;
      this.#overlapTold = true;
      packet.note('fragment-overlap', piece.packet);
      return;
    }
  }

  /** Makes the packet the whole datagram. What a cut fragment lacks ends the captured bytes, not the length. */
  replace(packet: Packet): void {
    const bytes = new Uint8Array(this.#total);
    let captured = 0;
    for (const piece of this.#pieces) {
      bytes.set(piece.bytes, piece.from);
      captured = piece.from + piece.bytes.length;
      if (captured < piece.to) break;
    }
    packet.bytes = bytes;
    packet.view = new DataView(bytes.buffer);
    packet.at = 0;
    packet.end = captured;
    packet.wireEnd = this.#total;
    packet.sourceMac = -1;
  }
}
