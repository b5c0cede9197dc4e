import type { Role } from '../negotiation/exchange.ts';
import { beginsMessage, magicAt } from '../paste/smb-start.ts';
import type { Payload } from '../paste/strip-headers.ts';
import { decodeSmb } from '../smb/decode.ts';
import type { Message } from '../smb/messages.ts';
import { decodeNbss } from '../smb/nbss.ts';

/** One transport message of pasted bytes. */
export interface RawMessage {
  readonly from: Role;
  /** With the 4-byte prefix, which is added where it was not given. */
  readonly framed: Uint8Array;
  readonly prefixGiven: boolean;
  /** Where it begins in the piece that was given, headers included. */
  readonly offset: number;
  /** The pasted packet that completes it; null where no packets were pasted. */
  readonly packet: number | null;
  readonly decoded: readonly Message[];
}

export interface RawMessages {
  readonly messages: readonly RawMessage[];
  /** Sentences about bytes that are part of no message. */
  readonly warnings: readonly string[];
}

/** Messages that are looked at; the warnings say when there are more. */
export const MESSAGE_LIMIT = 64;

/** Messages in the order given, with or without prefix; what stands before, between and behind them is stepped over and told. */
export function readRawMessages(payloads: readonly Payload[]): RawMessages {
  const messages: RawMessage[] = [];
  const warnings: string[] = [];
  for (const payload of payloads) {
    const { bytes } = payload;
    let at = 0;
    while (at < bytes.length) {
      const next = nextMessage(bytes, at);
      if (next !== at) warnings.push(stepped(next, at, bytes.length));
      if (next < 0) break;
      if (messages.length === MESSAGE_LIMIT) return { messages, warnings: [...warnings, `Only the first ${MESSAGE_LIMIT} messages were looked at.`] };
      const message = readOne(payload, next);
      messages.push(message);
      at = next + message.framed.length - (message.prefixGiven ? 0 : 4);
    }
  }
  return { messages, warnings };
}

function stepped(next: number, at: number, length: number): string {
  const count = (next < 0 ? length : next) - at;
  const where = next >= 0 ? (at === 0 ? 'before the first message' : 'between two messages') : at === 0 ? 'of one piece' : 'behind the last message of a piece';
  return `${count} byte${count === 1 ? '' : 's'} ${where} ${count === 1 ? 'is' : 'are'} no SMB and ${count === 1 ? 'was' : 'were'} left out.`;
}

/** Offset of the first message from `at` on; −1 where there is none. */
function nextMessage(bytes: Uint8Array, at: number): number {
  if (beginsMessage(bytes.subarray(at))) return at;
  const magic = magicAt(bytes, at);
  return magic >= at + 4 && isPrefix(bytes, magic - 4) ? magic - 4 : magic;
}

function readOne({ bytes, direction, headers, packets }: Payload, offset: number): RawMessage {
  const prefixGiven = magicAt(bytes.subarray(offset, offset + 4)) !== 0;
  const type = prefixGiven ? (bytes[offset] ?? 0) : 0;
  const bodyAt = prefixGiven ? offset + 4 : offset;
  const declared = prefixGiven ? u24(bytes, offset + 1) : nextFramed(bytes, offset + 4) - offset;
  const body = bytes.subarray(bodyAt, bodyAt + declared);
  const decoded = type === 0 ? decodeSmb(body, declared) : [decodeNbss(type, body, declared)];
  const packet = packets.find(({ upTo }) => upTo >= bodyAt + body.length)?.packet ?? null;
  return { from: direction ?? senderOf(decoded[0]), framed: framed(type, declared, body), prefixGiven, offset: headers + offset, packet, decoded };
}

/** A message without prefix ends where one with prefix begins: inside of a message a prefix and `SMB` never follow each other. */
function nextFramed(bytes: Uint8Array, from: number): number {
  for (let magic = magicAt(bytes, from); magic >= 0; magic = magicAt(bytes, magic + 1)) {
    if (magic >= from + 4 && isPrefix(bytes, magic - 4)) return magic - 4;
  }
  return bytes.length;
}

function framed(type: number, declared: number, body: Uint8Array): Uint8Array {
  const out = new Uint8Array(4 + body.length);
  out.set([type, (declared >> 16) & 0xff, (declared >> 8) & 0xff, declared & 0xff]);
  out.set(body, 4);
  return out;
}

/** RFC 1002 4.3.6: a session message with room for a header. */
function isPrefix(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === 0 && u24(bytes, at + 1) >= 32;
}

function u24(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
}

/** Requests and responses say what they are; what cannot be read is taken for the client's. */
function senderOf(message: Message | undefined): Role {
  switch (message?.kind) {
    case 'smb1-negotiate-response': case 'smb2-negotiate-response': case 'smb2-negotiate-error':
    case 'nbss-positive-response': case 'nbss-negative-response': case 'nbss-retarget': return 'server';
    case 'smb1-command': case 'smb2-command': return message.response ? 'server' : 'client';
    case 'malformed': return message.as.endsWith('response') ? 'server' : 'client';
    default: return 'client';
  }
}
