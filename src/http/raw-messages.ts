import type { Role } from '../negotiation/exchange.ts';
import { decodeSmb } from '../smb/decode.ts';
import type { Message } from '../smb/messages.ts';
import { decodeNbss } from '../smb/nbss.ts';

/** One transport message of pasted bytes. */
export interface RawMessage {
  readonly from: Role;
  /** With the 4-byte prefix, which is added where it was not given. */
  readonly framed: Uint8Array;
  readonly prefixGiven: boolean;
  /** Where it begins in the bytes that were given. */
  readonly offset: number;
  readonly decoded: readonly Message[];
}

/** More are not looked at. */
const MESSAGE_LIMIT = 64;

/** Messages in the order given, with or without prefix; headers of lower layers before the first one are stepped over. */
export function readRawMessages(bytes: Uint8Array, from: Role | null): RawMessage[] {
  const messages: RawMessage[] = [];
  let at = beginning(bytes);
  while (at >= 0 && at < bytes.length && messages.length < MESSAGE_LIMIT) {
    const message = readOne(bytes, at, from);
    messages.push(message);
    at += message.framed.length - (message.prefixGiven ? 0 : 4);
  }
  return messages;
}

function readOne(bytes: Uint8Array, offset: number, from: Role | null): RawMessage {
  const prefixGiven = !isMagic(bytes, offset);
  const type = prefixGiven ? (bytes[offset] ?? 0) : 0;
  const bodyAt = prefixGiven ? Math.min(offset + 4, bytes.length) : offset;
  const declared = prefixGiven ? u24(bytes, offset + 1) : bytes.length - offset;
  const body = bytes.subarray(bodyAt, bodyAt + declared);
  const decoded = type === 0 ? decodeSmb(body, declared) : [decodeNbss(type, body, declared)];
  return { from: from ?? senderOf(decoded[0]), framed: framed(type, declared, body), prefixGiven, offset, decoded };
}

function framed(type: number, declared: number, body: Uint8Array): Uint8Array {
  const out = new Uint8Array(4 + body.length);
  out.set([type, (declared >> 16) & 0xff, (declared >> 8) & 0xff, declared & 0xff]);
  out.set(body, 4);
  return out;
}

/** Offset of the first message; -1 where there is none. Whole packets are common in pasted dumps. */
function beginning(bytes: Uint8Array): number {
  if (bytes.length >= 4 && isControl(bytes[0] ?? 0) && u24(bytes, 1) + 4 <= bytes.length) return 0;
  for (let at = 0; at + 4 <= bytes.length; at += 1) {
    if (!isMagic(bytes, at)) continue;
    return at >= 4 && bytes[at - 4] === 0 && u24(bytes, at - 3) >= 4 ? at - 4 : at;
  }
  return -1;
}

/** RFC 1002 4.3.1: session request to keep-alive. */
function isControl(type: number): boolean {
  return type >= 0x81 && type <= 0x85;
}

function isMagic(bytes: Uint8Array, at: number): boolean {
  return (bytes[at] ?? 0) >= 0xfc && bytes[at + 1] === 0x53 && bytes[at + 2] === 0x4d && bytes[at + 3] === 0x42;
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
