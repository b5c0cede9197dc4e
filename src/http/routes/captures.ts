import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Config } from '../../config.ts';
import type { CaptureAnalyser, JudgedConnection } from '../../report/analysis.ts';
import { PRODUCT } from '../../report/product.ts';
import { renderJson } from '../../report/render-json.ts';
import { connectionLine, problemLine, summaryLine } from '../../report/render-ndjson.ts';
import { renderText } from '../../report/render-text.ts';
import { type CollectedReport, readConnections, ReportCollector } from '../../report/report-collector.ts';
import { TimeResolution } from '../../report/time-text.ts';
import { problemBody, problemOf, sendProblem } from '../errors.ts';
import { feed, refusalProblem } from '../feed.ts';
import { type AnalysisQuery, CONTENT_TYPES, type Format, readAnalysisQuery } from '../formats.ts';
import type { Gate } from '../gate.ts';
import { LineSink } from '../line-sink.ts';
import { isForm, Upload } from '../upload.ts';

export type CreateAnalyser = (options: { limits: Config['limits']; onConnection: (connection: JudgedConnection) => void }) => CaptureAnalyser;

export interface CaptureRoutesOptions {
  readonly config: Config;
  readonly createAnalyser: CreateAnalyser;
  readonly gate: Gate;
}

/** The main job: a capture in, verdicts out. */
export function captureRoutes(app: FastifyInstance, options: CaptureRoutesOptions, done: () => void): void {
  // No capture is ever held whole, and none is refused for what its Content-Type says: the bytes decide.
  app.removeContentTypeParser(['application/json', 'text/plain']);
  app.addContentTypeParser('*', (_request, _payload, parsed) => parsed(null));
  app.addHook('onRequest', (request, _reply, next) => {
    if (!isForm(request)) request.raw.headers['content-type'] = 'application/octet-stream';
    next();
  });
  const all: readonly Format[] = ['json', 'text', 'ndjson'];
  for (const [url, formats] of [['/v1/captures/analyze', all], ['/v1/captures/analyze/', all], ['/v1/captures/stream', ['ndjson']], ['/v1/captures/stream/', ['ndjson']]] as const) {
    app.route({ method: ['POST', 'PUT'], url, handler: (request, reply) => analyse(request, reply, readAnalysisQuery(request, formats), options) });
  }
  app.route({ method: ['POST', 'PUT'], url: '/v1/captures/analyze/:name', handler: (request, reply) => analyse(request, reply, readAnalysisQuery(request, all), options) });
  app.route({ method: ['POST', 'PUT'], url: '/v1/captures/stream/:name', handler: (request, reply) => analyse(request, reply, readAnalysisQuery(request, ['ndjson']), options) });
  done();
}

async function analyse(request: FastifyRequest, reply: FastifyReply, query: AnalysisQuery, { config, createAnalyser, gate }: CaptureRoutesOptions): Promise<FastifyReply> {
  const upload = new Upload(request, { idleSeconds: config.uploadIdleSeconds, maxBytes: config.maxUploadBytes, digest: query.digest });
  upload.refuseTooLarge();
  const gone = goneSignal(reply);
  const leave = await gate.enter(gone);
  const job: Job = { request, reply, query, config, createAnalyser, upload, gone };
  if (query.format === 'ndjson') return streamLines(job, leave);
  try {
    goOn(request, reply);
    const report = await collect(job);
    // Not awaited: a slow reader must not keep its place
    return reply.header('content-type', CONTENT_TYPES[query.format]).send(rendered(report, query.format));
  } finally {
    leave();
  }
}

interface Job {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly query: AnalysisQuery;
  readonly config: Config;
  readonly createAnalyser: CreateAnalyser;
  readonly upload: Upload;
  readonly gone: AbortSignal;
}

function feedOptions({ request, config, gone }: Job): { decompression: Config['decompression']; contentEncoding: string | undefined; signal: AbortSignal } {
  return { decompression: config.decompression, contentEncoding: request.headers['content-encoding'], signal: gone };
}

