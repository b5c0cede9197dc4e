import type { Exchange, Seen, SeenRound } from '../negotiation/exchange.ts';
import { u32At } from '../smb/little-endian.ts';
import type { SmbMessage } from '../smb/messages.ts';
import { NBSS } from '../smb/nbss.ts';
import { oem } from '../smb/wire-text.ts';
import { type AnswerFacts, answerFacts } from './answer-facts.ts';
import { ClientMessage } from './client-message.ts';
import { levelOf, levelOfCode } from './dialect-level.ts';
import type { Transport } from './family.ts';

/** One request of a client and what was seen of the server's answer to it. */
export interface Turn {
  readonly request: ClientMessage;
  /** Null where it is not known; `hung-up`: closed or reset without an answer. */
  readonly observed: AnswerFacts | 'hung-up' | null;
}

/** The negotiates of one connection, without what is random in them: many connections have the same. */
export interface Conversation {
  /** Equal for equal conversations. */
  readonly key: string;
  /** What the answers tell of the program. */
  readonly identity: string;
  readonly transport: Transport;
  /** The connection may have begun before the capture. */
  readonly joined: boolean;
  readonly turns: readonly Turn[];
}

/** Longer requests are no client's: real ones have some hundred bytes. Nor does one send more than three on one connection. */
const LONGEST_REQUEST = 1024;
const MOST_TURNS = 4;

/** Why a connection has nothing to compare, in words; or what there is. */
export function conversationOf(exchange: Exchange): Conversation | string {
  const { rounds, transport, handshake } = exchange;
  if (transport === 'quic') return 'inside QUIC the negotiation is encrypted';
  if (rounds.length === 0) return 'no negotiation was captured';
  if (rounds.length > MOST_TURNS) return `the connection has more than ${MOST_TURNS} negotiates`;
  const turns: Turn[] = [];
  let key = '';
  for (const [at, round] of rounds.entries()) {
    const turn = turnOf(round, at === rounds.length - 1 ? exchange : null);
    if (typeof turn === 'string') return turn;
    turns.push(turn);
    key += `\n${oem(withoutName(turn.request.bytes, round.request!))}\n${JSON.stringify(turn.observed)}`; // a turn has a request
  }
  if (turns.every(({ observed }) => observed === null || observed === 'hung-up')) return 'no answer was captured that could be told from others';
  const joined = handshake.syn === null && handshake.synAck === null;
  const identity = turns.map(({ observed }) => (observed === null || observed === 'hung-up' ? '' : JSON.stringify(observed.identity))).join(' ');
  return { key: `${transport}${joined ? ' joined' : ''}${key}`, identity, transport, joined, turns };
}

function turnOf({ request, response }: SeenRound, last: Exchange | null): Turn | string {
  if (request?.bytes === undefined) return 'a request was not captured';
  if (request.cut || response?.cut === true) return 'the capture cut a negotiate';
  if (request.bytes.length > LONGEST_REQUEST) return `a request has more than ${LONGEST_REQUEST} bytes`;
  const observed = response === null ? withoutAnswer(last) : factsOf(response);
  if (observed === 'unreadable') return 'an answer cannot be read';
  return { request: new ClientMessage(NBSS.sessionMessage, withoutChance(request)), observed };
}

function factsOf({ message }: Seen): AnswerFacts | 'unreadable' {
  return answerFacts(message as SmbMessage) ?? 'unreadable'; // NetBIOS control is in no round
}

function withoutAnswer(exchange: Exchange | null): 'hung-up' | null {
  return exchange !== null && (exchange.answer.kind === 'closed' || exchange.answer.kind === 'reset') ? 'hung-up' : null;
}

/** The request with zeros where ids, GUID and salts stand: what is compared of an answer does not depend on them. */
function withoutChance({ bytes = new Uint8Array(0), message }: Seen): Uint8Array {
  const copy = bytes.slice();
  if (message.kind === 'smb1-negotiate-request') {
    copy.fill(0, 12, 22); // PIDHigh, SecuritySignature
    copy.fill(0, 24, 32); // TID to MID
  } else if (message.kind === 'smb2-negotiate-request') {
    copy.fill(0, 32, 64); // ProcessId to Signature
    copy.fill(0, 76, 92); // ClientGuid
    for (const context of message.contexts) {
      if (context.name === 'PREAUTH_INTEGRITY') copy.fill(0, context.offset + 12 + 2 * context.hashAlgorithms.length, context.offset + 8 + context.dataLength);
    }
  }
  return copy;
}

/** The bytes without the server's name, of which lengths differ too: no answer depends on it. [MS-SMB2] 2.2.3.1.4 */
function withoutName(bytes: Uint8Array, { message }: Seen): Uint8Array {
  const name = message.kind === 'smb2-negotiate-request' ? message.contexts.find((context) => context.name === 'NETNAME') : undefined;
  if (name === undefined) return bytes;
  const copy = new Uint8Array(bytes.length);
  copy.set(bytes.subarray(0, name.offset + 2));
  const behind = name.offset + 8 + ((name.dataLength + 7) & ~7);
  copy.set(bytes.subarray(behind), name.offset + 2);
  return copy.subarray(0, name.offset + 2 + Math.max(0, bytes.length - behind));
}

/** The MessageId of a request, 0 for SMB1. */
export function messageIdOf({ bytes }: ClientMessage): bigint {
  return bytes[0] === 0xfe && bytes.length >= 32 ? BigInt(u32At(bytes, 24)) + (BigInt(u32At(bytes, 28)) << 32n) : 0n;
}

/** The level of the last dialect that was selected. */
export function levelSeen({ turns }: Conversation): number | undefined {
  for (const { observed } of turns.toReversed()) {
    if (observed === null || observed === 'hung-up') continue;
    const { kind, dialect = '' } = observed.choice;
    if (kind === 'smb1-selected') return levelOf('NT1');
    if (kind === 'smb2-dialect') return levelOf(dialect) ?? levelOfCode(Number(dialect));
  }
  return undefined;
}
