import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { FastifyInstance } from 'fastify';
import { expect } from 'vitest';
import { parse } from 'yaml';
import { readConfig } from '../../src/config.ts';
import type { WorkerPool } from '../../src/http/analysis/worker-pool.ts';
import { buildApp } from '../../src/http/app.ts';

const ROOT = new URL('../../', import.meta.url);

/** Article A: an SMB1-only client is reset by its server. */
export const ARTICLE_A = readFileSync(new URL('test/captures/article_a.pcap', ROOT));
/** Article B: a NAS that knows only SMB1 takes the bait, and the client resets. */
export const ARTICLE_B = readFileSync(new URL('test/captures/article_b.pcap', ROOT));

/** Article B with so many different clients. */
export function manyConnections(count: number): Buffer {
  return Buffer.concat([ARTICLE_B.subarray(0, 24), ...Array.from({ length: count }, (_, index) => articleBFromPort(1024 + index))]);
}

/** Its records with another port of the client: behind 16 bytes of record header, 14 of Ethernet and 20 of IPv4. */
function articleBFromPort(port: number): Buffer {
  const records = Buffer.from(ARTICLE_B.subarray(24));
  for (let at = 0; at < records.length; at += 16 + records.readUInt32LE(at + 8)) {
    for (const field of [at + 50, at + 52]) if (records.readUInt16BE(field) === 49_513) records.writeUInt16BE(port, field);
  }
  return records;
}

/** 125 kB: too much to be judged in passing. */
export const LARGE = manyConnections(200);

/** The service without threads; test/http/workers.test.ts gives it some. */
export function service(environment: Record<string, string> = {}, workers?: WorkerPool): Promise<FastifyInstance> {
  return buildApp({ config: readConfig({ LOG_LEVEL: 'silent', ...environment }), ...(workers === undefined ? {} : { workers }) });
}

interface Described {
  readonly paths: Record<string, Record<string, { responses: Record<string, { content?: Record<string, { schema: object }> }> }>>;
}

const description = parse(readFileSync(new URL('openapi.yaml', ROOT), 'utf8')) as Described;
const ajv = new Ajv2020({ strict: false, validateFormats: false });
ajv.addSchema({ ...description, $id: 'openapi' } as object);

export interface Answered {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/** Holds an answer against openapi.yaml: its status, its media type and its schema. */
export function expectDescribed(method: string, path: string, { status, contentType, body }: Answered): void {
  const operation = description.paths[path]?.[method.toLowerCase()];
  const mediaType = contentType.split(';', 1)[0] ?? '';
  expect(operation?.responses[String(status)]?.content?.[mediaType], `${method} ${path} ${status} ${mediaType} is described`).toBeDefined();
  const escape = (key: string): string => encodeURIComponent(key.replaceAll('~', '~0').replaceAll('/', '~1'));
  const pointer = ['paths', path, method.toLowerCase(), 'responses', String(status), 'content', mediaType, 'schema'].map(escape).join('/');
  const validate = ajv.compile({ $ref: `openapi#/${pointer}` });
  const values: unknown[] = mediaType === 'application/x-ndjson' ? body.trim().split('\n').map((line): unknown => JSON.parse(line)) : [mediaType.endsWith('json') ? JSON.parse(body) : body];
  for (const value of values) expect(validate(value), JSON.stringify(validate.errors)).toBe(true);
}

/** Sends with inject, checks the answer against the description, and gives it back. */
export async function ask(app: FastifyInstance, method: 'GET' | 'POST' | 'PUT' | 'DELETE', url: string, options: { path?: string; payload?: string | Buffer; headers?: Record<string, string> } = {}): Promise<Answered & { headers: Record<string, unknown>; json: () => Record<string, any> }> {
  const { path = url.split('?', 1)[0] ?? url, payload, headers = {} } = options;
  const response = await app.inject({ method, url, headers, ...(payload === undefined ? {} : { payload }) });
  const answered = { status: response.statusCode, contentType: String(response.headers['content-type']), body: response.body };
  expectDescribed(method, path, answered);
  return { ...answered, headers: response.headers, json: () => JSON.parse(response.body) as Record<string, any> };
}
