import type { Limits } from '../limits.ts';
import type { End, Side } from '../stream/tcp-connection.ts';
import { answerOf } from './answer.ts';
import { clientSide } from './direction.ts';
import { waitBetween, type Ended, type Endpoint, type Exchange, type Missing, type PacketTime, type Role, type Seen } from './exchange.ts';
import type { Heard } from './heard.ts';
import type { RecordedConnection, RecordedTalk } from './recorded.ts';
import { offerOf } from './offer.ts';
import { timeOf } from './packet-time.ts';
import { isRequest, isResponse, isSmb1Success, isSmb2Success, isWildcard, pairRounds, type Round } from './rounds.ts';
import { offersSmb2, smb2DialectText } from './dialects.ts';

/** What the builder cannot see from one connection alone. */
export interface Surroundings {
  readonly id: number;
  readonly limits: Limits;
  /** Time of the capture's last packet so far. */
  readonly now: PacketTime | null;
  /** The 445 connection that won the race against this one. */
  readonly raceWonBy: { readonly packet: number } | null;
  isHinted(port: number): boolean;
  endpoint(side: Side): Endpoint;
}

/** Joins everything that was seen of one connection into one negotiation. */
export function buildExchange(connection: RecordedConnection, negotiator: RecordedTalk, around: Surroundings): Exchange {
  const heard = negotiator.heard.map((one) => (one.cut && endsUnfinished(connection, one.side) ? one.uncut() : one));
  const { side: client, by: directionBy } = clientSide(connection, heard, around.isHinted);
  const server: Side = client === 0 ? 1 : 0;
  const roleOf = (side: Side): Role => (side === client ? 'client' : 'server');
  const seen = (one: Heard | null): Seen | null =>
    one === null ? null : { packet: one.packet, time: timeOf(one.origin), from: roleOf(one.side), message: one.message, cut: one.cut };

  const withBytes = (one: Heard | null): Seen | null => (one === null ? null : { ...seen(one)!, bytes: one.bytes });

  const rounds = pairRounds(heard);
  const picked = pickRound(rounds);
  const offer = offerOf(picked.rounds);
  const command = negotiator.firstSmb1Command ?? negotiator.firstSmb2Command;
  const ends = orderedEnds(connection);
  const end = ends[0] ?? null;
  // A message that was not kept is as good as not captured
  const gaps = { client: connection.halves[client].gap || negotiator.lost[client], server: connection.halves[server].gap || negotiator.lost[server] };
  const answer = answerOf({
    round: picked.last, offer, heard, server, end, endBy: end === null ? null : roleOf(end.side), gaps,
    serverSeen: connection.seen[server],
    serverJoinedMidway: !connection.halves[server].startKnown,
    clientJoinedMidway: !connection.halves[client].startKnown,
    commandAnswered: negotiator.firstResponse !== null || negotiator.encrypted !== null,
  });
  const success = rounds.find(({ response }) => response !== null && isSmb2Success(response.message)) ?? null;
  const wildcard = rounds.find(({ response }) => response !== null && isWildcard(response.message)) ?? null;
  const smb1Selection = rounds.find(({ response }) => response !== null && isSmb1Success(response.message)) ?? null;
  const cut = connection.halves[0].cut || connection.halves[1].cut || heard.some((one) => one.cut);
  const lastNegotiation = [...heard].reverse().find((one) => isRequest(one) || isResponse(one)) ?? null;
  const ended = endedOf(connection, end, command, roleOf, lastNegotiation);
  const requestTime = picked.last?.request ? timeOf(picked.last.request.origin) : null;
  const lastTime = lastNegotiation === null ? null : timeOf(lastNegotiation.origin);
  const serverSilenceProven = silenceProven(connection, server, latest(requestTime, lastTime));
  const clientSilenceProven = silenceProven(connection, client, latest(answer.time, lastTime));
  const lastRequest = (kind: string): Seen | null =>
    seen([...picked.rounds].reverse().find(({ request }) => request?.message.kind === kind)?.request ?? null);
  const lastResponse = (...kinds: string[]): Seen | null =>
    seen([...picked.rounds].reverse().find(({ response }) => response !== null && kinds.includes(response.message.kind))?.response ?? null);
  const nbss = heard.find((one) => one.message.kind === 'nbss-session-request')?.message;
  const dialectCode = success?.response?.message.kind === 'smb2-negotiate-response' ? success.response.message.dialectRevision : null;
  const smb1InUse = negotiator.firstSmb1Command !== null && smb1Selection !== null;
  const dialect = dialectCode !== null && !smb1InUse
    ? smb2DialectText(dialectCode)
    : answer.kind === 'smb1-selected' ? answer.dialect : null;

  const exchange: Omit<Exchange, 'missing'> = {
    id: around.id,
    transport: nbss !== undefined || connection.ports[server] === 139 ? 'netbios' : 'direct-tcp',
    directionBy,
    client: around.endpoint(client),
    server: around.endpoint(server),
    ipVersion: connection.ipVersion,
    start: timeOf(connection.start),
    end: timeOf(connection.last),
    firstPacket: connection.firstPacket,
    lastPacket: connection.lastPacket,
    packets: listedPackets(connection, negotiator, ends, around.limits.packetsListed),
    packetCount: connection.packetCount,
    handshake: {
      syn: connection.syn?.number ?? null,
      synAck: connection.synAck?.number ?? null,
      ack: connection.handshakeAck?.number ?? null,
    },
    synPackets: connection.synPackets,
    refusedPacket: connection.refusedBy?.number ?? null,
    refusedPlainly: connection.refusedBy?.sequence === 0,
    seenFrom: { client: connection.seen[client], server: connection.seen[server] },
    offer,
    answer,
    ended,
    dialect,
    dialectCode: smb1InUse ? null : dialectCode,
    smb2Success: success !== null,
    smb2Offered: success === null ? null : wasOffered(success, rounds),
    decoySign: wildcard !== null || rounds.some(({ request }) =>
      request?.message.kind === 'smb1-negotiate-request' && request.message.dialects.some(offersSmb2)),
    wildcardPacket: wildcard?.response?.packet ?? null,
    smb1Selected: smb1Selection !== null,
    smb1SelectedPacket: smb1Selection?.response?.packet ?? null,
    smb1Command: commandOf(negotiator.firstSmb1Command ??
      (negotiator.firstResponse?.message.kind === 'smb1-command' ? negotiator.firstResponse : null)),
    smb2Command: commandOf(negotiator.firstSmb2Command ??
      (negotiator.firstResponse?.message.kind === 'smb2-command' ? negotiator.firstResponse : null)),
    sessionSetup: negotiator.sessionSetup,
    treeConnect: negotiator.treeConnect,
    encrypted: negotiator.encrypted?.packet ?? null,
    commandsAfterTreeConnect: negotiator.commandsAfterTreeConnect,
    serverSilenceProven,
    clientSilenceProven,
    waitedSeconds: waitBetween(requestTime, latest(timeOf(connection.last), around.now)),
    gaps,
    cut,
    raceWonBy: around.raceWonBy,
    messages: heard.slice(0, around.limits.messagesListed).map((one) => seen(one)!),
    rounds: rounds.slice(0, around.limits.messagesListed).map(({ request, response }) => ({ request: withBytes(request), response: withBytes(response) })),
    smb1Request: lastRequest('smb1-negotiate-request'),
    smb1Response: lastResponse('smb1-negotiate-response'),
    smb2Request: lastRequest('smb2-negotiate-request'),
    smb2Response: lastResponse('smb2-negotiate-response', 'smb2-negotiate-error'),
    validateRequest: seen(negotiator.validateRequest),
    validateResponse: seen(negotiator.validateResponse),
    netbios: {
      called: nbss?.kind === 'nbss-session-request' ? (nbss.called?.name ?? null) : null,
      calling: nbss?.kind === 'nbss-session-request' ? (nbss.calling?.name ?? null) : null,
    },
    quic: null,
  };
  return { ...exchange, missing: missingOf(exchange, connection.halves[client].startKnown) };
}

