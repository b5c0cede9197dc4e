import { decodeSmb } from './decode.ts';
import { decodeNbss } from './nbss.ts';
import { u16At, u32At } from './little-endian.ts';
import type { Message } from './messages.ts';

/** What bytes that differ in random values only have in common. */
export interface MessageForm {
  /** Never given twice. */
  readonly id: number;
  /** The first message of this form, decoded: kind, command, dialect … are those of all. */
  readonly sample: Message;
  /** Offset of SystemTime in the message, −1 where there is none. */
  readonly systemTimeAt: number;
  readonly type: number;
  readonly bytes: Uint8Array;
  readonly declaredLength: number;
  /** What must be equal: from, to, from, to … of `bytes`. Between them are random values. */
  readonly fixed: readonly number[];
  /** The whole message is of the form, not only the head of a command. */
  readonly whole: boolean;
  readonly next: MessageForm | undefined;
}

/** Forms remembered at once, and their longest message. A capture that has more costs time, no memory. */
const REMEMBERED = 4096;
const LONGEST = 4096;
/** Forms of one hash, which covers few bytes: whoever makes traffic can choose more, and each is compared byte by byte. */
const LONGEST_CHAIN = 64;
const SMB1_HEADER = 32;
const SMB1_NEGOTIATE = 0x72;
const SMB2_HEADER = 64;
const SMB2_IOCTL = 11;
/** SystemTime in an SMB2 negotiate response, [MS-SMB2] 2.2.4. */
const SYSTEM_TIME = 104;
const CONTEXT_LIMIT = 16;

/**
 * Recognises messages that were seen before in all but their random values (salts, clocks, challenges, message ids of commands),
 * so that each form is decoded once. Compares every other byte: what is recognised has the same meaning, by construction.
 */
export class MessageForms {
  readonly #byHash = new Map<number, MessageForm>();
  #count = 0;
  #nextId = 0;
  readonly #seed: number;
  /** The last message was the first of its form: the sample is this very message. */
  isFirst = false;

  /** @param seed makes the hash one that a capture's maker cannot predict. */
  constructor(seed: number) {
    this.#seed = seed;
  }

  /** The form of one transport message; null where it is not of the plain kinds: compounds, cut, long or validating messages. */
  of(type: number, bytes: Uint8Array, declaredLength: number): MessageForm | null {
    this.isFirst = false;
    const hash = this.#hash(type, bytes, declaredLength);
    const first = this.#byHash.get(hash);
    let chain = 0;
    for (let form = first; form !== undefined; form = form.next, chain++) if (isOf(form, type, bytes, declaredLength)) return form;
    return this.#learn(type, bytes, declaredLength, hash, chain < LONGEST_CHAIN ? first : undefined, chain);
  }

  #learn(type: number, bytes: Uint8Array, declaredLength: number, hash: number, next: MessageForm | undefined, chain: number): MessageForm | null {
    const layout = layoutOf(type, bytes, declaredLength);
    if (layout === null) return null;
    const own = bytes.slice();
    const messages: readonly Message[] = type === 0 ? decodeSmb(own, declaredLength) : [decodeNbss(type, own, declaredLength)];
    const [sample] = messages;
    if (sample === undefined || messages.length > 1) return null;
    if (this.#count >= REMEMBERED) {
      this.#byHash.clear();
      this.#count = 0;
      next = undefined;
    } else if (next === undefined) this.#count -= chain; // a full chain begins anew
    const form: MessageForm = { id: this.#nextId++, sample, type, bytes: own, declaredLength, next, ...layout };
    this.#byHash.set(hash, form);
    this.#count++;
    this.isFirst = true;
    return form;
  }

  /** Over the first bytes only, none of which is random: what is equal in them is compared. */
  #hash(type: number, bytes: Uint8Array, declaredLength: number): number {
    if (type === 0 && bytes[0] !== 0xff && bytes[0] !== 0xfe) return this.#seed ^ (bytes[0] ?? 0); // encrypted: all behind the protocol id is random
    const isCommand = bytes[0] === 0xfe ? bytes[12] !== 0 || bytes[13] !== 0 : bytes[4] !== SMB1_NEGOTIATE;
    let hash = this.#seed ^ type ^ (isCommand && type === 0 ? 0 : declaredLength << 8);
    for (let at = 4; at < 20 && at < bytes.length; at++) {
      if (HASHED[at] === 1) hash = Math.imul(hash ^ bytes[at]!, 0x01000193);
    }
    return hash;
  }
}

/** Neither CreditCharge nor Credits of SMB2, nor anything behind Flags2 of SMB1. */
const HASHED = Uint8Array.from({ length: 20 }, (_, at) => (at === 4 || at === 5 || (at >= 8 && at < 12) ? 1 : 0));

