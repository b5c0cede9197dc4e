import { checkExposure, readConfig } from './config.ts';
import { buildApp } from './http/app.ts';

/** What we read of an HTTP API event, payload format 2.0. */
export interface HttpApiEvent {
  readonly rawPath: string;
  readonly rawQueryString: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly requestContext: { readonly http: { readonly method: string } };
  readonly body?: string;
  readonly isBase64Encoded: boolean;
}

export interface HttpApiAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly isBase64Encoded: boolean;
}

/** A larger answer would reach the client as 502 without a word: Lambda's limit is 6 MB. */
const MOST_ANSWER_BYTES = 5_900_000;
/** API Gateway took them off the body already. */
const HOP_BY_HOP = new Set(['connection', 'expect', 'transfer-encoding', 'content-length']);

const config = readConfig(process.env);
// Whoever finds the address can call it: without API_KEYS the function does not start
checkExposure({ ...config, host: 'API Gateway' }, process.env['NO_AUTH'] === '1');
const app = await buildApp({ config });
await app.ready();

/** The service behind API Gateway: one event, one request. */
export async function handler(event: HttpApiEvent): Promise<HttpApiAnswer> {
  const headers = Object.entries(event.headers).flatMap(([name, value]) => (value === undefined || HOP_BY_HOP.has(name.toLowerCase()) ? [] : [[name, value] as const]));
  const response = await app.inject({
    method: event.requestContext.http.method as 'GET', // fastify answers 404 or 405 to any other
    url: event.rawQueryString === '' ? event.rawPath : `${event.rawPath}?${event.rawQueryString}`,
    headers: Object.fromEntries(headers),
    ...(event.body === undefined ? {} : { payload: Buffer.from(event.body, event.isBase64Encoded ? 'base64' : 'utf8') }),
  });
  return answer(response.statusCode, response.headers, response.rawPayload);
}

function answer(statusCode: number, headers: Readonly<Record<string, string | number | readonly string[] | undefined>>, payload: Buffer): HttpApiAnswer {
  const text = /^(?:text\/|application\/(?:[\w.+-]*json|x-ndjson|yaml))/.test(String(headers['content-type'] ?? ''));
  const body = payload.toString(text ? 'utf8' : 'base64');
  if (body.length > MOST_ANSWER_BYTES) return tooLarge();
  const flat = Object.entries(headers).filter(([name, value]) => value !== undefined && !HOP_BY_HOP.has(name)).map(([name, value]) => [name, String(value)]);
  return { statusCode, headers: Object.fromEntries(flat) as Record<string, string>, body, isBase64Encoded: !text };
}

function tooLarge(): HttpApiAnswer {
  const problem = {
    type: 'urn:smb-verdict:problem:too-large', title: 'Payload Too Large', status: 413, code: 'too-large',
    detail: 'The report is larger than AWS Lambda can send. Ask for ?detail=summary, or send less of the capture.',
  };
  return { statusCode: 413, headers: { 'content-type': 'application/problem+json; charset=utf-8' }, body: JSON.stringify(problem), isBase64Encoded: false };
}