/** The sender itself left its last message unfinished: the packet that ended the connection proves that it sent no more. */
function endsUnfinished(connection: RecordedConnection, side: Side): boolean {
  const half = connection.halves[side];
  const quiet = connection.quiet[side];
  return !half.gap && !half.cut && quiet !== null && quiet.atEnd && quiet.next === half.next;
}

interface Picked {
  /** The rounds of the negotiation that decides: the first successful one, else the last, with the 0x02FF step before it. */
  readonly rounds: readonly Round[];
  readonly last: Round | null;
}

function pickRound(rounds: readonly Round[]): Picked {
  if (rounds.length === 0) return { rounds: [], last: null };
  const isSuccess = ({ response }: Round): boolean =>
    response !== null && (isSmb2Success(response.message) || isSmb1Success(response.message));
  const found = rounds.findIndex(isSuccess);
  const at = found >= 0 ? found : rounds.length - 1;
  const last = rounds[at]!;
  const before = rounds[at - 1];
  const goesOn = before?.response != null && isWildcard(before.response.message) && last.request?.message.kind !== 'smb1-negotiate-request';
  return { rounds: goesOn ? [before, last] : [last], last };
}

/** Null where the offer is unknown: a list that the capture cut proves only what it shows. */
function wasOffered(round: Round, rounds: readonly Round[]): boolean | null {
  const offered = isInOffer(round, rounds);
  return offered === false && round.request?.cut === true ? null : offered;
}

/** Any SMB2 dialect at once counts as offered by "SMB 2.???"; 2.0.2 by "SMB 2.002". */
function isInOffer(round: Round, rounds: readonly Round[]): boolean | null {
  const response = round.response?.message;
  if (response?.kind !== 'smb2-negotiate-response') return null;
  const request = round.request?.message;
  if (request?.kind === 'smb2-negotiate-request') return request.dialects.includes(response.dialectRevision);
  if (request?.kind === 'smb1-negotiate-request') {
    return request.dialects.includes('SMB 2.???') || (response.dialectRevision === 0x0202 && request.dialects.some(offersSmb2));
  }
  return rounds.some((other) => other.request?.message.kind === 'smb2-negotiate-request' &&
    other.request.message.dialects.includes(response.dialectRevision)) ? true : null;
}