/** Every byte but the random ones is equal: then the random ones stand in the same places, too. */
function isOf(form: MessageForm, type: number, bytes: Uint8Array, declaredLength: number): boolean {
  const { fixed, bytes: sample } = form;
  if (form.type !== type) return false;
  // A negotiate's length is part of what it says; of a command only the header is looked at.
  if (form.whole ? form.declaredLength !== declaredLength || bytes.length !== sample.length : bytes.length < headerOf(sample)) return false;
  for (let range = 0; range < fixed.length; range += 2) {
    const to = fixed[range + 1]!;
    for (let at = fixed[range]!; at < to; at++) if (bytes[at] !== sample[at]) return false;
  }
  return true;
}

/** Bytes that a command must have to be read: its header, of which the form compares the beginning. */
function headerOf(bytes: Uint8Array): number {
  return bytes[0] === 0xff ? SMB1_HEADER : bytes[0] === 0xfe ? SMB2_HEADER : 4;
}

type Layout = Pick<MessageForm, 'fixed' | 'whole' | 'systemTimeAt'>;

/** Where the random values of a message stand; null where it is not of the plain kinds. */
function layoutOf(type: number, bytes: Uint8Array, declared: number): Layout | null {
  if (type !== 0) return whole(bytes, declared, []);
  switch (bytes.length < 4 ? 0 : bytes[0]) {
    case 0xff: return smb1Layout(bytes, declared);
    case 0xfe: return smb2Layout(bytes, declared);
    // Encrypted or compressed: the protocol id says all
    case 0xfd: case 0xfc: return { fixed: [0, 4], whole: false, systemTimeAt: -1 };
    default: return null;
  }
}

/** `random` are [place, length] in ascending order. */
function whole(bytes: Uint8Array, declared: number, random: readonly (readonly [number, number])[], systemTimeAt = -1): Layout | null {
  if (bytes.length !== declared || declared > LONGEST) return null;
  const fixed = [0];
  for (const [at, length] of random) fixed.push(at, at + length);
  fixed.push(bytes.length);
  return { fixed, whole: true, systemTimeAt };
}

/** [MS-CIFS] 2.2.3.1: ProtocolId, Command, Status, Flags, Flags2; of a negotiate everything. */
function smb1Layout(bytes: Uint8Array, declared: number): Layout | null {
  if (bytes.length < SMB1_HEADER) return null;
  if (bytes[4] !== SMB1_NEGOTIATE) return { fixed: [0, 12], whole: false, systemTimeAt: -1 };
  if ((bytes[9]! & 0x80) === 0 || bytes[32] !== 17 || bytes.length < 69) return whole(bytes, declared, []);
  // [MS-CIFS] 2.2.4.52.2: SessionKey, SystemTime, and the challenge where there is no extended security
  const challenged = (u32At(bytes, 52) & 0x8000_0000) === 0 && bytes[66] === 8 && bytes.length >= 77;
  return whole(bytes, declared, [[48, 4], [56, 8], ...(challenged ? [[69, 8] as const] : [])]);
}

/** [MS-SMB2] 2.2.1.2: ProtocolId to Flags without the credits, NextCommand 0; of a negotiate everything. */
function smb2Layout(bytes: Uint8Array, declared: number): Layout | null {
  if (bytes.length < SMB2_HEADER || u32At(bytes, 20) !== 0) return null;
  const command = u16At(bytes, 12);
  if (command === SMB2_IOCTL) return null; // may validate the negotiation
  if (command !== 0) return { fixed: [0, 6, 8, 14, 16, 24], whole: false, systemTimeAt: -1 };
  if ((bytes[16]! & 1) === 0) return whole(bytes, declared, bytes.length < 104 ? [] : saltOf(bytes, u32At(bytes, 92), u16At(bytes, 96)));
  if (u32At(bytes, 8) !== 0 || bytes.length < 128) return whole(bytes, declared, []);
  const salt = u16At(bytes, 68) === 0x0311 ? saltOf(bytes, u32At(bytes, 124), u16At(bytes, 70)).filter(([at]) => at >= 128) : [];
  return whole(bytes, declared, [[SYSTEM_TIME, 8], ...salt], SYSTEM_TIME);
}

/** The salts of the pre-authentication contexts, [MS-SMB2] 2.2.3.1.1, where the contexts stand as they should. */
function saltOf(bytes: Uint8Array, offset: number, count: number): [number, number][] {
  const salts: [number, number][] = [];
  let at = offset;
  for (let index = 0; index < count && index < CONTEXT_LIMIT && at >= SMB2_HEADER + 36 && at + 8 <= bytes.length; index++) {
    const length = u16At(bytes, at + 2);
    if (u16At(bytes, at) === 1 && length >= 4 && at + 8 + length <= bytes.length) {
      const salt = 4 + 2 * u16At(bytes, at + 8);
      const saltLength = u16At(bytes, at + 10);
      if (salt + saltLength <= length) salts.push([at + 8 + salt, saltLength]);
    }
    at += 8 + ((length + 7) & ~7);
  }
  return salts;
}
