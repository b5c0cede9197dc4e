import type { BytePool } from '../bytes/byte-pool.ts';
import type { Limits } from '../limits.ts';
import { decodeSmb } from '../smb/decode.ts';
import { MessageFramer, type Framed, type FrameListener } from '../smb/framing.ts';
import type { Message, Smb1Command, Smb2Command } from '../smb/messages.ts';
import { decodeNbss } from '../smb/nbss.ts';
import type { Origin } from '../stream/half.ts';
import type { ConnectionObserver, Side, TcpConnection } from '../stream/tcp-connection.ts';
import { DIALECT_WILDCARD } from './dialects.ts';

/** A decoded message of one side; who is the client is known only at the end. */
export interface Heard {
  readonly side: Side;
  readonly message: Message;
  readonly packet: number;
  readonly origin: Origin;
  readonly cut: boolean;
  /** Arrival order over both sides. */
  readonly order: number;
}

const SMB1_TREE_CONNECT = new Set([0x70, 0x75]);
const SMB1_SESSION_SETUP = 0x73;
const SMB2_SESSION_SETUP = 1;
const SMB2_TREE_CONNECT = 3;
/** Requests after which a connection that was joined midway has shown what it is. */
const MIDWAY_COMMANDS = 4;
/** [MS-SMB2] does not say when a client must validate; a minute of capture time is enough to have seen it. */
const SETTLED_SECONDS = 60;
/** Negotiates kept per connection; real ones have one to three, probing tools some dozen. */
const NEGOTIATES_KEPT = 64;

/** Listens to one connection's bytes and keeps what the negotiation's record needs, no more. */
export class Negotiator implements ConnectionObserver, FrameListener {
  readonly sinks: readonly [MessageFramer, MessageFramer];
  /** Negotiates, NBSS control, the first commands; in order of arrival. */
  readonly heard: Heard[] = [];
  /** Negotiates and control messages that were not kept. */
  omitted = 0;
  firstSmb1Command: Heard | null = null;
  firstSmb2Command: Heard | null = null;
  firstResponse: Heard | null = null;
  encrypted: Heard | null = null;
  compressed: Heard | null = null;
  sessionSetup = false;
  treeConnect = false;
  /** Requests after the tree connect. */
  commandsAfterTreeConnect = 0;
  validateRequest: Heard | null = null;
  validateResponse: Heard | null = null;
  notSmb = false;
  smbSeen = false;
  answered = false;
  #connection: TcpConnection;
  #order = 0;
  #viewKept = false;
  #negotiates = 0;
  #commands = 0;
  #successAt: number | null = null;

  constructor(connection: TcpConnection, limits: Limits, pool: BytePool) {
    this.#connection = connection;
    const [first, second] = connection.halves;
    this.sinks = [new MessageFramer(this, 0, first, limits.messageBytes, pool), new MessageFramer(this, 1, second, limits.messageBytes, pool)];
  }

  get final(): boolean {
    if (this.encrypted !== null && this.#negotiates === 0) return true;
    if (this.encrypted !== null && this.#successAt !== null) return true;
    if (this.treeConnect && this.commandsAfterTreeConnect > 0) return true;
    if (this.#negotiates === 0 && this.#commands >= MIDWAY_COMMANDS) return true;
    return this.#successAt !== null && this.#connection.lastSeconds - this.#successAt > SETTLED_SECONDS;
  }

  end(): void {
    this.sinks[0].end();
    this.sinks[1].end();
  }

  release(): void {
    this.sinks[0].release();
    this.sinks[1].release();
  }

  otherProtocol(): void {
    this.notSmb = true;
  }

  message(framed: Framed, side: Side): boolean {
    if (framed.type === 0 && framed.declaredLength === 0) return false; // an empty session message carries nothing
    this.smbSeen = true;
    this.#viewKept = false;
    if (framed.type !== 0) this.#keep(side, decodeNbss(framed.type, framed.bytes, framed.declaredLength), framed);
    else for (const message of decodeSmb(framed.bytes, framed.declaredLength)) this.#sort(side, message, framed);
    return this.#viewKept;
  }

  #sort(side: Side, message: Message, framed: Framed): void {
    switch (message.kind) {
      case 'smb1-command':
        this.#smb1Command(side, message, framed);
        return;
      case 'smb2-command':
        this.#smb2Command(side, message, framed);
        return;
      case 'smb2-encrypted':
        this.#commands++;
        if (this.encrypted === null) {
          this.encrypted = this.#keep(side, message, framed);
          this.firstSmb2Command ??= this.encrypted;
        }
        return;
      case 'smb2-compressed':
        this.#commands++;
        if (this.compressed === null) {
          this.compressed = this.#keep(side, message, framed);
          this.firstSmb2Command ??= this.compressed;
        }
        return;
      case 'smb2-negotiate-response':
        if (message.header.status === 0 && message.dialectRevision !== DIALECT_WILDCARD) {
          this.#successAt ??= framed.origin.timed ? framed.origin.seconds : this.#connection.lastSeconds;
        }
        break;
      default:
    }
    this.#keep(side, message, framed);
  }

  #smb1Command(side: Side, message: Smb1Command, framed: Framed): void {
    if (message.response) {
      this.firstResponse ??= this.#keep(side, message, framed);
      return;
    }
    this.#commands++;
    if (this.firstSmb1Command === null) this.firstSmb1Command = this.#keep(side, message, framed);
    if (message.header.command === SMB1_SESSION_SETUP) this.sessionSetup = true;
    this.#request(SMB1_TREE_CONNECT.has(message.header.command));
  }

  #smb2Command(side: Side, message: Smb2Command, framed: Framed): void {
    if (message.validateNegotiate !== undefined) {
      if (message.response) this.validateResponse ??= this.#keep(side, message, framed);
      else this.validateRequest ??= this.#keep(side, message, framed);
    }
    if (message.response) {
      this.firstResponse ??= this.#keep(side, message, framed);
      return;
    }
    this.#commands++;
    if (this.firstSmb2Command === null) this.firstSmb2Command = this.#keep(side, message, framed);
    if (message.header.command === SMB2_SESSION_SETUP) this.sessionSetup = true;
    this.#request(message.header.command === SMB2_TREE_CONNECT);
  }

  #request(isTreeConnect: boolean): void {
    if (this.treeConnect) this.commandsAfterTreeConnect++;
    if (isTreeConnect) this.treeConnect = true;
  }

  #keep(side: Side, message: Message, framed: Framed): Heard {
    const copy = withoutViews(message);
    const heard: Heard = {
      side, message: copy, packet: framed.origin.number, origin: framed.origin, cut: framed.cut, order: this.#order++,
    };
    if (message.kind.endsWith('-response') || message.kind === 'smb2-negotiate-error') this.answered = this.answered || !message.kind.startsWith('nbss');
    if (message.kind.includes('negotiate') || message.kind === 'malformed') this.#negotiates++;
    if (this.heard.length >= NEGOTIATES_KEPT) {
      this.omitted++;
      return heard;
    }
    this.heard.push(heard);
    if (copy === message) this.#viewKept = true;
    return heard;
  }
}

/** Commands are many and keep little: they get copies of what they keep. Negotiates keep the bytes that they were read from. */
function withoutViews(message: Message): Message {
  if (message.kind === 'smb1-command') return { ...message, header: { ...message.header, signature: message.header.signature.slice() } };
  if (message.kind !== 'smb2-command') return message;
  const header = { ...message.header, signature: message.header.signature.slice() };
  const info = message.validateNegotiate;
  return info == null ? { ...message, header } : { ...message, header, validateNegotiate: { ...info, guid: info.guid.slice() } };
}
