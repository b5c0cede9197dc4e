import { hexNumber } from '../bytes/text.ts';
import { buildServerMessage } from '../smb/build/server-message.ts';
import { decodeSmb } from '../smb/decode.ts';
import { type AnswerFacts, answerFacts, type Facts } from './answer-facts.ts';
import { type Conversation, messageIdOf } from './conversation.ts';
import { describeReply } from './describe-reply.ts';
import { type ConnectionState, NEW_CONNECTION, type Reaction, type Server } from './family.ts';
import type { Rule } from './rule.ts';
import { DEFAULT_VALUES } from './values.ts';

/** A field in which a server that was seen and one that is foretold differ. */
export interface Misfit {
  readonly turn: number;
  readonly part: keyof AnswerFacts;
  readonly field: string;
  readonly expected: string;
  readonly observed: string;
}

/** What a server under one policy would have answered, held against what was answered. */
export interface Played {
  readonly misfits: readonly Misfit[];
  /** The rules that decided. */
  readonly rules: readonly Rule[];
}

/** How the fields of a family are compared. */
export type Compares = (part: keyof AnswerFacts, field: string, expected: string, observed: string) => boolean;

/** Plays the conversation with this server. Without `equal` the choices alone are compared, and no bytes are built. */
export function play(server: Server, { transport, joined, turns }: Conversation, equal: Compares | null): Played {
  let state: ConnectionState = { ...NEW_CONNECTION, transport };
  const misfits: Misfit[] = [];
  const rules: Rule[] = [];
  let open = true;
  for (const [turn, { request, observed }] of turns.entries()) {
    if (!open) {
      // It was answered on a connection that this server had closed
      if (observed !== null && observed !== 'hung-up') misfits.push({ turn, part: 'choice', field: 'kind', expected: 'hung-up', observed: observed.choice['kind'] ?? '' });
      continue;
    }
    if (turn === 0 && joined) state = { ...state, nextMessageId: messageIdOf(request) };
    const reaction = server(request, state, DEFAULT_VALUES);
    if (reaction?.state !== undefined) state = { ...state, ...reaction.state };
    if (reaction !== null) rules.push(reaction.rule);
    if (observed !== null) misfits.push(...differences(turn, reaction, observed, equal));
    open = reaction === null || reaction.after === 'open';
  }
  return { misfits, rules };
}

/** What is foretold, in the same words. Bytes are built and read only where they can tell more than the choice does. */
function differences(turn: number, reaction: Reaction | null, observed: AnswerFacts | 'hung-up', equal: Compares | null): Misfit[] {
  const { kind, dialect, index, status } = reaction === null ? { kind: 'silence' } as const : describeReply(reaction);
  const hungUp = kind === 'closed' || kind === 'reset';
  if (observed === 'hung-up') return hungUp ? [] : [{ turn, part: 'choice', field: 'kind', expected: kind, observed }];
  const { kind: seen } = observed.choice;
  if (kind !== seen) return [{ turn, part: 'choice', field: 'kind', expected: hungUp ? 'hung-up' : kind, observed: seen! }];
  const choice: Record<string, string> = {
    kind, ...(kind.startsWith('smb2-') && dialect !== undefined && { dialect }), ...(kind === 'smb1-selected' && { index: String(index) }),
    ...(kind.endsWith('-error') && { status: hexNumber(status ?? 0, 8) }),
  };
  const found = compared(turn, 'choice', choice, observed.choice, () => false);
  if (equal === null) return found;
  const expected = factsOf(reaction);
  if (expected === null) return found;
  found.push(...compared(turn, 'identity', expected.identity, observed.identity, equal));
  // Each dialect has terms and details of its own.
  if (found.length === 0) found.push(...compared(turn, 'terms', expected.terms, observed.terms, equal), ...compared(turn, 'details', expected.details, observed.details, equal));
  return found;
}

function compared(turn: number, part: keyof AnswerFacts, expected: Facts, observed: Facts, equal: Compares): Misfit[] {
  const found: Misfit[] = [];
  for (const field of new Set([...Object.keys(expected), ...Object.keys(observed)])) {
    const [one = 'none', other = 'none'] = [expected[field], observed[field]];
    if (one !== other && !equal(part, field, one, other)) found.push({ turn, part, field, expected: one, observed: other });
  }
  return found;
}

function factsOf(reaction: Reaction | null): AnswerFacts | null {
  const bytes = reaction?.reply == null ? null : buildServerMessage(reaction.reply);
  const [message] = bytes === null ? [] : decodeSmb(bytes.subarray(4), bytes.length - 4);
  return message === undefined ? null : answerFacts(message);
}
