import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { CaptureJob } from './capture-job.ts';
import type { Metrics } from './metrics.ts';
import type { Upload } from './upload.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The analysis that this request asked for: its sizes end in log and metrics. */
    analysis: { readonly upload: Upload; readonly job: CaptureJob } | null;
  }
}

/** How long the rest of a refused upload is still taken, so that the client can read why. */
const LINGER_MS = 2000;
/** Nobody heard the answer. */
const BROKEN_OFF = 499;

/** One line per request: which route, how it ended, sizes and time. Never content, names or keys. The metrics count the same. */
export function installRequestLog(app: FastifyInstance, metrics: Metrics): void {
  app.decorateRequest('analysis', null);
  app.addHook('onRequest', (request, reply, done) => {
    const started = performance.now();
    reply.raw.once('close', () => note(request, reply, metrics, performance.now() - started));
    done();
  });
  app.addHook('onResponse', (request, _reply, done) => {
    if (!request.raw.complete && !request.raw.readableEnded) linger(request);
    done();
  });
}

function note(request: FastifyRequest, reply: FastifyReply, metrics: Metrics, milliseconds: number): void {
  const route = request.routeOptions.url ?? 'none';
  const status = reply.raw.writableFinished ? reply.statusCode : BROKEN_OFF;
  const { analysis, problemCode } = request;
  const figures = analysis?.job.figures ?? null;
  metrics.request({ method: request.method, route, status, seconds: milliseconds / 1000, problem: problemCode });
  if (analysis !== null && figures !== null) metrics.analysis(analysis.job.where, analysis.upload.bytes, figures);
  request.log.info({
    method: request.method, route, status, ms: Math.round(milliseconds * 10) / 10,
    bytesIn: analysis?.upload.bytes ?? numberOf(request.headers['content-length']), bytesOut: numberOf(reply.getHeader('content-length')) ?? analysis?.job.answer.bytes,
    ...(problemCode === null ? {} : { problem: problemCode }),
    ...(analysis === null || figures === null ? {} : { where: analysis.job.where, captureBytes: figures.bytes, packets: figures.packets, connections: figures.connections }),
  }, 'request');
}

function numberOf(header: unknown): number | undefined {
  return header === undefined ? undefined : Number(header);
}

function linger(request: FastifyRequest): void {
  const timer = setTimeout(() => request.raw.destroy(), LINGER_MS).unref();
  request.raw.once('end', () => clearTimeout(timer));
  request.raw.resume();
}
