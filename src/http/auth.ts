import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { HttpProblem } from './errors.ts';

/** Load balancers ask these without a key. */
const FREE = new Set(['/healthz', '/readyz']);

/** Once keys are set, everything else asks for one, before a byte of the body is read. */
export function installAuth(app: FastifyInstance, apiKeys: readonly string[]): void {
  if (apiKeys.length === 0) return;
  const known = apiKeys.map(digest);
  app.addHook('onRequest', (request, _reply, done) => {
    if (FREE.has(request.routeOptions.url ?? '') || isKnown(known, keyOf(request))) return done();
    return done(new HttpProblem(401, 'unauthorized', 'Send one of the API keys as "Authorization: Bearer KEY" or "X-API-Key: KEY".'));
  });
}

function keyOf(request: FastifyRequest): string {
  const header = request.headers['x-api-key'];
  if (typeof header === 'string') return header;
  return /^bearer +(\S+) *$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
}

/** Digests have one length, and all are compared: neither length nor position of a match shows in the time. */
function isKnown(known: readonly Buffer[], key: string): boolean {
  const asked = digest(key);
  let found = false;
  for (const each of known) found = timingSafeEqual(each, asked) || found;
  return found;
}

function digest(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}
