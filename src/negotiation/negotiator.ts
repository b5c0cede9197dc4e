import type { BytePool } from '../bytes/byte-pool.ts';
import type { Limits } from '../limits.ts';
import { decodeSmb } from '../smb/decode.ts';
import { MessageFramer, type Framed, type FrameListener } from '../smb/framing.ts';
import type { MessageForm, MessageForms } from '../smb/message-forms.ts';
import type { Message, Smb1Command, Smb2Command } from '../smb/messages.ts';
import { decodeNbss } from '../smb/nbss.ts';
import type { ConnectionObserver } from '../stream/connection-observer.ts';
import type { Side, TcpConnection } from '../stream/tcp-connection.ts';
import { DIALECT_WILDCARD } from './dialects.ts';
import { Heard } from './heard.ts';
import type { RecordedTalk } from './recorded.ts';

const SMB1_TREE_CONNECT = new Set([0x70, 0x75]);
const SMB1_SESSION_SETUP = 0x73;
const SMB2_SESSION_SETUP = 1;
const SMB2_TREE_CONNECT = 3;
/** Requests after which a connection that was joined midway has shown what it is. */
const MIDWAY_COMMANDS = 4;
/** [MS-SMB2] does not say when a client must validate; a minute of capture time is enough to have seen it. */
const SETTLED_SECONDS = 60;
/** Negotiates kept per side; real connections have one to three, probing tools some dozen. Keep-alives and their like take no place of theirs. */
const NEGOTIATES_KEPT = 32;
const CONTROLS_KEPT = 8;

/** Listens to one connection's bytes and keeps what the negotiation's record needs, no more. */
export class Negotiator implements ConnectionObserver, FrameListener, RecordedTalk {
  readonly sinks: readonly [MessageFramer, MessageFramer];
  /** Negotiates, NBSS control, the first commands; in order of arrival. */
  readonly heard: Heard[] = [];
  /** Negotiates and control messages that were not kept. */
  omitted = 0;
  /** Sides whose omitted messages may have decided the negotiation. */
  readonly lost: [boolean, boolean] = [false, false];
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
  #forms: MessageForms;
  #order = 0;
  #viewKept = false;
  readonly #kept = { controls: [0, 0] as [number, number], negotiates: [0, 0] as [number, number], bytes: 0, success: false };
  #negotiates = 0;
  #commands = 0;
  #successAt: number | null = null;
  readonly #mostBytes: number;

  constructor(connection: TcpConnection, limits: Limits, pool: BytePool, forms: MessageForms) {
    this.#connection = connection;
    this.#forms = forms;
    this.#mostBytes = limits.bytesHeldPerDirection;
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
    const form = framed.cut ? null : this.#forms.of(framed.type, framed.bytes, framed.declaredLength);
    if (form !== null) this.#sort(side, form.sample, framed, form);
    else if (framed.type !== 0) this.#sort(side, decodeNbss(framed.type, framed.bytes, framed.declaredLength), framed, null);
    else for (const message of decodeSmb(framed.bytes, framed.declaredLength)) this.#sort(side, message, framed, null);
    return this.#viewKept;
  }

