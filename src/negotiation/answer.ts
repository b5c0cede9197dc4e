import type { End, Side } from '../stream/tcp-connection.ts';
import { smb2DialectText } from './dialects.ts';
import type { Answer, Offer, Role } from './exchange.ts';
import type { Heard } from './heard.ts';
import { waitOf } from './offer.ts';
import { timeOf } from './packet-time.ts';
import { isWildcard, type HeardResponse, type Round } from './rounds.ts';

export interface AnswerFacts {
  readonly round: Round | null;
  readonly offer: Offer;
  readonly heard: readonly Heard[];
  readonly server: Side;
  readonly end: End | null;
  readonly endBy: Role | null;
  readonly gaps: { readonly client: boolean; readonly server: boolean };
  readonly serverSeen: boolean;
  readonly serverJoinedMidway: boolean;
  readonly clientJoinedMidway: boolean;
  /** The server went on with commands, so it must have answered. */
  readonly commandAnswered: boolean;
}

const NOTHING: Answer = {
  kind: 'none', index: null, dialect: null, dialectCode: null, dialectInferred: false, status: null,
  packet: null, time: null, waitSeconds: null, malformed: null,
};

/** What the server answered, or how it did not. */
export function answerOf(facts: AnswerFacts): Answer {
  const { round } = facts;
  if (round?.response != null) return readAnswer(round.response, round);
  const nbss = facts.heard.filter(({ side, message }) =>
    side === facts.server && (message.kind === 'nbss-negative-response' || message.kind === 'nbss-retarget')).at(-1);
  if (nbss !== undefined && round === null) {
    return {
      ...NOTHING, packet: nbss.packet, time: timeOf(nbss.origin),
      kind: nbss.message.kind === 'nbss-retarget' ? 'netbios-retarget' : 'netbios-refused',
    };
  }
  if (round === null) return { ...NOTHING, kind: facts.commandAnswered || lostBytes(facts) ? 'not-captured' : 'none' };
  if (lostBytes(facts) || facts.commandAnswered) return { ...NOTHING, kind: 'not-captured' };
  if (facts.endBy === 'server') return { ...NOTHING, kind: facts.end!.how === 'reset' ? 'reset' : 'closed', packet: facts.end!.number };
  return { ...NOTHING, kind: 'silence' };
}

/** The answer may have been sent and not captured. */
function lostBytes(facts: AnswerFacts): boolean {
  return facts.gaps.server || (facts.gaps.client && facts.round === null) || (!facts.serverSeen && facts.round !== null);
}

function readAnswer(response: HeardResponse, round: Round): Answer {
  const { message } = response;
  const base: Answer = { ...NOTHING, packet: response.packet, time: timeOf(response.origin), waitSeconds: waitOf(round) };
  switch (message.kind) {
    case 'malformed':
      if (response.cut) return { ...base, kind: 'not-captured' };
      return { ...base, kind: 'malformed', malformed: { packet: response.packet, field: message.field, offset: message.offset } };
    case 'smb2-negotiate-error':
      return { ...base, kind: 'smb2-error', status: message.header.status };
    case 'smb2-negotiate-response':
      if (message.header.status !== 0) return { ...base, kind: 'smb2-error', status: message.header.status };
      return {
        ...base,
        kind: isWildcard(message) ? 'smb2-wildcard' : 'smb2-dialect',
        dialect: smb2DialectText(message.dialectRevision),
        dialectCode: message.dialectRevision,
      };
    case 'smb1-negotiate-response':
      return smb1Answer(message, round, base);
  }
}

function smb1Answer(
  message: Extract<HeardResponse['message'], { kind: 'smb1-negotiate-response' }>, round: Round, base: Answer,
): Answer {
  if (message.form === 'none') return { ...base, kind: 'smb1-none', index: 0xffff };
  if (message.form === 'error') return { ...base, kind: 'smb1-error', status: message.header.status };
  if (message.form === 'unreadable') {
    const oddity = message.oddities[0];
    return { ...base, kind: 'malformed', malformed: { packet: base.packet!, field: oddity?.field ?? 'WordCount', offset: oddity?.offset ?? 32 } };
  }
  const index = message.selectedIndex;
  const request = round.request?.message;
  const offered = request?.kind === 'smb1-negotiate-request' && index !== null ? request.dialects[index] : undefined;
  if (offered !== undefined) return { ...base, kind: 'smb1-selected', index, dialect: offered };
  if (request?.kind === 'smb1-negotiate-request' && round.request?.cut !== true) {
    // CIFS 2.2.4.52.2: an index beyond the list selects nothing.
    return { ...base, kind: 'malformed', index, malformed: { packet: base.packet!, field: 'DialectIndex', offset: 33 } };
  }
  // Without the request the answer's form tells as much: WordCount 17 is NT LM 0.12. PROTOCOL 2.4
  const inferred = message.form === 'nt' || message.form === 'nt-extended' ? 'NT LM 0.12' : null;
  return { ...base, kind: 'smb1-selected', index, dialect: inferred, dialectInferred: inferred !== null };
}
