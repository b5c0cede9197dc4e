import { decodeSmb } from './decode.ts';
import { decodeNbss } from './nbss.ts';
import { u16At, u32At } from './little-endian.ts';
import { FSCTL_VALIDATE_NEGOTIATE_INFO } from './validate-negotiate.ts';
import type { Message } from './messages.ts';

/** What bytes that differ in random values only have in common. */
export interface MessageForm {
  /** Never given twice. */
  readonly id: number;
  /** The first message of this form, decoded: kind, command, dialect … are those of all. */
  readonly sample: Message;
  /** Offset of SystemTime in the message, −1 where there is none. */
  readonly systemTimeAt: number;
  readonly plain: Uint8Array;
  readonly next: MessageForm | undefined;
}

/** Forms remembered at once, and their longest message. A capture that has more costs time, no memory. */
const REMEMBERED = 4096;
const LONGEST = 4096;
/** [MS-SMB2] 2.2.1.2: ProtocolId to Status without the credits, Command, Flags, NextCommand. */
const SMB2_HEAD = 24;
/** [MS-CIFS] 2.2.3.1: ProtocolId, Command, Status, Flags, Flags2. */
const SMB1_HEAD = 12;
const SMB1_NEGOTIATE = 0x72;
const SMB2_HEADER = 64;
const CONTEXT_LIMIT = 16;

/**
 * Recognises messages that were seen before in all but their random values (salts, clocks, challenges, message ids of commands),
 * so that each form is decoded once. Compares every other byte: what is recognised has the same meaning, by construction.
 */
export class MessageForms {
  readonly #byHash = new Map<number, MessageForm>();
  readonly #scratch = new Uint8Array(LONGEST + 1);
  #count = 0;
  #nextId = 0;
  #systemTimeAt = -1;
  readonly #seed: number;

  /** @param seed makes the hash one that a capture's maker cannot predict. */
  constructor(seed: number) {
    this.#seed = seed;
  }

  /** The form of one transport message; null where it is not of the plain kinds: compounds, cut, long or validating messages. */
  of(type: number, bytes: Uint8Array, declaredLength: number): MessageForm | null {
    const length = this.#plain(type, bytes, declaredLength);
    if (length < 0) return null;
    const hash = this.#hash(length);
    const first = this.#byHash.get(hash);
    for (let form = first; form !== undefined; form = form.next) if (this.#equals(form.plain, length)) return form;
    return this.#learn(type, bytes, declaredLength, length, hash, first);
  }

  #learn(type: number, bytes: Uint8Array, declared: number, length: number, hash: number, next: MessageForm | undefined): MessageForm | null {
    const own = bytes.slice();
    const messages: readonly Message[] = type === 0 ? decodeSmb(own, declared) : [decodeNbss(type, own, declared)];
    const [sample] = messages;
    if (sample === undefined || messages.length > 1) return null;
    if (this.#count >= REMEMBERED) {
      this.#byHash.clear();
      this.#count = 0;
      next = undefined;
    }
    const form: MessageForm = { id: this.#nextId++, sample, systemTimeAt: this.#systemTimeAt, plain: this.#scratch.slice(0, length), next };
    this.#byHash.set(hash, form);
    this.#count++;
    return form;
  }

  /** Puts what decides the form into the scratch buffer: all bytes, or the head of a command; random values as zeros. */
  #plain(type: number, bytes: Uint8Array, declared: number): number {
    const scratch = this.#scratch;
    this.#systemTimeAt = -1;
    scratch[0] = type;
    if (declared > LONGEST || (type !== 0 && bytes.length !== declared)) return -1;
    if (type !== 0) return this.#copy(bytes, declared);
    switch (bytes.length < 5 ? 0 : bytes[0]) {
      case 0xff: return this.#smb1(bytes, declared);
      case 0xfe: return this.#smb2(bytes, declared);
      // Encrypted or compressed: the protocol id says all
      case 0xfd: case 0xfc: return this.#copy(bytes, 4);
      default: return -1;
    }
  }

  #smb1(bytes: Uint8Array, declared: number): number {
    if (bytes.length < 33) return -1;
    if (bytes[4] !== SMB1_NEGOTIATE) return this.#copy(bytes, SMB1_HEAD);
    if (bytes.length !== declared) return -1;
    const length = this.#copy(bytes, declared);
    if ((bytes[9]! & 0x80) === 0 || bytes[32] !== 17 || bytes.length < 69) return length;
    // [MS-CIFS] 2.2.4.52.2: SessionKey, SystemTime, and the challenge where there is no extended security
    this.#zero(48, 4);
    this.#zero(56, 8);
    if ((u32At(bytes, 52) & 0x8000_0000) === 0 && bytes[66] === 8 && bytes.length >= 77) this.#zero(69, 8);
    return length;
  }

  #smb2(bytes: Uint8Array, declared: number): number {
    if (bytes.length < SMB2_HEADER || u32At(bytes, 20) !== 0) return -1;
    const command = u16At(bytes, 12);
    const response = (bytes[16]! & 1) !== 0;
    if (command !== 0) {
      if (command === 11 && (response || bytes.length < 72 || u32At(bytes, 68) === FSCTL_VALIDATE_NEGOTIATE_INFO)) return -1;
      const length = this.#copy(bytes, SMB2_HEAD);
      this.#zero(6, 2); // CreditCharge
      this.#zero(14, 2); // Credits
      return length;
    }
    if (bytes.length !== declared) return -1;
    const length = this.#copy(bytes, declared);
    if (!response && bytes.length >= 104) this.#zeroSalt(bytes, u32At(bytes, 92), u16At(bytes, 96));
    if (response && u32At(bytes, 8) === 0 && bytes.length >= 128) {
      this.#systemTimeAt = 104;
      this.#zero(104, 8);
      if (u16At(bytes, 68) === 0x0311) this.#zeroSalt(bytes, u32At(bytes, 124), u16At(bytes, 70));
    }
    return length;
  }

  /** The salt of the pre-authentication context, [MS-SMB2] 2.2.3.1.1, where the contexts stand as they should. */
  #zeroSalt(bytes: Uint8Array, offset: number, count: number): void {
    let at = offset;
    for (let index = 0; index < count && index < CONTEXT_LIMIT && at >= SMB2_HEADER && at + 8 <= bytes.length; index++) {
      const length = u16At(bytes, at + 2);
      if (u16At(bytes, at) === 1 && length >= 4 && at + 8 + length <= bytes.length) {
        const salt = 4 + 2 * u16At(bytes, at + 8);
        const saltLength = u16At(bytes, at + 10);
        if (salt + saltLength <= length) this.#zero(at + 8 + salt, saltLength);
      }
      at += 8 + ((length + 7) & ~7);
    }
  }

  #copy(bytes: Uint8Array, length: number): number {
    const scratch = this.#scratch;
    for (let at = 0; at < length; at++) scratch[at + 1] = bytes[at]!;
    return length + 1;
  }

  #zero(at: number, length: number): void {
    this.#scratch.fill(0, at + 1, at + 1 + length);
  }

  #hash(length: number): number {
    const scratch = this.#scratch;
    let hash = this.#seed ^ length;
    for (let at = 0; at < length; at++) hash = Math.imul(hash ^ scratch[at]!, 0x01000193);
    return hash;
  }

  #equals(plain: Uint8Array, length: number): boolean {
    if (plain.length !== length) return false;
    const scratch = this.#scratch;
    for (let at = 0; at < length; at++) if (plain[at] !== scratch[at]) return false;
    return true;
  }
}
