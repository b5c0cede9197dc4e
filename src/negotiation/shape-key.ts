import type { Origin } from '../stream/half.ts';
import type { End, Side } from '../stream/tcp-connection.ts';
import type { PacketTime } from './exchange.ts';
import type { Heard } from './heard.ts';
import { clockOffset, timeOf } from './packet-time.ts';
import type { RecordedConnection, RecordedTalk } from './recorded.ts';

/** Packets of one connection that its record names, in their order, with their times. */
export interface NotedPackets {
  readonly numbers: number[];
  readonly seconds: number[];
  readonly nanos: number[];
}

/** Noted packets of one connection; the placeholders of their times must fit into half a second. */
export const MOST_PACKETS = 28;
/** Below this no wait of the connection can have reached a limit of patience (5 s, 60 s): waits then only are written, never decide. */
const SHORT_SECONDS = 5;
/** Distances in sequence numbers beyond this are rare: such connections are judged one by one. */
const NEAR = 8;

/**
 * Says in one text all that a record depends on, but for what it only writes down: packet numbers, times, addresses, ports,
 * counts. Two connections with the same key have the same record in all other respects.
 */
export class ShapeKeys {
  #parts: number[] = [];
  /** The second in which the server told its clock, −1 where it did not; a specimen has one. */
  #clockSecond = -1;
  #noted: NotedPackets = { numbers: [], seconds: [], nanos: [] };

  /** The packets of the last connection that got a key. */
  get noted(): NotedPackets {
    return this.#noted;
  }

  /** Null where the connection is out of the ordinary: long, without times, with messages that have no form. */
  of(connection: RecordedConnection, talk: RecordedTalk, now: PacketTime | null, places: { readonly hinted: Side; readonly publicBits: number }): string | null {
    if (now === null || !connection.start.timed || seconds(now) - seconds(connection.start) >= SHORT_SECONDS) return null;
    if (talk.omitted > 0 || talk.validateRequest !== null || talk.validateResponse !== null) return null;
    if (!this.#note(connection, talk)) return null;
    this.#parts.length = 0;
    const { ports, ipVersion, synPackets } = connection;
    if (synPackets > 255 || talk.commandsAfterTreeConnect > 255) return null;
    this.#parts.push(
      ipVersion, places.hinted, ports[places.hinted], places.publicBits, synPackets, talk.commandsAfterTreeConnect,
      bits(connection.seen[0], connection.seen[1], connection.simultaneous, talk.sessionSetup, talk.treeConnect),
    );
    for (const control of [connection.syn, connection.synAck, connection.handshakeAck]) {
      if (control === null) this.#parts.push(0);
      else this.#parts.push(1 + control.side, this.#rank(control));
    }
    if (!this.#halves(connection) || !this.#ends(connection) || !this.#heard(talk)) return null;
    return String.fromCharCode(...this.#parts);
  }

  /** Puts the packets into their order; false where times are missing or run backwards, or packets are too many. */
  #note({ syn, synAck, handshakeAck, ends }: RecordedConnection, { heard }: RecordedTalk): boolean {
    this.#noted = { numbers: [], seconds: [], nanos: [] };
    if (heard.length + ends.length + 3 > MOST_PACKETS) return false;
    let timed = (syn === null || this.#insert(syn)) && (synAck === null || this.#insert(synAck)) && (handshakeAck === null || this.#insert(handshakeAck));
    for (const { origin } of heard) timed &&= this.#insert(origin);
    for (const end of ends) timed &&= this.#insert(end);
    if (!timed) return false;
    const { seconds: whole, nanos } = this.#noted;
    for (let at = 1; at < whole.length; at++) {
      if (whole[at]! < whole[at - 1]! || (whole[at] === whole[at - 1] && nanos[at]! < nanos[at - 1]!)) return false;
    }
    return true;
  }

  #insert({ number, timed, seconds: whole, nanos }: Origin): boolean {
    const { numbers } = this.#noted;
    let at = numbers.length;
    while (at > 0 && numbers[at - 1]! > number) at--;
    if (at > 0 && numbers[at - 1] === number) return timed;
    if (at === numbers.length) {
      numbers.push(number);
      this.#noted.seconds.push(whole);
      this.#noted.nanos.push(nanos);
    } else {
      numbers.splice(at, 0, number);
      this.#noted.seconds.splice(at, 0, whole);
      this.#noted.nanos.splice(at, 0, nanos);
    }
    return timed;
  }

  #rank({ number }: Origin): number {
    return this.#noted.numbers.indexOf(number);
  }

  #halves({ halves, quiet }: RecordedConnection): boolean {
    for (const side of [0, 1] as const) {
      const half = halves[side];
      const silence = quiet[side];
      this.#parts.push(bits(half.known, half.startKnown, half.gap, half.cut, half.delivered > 0),
        silence === null ? 0 : 1 + bits(silence.next === half.next, silence.atEnd));
    }
    return true;
  }

  /** How each end stands to what both sides sent decides which came first. */
  #ends({ halves, ends }: RecordedConnection): boolean {
    this.#parts.push(ends.length);
    for (const end of ends) {
      const own = (end.sequence - halves[end.side].next) | 0;
      const other = end.acknowledgment === null ? 0 : (end.acknowledgment - halves[end.side === 0 ? 1 : 0].next) | 0;
      if (own < -NEAR || own > NEAR || other < -NEAR || other > NEAR) return false;
      this.#parts.push(endBits(end), this.#rank(end), own + NEAR, other + NEAR);
    }
    return true;
  }

  #heard(talk: RecordedTalk): boolean {
    this.#parts.push(talk.heard.length);
    this.#clockSecond = -1;
    for (const one of talk.heard) {
      if (one.form === null) return false;
      this.#parts.push(one.form.id & 0xffff, one.form.id >>> 16, bits(one.side === 1, one.cut), this.#rank(one.origin));
      if (!this.#clock(one)) return false;
    }
    for (const one of [talk.firstSmb1Command, talk.firstSmb2Command, talk.firstResponse, talk.encrypted]) {
      this.#parts.push(one === null ? 0 : 1 + talk.heard.indexOf(one));
    }
    return true;
  }

  /** How far the server's clock was off is decided on and written in whole seconds. */
  #clock(one: Heard): boolean {
    const { systemTime } = one;
    const time = timeOf(one.origin);
    if (systemTime === null || time === null) return true;
    const off = clockOffset(systemTime, time);
    const rounded = Math.round(off);
    if (Math.abs(rounded) >= 2 ** 31 || (this.#clockSecond >= 0 && this.#clockSecond !== time.seconds)) return false;
    this.#clockSecond = time.seconds;
    const sample = one.form?.sample;
    // A start time that is the current time is a mark of tools
    const started = sample?.kind === 'smb2-negotiate-response' && sample.serverStartTime === systemTime;
    this.#parts.push(bits(systemTime === 0n, started), (rounded >>> 16) & 0xffff, rounded & 0xffff, Math.ceil(Math.abs(off)) & 1);
    return true;
  }
}

function seconds({ seconds: whole, nanos }: PacketTime): number {
  return whole + nanos / 1e9;
}

function bits(...flags: boolean[]): number {
  let sum = 0;
  for (let at = 0; at < flags.length; at++) if (flags[at] === true) sum |= 1 << at;
  return sum;
}

function endBits({ side, how, likePeer, acknowledgment, sequence }: End): number {
  return (sequence === 0 ? 32 : 0) | side | (how === 'reset' ? 2 : 0) | (likePeer === null ? 4 : likePeer ? 8 : 0) | (acknowledgment === null ? 16 : 0);
}
