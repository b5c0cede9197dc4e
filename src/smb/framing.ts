import type { BytePool } from '../bytes/byte-pool.ts';
import { copyBytes } from '../bytes/copy-bytes.ts';
import { originOf, type ByteSink, type Origin } from '../stream/half.ts';
import { recogniseStart } from './recognise.ts';

/** One message of the stream, behind its 4-byte prefix. NBTE 2.1, [MS-SMB2] 2.1 */
export interface Framed {
  /** First byte of the prefix: 0 session message, 0x81 … 0x85 session control. */
  readonly type: number;
  /** The message's first bytes: all of it where a negotiate needs it, its header otherwise; valid during the call, or until `release`. */
  readonly bytes: Uint8Array;
  readonly declaredLength: number;
  /** The packet that completes what is in `bytes` (the greatest number of its packets). */
  readonly origin: Origin;
  /** Bytes inside the message are not in the capture. */
  readonly cut: boolean;
}

export interface FrameListener {
  /** True when it keeps a view of the message's bytes, until `release`. */
  message(message: Framed, side: 0 | 1): boolean;
  /** The stream does not begin like SMB. */
  otherProtocol(): void;
}

/** Enough for both SMB headers and an IOCTL's CtlCode. */
const HEADER_BYTES = 124;
const NOTHING = new Uint8Array(0);
const SMB1_NEGOTIATE = 0x72;
const SMB2_NEGOTIATE = 0;
const SMB2_IOCTL = 11;

/** Messages out of the ordered bytes of one direction; keeps only what decoding needs, skips the rest by arithmetic. */
export class MessageFramer implements ByteSink {
  #listener: FrameListener;
  #side: 0 | 1;
  #limit: number;
  #pool: BytePool;
  /** Buffers of messages that were handed out whole. */
  #handedOut: Uint8Array[] | null = null;
  /** Prefix and kept bytes of the message that is being collected. */
  #buffer: Uint8Array = NOTHING;
  #have = 0;
  #want = 4;
  #declared = 0;
  #skip = 0;
  #cut = false;
  #inSync = false;
  /** Whether the first byte of the stream is known shows with the first bytes only. */
  #start: { readonly startKnown: boolean } | null;
  /** In-order messages seen: before the first one, bytes that are no SMB are no fault but another protocol. */
  #messages = 0;
  #origin: Origin | null = null;

  constructor(listener: FrameListener, side: 0 | 1, start: { readonly startKnown: boolean }, limit: number, pool: BytePool) {
    this.#listener = listener;
    this.#side = side;
    this.#start = start;
    this.#limit = limit;
    this.#pool = pool;
  }

