import { randomInt, randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import multipart from '@fastify/multipart';
import fastify, { type FastifyInstance, type FastifyRequest, LogController } from 'fastify';
import { Analyser } from '../analyser.ts';
import type { Config } from '../config.ts';
import { installAuth } from './auth.ts';
import { HttpProblem, installErrorHandling, problemBody, sendProblem } from './errors.ts';
import { Gate } from './gate.ts';
import { captureRoutes, type CreateAnalyser } from './routes/captures.ts';
import { catalogueRoutes } from './routes/catalogue.ts';
import { negotiationRoutes } from './routes/negotiations.ts';
import { operationRoutes } from './routes/operation.ts';

export interface AppOptions {
  readonly config: Config;
  readonly createAnalyser?: CreateAnalyser;
}

/** A capture's maker must not be able to predict where its flows end up in the tables. */
const newAnalyser: CreateAnalyser = (options) => new Analyser({ ...options, seed: randomInt(2 ** 31) });

/** The service without a socket: server.ts listens, tests inject. */
export async function buildApp({ config, createAnalyser = newAnalyser }: AppOptions): Promise<FastifyInstance> {
  const app = fastify({
    logger: config.logLevel === 'silent' ? false : { level: config.logLevel },
    logController: new LogController({ disableRequestLogging: true }), // one line per request comes from installLog
    genReqId: () => randomUUID(),
    forceCloseConnections: 'idle',
    requestTimeout: 0, // a live capture may take days; its idle time is limited instead
    routerOptions: { ignoreTrailingSlash: false, maxParamLength: 1024 },
    frameworkErrors: (error, request, reply) => { sendProblem(request, reply, error); },
    clientErrorHandler: answerBrokenRequest,
  });
  installErrorHandling(app);
  installHeaders(app);
  installLog(app);
  installAuth(app, config.apiKeys);
  // Otherwise Node answers "100 Continue" itself, and curl uploads what is then refused
  app.server.on('checkContinue', (request, response) => { app.server.emit('request', request, response); });
  const gate = new Gate({ places: config.maxAnalyses, waitSeconds: config.analysisWaitSeconds });
  // Its own limits would cut files silently; ours are in upload.ts
  await app.register(multipart, { limits: { fileSize: Infinity, files: Infinity, parts: Infinity, fields: 100, fieldSize: 65_536, headerPairs: 100 }, throwFileSizeLimit: false });
  await app.register(captureRoutes, { config, createAnalyser, gate });
  await app.register(negotiationRoutes, { config, createAnalyser });
  await app.register(catalogueRoutes);
  await app.register(operationRoutes, { gate });
  return app;
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

/** How long the rest of a refused upload is still taken, so that the client can read why. */
const LINGER_MS = 2000;

/** One line per request: which route, how it ended, how long it took. Never content, names or keys. */
function installLog(app: FastifyInstance): void {
  app.addHook('onRequest', (request, reply, done) => {
    const started = performance.now();
    reply.raw.once('close', () => {
      const finished = reply.raw.writableFinished;
      const route = request.routeOptions.url ?? 'none';
      request.log.info({ method: request.method, route, status: finished ? reply.statusCode : 499, ms: Math.round(performance.now() - started) }, 'request');
    });
    done();
  });
  app.addHook('onResponse', (request, _reply, done) => {
    if (!request.raw.complete) linger(request);
    done();
  });
}

function linger(request: FastifyRequest): void {
  const { socket } = request.raw;
  const timer = setTimeout(() => socket.destroy(), LINGER_MS).unref();
  request.raw.once('end', () => clearTimeout(timer));
  request.raw.resume();
}

/** What is no HTTP gets a problem too, written by hand. */
function answerBrokenRequest(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return;
  const status = error.code === 'HPE_HEADER_OVERFLOW' ? 431 : error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400;
  const problem = new HttpProblem(status, status === 431 ? 'headers-too-large' : 'bad-request', 'This is not a HTTP/1.1 request that can be read.');
  const body = JSON.stringify(problemBody(problem, randomUUID()));
  socket.end(`HTTP/1.1 ${status} Bad Request\r\ncontent-type: application/problem+json; charset=utf-8\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`);
}
