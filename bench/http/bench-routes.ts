import type { IncomingMessage } from 'node:http';
import multipart from '@fastify/multipart';
import type { FastifyInstance, FastifyRequest } from 'fastify';

export interface BenchRoutesOptions {
  /** The service's own check of a question; throws where it is wrong. */
  readonly check: (body: unknown) => unknown;
}

/** Yardsticks in the same process and behind the same hooks: what the service costs without what it does. */
export function benchRoutes(app: FastifyInstance, { check }: BenchRoutesOptions, done: () => void): void {
  // As the product takes bodies: unread, whatever they say they are
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, _payload, parsed) => parsed(null));
  void app.register(multipart, { limits: { fileSize: Infinity } });
  app.addHook('onRequest', (request, _reply, next) => {
    if (request.headers['content-type']?.startsWith('multipart/') !== true) request.raw.headers['content-type'] = 'application/octet-stream';
    next();
  });
  app.post('/bench/count', async (request, reply) => {
    goOn(request.raw, () => reply.raw.writeContinue());
    return { bytes: await countBytes(request.raw) };
  });
  app.post('/bench/count-form', async (request, reply) => {
    goOn(request.raw, () => reply.raw.writeContinue());
    return { bytes: await countForm(request) };
  });
  const answers = new Map<string, unknown>();
  // Keeps an answer of the service, to be given again by the route below
  app.put('/bench/answers/:name', (request) => readBody(request.raw).then((body) => {
    answers.set(nameOf(request), JSON.parse(body.toString('utf8')));
    return {};
  }));
  app.post('/bench/answers/:name', (request) => readBody(request.raw).then(() => answers.get(nameOf(request))));
  app.post('/bench/checked-answers/:name', (request) => readBody(request.raw).then((body) => {
    check(JSON.parse(body.toString('utf8')));
    return answers.get(nameOf(request));
  }));
  done();
}

const nameOf = (request: FastifyRequest): string => (request.params as { name: string }).name;

/** The app leaves 100 Continue to its routes. */
function goOn(request: IncomingMessage, answer: () => void): void {
  if (request.headers.expect?.toLowerCase() === '100-continue') answer();
}

async function countBytes(chunks: AsyncIterable<Uint8Array>): Promise<number> {
  let bytes = 0;
  for await (const chunk of chunks) bytes += chunk.length;
  return bytes;
}

async function countForm(request: FastifyRequest): Promise<number> {
  let bytes = 0;
  for await (const { file } of request.files()) bytes += await countBytes(file);
  return bytes;
}

async function readBody(request: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}
