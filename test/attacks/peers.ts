import { CLIENT, SERVER, type Segment, type Traffic } from './traffic.ts';

export interface Ends {
  readonly client?: number;
  readonly clientPort?: number;
  readonly server?: number;
  readonly serverPort?: number;
  /** Initial sequence numbers. */
  readonly isn?: readonly [number, number];
}

/** Two TCP stacks that behave: right sequence and acknowledgement numbers for what each says. */
export class Peers {
  readonly #traffic: Traffic;
  readonly #ends: Required<Ends>;
  #client: number;
  #server: number;

  constructor(traffic: Traffic, ends: Ends = {}) {
    this.#traffic = traffic;
    this.#ends = { client: CLIENT, clientPort: 50_000, server: SERVER, serverPort: 445, isn: [1000, 5000], ...ends };
    [this.#client, this.#server] = this.#ends.isn;
  }

  syn(): this {
    this.raw(true, { flags: 'S' });
    this.#client = (this.#client + 1) >>> 0;
    return this;
  }

  synAck(): this {
    this.raw(false, { flags: 'SA' });
    this.#server = (this.#server + 1) >>> 0;
    return this;
  }

  handshake(): this {
    return this.syn().synAck().raw(true, {});
  }

  request(payload: Uint8Array): this {
    this.raw(true, { payload });
    this.#client = (this.#client + payload.length) >>> 0;
    return this;
  }

  answer(payload: Uint8Array): this {
    this.raw(false, { payload });
    this.#server = (this.#server + payload.length) >>> 0;
    return this;
  }

  /** Both sides close, the client first. */
  close(): this {
    this.raw(true, { flags: 'FA' });
    this.#client = (this.#client + 1) >>> 0;
    this.raw(false, { flags: 'FA' });
    this.#server = (this.#server + 1) >>> 0;
    return this.raw(true, {});
  }

  /** A segment with the present numbers, but for what is given; `ahead` counts from the present sequence number. */
  raw(fromClient: boolean, { ahead = 0, ...segment }: Segment & { readonly ahead?: number }): this {
    const { client, clientPort, server, serverPort } = this.#ends;
    const own = fromClient ? this.#client : this.#server;
    const acknowledgment = segment.flags === 'S' ? 0 : fromClient ? this.#server : this.#client;
    this.#traffic.send(fromClient
      ? { source: client, destination: server, sourcePort: clientPort, destinationPort: serverPort, sequence: own + ahead, acknowledgment, ...segment }
      : { source: server, destination: client, sourcePort: serverPort, destinationPort: clientPort, sequence: own + ahead, acknowledgment, ...segment });
    return this;
  }
}