  bytes(bytes: Uint8Array, start: number, end: number, origin: Origin): void {
    let at = start;
    this.#begin();
    if (!this.#inSync) {
      // Joined midway or behind a gap: a message is looked for at the beginning of a packet only.
      const found = recogniseStart(bytes, at, end);
      if (found === 'maybe' && end - at < 8) return; // too short to tell, which says nothing against SMB
      if (found === 'no') {
        this.#refuse();
        return;
      }
      this.#restart();
      this.#inSync = true;
    }
    while (at < end && this.#inSync) {
      if (this.#skip > 0) {
        const skipped = Math.min(this.#skip, end - at);
        this.#skip -= skipped;
        at += skipped;
        continue;
      }
      const taken = Math.min(this.#want - this.#have, end - at);
      this.#reserve(this.#have + taken);
      copyBytes(bytes, at, at + taken, this.#buffer, this.#have);
      this.#have += taken;
      at += taken;
      if (this.#origin === null || origin.number > this.#origin.number) this.#origin = originOf(origin);
      if (this.#have === this.#want) this.#advance();
    }
  }

  missing(length: number, _cut: boolean, origin: Origin): void {
    this.#begin();
    if (!this.#inSync) return;
    if (length <= this.#skip) {
      this.#skip -= length;
      return;
    }
    if (this.#have >= 4 && this.#skip === 0) {
      // The end of this message is not there: say what is, and go on behind it where the length tells where that is.
      const rest = 4 + this.#declared - this.#have;
      this.#cut = true;
      if (this.#origin === null) this.#origin = originOf(origin);
      this.#emit();
      if (length <= rest) {
        this.#skip = rest - length;
        return;
      }
    }
    this.#inSync = false;
    this.#restart();
  }

  /** The stream ends: an unfinished message is handed out as cut. */
  end(): void {
    if (this.#inSync && this.#have > 4 && this.#skip === 0) {
      this.#cut = true;
      this.#emit();
    }
  }

  /** Nobody reads the messages that were handed out any more. */
  release(): void {
    if (this.#handedOut !== null) for (const buffer of this.#handedOut) this.#pool.give(buffer);
    this.#handedOut = null;
    if (this.#buffer !== NOTHING) this.#pool.give(this.#buffer);
    this.#buffer = NOTHING;
  }

  #begin(): void {
    if (this.#start === null) return;
    this.#inSync = this.#start.startKnown;
    this.#start = null;
  }

  #advance(): void {
    if (this.#have === 4) {
      this.#declared = (this.#buffer[1]! << 16) | (this.#buffer[2]! << 8) | this.#buffer[3]!;
      const type = this.#buffer[0]!;
      if ((type !== 0 && (type < 0x81 || type > 0x85)) || (type !== 0 && this.#declared > 0x1ffff)) {
        this.#refuse();
        return;
      }
      this.#want = 4 + Math.min(this.#declared, HEADER_BYTES);
      if (this.#declared === 0) this.#emit();
      return;
    }
    if (this.#buffer[0] === 0 && !this.#isSmb()) {
      this.#refuse();
      return;
    }
    const whole = 4 + Math.min(this.#declared, this.#limit);
    if (this.#want < whole && this.#needsWhole()) {
      this.#want = whole;
      return;
    }
    this.#emit();
  }

  #isSmb(): boolean {
    const buffer = this.#buffer;
    const protocol = buffer[4]!;
    return this.#have >= 8 && protocol >= 0xfc && buffer[5] === 0x53 && buffer[6] === 0x4d && buffer[7] === 0x42;
  }

  #needsWhole(): boolean {
    const buffer = this.#buffer;
    if (buffer[4] === 0xff) return buffer[8] === SMB1_NEGOTIATE;
    if (buffer[4] !== 0xfe || this.#have < 4 + 24) return false;
    const command = buffer[16]! | (buffer[17]! << 8);
    const chained = (buffer[24]! | buffer[25]! | buffer[26]! | buffer[27]!) !== 0;
    return command === SMB2_NEGOTIATE || command === SMB2_IOCTL || chained;
  }

  #emit(): void {
    const framed: Framed = {
      type: this.#buffer[0]!,
      bytes: this.#buffer.subarray(4, this.#have),
      declaredLength: this.#declared,
      origin: this.#origin ?? { number: 0, timed: false, seconds: 0, nanos: 0 },
      cut: this.#cut,
    };
    this.#skip = 4 + this.#declared - this.#have;
    const readable = framed.type !== 0 || framed.bytes.length >= 4 || this.#declared === 0;
    this.#restart();
    if (!readable) return;
    if (framed.declaredLength > 0 || framed.type !== 0) this.#messages++;
    if (this.#listener.message(framed, this.#side)) this.#handOut();
  }

  #restart(): void {
    this.#have = 0;
    this.#want = 4;
    this.#declared = 0;
    this.#cut = false;
    this.#origin = null;
    if (!this.#inSync) this.#skip = 0;
  }

  /** What stands where a message should begin is none: another protocol, or sync was lost. */
  #refuse(): void {
    this.#inSync = false;
    this.#restart();
    if (this.#messages === 0) this.#listener.otherProtocol();
  }

  /** The buffer now belongs to the message; the next one gets another. */
  #handOut(): void {
    (this.#handedOut ??= []).push(this.#buffer);
    this.#buffer = NOTHING;
  }

  #reserve(length: number): void {
    if (length <= this.#buffer.length) return;
    const larger = this.#pool.take(Math.max(length, 4 + HEADER_BYTES));
    larger.set(this.#buffer.subarray(0, this.#have));
    if (this.#buffer !== NOTHING) this.#pool.give(this.#buffer);
    this.#buffer = larger;
  }
}
