import multipart from '@fastify/multipart';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { CaptureJob, type CaptureService } from '../capture-job.ts';
import { FORM_OPTIONS } from '../form.ts';
import { type AnalysisQuery, type Format, readAnalysisQuery } from '../formats.ts';
import { isForm, Upload } from '../upload.ts';

export type { CreateAnalyser } from '../analysis/new-analyser.ts';

/** The main job: a capture in, verdicts out. */
export function captureRoutes(app: FastifyInstance, service: CaptureService, done: () => void): void {
  // No capture is ever held whole, and none is refused for what its Content-Type says: the bytes decide.
  app.removeContentTypeParser(['application/json', 'text/plain']);
  app.addContentTypeParser('*', (_request, _payload, parsed) => parsed(null));
  void app.register(multipart, FORM_OPTIONS);
  app.addHook('onRequest', (request, _reply, next) => {
    if (!isForm(request)) request.raw.headers['content-type'] = 'application/octet-stream';
    next();
  });
  const all: readonly Format[] = ['json', 'text', 'ndjson'];
  const lines: readonly Format[] = ['ndjson'];
  for (const [path, formats] of [['/v1/captures/analyze', all], ['/v1/captures/stream', lines]] as const) {
    for (const url of [path, `${path}/`, `${path}/:name`]) {
      app.route({ method: ['POST', 'PUT'], url, handler: (request, reply) => analyse(request, reply, readAnalysisQuery(request, formats), service) });
    }
  }
  done();
}

async function analyse(request: FastifyRequest, reply: FastifyReply, query: AnalysisQuery, service: CaptureService): Promise<FastifyReply> {
  const { uploadIdleSeconds, maxUploadSeconds, maxUploadBytes } = service.config;
  const upload = new Upload(request, { idleSeconds: uploadIdleSeconds, maxSeconds: maxUploadSeconds, maxBytes: maxUploadBytes });
  upload.refuseTooLarge();
  const job = new CaptureJob(request, reply, { query, upload, service });
  request.analysis = { upload, job };
  return job.finish(nameOf(request));
}

/** `curl -T f URL/` appends the file's name. */
function nameOf(request: FastifyRequest): string | undefined {
  const { name } = request.params as { name?: string }; // the route's own parameter
  return name;
}
