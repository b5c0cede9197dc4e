import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import fastify, { type FastifyInstance, LogController } from 'fastify';
import type { Config } from '../config.ts';
import { newAnalyser } from './analysis/new-analyser.ts';
import type { WorkerPool } from './analysis/worker-pool.ts';
import { installAuth } from './auth.ts';
import type { CaptureJob } from './capture-job.ts';
import { HttpProblem, installErrorHandling, problemBody, sendProblem } from './errors.ts';
import { Gate } from './gate.ts';
import { Load } from './load.ts';
import { Metrics } from './metrics.ts';
import { installRequestLog } from './request-log.ts';
import { captureRoutes } from './routes/captures.ts';
import { catalogueRoutes } from './routes/catalogue.ts';
import { negotiationRoutes } from './routes/negotiations.ts';
import { operationRoutes } from './routes/operation.ts';
import { selectionRoutes } from './routes/selection.ts';

declare module 'fastify' {
  interface FastifyInstance {
    /** Ends the uploads that still run; what was read of them is answered. */
    cutUploads(): void;
  }
}

export interface AppOptions {
  readonly config: Config;
  /** Threads for everything but small captures; without them the analyses take turns in this one. */
  readonly workers?: WorkerPool;
}

/** The service without a socket: server.ts listens, tests inject. */
export async function buildApp({ config, workers }: AppOptions): Promise<FastifyInstance> {
  const app = fastify({
    logger: config.logLevel === 'silent' ? false : { level: config.logLevel },
    logController: new LogController({ disableRequestLogging: true }), // one line per request comes from request-log.ts
    genReqId: () => randomUUID(),
    forceCloseConnections: 'idle',
    return503OnClosing: false, // that one is no problem document; installStopping answers
    requestTimeout: 0, // a live capture may take days; its idle time is limited instead
    routerOptions: { ignoreTrailingSlash: false, maxParamLength: 1024 },
    frameworkErrors: (error, request, reply) => { sendProblem(request, reply, error); },
    clientErrorHandler: answerBrokenRequest,
  });
  const jobs = new Set<CaptureJob>();
  const gate = new Gate({
    places: config.maxAnalyses, queue: config.maxWaitingAnalyses, waitSeconds: config.analysisWaitSeconds,
    wanted: () => { for (const job of jobs) job.cutIfSlow(); },
  });
  const load = new Load({ maxDelayMs: config.maxEventLoopDelayMs, maxMemoryBytes: config.maxMemoryBytes });
  const metrics = new Metrics({ gate, load, workers });
  installErrorHandling(app);
  installHeaders(app);
  installRequestLog(app, metrics);
  installAuth(app, config.apiKeys);
  installStopping(app, jobs);
  // After the keys: strangers learn nothing of the load
  app.addHook('onRequest', (request, _reply, done) => {
    if (request.method === 'POST' || request.method === 'PUT') load.check();
    done();
  });
  app.addHook('onClose', async () => {
    load.close();
    await workers?.close();
  });
  // Otherwise Node answers "100 Continue" itself, and curl uploads what is then refused
  app.server.on('checkContinue', (request, response) => { app.server.emit('request', request, response); });
  await app.register(captureRoutes, { config, gate, workers, jobs });
  await app.register(negotiationRoutes, { config, createAnalyser: newAnalyser });
  await app.register(selectionRoutes, { config, createAnalyser: newAnalyser });
  await app.register(catalogueRoutes);
  await app.register(operationRoutes, { gate, load, metrics });
  return app;
}

const stoppingProblem = (): HttpProblem => new HttpProblem(503, 'unavailable', 'The service is stopping. Ask again in a while.', { retryAfter: 10 });

/** While it stops, what runs is finished, and new requests on open connections are turned away. */
function installStopping(app: FastifyInstance, jobs: ReadonlySet<CaptureJob>): void {
  let stopping = false;
  app.addHook('preClose', (done) => {
    stopping = true;
    done();
  });
  app.addHook('onRequest', (_request, reply, done) => {
    if (!stopping) return done();
    void reply.header('connection', 'close');
    return done(stoppingProblem());
  });
  app.decorate('cutUploads', () => {
    for (const job of jobs) job.cut(stoppingProblem());
  });
}

function installHeaders(app: FastifyInstance): void {
  app.addHook('onRequest', (request, reply, done) => {
    void reply.headers({
      'x-request-id': request.id,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    });
    done();
  });
}

/** What is no HTTP gets a problem too, written by hand. */
function answerBrokenRequest(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return;
  const status = error.code === 'HPE_HEADER_OVERFLOW' ? 431 : error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400;
  const problem = new HttpProblem(status, status === 431 ? 'headers-too-large' : 'bad-request', 'This is not a HTTP/1.1 request that can be read.');
  const body = JSON.stringify(problemBody(problem, randomUUID()));
  socket.end(`HTTP/1.1 ${status} Bad Request\r\ncontent-type: application/problem+json; charset=utf-8\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`);
}
