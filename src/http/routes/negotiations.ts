import type { FastifyInstance } from 'fastify';
import type { Config } from '../../config.ts';
import type { Role } from '../../negotiation/exchange.ts';
import { base64Bytes } from '../../paste/base64.ts';
import type { Paste } from '../../paste/paste.ts';
import { HttpProblem } from '../errors.ts';
import { type Given, givenBinary, givenText, negotiationReport, readText, type Source } from '../negotiation-report.ts';
import { type MessageBytes, NegotiationRequest } from '../schema.ts';
import type { CreateAnalyser } from './captures.ts';

/** A negotiate has some hundred bytes; base64 and JSON make more of them. Texts have their own limit. */
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
    return negotiationReport(readBody(body, request.headers['content-type'] ?? ''), { limits: config.limits, createAnalyser }).report;
  });
  done();
}

function readBody(body: Buffer, mediaType: string): Given[] {
  const type = mediaType.split(';', 1)[0]?.trim().toLowerCase();
  if (type === 'text/plain') return [givenText(body)];
  if (type !== 'application/json') return [givenBinary(body)];
  const { request, response } = readJson(body);
  return [
    ...(request === undefined ? [] : [{ source: 'request', paste: givenBytes('client', 'request', request) } as const]),
    ...(response === undefined ? [] : [{ source: 'response', paste: givenBytes('server', 'response', response) } as const]),
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

function givenBytes(from: Role, source: Source, given: MessageBytes): Paste {
  const paste = 'hex' in given ? readText(given.hex, source) : readBase64Member(given.base64, source);
  return { ...paste, chunks: paste.chunks.map((chunk) => ({ ...chunk, direction: from })) };
}

function readBase64Member(text: string, source: Source): Paste {
  const bytes = base64Bytes(text.replace(/\s/g, ''));
  if (bytes === null || bytes.length === 0) throw new HttpProblem(400, 'bad-request', `base64 of the ${source} cannot be read.`);
  return { form: 'base64', chunks: [{ bytes, direction: null, line: 1 }], ignored: [], warnings: [] };
}
