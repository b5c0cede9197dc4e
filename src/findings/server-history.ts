/** What one connection shows of the dialects of its two sides. */
export interface Sighting {
  /** Of the answer. */
  readonly packet: number;
  /** The SMB2 dialect that was answered, of those offered; null where there is none. */
  readonly answered: number | null;
  /** SMB2 dialects that the client offered; 0x02FF for the string "SMB 2.???". */
  readonly offered: readonly number[];
  /** The SMB1 dialect that was selected although SMB2 was offered. */
  readonly smb1: string | null;
  /** The server answered in SMB2, 0x02FF included. */
  readonly smb2: boolean;
  /** The greatest dialect of this transport and server: over NetBIOS Windows stops at 3.0.2, Samba does not. */
  readonly limit: number;
  /** Null where it tells no client from another. */
  readonly clientGuid: string | null;
}

/** The connections with the greatest and the least offer of one client. */
interface ClientOffers {
  most: Sighting;
  least: Sighting;
}

/** Different pairs of offer and choice kept of one server, and clients. Real ones have a few; of more, the first stand for all. */
const PAIRS_KEPT = 32;
const CLIENTS_KEPT = 256;
const WILDCARD = 0x02ff;
const NO_CLIENTS: ReadonlyMap<string, ClientOffers> = new Map();

/** All that the connections of one server show, in bounded memory. Most servers have little: lists are short, and clients are told apart only where they can be. */
export class ServerHistory {
  /** Each SMB2 dialect that was answered, with the first packet that shows it. */
  readonly #answered: { readonly code: number; readonly packet: number }[] = [];
  /** The first packet with an answer in SMB2. */
  smb2Packet: number | null = null;
  /** The first packet in which SMB1 was selected although SMB2 was offered. */
  smb1: { readonly dialect: string; readonly packet: number } | null = null;
  /** The first connection of each kind that ended below what was offered. */
  readonly below: Sighting[] = [];
  #clients: Map<string, ClientOffers> | null = null;

  get clients(): ReadonlyMap<string, ClientOffers> {
    return this.#clients ?? NO_CLIENTS;
  }

  add(sighting: Sighting): void {
    const { packet, answered, smb1, smb2, clientGuid } = sighting;
    if (smb2) this.smb2Packet ??= packet;
    if (smb1 !== null) this.smb1 ??= { dialect: smb1, packet };
    if (answered === null) return;
    if (this.packetOf(answered) === null && this.#answered.length < PAIRS_KEPT) this.#answered.push({ code: answered, packet });
    if (mostOffered(sighting) > answered || sighting.offered.includes(WILDCARD)) this.#below(sighting);
    if (clientGuid !== null) this.#client(clientGuid, sighting);
  }

  #below(sighting: Sighting): void {
    const isKnown = this.below.some(({ answered, limit, offered }) => answered === sighting.answered && limit === sighting.limit && offered.join() === sighting.offered.join());
    if (!isKnown && this.below.length < PAIRS_KEPT) this.below.push(sighting);
  }

  #client(guid: string, sighting: Sighting): void {
    this.#clients ??= new Map();
    const known = this.#clients.get(guid);
    if (known === undefined) {
      if (this.#clients.size < CLIENTS_KEPT) this.#clients.set(guid, { most: sighting, least: sighting });
      return;
    }
    if (mostOffered(sighting) > mostOffered(known.most)) known.most = sighting;
    if (mostOffered(sighting) < mostOffered(known.least)) known.least = sighting;
  }

  /** The first packet that shows that the server answers this dialect. */
  packetOf(code: number): number | null {
    return this.#answered.find((one) => one.code === code)?.packet ?? null;
  }

  /** The greatest dialect that this server is known to answer, up to `limit`; 0 where there is none. */
  greatest(limit: number): number {
    return this.#answered.reduce((most, { code }) => (code <= limit && code > most ? code : most), 0);
  }
}

/** The greatest SMB2 dialect that the client offered and the transport allows; 0 where there is none. */
export function mostOffered({ offered, limit }: Sighting): number {
  return offered.reduce((most, code) => (code !== WILDCARD && code <= limit && code > most ? code : most), 0);
}
