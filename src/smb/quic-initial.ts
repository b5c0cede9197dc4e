import type { Limits } from '../limits.ts';
import { CryptoStream } from './crypto-stream.ts';
import { type InitialKeys, QUIC_V1, QUIC_V2, type QuicVersion, clientInitialKeys, headerMask, openPayload } from './quic-keys.ts';
import { readQuicFrames } from './quic-frames.ts';
import { readVarint, varintLength } from './quic-varint.ts';
import { readClientHello } from './tls-client-hello.ts';

/** What a passive observer learns of a QUIC connection. */
export interface QuicHello {
  readonly version: number;
  readonly sni: string | null;
  /** SMB over QUIC has `smb`. [MS-SMB2] 2.1. Empty when the client named none. */
  readonly alpn: readonly string[];
  /** False: the ClientHello was not there to its end; a later part may hold the server's name. */
  readonly complete: boolean;
}

interface Connection {
  /** Of the client's first Initial; later ones go to the server's own id but keep these keys. RFC 9001 5.2 */
  keys: InitialKeys;
  stream: CryptoStream;
  done: boolean;
}

/** Offsets and sizes of a long header. RFC 9000 17.2 */
const SHORTEST = 1 + 4 + 1 + 1 + 1 + 1 + 20;
const LONGEST_ID = 20;
const SAMPLE_LENGTH = 16;
/** Coalesced packets read in one datagram. RFC 9000 12.2; real ones hold two or three. */
const COALESCED_LIMIT = 8;

/** Joins the client's Initial packets of each connection until its ClientHello has named the application protocol. */
export class QuicInitials {
  readonly #limit: number;
  /** Connections that the limit pushed out before their ClientHello had told the protocol. */
  forgotten = 0;
  readonly #connections = new Map<string | number, Connection>();

  constructor(limits: Limits) {
    this.#limit = limits.quicConnections;
  }

  /**
   * Takes the UDP payload [start, end) of a datagram of the flow `key` (client to server). Returns the hello once,
   * as soon as the ALPN extension was read, or at the ClientHello's end without one (then `alpn` is empty).
   */
  datagram(key: string | number, bytes: Uint8Array, start: number, end: number): QuicHello | null {
    if (end - start < SHORTEST || ((bytes[start] ?? 0) & 0xc0) !== 0xc0) return null;
    const version = versionAt(bytes, start + 1);
    if (version === null || this.#connections.get(key)?.done === true) return null;

    let at = start;
    for (let packets = 0; packets < COALESCED_LIMIT && end - at >= SHORTEST; packets++) {
      const packet = readLongHeader(bytes, at, end, version);
      if (packet === null) break;
      if (packet.initial) this.#open(key, bytes, packet);
      at = packet.end;
    }
    const connection = this.#connections.get(key);
    return connection === undefined ? null : hello(connection, version);
  }

  #open(key: string | number, bytes: Uint8Array, packet: LongHeader): void {
    const known = this.#connections.get(key);
    if (known !== undefined) {
      const payload = unprotect(bytes, packet, known.keys);
      if (payload !== null) {
        addFrames(known.stream, payload);
        return;
      }
    }
    // The first Initial, or the first behind a Retry, whose keys come from the new id. RFC 9001 5.2
    const keys = clientInitialKeys(packet.version, bytes.subarray(packet.destinationId, packet.destinationId + packet.destinationIdLength));
    const payload = unprotect(bytes, packet, keys);
    if (payload === null) return;
    const connection = known ?? this.#remember(key, keys);
    connection.keys = keys;
    addFrames(connection.stream, payload);
  }

  #remember(key: string | number, keys: InitialKeys): Connection {
    if (this.#connections.size >= this.#limit) {
      for (const [oldest, { done }] of this.#connections) {
        if (!done) this.forgotten++;
        this.#connections.delete(oldest);
        break;
      }
    }
    const connection = { keys, stream: new CryptoStream(), done: false };
    this.#connections.set(key, connection);
    return connection;
  }
}