  /** `message` is this one, or where it has a form, the first of that form. */
  #sort(side: Side, message: Message, framed: Framed, form: MessageForm | null): void {
    switch (message.kind) {
      case 'smb1-command':
        this.#smb1Command(side, message, framed, form);
        return;
      case 'smb2-command':
        this.#smb2Command(side, message, framed, form);
        return;
      case 'smb2-encrypted':
        this.#commands++;
        if (this.encrypted === null) {
          this.encrypted = this.#keep(side, message, framed, form);
          this.firstSmb2Command ??= this.encrypted;
        }
        return;
      case 'smb2-compressed':
        this.#commands++;
        if (this.compressed === null) {
          this.compressed = this.#keep(side, message, framed, form);
          this.firstSmb2Command ??= this.compressed;
        }
        return;
      case 'smb2-negotiate-response':
        if (isSuccess(message)) this.#successAt ??= framed.origin.timed ? framed.origin.seconds : this.#connection.lastSeconds;
        break;
      default:
    }
    this.#keep(side, message, framed, form);
  }

  #smb1Command(side: Side, message: Smb1Command, framed: Framed, form: MessageForm | null): void {
    if (message.response) {
      this.firstResponse ??= this.#keep(side, message, framed, form);
      return;
    }
    this.#commands++;
    if (this.firstSmb1Command === null) this.firstSmb1Command = this.#keep(side, message, framed, form);
    if (message.header.command === SMB1_SESSION_SETUP) this.sessionSetup = true;
    this.#request(SMB1_TREE_CONNECT.has(message.header.command));
  }

  #smb2Command(side: Side, message: Smb2Command, framed: Framed, form: MessageForm | null): void {
    if (message.validateNegotiate !== undefined) {
      if (message.response) this.validateResponse ??= this.#keep(side, message, framed, form);
      else this.validateRequest ??= this.#keep(side, message, framed, form);
    }
    if (message.response) {
      this.firstResponse ??= this.#keep(side, message, framed, form);
      return;
    }
    this.#commands++;
    if (this.firstSmb2Command === null) this.firstSmb2Command = this.#keep(side, message, framed, form);
    if (message.header.command === SMB2_SESSION_SETUP) this.sessionSetup = true;
    this.#request(message.header.command === SMB2_TREE_CONNECT);
  }

  #request(isTreeConnect: boolean): void {
    if (this.treeConnect) this.commandsAfterTreeConnect++;
    if (isTreeConnect) this.treeConnect = true;
  }

  #keep(side: Side, message: Message, framed: Framed, form: MessageForm | null): Heard {
    const { kind } = message;
    const isCommand = kind === 'smb1-command' || kind === 'smb2-command';
    const heard = new Heard(side, framed, this.#order++, form, form !== null ? (this.#forms.isFirst ? message : null) : isCommand ? withoutViews(message) : message);
    if (kind.endsWith('-response') || kind === 'smb2-negotiate-error') this.answered = this.answered || !kind.startsWith('nbss');
    if (kind.includes('negotiate') || kind === 'malformed') this.#negotiates++;
    if (!this.#hasRoom(side, message, framed)) {
      this.omitted++;
      if (!kind.startsWith('nbss')) this.lost[side] = true;
      return new Heard(side, framed, heard.order, null, withoutViews(heard.message)); // its bytes are not kept
    }
    this.heard.push(heard);
    if (form !== null || !isCommand) this.#viewKept = true;
    return heard;
  }

  /** Counts what is kept; the first answer that succeeds is kept whatever came before it. */
  #hasRoom(side: Side, message: Message, { bytes }: Framed): boolean {
    const kept = this.#kept;
    const isControl = message.kind.startsWith('nbss');
    const places = isControl ? kept.controls : kept.negotiates;
    const decides = !kept.success && isSuccess(message);
    if (!decides && (places[side] >= (isControl ? CONTROLS_KEPT : NEGOTIATES_KEPT) || kept.bytes + bytes.length > this.#mostBytes)) return false;
    kept.success ||= decides;
    kept.bytes += bytes.length;
    places[side]++;
    return true;
  }
}

function isSuccess(message: Message): boolean {
  return message.kind === 'smb2-negotiate-response' && message.header.status === 0 && message.dialectRevision !== DIALECT_WILDCARD;
}

/** Commands are many and keep little: they get copies of what they keep. Negotiates keep the bytes that they were read from. */
function withoutViews(message: Message): Message {
  if (message.kind === 'smb1-command') return { ...message, header: { ...message.header, signature: message.header.signature.slice() } };
  if (message.kind !== 'smb2-command') return message;
  const header = { ...message.header, signature: message.header.signature.slice() };
  const info = message.validateNegotiate;
  return info == null ? { ...message, header } : { ...message, header, validateNegotiate: { ...info, guid: info.guid.slice() } };
}
