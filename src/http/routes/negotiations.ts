import type { FastifyInstance } from 'fastify';
import type { Config } from '../../config.ts';
import type { Role } from '../../negotiation/exchange.ts';
import type { JudgedConnection } from '../../report/analysis.ts';
import { buildConnection } from '../../report/build-connection.ts';
import { buildMessage } from '../../report/build-message.ts';
import { PRODUCT } from '../../report/product.ts';
import type { Connection } from '../../report/schema.ts';
import { HttpProblem } from '../errors.ts';
import { readHexText } from '../hex-text.ts';
import { captureOf } from '../message-capture.ts';
import { type RawMessage, readRawMessages } from '../raw-messages.ts';
import { type MessageBytes, type NegotiationReport, NegotiationRequest } from '../schema.ts';
import type { CreateAnalyser } from './captures.ts';

/** A negotiate has some hundred bytes; a pasted dump of many packets some hundred thousand. */
const BODY_LIMIT = 4 * 1024 * 1024;

export interface NegotiationRoutesOptions {
  readonly config: Config;
  readonly createAnalyser: CreateAnalyser;
}

/** Raw Negotiate bytes in, decoded messages and a verdict out. */
export function negotiationRoutes(app: FastifyInstance, { config, createAnalyser }: NegotiationRoutesOptions, done: () => void): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(['application/octet-stream', 'application/json', 'text/plain'], { parseAs: 'buffer', bodyLimit: BODY_LIMIT }, (_request, body, parsed) => parsed(null, body));
  app.addHook('onRequest', (request, _reply, next) => {
    request.raw.headers['content-type'] ??= 'application/octet-stream';
    next();
  });
  app.addHook('preParsing', (request, reply, payload, next) => {
    if (request.headers.expect?.toLowerCase() === '100-continue') reply.raw.writeContinue();
    next(null, payload);
  });
  app.post('/v1/negotiations/analyze', (request) => {
    const body = request.body instanceof Buffer ? request.body : Buffer.alloc(0);
    if (body.length === 0) throw new HttpProblem(400, 'empty-body', 'The body is empty. Send the bytes of a Negotiate message, a hex dump of it, or JSON.');
    return negotiationReport(readBody(body, request.headers['content-type'] ?? ''), config, createAnalyser);
  });
  done();
}

interface Given {
  readonly from: Role | null;
  readonly bytes: Uint8Array;
}

function readBody(body: Buffer, mediaType: string): Given[] {
  const type = mediaType.split(';', 1)[0]?.trim().toLowerCase();
  if (type === 'text/plain') return readHexText(body.toString('utf8')).map((bytes) => ({ from: null, bytes }));
  if (type !== 'application/json') return [{ from: null, bytes: body }];
  const { request, response } = readJson(body);
  return [
    ...(request === undefined ? [] : givenBytes('client', request)),
    ...(response === undefined ? [] : givenBytes('server', response)),
  ];
}

function readJson(body: Buffer): NegotiationRequest {
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch {
    throw new HttpProblem(400, 'bad-json', 'The body is not JSON. Send {"request": {"hex": "…"}}.');
  }
  const result = NegotiationRequest.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new HttpProblem(400, 'bad-request', `${issue?.path.join('.') || 'The body'}: ${issue?.message ?? 'is wrong'}. Send {"request": {"hex": "…"}, "response": {"base64": "…"}}.`);
}

function givenBytes(from: Role, source: MessageBytes): Given[] {
  if ('hex' in source) return readHexText(source.hex).map((bytes) => ({ from, bytes }));
  const text = source.base64.replace(/\s/g, '');
  if (text === '' || !/^[A-Za-z0-9+/_-]*={0,2}$/.test(text)) throw new HttpProblem(400, 'bad-request', `base64 of the ${from === 'client' ? 'request' : 'response'} cannot be read.`);
  return [{ from, bytes: Buffer.from(text, 'base64') }];
}

function negotiationReport(given: readonly Given[], config: Config, createAnalyser: CreateAnalyser): NegotiationReport {
  const messages = given.flatMap(({ from, bytes }) => readRawMessages(bytes, from));
  if (messages.length === 0) {
    throw new HttpProblem(400, 'bad-request', 'There is no SMB message in these bytes: it begins with ff 53 4d 42 (SMB1) or fe 53 4d 42 (SMB2), with or without a 4-byte prefix.');
  }
  const { bytes, packets } = captureOf(messages);
  const connection = judge(bytes, config, createAnalyser);
  return {
    schemaVersion: '1',
    product: { ...PRODUCT },
    messages: messages.flatMap((message, index) => describe(message, packets[index] ?? 0)),
    offer: connection?.offer ?? null,
    answer: connection?.answer ?? null,
    dialect: connection?.dialect ?? null,
    smb1: connection?.smb1 ?? 'unknown',
    verdict: connection === null ? null : withoutFilter(connection.verdict),
    findings: connection?.findings ?? [],
  };
}

/** Pasted messages have no packets that Wireshark could show. */
function withoutFilter({ displayFilter: _displayFilter, ...verdict }: Connection['verdict']): Connection['verdict'] {
  return verdict;
}

function judge(capture: Uint8Array, config: Config, createAnalyser: CreateAnalyser): Connection | null {
  let found: Connection | null = null;
  const onConnection = (judged: JudgedConnection): void => {
    found ??= buildConnection(judged, 'full', 6);
  };
  const analyser = createAnalyser({ limits: config.limits, onConnection });
  analyser.write(capture);
  analyser.end();
  return found;
}

function describe({ from, offset, framed, prefixGiven, decoded }: RawMessage, packet: number): NegotiationReport['messages'] {
  return decoded.map((message) => ({
    packet, from, offset, length: framed.length, prefix: prefixGiven ? 'given' : 'added', message: buildMessage(message),
  }));
}
