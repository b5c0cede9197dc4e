import { hexNumber } from '../bytes/text.ts';
import { smb2DialectText } from '../negotiation/dialects.ts';
import type { Answer, Exchange, Offer } from '../negotiation/exchange.ts';
import type { PresentFinding } from '../findings/finding.ts';
import { explainVerdict } from '../verdicts/explain.ts';
import type { Verdict } from '../verdicts/verdict.ts';
import type { JudgedConnection } from './judged-connection.ts';
import { buildMessage } from './build-message.ts';
import { communityId, eventId } from './community-id.ts';
import type { Detail } from './detail.ts';
import type { Connection } from './schema.ts';
import { type TimeDigits, timeText } from './time-text.ts';

/** Converts what was decided to what the contract says, at one of three levels of detail. */
export function buildConnection(judged: JudgedConnection, detail: Detail, digits: TimeDigits): Connection {
  const { exchange, judgement, findings } = judged;
  const verdict = explainVerdict(exchange, judgement);
  const community = communityId(exchange);
  const base = {
    id: exchange.id,
    eventId: eventId(community, exchange),
    communityId: community,
    transport: exchange.transport,
    client: { address: exchange.client.address, port: exchange.client.port },
    server: { address: exchange.server.address, port: exchange.server.port },
    start: timeText(exchange.start, digits),
    end: timeText(exchange.end, digits),
    packetCount: exchange.packetCount,
    dialect: exchange.dialect,
    smb1: judgement.smb1,
  };
  if (detail === 'summary') {
    const { code, severity, certainty } = verdict;
    return { ...base, verdict: { code, severity, certainty }, findings: findings.map((finding) => ({ code: finding.id, severity: finding.severity })) };
  }
  return {
    ...base,
    directionBy: exchange.directionBy,
    packets: [...exchange.packets],
    offer: buildOffer(exchange.offer),
    answer: buildAnswer(exchange.answer),
    ended: {
      by: exchange.ended.by, how: exchange.ended.how, packet: exchange.ended.packet, waitSeconds: exchange.ended.waitSeconds, origin: exchange.ended.origin,
    },
    verdict: detail === 'full' ? fullVerdict(verdict) : briefVerdict(verdict, exchange),
    findings: findings.map(buildFinding),
    ...(exchange.netbios.called !== null || exchange.netbios.calling !== null ? { netbios: { ...exchange.netbios } } : {}),
    ...(exchange.quic === null ? {} : { quic: { version: hexNumber(exchange.quic.version, 8), sni: exchange.quic.sni, alpn: [...exchange.quic.alpn] } }),
    ...(detail === 'full' ? { messages: buildMessages(exchange, digits) } : {}),
  };
}

function buildMessages(exchange: Exchange, digits: TimeDigits): NonNullable<Connection['messages']> {
  return exchange.messages.map((seen) => ({
    packet: seen.packet,
    from: seen.from,
    time: timeText(seen.time, digits),
    ...(seen.cut ? { cut: true } : {}),
    message: buildMessage(seen.message),
  }));
}

function buildOffer(offer: Offer): NonNullable<Connection['offer']> {
  return {
    kind: offer.kind,
    smb1Dialects: offer.smb1Dialects === null ? null : [...offer.smb1Dialects],
    smb2Dialects: offer.smb2Dialects === null ? null : offer.smb2Dialects.map(smb2DialectText),
    packet: offer.packet,
    packets: { ...(offer.smb1Packet === null ? {} : { smb1: offer.smb1Packet }), ...(offer.smb2Packet === null ? {} : { smb2: offer.smb2Packet }) },
    ...(offer.malformed === null ? {} : { malformed: { ...offer.malformed } }),
  };
}

function buildAnswer(answer: Answer): NonNullable<Connection['answer']> {
  return {
    kind: answer.kind,
    ...(answer.index === null ? {} : { index: answer.index }),
    ...(answer.dialect === null ? {} : { dialect: answer.dialect }),
    ...(answer.dialectInferred ? { dialectInferred: true } : {}),
    ...(answer.status === null ? {} : { status: hexNumber(answer.status, 8) }),
    packet: answer.packet,
    waitSeconds: answer.waitSeconds,
    ...(answer.malformed === null ? {} : { malformed: { ...answer.malformed } }),
  };
}

function fullVerdict(verdict: Verdict): Connection['verdict'] {
  return {
    ...decided(verdict),
    title: verdict.title,
    explanation: verdict.explanation,
    remediation: verdict.remediation.map((remedy) => ({ ...remedy })),
    references: verdict.references.map((reference) => ({ ...reference })),
  };
}

/** Texts stay in the catalogue: a line for an index carries their code and what would be filled in. */
function briefVerdict(verdict: Verdict, exchange: Exchange): Connection['verdict'] {
  return {
    ...decided(verdict),
    parameters: {
      client: exchange.client.address,
      server: exchange.server.address,
      port: exchange.server.port,
      dialect: exchange.dialect,
      ...(exchange.answer.status === null ? {} : { status: hexNumber(exchange.answer.status, 8) }),
      ...(exchange.answer.waitSeconds === null ? {} : { waitSeconds: exchange.answer.waitSeconds }),
      ...(exchange.waitedSeconds === null ? {} : { waitedSeconds: exchange.waitedSeconds }),
    },
  };
}

function decided(verdict: Verdict): Connection['verdict'] {
  return {
    code: verdict.code,
    severity: verdict.severity,
    certainty: verdict.certainty,
    missing: [...verdict.missing],
    evidence: verdict.evidence.map((evidence) => ({ ...evidence })),
    expectedEvents: verdict.expectedEvents.map((event) => ({ ...event })),
    displayFilter: verdict.displayFilter,
  };
}

/** As a connection's or a host's record has it. */
export function buildFinding(finding: PresentFinding): Connection['findings'][number] {
  return {
    code: finding.id,
    severity: finding.severity,
    evidence: finding.evidence.map((evidence) => ({ ...evidence })),
    ...(finding.note === undefined ? {} : { note: finding.note }),
  };
}
