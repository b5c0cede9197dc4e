import { originOf, type Origin } from '../stream/half.ts';

/** One message of the stream, behind its 4-byte prefix. NBTE 2.1, [MS-SMB2] 2.1 */
export interface Framed {
  /** First byte of the prefix: 0 session message, 0x81 … 0x85 session control. */
  readonly type: number;
  /** The message's first bytes: all of it where a negotiate needs it (then a copy), its header otherwise (valid during the call). */
  readonly bytes: Uint8Array;
  readonly declaredLength: number;
  /** The packet that completes what is in `bytes` (the greatest number of its packets). */
  readonly origin: Origin;
  /** Bytes inside the message are not in the capture. */
  readonly cut: boolean;
}

export interface FrameListener {
  message(message: Framed): void;
  /** The stream does not begin like SMB. */
  notSmb(): void;
}

/** Enough for both SMB headers and an IOCTL's CtlCode. */
const HEADER_BYTES = 124;
const NOTHING = new Uint8Array(0);
const SMB1_NEGOTIATE = 0x72;
const SMB2_NEGOTIATE = 0;
const SMB2_IOCTL = 11;

/** Messages out of the ordered bytes of one direction; keeps only what decoding needs, skips the rest by arithmetic. */
export class MessageFramer {
  #listener: FrameListener;
  #recognise: (bytes: Uint8Array, start: number, end: number) => 'smb' | 'nbss' | 'maybe' | 'no';
  #limit: number;
  /** Prefix and kept bytes of the message that is being collected. */
  #buffer = NOTHING;
  #have = 0;
  #want = 4;
  #declared = 0;
  #skip = 0;
  #cut = false;
  #inSync: boolean;
  /** In-order messages seen: before the first one, bytes that are no SMB are no fault but another protocol. */
  #messages = 0;
  #origin: Origin | null = null;

  constructor(
    listener: FrameListener,
    recognise: (bytes: Uint8Array, start: number, end: number) => 'smb' | 'nbss' | 'maybe' | 'no',
    limit: number,
    startKnown: boolean,
  ) {
    this.#listener = listener;
    this.#recognise = recognise;
    this.#limit = limit;
    this.#inSync = startKnown;
  }

  bytes(bytes: Uint8Array, start: number, end: number, origin: Origin): void {
    let at = start;
    if (!this.#inSync) {
      // Joined midway or behind a gap: a message is looked for at the beginning of a packet only.
      const found = this.#recognise(bytes, at, end);
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
      this.#buffer.set(bytes.subarray(at, at + taken), this.#have);
      this.#have += taken;
      at += taken;
      if (this.#origin === null || origin.number > this.#origin.number) this.#origin = originOf(origin);
      if (this.#have === this.#want) this.#advance();
    }
  }

  missing(length: number, _cut: boolean, origin: Origin): void {
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
      bytes: this.#needsWhole() ? this.#buffer.slice(4, this.#have) : this.#buffer.subarray(4, this.#have),
      declaredLength: this.#declared,
      origin: this.#origin ?? { number: 0, timed: false, seconds: 0, nanos: 0 },
      cut: this.#cut,
    };
    this.#skip = 4 + this.#declared - this.#have;
    const readable = framed.type !== 0 || framed.bytes.length >= 4 || this.#declared === 0;
    this.#restart();
    if (!readable) return;
    if (framed.declaredLength > 0 || framed.type !== 0) this.#messages++;
    this.#listener.message(framed);
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
    if (this.#messages === 0) this.#listener.notSmb();
  }

  #reserve(length: number): void {
    if (length <= this.#buffer.length) return;
    const larger = new Uint8Array(Math.max(length, 4 + HEADER_BYTES, Math.min(this.#buffer.length * 2, 4 + this.#limit)));
    larger.set(this.#buffer.subarray(0, this.#have));
    this.#buffer = larger;
  }
}
