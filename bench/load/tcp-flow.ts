import type { CaptureWriter } from './capture-writer.ts';
import { ACK, type Ends, FIN, PSH, SYN, writeSegment } from './ipv4-frame.ts';
import { wordSum } from './checksum.ts';
import type { Payload } from './payload-pool.ts';
import type { Random } from './random.ts';

const SYN_OPTIONS = 20;

/** One TCP connection without loss, segment by segment, with right sequence and acknowledgement numbers. */
export class TcpFlow {
  readonly #writer: CaptureWriter;
  readonly #ends: Ends;
  readonly #microsApart: number;
  #client: number;
  #server: number;

  constructor(writer: CaptureWriter, ends: Ends, random: Random, microsApart: number) {
    this.#writer = writer;
    this.#ends = ends;
    this.#microsApart = microsApart;
    this.#client = random();
    this.#server = random();
  }

  syn(): void {
    this.#write(true, SYN, undefined, SYN_OPTIONS);
    this.#client = (this.#client + 1) >>> 0;
  }

  synAck(): void {
    this.#write(false, SYN | ACK, undefined, SYN_OPTIONS);
    this.#server = (this.#server + 1) >>> 0;
  }

  acknowledge(fromClient: boolean): void {
    this.#write(fromClient, ACK);
  }

  send(fromClient: boolean, payload: Payload, push = true): void {
    this.#write(fromClient, push ? ACK | PSH : ACK, payload);
    this.#advance(fromClient, payload.length);
  }

  fin(fromClient: boolean): void {
    this.#write(fromClient, ACK | FIN);
    this.#advance(fromClient, 1);
  }

  #advance(fromClient: boolean, bytes: number): void {
    if (fromClient) this.#client = (this.#client + bytes) >>> 0;
    else this.#server = (this.#server + bytes) >>> 0;
  }

  #write(fromClient: boolean, flags: number, payload?: Payload, options = 0): void {
    const sequence = fromClient ? this.#client : this.#server;
    const acknowledgement = (flags & ACK) === 0 ? 0 : fromClient ? this.#server : this.#client;
    writeSegment(this.#writer, { ends: this.#ends, fromClient, sequence, acknowledgement, flags, payload, options }, this.#microsApart);
  }
}

/** Bytes that are no part of the pool. */
export function payloadOf(bytes: Buffer): Payload {
  return { bytes, offset: 0, length: bytes.length, sum: wordSum(bytes, 0, bytes.length) };
}
