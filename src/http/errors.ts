import { STATUS_CODES } from 'node:http';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Problem } from '../report/schema.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Code of the problem that was answered, for log and metrics. */
    problemCode: string | null;
  }
}

export interface ProblemExtras {
  readonly format?: string | undefined;
  readonly offset?: number | undefined;
  /** The field of a JSON body that is wrong, as `client.settings.minDialect`. */
  readonly path?: string | undefined;
  readonly retryAfter?: number | undefined;
}

/** An answer that is no success: RFC 9457, with a stable code and a sentence that says what to do. */
export class HttpProblem extends Error {
  readonly status: number;
  readonly code: string;
  readonly extras: ProblemExtras;

  constructor(status: number, code: string, detail: string, extras: ProblemExtras = {}) {
    super(detail);
    this.status = status;
    this.code = code;
    this.extras = extras;
  }
}

const CODES_BY_STATUS: Readonly<Record<number, string>> = {
  400: 'bad-request', 401: 'unauthorized', 404: 'not-found', 405: 'method-not-allowed', 406: 'not-acceptable', 408: 'upload-idle', 413: 'too-large', 414: 'uri-too-long',
  415: 'unsupported-media-type', 429: 'too-many-analyses', 431: 'headers-too-large', 503: 'unavailable',
};

/** Every thrown thing becomes a problem here, and nowhere else. Above 499 the text is fixed: internals are not told. */
export function problemOf(error: unknown): HttpProblem {
  if (error instanceof HttpProblem) return error;
  if (isIntakeProblem(error)) return new HttpProblem(error.status, error.code, error.message, { offset: error.offset });
  if (isBrokenOff(error)) return new HttpProblem(499, 'client-gone', 'The client went away.');
  const status = statusOf(error);
  if (status >= 500 || !(error instanceof Error)) {
    return new HttpProblem(500, 'internal', 'This is a fault of the service, not of your request. Its log has the details under this requestId.');
  }
  return new HttpProblem(status, CODES_BY_STATUS[status] ?? 'bad-request', `${error.message}.`.replace(/\.\.$/, '.'));
}

/** Nobody hears the answer, and it is no fault of ours. */
function isBrokenOff(error: unknown): boolean {
  return error instanceof Error && 'code' in error && ['ECONNRESET', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE'].includes(String(error.code));
}

function statusOf(error: unknown): number {
  const status = typeof error === 'object' && error !== null && 'statusCode' in error ? Number(error.statusCode) : 500;
  return status >= 400 && status < 600 ? status : 500;
}

/** What the intake refuses: it knows no HTTP framework, only the status that fits. */
export function isIntakeProblem(error: unknown): error is { code: string; status: number; message: string; offset?: number } {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && 'status' in error && typeof error.status === 'number' && !(error instanceof HttpProblem);
}

export function problemBody(problem: HttpProblem, requestId: string): Problem {
  const { format, offset, path } = problem.extras;
  return {
    type: `urn:smb-verdict:problem:${problem.code}`,
    title: STATUS_CODES[problem.status] ?? 'Error',
    status: problem.status,
    code: problem.code,
    detail: problem.message,
    requestId,
    ...(format === undefined ? {} : { format }),
    ...(offset === undefined ? {} : { offset }),
    ...(path === undefined ? {} : { path }),
  };
}

export function sendProblem(request: FastifyRequest, reply: FastifyReply, error: unknown): FastifyReply {
  return reply.send(JSON.stringify(prepareProblem(request, reply, error)));
}

/** Everything but the body, which is given back: it may still be added to. */
export function prepareProblem(request: FastifyRequest, reply: FastifyReply, error: unknown): Problem {
  const problem = problemOf(error);
  if (problem.status >= 500) request.log.error({ err: error }, 'request failed');
  if (problem.extras.retryAfter !== undefined) void reply.header('retry-after', String(problem.extras.retryAfter));
  if (problem.status === 401) void reply.header('www-authenticate', 'Bearer realm="smb-verdict"');
  request.problemCode = problem.code;
  void reply.code(problem.status).header('content-type', 'application/problem+json; charset=utf-8');
  return problemBody(problem, request.id);
}

/** Before any plugin is registered: those registered earlier would keep the framework's own handlers. */
export function installErrorHandling(app: FastifyInstance): void {
  app.decorateRequest('problemCode', null);
  app.setErrorHandler((error: FastifyError, request, reply) => sendProblem(request, reply, error));
  app.setNotFoundHandler((request, reply) => {
    const methods = methodsOf(app, request.url);
    if (methods.length === 0 || methods.some((method) => method === request.method)) return sendProblem(request, reply, new HttpProblem(404, 'not-found', 'There is nothing at this address. /docs lists what there is.'));
    void reply.header('allow', methods.join(', '));
    return sendProblem(request, reply, new HttpProblem(405, 'method-not-allowed', `This address takes ${methods.join(' or ')}.`));
  });
}

function methodsOf(app: FastifyInstance, url: string): string[] {
  const path = url.split('?', 1)[0] ?? '/';
  return (['GET', 'POST', 'PUT', 'DELETE'] as const).filter((method) => {
    try {
      return app.findRoute({ method, url: path }) !== null;
    } catch {
      return false; // an address that cannot be decoded has no route
    }
  });
}