async function collect(job: Job): Promise<CollectedReport> {
  const { config, query, upload, createAnalyser } = job;
  const collector = new ReportCollector({ limits: config.limits, detail: query.detail });
  const resolution = new TimeResolution();
  const analyser = createAnalyser({ limits: config.limits, onConnection: (judged) => collector.add(judged, resolution.observe(judged.exchange.start)) });
  await feed(analyser, upload.pieces(nameOf(job.request)), feedOptions(job));
  const analysis = analyser.end();
  if (analysis.refusal !== null) throw refusalProblem(analysis.refusal);
  return collector.finish(analysis, identity(job));
}

function identity({ query, upload }: Job): { product: typeof PRODUCT; sensor: string | undefined; sha256: string | undefined; fileNames: (string | undefined)[] } {
  return { product: PRODUCT, sensor: query.sensor, sha256: upload.sha256, fileNames: upload.names };
}

/** Lines leave while the upload runs. The answer begins with the first line, so that what is no capture still gets its own status. */
async function streamLines(job: Job, leave: () => void): Promise<FastifyReply> {
  const { request, reply, query, config } = job;
  const sink = new LineSink({ limitBytes: config.maxOutboundBytes, waitSeconds: config.clientReadSeconds });
  job.gone.addEventListener('abort', () => sink.destroy(), { once: true });
  let begun = false;
  const begin = (): void => {
    if (begun) return;
    begun = true;
    // Proxies (nginx) would hold the lines back
    void reply.header('content-type', CONTENT_TYPES.ndjson).header('x-accel-buffering', 'no').send(sink);
    // A client learns that its capture is read before the first verdict is final
    if (reply.raw.hasHeader('content-type') && !reply.raw.headersSent) reply.raw.flushHeaders();
  };
  try {
    goOn(request, reply);
    await pushLines(job, sink, begin);
    begin();
    sink.finish();
  } catch (error) {
    if (!begun) return sendProblem(request, reply, error);
    const problem = problemOf(error);
    if (problem.status >= 500) request.log.error({ err: error }, 'analysis failed after lines had left');
    sink.line(problemLine(problemBody(problem, request.id), query.sensor));
    sink.finish();
    // It does not read, so it would hold the socket for ever
    if (problem.code === 'client-not-reading') request.raw.socket.destroy();
  } finally {
    leave();
  }
  return reply;
}

async function pushLines(job: Job, sink: LineSink, begin: () => void): Promise<void> {
  const { config, query, upload, createAnalyser } = job;
  // Collects hosts and counts only: the connections leave at once.
  const collector = new ReportCollector({ limits: { ...config.limits, jsonConnections: 0 }, detail: 'summary' });
  const resolution = new TimeResolution();
  const analyser = createAnalyser({
    limits: config.limits,
    onConnection: (judged) => {
      const digits = resolution.observe(judged.exchange.start);
      collector.add(judged, digits);
      sink.line(connectionLine(judged, query.detail, digits, query.sensor));
    },
  });
  const afterChunk = (): Promise<void> | void => {
    if (analyser.progress.packets > 0) begin();
    if (sink.readableLength >= config.maxOutboundBytes) return sink.room();
  };
  await feed(analyser, upload.pieces(nameOf(job.request)), { ...feedOptions(job), afterChunk });
  const analysis = analyser.end();
  if (analysis.refusal !== null) throw refusalProblem(analysis.refusal);
  begin();
  const { head } = collector.finish(analysis, identity(job));
  sink.line(summaryLine({ ...head, summary: { ...head.summary, connectionsOmitted: 0 } }));
}

/** `curl -T f URL/` appends the file's name. */
function nameOf(request: FastifyRequest): string | undefined {
  const { name } = request.params as { name?: string }; // the route's own parameter
  return name;
}

/** Reports up to this many connections are one string with a Content-Length; larger ones leave in pieces. */
const CONNECTIONS_AT_ONCE = 200;

function rendered(report: CollectedReport, format: 'json' | 'text'): string | Readable {
  const pieces = format === 'json' ? renderJson(report) : renderText(report.head, readConnections(report));
  return report.connections.length <= CONNECTIONS_AT_ONCE ? [...pieces].join('') : Readable.from(pieces);
}

/** A client that sent `Expect: 100-continue` waits for this before it uploads. */
function goOn(request: FastifyRequest, reply: FastifyReply): void {
  if (request.headers.expect?.toLowerCase() === '100-continue') reply.raw.writeContinue();
}

/** Aborted when the client went away before it had its answer. */
function goneSignal(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) controller.abort();
  });
  return controller.signal;
}