function addFrames(stream: CryptoStream, payload: Uint8Array): void {
  readQuicFrames(payload, (offset, data) => stream.add(offset, data));
}

function hello(connection: Connection, version: QuicVersion): QuicHello | null {
  const seen = readClientHello(connection.stream.contiguous);
  if (seen !== null && seen.alpn === null && !seen.complete) return null;
  connection.done = true;
  connection.stream = new CryptoStream();
  return seen === null ? null : { version, sni: seen.sni, alpn: seen.alpn ?? [], complete: seen.complete };
}

interface LongHeader {
  readonly version: QuicVersion;
  readonly initial: boolean;
  readonly start: number;
  readonly destinationId: number;
  readonly destinationIdLength: number;
  /** Of the packet number. */
  readonly numberAt: number;
  readonly end: number;
}

/** A long header up to its packet number. RFC 9000 17.2; null where it ends the datagram (Retry, short header, padding, damage). */
function readLongHeader(bytes: Uint8Array, start: number, end: number, version: QuicVersion): LongHeader | null {
  const first = bytes[start] ?? 0;
  if ((first & 0xc0) !== 0xc0 || versionAt(bytes, start + 1) !== version) return null;
  const type = packetType(first, version);
  if (type === 'retry') return null;
  const destinationIdLength = bytes[start + 5] ?? 0;
  const sourceAt = start + 6 + destinationIdLength;
  const sourceLength = sourceAt < end ? (bytes[sourceAt] ?? 0) : LONGEST_ID + 1;
  if (destinationIdLength > LONGEST_ID || sourceLength > LONGEST_ID) return null;
  let at = sourceAt + 1 + sourceLength;
  if (type === 'initial') {
    const token = readVarint(bytes, at, end);
    if (token === null || token > end - at) return null;
    at += varintLength(bytes, at) + token;
  }
  const length = readVarint(bytes, at, end);
  if (length === null) return null;
  const numberAt = at + varintLength(bytes, at);
  if (length < 4 + SAMPLE_LENGTH || length > end - numberAt) return null;
  return { version, initial: type === 'initial', start, destinationId: start + 6, destinationIdLength, numberAt, end: numberAt + length };
}

/** RFC 9000 17.2 table 5; version 2 counts one on. RFC 9369 3.2 */
function packetType(first: number, version: QuicVersion): 'initial' | 'retry' | 'other' {
  const type = ((first >> 4) - (version === QUIC_V2 ? 1 : 0)) & 3;
  return type === 0 ? 'initial' : type === 3 ? 'retry' : 'other';
}

/** A packet with a long header of a version that we read: anything else on UDP is told apart by its first five bytes. RFC 9000 17.2 */
export function isQuicLongHeader(bytes: Uint8Array, at: number): boolean {
  return ((bytes[at] ?? 0) & 0xc0) === 0xc0 && versionAt(bytes, at + 1) !== null;
}

function versionAt(bytes: Uint8Array, at: number): QuicVersion | null {
  const version = (((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0)) >>> 0;
  return version === QUIC_V1 || version === QUIC_V2 ? version : null;
}

/** Takes off header protection and opens the payload. RFC 9001 5.3, 5.4 */
function unprotect(bytes: Uint8Array, packet: LongHeader, keys: InitialKeys): Uint8Array | null {
  const { start, numberAt, end } = packet;
  const mask = headerMask(keys, bytes.subarray(numberAt + 4, numberAt + 4 + SAMPLE_LENGTH));
  const first = (bytes[start] ?? 0) ^ ((mask[0] ?? 0) & 0x0f);
  const numberLength = (first & 3) + 1;
  const header = bytes.slice(start, numberAt + numberLength);
  header[0] = first;
  let number = 0;
  for (let index = 0; index < numberLength; index++) {
    const at = numberAt - start + index;
    const byte = (header[at] ?? 0) ^ (mask[1 + index] ?? 0);
    header[at] = byte;
    number = ((number << 8) | byte) >>> 0;
  }
  return openPayload(keys, number, header, bytes.subarray(numberAt + numberLength, end));
}
