import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { HttpApiAnswer, HttpApiEvent } from '../src/lambda.ts';

const ARTICLE_B = readFileSync(new URL('captures/article_b.pcap', import.meta.url));
const KEY = 'key-of-this-test';

/** An event of an HTTP API, payload format 2.0, as AWS documents it. */
function event(method: string, target: string, body?: Buffer, headers: Record<string, string> = { 'x-api-key': KEY }): HttpApiEvent {
  const [rawPath = '', rawQueryString = ''] = target.split('?');
  return { rawPath, rawQueryString, headers, requestContext: { http: { method } }, isBase64Encoded: body !== undefined, ...(body === undefined ? {} : { body: body.toString('base64') }) };
}

let handler: (event: HttpApiEvent) => Promise<HttpApiAnswer>;
beforeAll(async () => {
  vi.stubEnv('API_KEYS', KEY);
  vi.stubEnv('LOG_LEVEL', 'silent');
  ({ handler } = await import('../src/lambda.ts'));
});

describe('the function behind API Gateway', () => {
  it('judges a capture', async () => {
    const answer = await handler(event('POST', '/v1/captures/analyze?detail=summary', ARTICLE_B));
    expect(answer).toMatchObject({ statusCode: 200, isBase64Encoded: false, headers: { 'content-type': 'application/json; charset=utf-8' } });
    expect(JSON.parse(answer.body)).toMatchObject({ capture: { packets: 6, complete: true }, summary: { verdicts: { 'smb1-only-server-found': 1 } } });
  });

  it('answers in lines', async () => {
    const { body } = await handler(event('PUT', '/v1/captures/stream', ARTICLE_B));
    expect(body.trim().split('\n').map((line) => (JSON.parse(line) as { type: string }).type)).toEqual(['connection', 'summary']);
  });

  it('sends bytes that are no text as base64', async () => {
    const { isBase64Encoded, body } = await handler(event('GET', '/docs/assets/favicon-32x32.png'));
    expect(isBase64Encoded).toBe(true);
    expect(Buffer.from(body, 'base64').subarray(1, 4).toString()).toBe('PNG');
  });

  it('asks for a key', async () => {
    expect((await handler(event('POST', '/v1/captures/analyze', ARTICLE_B, {}))).statusCode).toBe(401);
  });

  it('says what it cannot read as the service does', async () => {
    const answer = await handler(event('POST', '/v1/captures/analyze', Buffer.from('hello, this is no capture')));
    expect(answer.statusCode).toBe(415);
    expect(JSON.parse(answer.body)).toMatchObject({ code: 'unsupported-format', status: 415 });
  });

  it('does not start without keys', async () => {
    vi.resetModules();
    vi.stubEnv('API_KEYS', '');
    await expect(import('../src/lambda.ts')).rejects.toThrow('API_KEYS is not set');
  });
});
