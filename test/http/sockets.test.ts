import { request as httpRequest, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { afterEach, expect, it } from 'vitest';
import { ARTICLE_A, ARTICLE_B, LARGE, service } from './service.ts';
import { listen, open, text, wait } from './wire.ts';

let app: FastifyInstance | undefined;
afterEach(async () => {
  app?.server.closeAllConnections();
  await app?.close();
  app = undefined;
});

async function listening(environment: Record<string, string> = {}): Promise<number> {
  app = await service(environment);
  return listen(app);
}

it('a connection leaves as a line while the upload still runs', async () => {
  const port = await listening();
  const { request, response } = open(port, '/v1/captures/stream?detail=summary');
  request.write(ARTICLE_A);
  const answer = await response; // begins although the request has not ended
  const later = Buffer.from(ARTICLE_B.subarray(24));
  later.writeUInt32LE(later.readUInt32LE(0) + 10, 0); // a connection is final when 2 s without a late packet have passed
  request.write(later);
  const lines: string[] = [];
  answer.on('data', (chunk) => lines.push(String(chunk)));
  await expect.poll(() => lines.join('')).toContain('smb1-only-client-rejected');
  expect(request.writableEnded).toBe(false);
  request.end();
  await expect.poll(() => lines.join('')).toContain('"type":"summary"');
});

it('every cut of the upload into chunks gives the same report', async () => {
  const port = await listening();
  const { request, response } = open(port, '/v1/captures/analyze?detail=summary');
  for (const byte of ARTICLE_B) request.write(Buffer.from([byte]));
  request.end();
  const report = JSON.parse(await text(await response)) as { connections: { verdict: { code: string } }[] };
  expect(report.connections.map((connection) => connection.verdict.code)).toEqual(['smb1-only-server-found']);
});

it('an upload that stands still is refused with 408, a stream with a problem line', async () => {
  const port = await listening({ UPLOAD_IDLE_SECONDS: '1' });
  const still = open(port, '/v1/captures/analyze');
  still.request.write(ARTICLE_A.subarray(0, 100));
  const streamed = open(port, '/v1/captures/stream?detail=summary');
  streamed.request.write(ARTICLE_A);
  const refused = await still.response;
  expect([refused.statusCode, JSON.parse(await text(refused)).code]).toEqual([408, 'upload-idle']);
  const lines = (await text(await streamed.response)).trim().split('\n').map((line) => JSON.parse(line));
  expect(lines.at(-1)).toMatchObject({ type: 'problem', code: 'upload-idle' });
});

it('analyses above the limit wait unread, and get 429 with Retry-After', async () => {
  const port = await listening({ MAX_ANALYSES: '1', ANALYSIS_WAIT_SECONDS: '1' });
  const first = open(port, '/v1/captures/analyze');
  first.request.write(LARGE);
  await wait(100);
  const second = open(port, '/v1/captures/analyze');
  second.request.end(LARGE);
  const refused = await second.response;
  expect([refused.statusCode, refused.headers['retry-after']]).toEqual([429, '30']);
  first.request.end();
  expect((await first.response).statusCode).toBe(200);
  const third = open(port, '/v1/captures/analyze');
  third.request.end(LARGE);
  expect((await third.response).statusCode).toBe(200);
});

it('a small capture needs no place, and one that comes slowly takes none', async () => {
  const port = await listening({ MAX_ANALYSES: '1', ANALYSIS_WAIT_SECONDS: '0' });
  const slow = open(port, '/v1/captures/analyze');
  slow.request.write(ARTICLE_A);
  await wait(300);
  const large = open(port, '/v1/captures/analyze');
  large.request.write(LARGE);
  await wait(100);
  const small = open(port, '/v1/captures/analyze');
  small.request.end(ARTICLE_B);
  expect((await small.response).statusCode).toBe(200);
  large.request.end();
  expect((await large.response).statusCode).toBe(200);
  slow.request.end();
  expect((await slow.response).statusCode).toBe(200);
});

it('a client that goes away gives its place back', async () => {
  const port = await listening({ MAX_ANALYSES: '1', ANALYSIS_WAIT_SECONDS: '5' });
  const first = open(port, '/v1/captures/analyze');
  first.request.write(LARGE);
  await wait(100);
  first.request.destroy();
  const second = open(port, '/v1/captures/analyze');
  second.request.end(LARGE);
  expect((await second.response).statusCode).toBe(200);
});

it('with Expect: 100-continue a refusal comes before a byte is uploaded', async () => {
  const port = await listening({ MAX_UPLOAD_BYTES: '1000' });
  const request = httpRequest({ port, host: '127.0.0.1', path: '/v1/captures/analyze', method: 'PUT', headers: { 'content-length': '1000000', expect: '100-continue' }, agent: false });
  let continued = false;
  request.on('continue', () => { continued = true; }).on('error', () => undefined);
  const response = await new Promise<IncomingMessage>((resolve) => { request.on('response', resolve); request.flushHeaders(); });
  expect([response.statusCode, continued]).toEqual([413, false]);
  request.destroy();
});

it('with Expect: 100-continue what is taken is continued', async () => {
  const port = await listening();
  const request = httpRequest({ port, host: '127.0.0.1', path: '/v1/captures/analyze', method: 'PUT', headers: { 'content-length': String(ARTICLE_A.length), expect: '100-continue' }, agent: false });
  request.on('continue', () => request.end(ARTICLE_A));
  const response = await new Promise<IncomingMessage>((resolve) => { request.on('response', resolve); request.flushHeaders(); });
  expect(response.statusCode).toBe(200);
});

it('what is no capture is refused while the client still uploads', async () => {
  const port = await listening();
  const { request, response } = open(port, '/v1/captures/stream');
  request.on('error', () => undefined);
  request.write(Buffer.alloc(65_536, 0x41));
  expect((await response).statusCode).toBe(415);
  request.destroy();
});

it('what is no HTTP gets a problem', async () => {
  const port = await listening();
  const answer = await new Promise<string>((resolve) => {
    let got = '';
    const socket = connect(port, '127.0.0.1', () => socket.write('\xffSMB rubbish\r\n\r\n', 'latin1'));
    socket.on('data', (chunk) => { got += String(chunk); }).on('close', () => resolve(got));
  });
  expect(answer).toContain('HTTP/1.1 400');
  expect(answer).toContain('application/problem+json');
});
