import type { TcpConnection } from '../stream/tcp-connection.ts';

const DIRECT_TCP = 445;
const NETBIOS = 139;
/** Places that a pair of hosts may stand in; the oldest of them leaves when all are taken. */
const WAYS = 4;
/** Words of an entry: client, server, packet of the SYN-ACK (0: free). */
const PACKET = 8;
const WORDS = 9;
/** Sets at first: a small capture has few pairs. */
const SMALLEST = 16;

/**
 * Windows clients open 445 and 139 side by side and drop the loser ([MS-SMB2] 3.2.4.2.2 <129>). Remembers which pairs of
 * hosts completed a handshake on 445: in typed arrays, since every connection to 445 is noted; bounded, older pairs go first.
 */
export class TransportRaces {
  #sets = SMALLEST;
  #won = new Int32Array(SMALLEST * WAYS * WORDS);
  readonly #mostSets: number;
  readonly #seed: number;

  /** @param limit pairs of hosts remembered. */
  constructor(limit: number, seed: number) {
    this.#mostSets = 2 ** Math.ceil(Math.log2(Math.max(SMALLEST, limit / WAYS)));
    this.#seed = seed | 0;
  }

  /** The SYN-ACK on 445 that came before this connection to 139 ended. */
  winnerOver(connection: TcpConnection): { readonly packet: number } | null {
    const [first, second] = connection.ports;
    if (first !== NETBIOS && second !== NETBIOS) return null;
    const server = first === NETBIOS ? 0 : 1;
    const start = this.#set(connection, server);
    for (let at = start; at < start + WAYS * WORDS; at += WORDS) {
      if (!this.#is(at, connection, server)) continue;
      const packet = this.#won[at + PACKET]!;
      return packet < connection.lastPacket ? { packet } : null;
    }
    return null;
  }

  /** Notes the connection's handshake when it is one to 445. */
  handshake(connection: TcpConnection): void {
    const { ports: [first], synAck } = connection;
    const server = first === DIRECT_TCP ? 0 : 1;
    if (connection.ports[server] !== DIRECT_TCP || synAck?.side !== server) return;
    let place = this.#place(connection, server);
    while (this.#won[place + PACKET] !== 0 && !this.#is(place, connection, server) && this.#sets < this.#mostSets) {
      this.#grow();
      place = this.#place(connection, server);
    }
    const { addresses } = connection;
    const client = server === 0 ? 4 : 0;
    for (let word = 0; word < 4; word++) {
      this.#won[place + word] = addresses[client + word]!;
      this.#won[place + 4 + word] = addresses[server * 4 + word]!;
    }
    this.#won[place + PACKET] = synAck.number;
  }

  /** Where the pair stands, or a free place, or that of the oldest in its set. */
  #place(connection: TcpConnection, server: 0 | 1): number {
    const start = this.#set(connection, server);
    let place = start;
    for (let at = start; at < start + WAYS * WORDS; at += WORDS) {
      if (this.#is(at, connection, server)) return at;
      if (this.#won[at + PACKET]! < this.#won[place + PACKET]!) place = at;
    }
    return place;
  }

  #grow(): void {
    const old = this.#won;
    this.#sets *= 2;
    this.#won = new Int32Array(this.#sets * WAYS * WORDS);
    for (let from = 0; from < old.length; from += WORDS) {
      if (old[from + PACKET] === 0) continue;
      let to = this.#setOf(old, from, from + 4);
      while (this.#won[to + PACKET] !== 0) to += WORDS; // a set splits in two: there is room
      this.#won.set(old.subarray(from, from + WORDS), to);
    }
  }

  #is(at: number, { addresses }: TcpConnection, server: 0 | 1): boolean {
    const won = this.#won;
    if (won[at + PACKET] === 0) return false;
    const client = server === 0 ? 4 : 0;
    for (let word = 0; word < 4; word++) {
      if (won[at + word] !== addresses[client + word] || won[at + 4 + word] !== addresses[server * 4 + word]) return false;
    }
    return true;
  }

  /** First entry of the set that the pair belongs to. */
  #set({ addresses }: TcpConnection, server: 0 | 1): number {
    return this.#setOf(addresses, server === 0 ? 4 : 0, server * 4);
  }

  #setOf(words: Int32Array, client: number, server: number): number {
    let hash = this.#seed;
    for (let word = 0; word < 4; word++) {
      hash = Math.imul(hash ^ words[client + word]!, 0x85ebca6b);
      hash = Math.imul((hash ^ (hash >>> 15)) + words[server + word]!, 0xc2b2ae35);
      hash ^= hash >>> 13;
    }
    return (hash & (this.#sets - 1)) * WAYS * WORDS;
  }
}
