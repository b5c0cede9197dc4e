import { Fault } from '../bytes/fault.ts';
import { malformed } from './malformed.ts';
import type { MalformedMessage, NbssMessage, NetbiosName } from './messages.ts';

/** RFC 1002 4.3.1 TYPE. */
export const NBSS = { sessionMessage: 0x00, sessionRequest: 0x81, positive: 0x82, negative: 0x83, retarget: 0x84, keepalive: 0x85 } as const;

/** RFC 1002 4.3.4; 0x8E is an extension of stunnel. */
const ERRORS: Readonly<Record<number, string>> = {
  0x80: 'not listening on called name', 0x81: 'not listening for calling name', 0x82: 'called name not present',
  0x83: 'called name present, but insufficient resources', 0x8e: 'use TLS', 0x8f: 'unspecified error',
};

export function nbssErrorName(code: number): string | undefined {
  return ERRORS[code];
}

/** A NetBIOS session service packet other than a session message. RFC 1002 4.3, [MS-NBTE] 2.1. `body`: what follows the 4-byte prefix. */
export function decodeNbss(type: number, body: Uint8Array, declaredLength: number): NbssMessage | MalformedMessage {
  const bytes = body.length > declaredLength ? body.subarray(0, declaredLength) : body;
  switch (type) {
    case NBSS.sessionRequest: return readSessionRequest(bytes);
    case NBSS.positive: return { kind: 'nbss-positive-response' };
    case NBSS.negative: return readNegative(bytes);
    case NBSS.retarget: return readRetarget(bytes);
    case NBSS.keepalive: return { kind: 'nbss-keepalive' };
    default: return malformed('nbss', new Fault('unexpected-value', 0, 'Type'));
  }
}

function readSessionRequest(bytes: Uint8Array): NbssMessage {
  const called = netbiosNameEnd(bytes, 0);
  return { kind: 'nbss-session-request', called: readNetbiosName(bytes, 0), calling: called === null ? null : readNetbiosName(bytes, called) };
}

function readNegative(bytes: Uint8Array): NbssMessage | MalformedMessage {
  const [errorCode] = bytes;
  if (errorCode === undefined) return malformed('nbss', new Fault('truncated', 0, 'ErrorCode'));
  return { kind: 'nbss-negative-response', errorCode, errorName: nbssErrorName(errorCode) };
}

function readRetarget(bytes: Uint8Array): NbssMessage | MalformedMessage {
  if (bytes.length < 6) return malformed('nbss', new Fault('truncated', bytes.length, 'RetargetIpAddress'));
  return { kind: 'nbss-retarget', ip: bytes.subarray(0, 4).join('.'), port: ((bytes[4] ?? 0) << 8) | (bytes[5] ?? 0) };
}

const ENCODED_LENGTH = 0x20;
const LETTER_A = 0x41;

/** First-level encoding: each nibble as a letter from `A`. RFC 1001 14.1 */
export function readNetbiosName(bytes: Uint8Array, at: number): NetbiosName | null {
  if (bytes[at] !== ENCODED_LENGTH || at + 1 + ENCODED_LENGTH > bytes.length) return null;
  let name = '';
  let suffix = 0;
  for (let index = 0; index < 16; index++) {
    const high = (bytes[at + 1 + 2 * index] ?? 0) - LETTER_A;
    const low = (bytes[at + 2 + 2 * index] ?? 0) - LETTER_A;
    if (high < 0 || high > 15 || low < 0 || low > 15) return null;
    suffix = (high << 4) | low;
    if (index < 15) name += String.fromCharCode(suffix);
  }
  return { name: name.replace(/[ \0]+$/, ''), suffix };
}

/** The offset behind a name with its scope's labels; null when it does not end. Every turn consumes a byte at least. */
export function netbiosNameEnd(bytes: Uint8Array, at: number): number | null {
  while (at < bytes.length) {
    const length = bytes[at] ?? 0;
    at += 1 + length;
    if (length === 0) return at;
  }
  return null;
}