/** FINs and resets in the order of the sequence space: an end that acknowledges the other's came after it. */
function orderedEnds(connection: RecordedConnection): End[] {
  const ends = [...connection.ends];
  const [first, second] = ends;
  if (first !== undefined && second !== undefined && first.side !== second.side && first.how === 'close' && second.how === 'close' &&
      first.acknowledgment !== null && ((first.acknowledgment - second.sequence) | 0) > 0) {
    return [second, first, ...ends.slice(2)];
  }
  const unseen = first === undefined ? null : closeBefore(connection, first);
  return unseen === null ? ends : [unseen, ...ends];
}

/** The other side's FIN that the capture lacks: this end acknowledges one number more than that side's bytes. */
function closeBefore(connection: RecordedConnection, first: End): End | null {
  const side: Side = first.side === 0 ? 1 : 0;
  const half = connection.halves[side];
  if (first.acknowledgment === null || !half.known || ((first.acknowledgment - half.next) | 0) !== 1) return null;
  if (connection.ends.some((end) => end.side === side && end.how === 'close')) return null;
  return { ...first, side, sequence: half.next, how: 'close', acknowledgment: null, likePeer: null };
}

function endedOf(
  connection: RecordedConnection, end: End | null, command: Heard | null, roleOf: (side: Side) => Role, last: Heard | null,
): Ended {
  if (command !== null && (end === null || command.packet <= end.number)) {
    return {
      by: null, how: 'continued', packet: command.packet, time: timeOf(command.origin),
      waitSeconds: last === null ? null : waitBetween(timeOf(last.origin), timeOf(command.origin)), origin: 'unknown',
    };
  }
  if (end === null) return { by: null, how: 'capture-end', packet: null, time: null, waitSeconds: null, origin: 'unknown' };
  // It acknowledges more of the other side than was captured: that side's FIN may be in what is not there.
  const other = connection.halves[end.side === 0 ? 1 : 0];
  const otherMayHaveClosed = end.how === 'close' && end.acknowledgment !== null && (!other.known || ((end.acknowledgment - other.next) | 0) > 1);
  const since = last !== null ? timeOf(last.origin) : timeOf(connection.handshakeAck ?? connection.synAck ?? connection.syn);
  return {
    by: otherMayHaveClosed ? null : roleOf(end.side),
    how: end.how,
    packet: end.number,
    time: timeOf(end),
    waitSeconds: waitBetween(since, timeOf(end)),
    origin: end.likePeer === null ? 'unknown' : end.likePeer ? 'peer' : 'middlebox-suspected',
  };
}

/** Seconds after which an answer is no longer expected. DESIGN: 5 s on the capture's clock. */
export const PATIENCE_SECONDS = 5;

function silenceProven(connection: RecordedConnection, side: Side, since: PacketTime | null): boolean {
  const half = connection.halves[side];
  const quiet = connection.quiet[side];
  if (half.gap || quiet === null || quiet.next !== half.next) return false;
  if (quiet.atEnd) return true;
  const waited = waitBetween(since, timeOf(quiet));
  return waited !== null && waited >= PATIENCE_SECONDS;
}

function commandOf(heard: Heard | null): Exchange['smb1Command'] {
  if (heard === null) return null;
  const { message } = heard;
  const name = message.kind === 'smb1-command' || message.kind === 'smb2-command' ? message.commandName : message.kind;
  return { packet: heard.packet, name };
}

function listedPackets(connection: RecordedConnection, negotiator: RecordedTalk, ends: readonly End[], limit: number): number[] {
  const numbers = new Set<number>();
  for (const control of [connection.syn, connection.synAck, connection.handshakeAck]) if (control !== null) numbers.add(control.number);
  for (const one of negotiator.heard) numbers.add(one.packet);
  for (const end of ends) numbers.add(end.number);
  if (numbers.size === 0) numbers.add(connection.firstPacket);
  return [...numbers].sort((a, b) => a - b).slice(0, limit);
}

function missingOf(exchange: Omit<Exchange, 'missing'>, clientStartKnown: boolean): Missing[] {
  const missing: Missing[] = [];
  if (exchange.handshake.syn === null && exchange.handshake.synAck === null && !clientStartKnown) missing.push('handshake');
  if (!exchange.seenFrom.client) missing.push('client-packets');
  if (!exchange.seenFrom.server) missing.push('server-packets');
  if (exchange.offer.kind === 'not-captured') missing.push('request');
  if (exchange.answer.kind === 'not-captured') missing.push('answer');
  if (exchange.gaps.client) missing.push('gap-in-client-stream');
  if (exchange.gaps.server) missing.push('gap-in-server-stream');
  if (exchange.cut) missing.push('cut-packets');
  if (exchange.ended.how === 'capture-end') missing.push('end-of-connection');
  return missing;
}

function latest(a: PacketTime | null, b: PacketTime | null): PacketTime | null {
  if (a === null || b === null) return a ?? b;
  return a.seconds > b.seconds || (a.seconds === b.seconds && a.nanos > b.nanos) ? a : b;
}
