import { request as httpRequest, type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import { ARTICLE_A, ARTICLE_B, expectDescribed, LARGE, manyConnections, service } from './service.ts';
import { listen, open, put, text, wait } from './wire.ts';

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

const ANALYZE = '/v1/captures/analyze';

/** The answer to an upload that failed, held against the description. */
async function problem(response: Promise<IncomingMessage>, path = ANALYZE): Promise<Record<string, any>> {
  const answer = await response;
  const body = await text(answer);
  const parsed = JSON.parse(body) as Record<string, any>;
  expectDescribed('PUT', path, { status: answer.statusCode ?? 0, contentType: String(answer.headers['content-type']), body });
  return { ...parsed, retryAfter: answer.headers['retry-after'] };
}

function expectReport(answer: Record<string, any>, codes: readonly string[]): void {
  const { report } = answer;
  expect(report.capture.complete).toBe(false);
  expect(report.capture.faultCounts['upload-incomplete']).toBe(1);
  expect(report.connections.map((connection: any) => connection.verdict.code)).toEqual(codes);
}

describe('nothing that was read is lost', () => {
  const head = '--frontier\r\ncontent-disposition: form-data; name="capture"; filename="a.pcap"\r\n\r\n';
  const form = { 'content-type': 'multipart/form-data; boundary=frontier' };

  it('when a form has no end', async () => {
    const { request, response } = open(await listening(), ANALYZE, form);
    request.write(head);
    request.end(ARTICLE_A);
    const answer = await problem(response);
    expect([answer['status'], answer['code']]).toEqual([400, 'bad-multipart']);
    expectReport(answer, ['smb1-only-client-rejected']);
  });

  it('when a form has no end and came in one piece', async () => {
    const { request, response } = open(await listening(), ANALYZE, form);
    request.end(Buffer.concat([Buffer.from(head), ARTICLE_A]));
    expectReport(await problem(response), ['smb1-only-client-rejected']);
  });

  it('when the second part of a form breaks off', async () => {
    const { request, response } = open(await listening(), ANALYZE, form);
    request.write(Buffer.concat([Buffer.from(head), ARTICLE_A, Buffer.from(`\r\n${head}`)]));
    request.end(ARTICLE_B);
    expectReport(await problem(response), ['smb1-only-client-rejected', 'smb1-only-server-found']);
  });

  for (const format of ['json', 'text']) {
    it(`when the upload stands still and ${format} was asked for`, async () => {
      const { request, response } = open(await listening({ UPLOAD_IDLE_SECONDS: '1' }), `${ANALYZE}?format=${format}`);
      request.write(ARTICLE_A);
      const answer = await problem(response);
      expect([answer['status'], answer['code']]).toEqual([408, 'upload-idle']);
      expectReport(answer, ['smb1-only-client-rejected']);
    });
  }

  it('when a large upload stands still', async () => {
    const { request, response } = open(await listening({ UPLOAD_IDLE_SECONDS: '1' }), `${ANALYZE}?detail=summary`);
    request.write(LARGE);
    expectReport(await problem(response), Array.from({ length: 200 }, () => 'smb1-only-server-found'));
  });

  it('when the upload takes longer than it may, though bytes come', async () => {
    const { request, response } = open(await listening({ MAX_UPLOAD_SECONDS: '1' }), ANALYZE);
    request.write(ARTICLE_A);
    const more = setInterval(() => request.write(Buffer.alloc(1)), 100);
    const answer = await problem(response);
    clearInterval(more);
    expect([answer['status'], answer['code']]).toEqual([408, 'upload-too-long']);
    expectReport(answer, ['smb1-only-client-rejected']);
    request.destroy();
  });

  it('when the upload grows beyond what is allowed', async () => {
    const { request, response } = open(await listening({ MAX_UPLOAD_BYTES: '600' }), ANALYZE);
    request.write(ARTICLE_A);
    await wait(50);
    request.end(ARTICLE_B);
    const answer = await problem(response);
    expect([answer['status'], answer['code']]).toEqual([413, 'too-large']);
    expectReport(answer, ['smb1-only-client-rejected']);
  });

  it('in lines: they come, then the summary, then the problem', async () => {
    const { request, response } = open(await listening({ UPLOAD_IDLE_SECONDS: '1' }), '/v1/captures/stream');
    request.write(ARTICLE_A);
    const lines = (await text(await response)).trim().split('\n').map((line) => JSON.parse(line) as Record<string, any>);
    expect(lines.map(({ type }) => type as string)).toEqual(['connection', 'summary', 'problem']);
    expect(lines[1]).toMatchObject({ capture: { complete: false, faultCounts: { 'upload-incomplete': 1 } } });
    expect(lines[2]).toMatchObject({ code: 'upload-idle' });
  });

  it('but a problem without packets has no report', async () => {
    const { request, response } = open(await listening({ UPLOAD_IDLE_SECONDS: '1' }), ANALYZE);
    request.write(ARTICLE_A.subarray(0, 30));
    const answer = await problem(response);
    expect([answer['code'], 'report' in answer]).toEqual(['upload-idle', false]);
  });
});

describe('a service with too much to do', () => {
  it('refuses at once when too many wait', async () => {
    const port = await listening({ MAX_ANALYSES: '1', MAX_WAITING_ANALYSES: '0' });
    const first = open(port, ANALYZE);
    first.request.write(LARGE);
    await wait(100);
    const second = open(port, ANALYZE);
    second.request.end(LARGE);
    expect(await problem(second.response)).toMatchObject({ status: 429, code: 'too-many-analyses', retryAfter: '30' });
    first.request.end();
    expect((await first.response).statusCode).toBe(200);
  });

  it('says so before 100 Continue', async () => {
    const port = await listening({ MAX_ANALYSES: '1', MAX_WAITING_ANALYSES: '0' });
    const first = open(port, ANALYZE);
    first.request.write(LARGE);
    await wait(100);
    const request = httpRequest({ port, host: '127.0.0.1', path: ANALYZE, method: 'PUT', headers: { 'content-length': '1000000', expect: '100-continue' }, agent: false });
    let continued = false;
    request.on('continue', () => { continued = true; }).on('error', () => undefined);
    const response = await new Promise<IncomingMessage>((resolve) => { request.on('response', resolve); request.flushHeaders(); });
    expect([response.statusCode, continued]).toEqual([429, false]);
    request.destroy();
    first.request.end();
    expect((await first.response).statusCode).toBe(200);
  });

  it('refuses work when memory is nearly full, and still tells that it lives', async () => {
    const port = await listening({ MAX_MEMORY_BYTES: '1' });
    const { request, response } = open(port, ANALYZE);
    request.end(ARTICLE_A);
    expect(await problem(response)).toMatchObject({ status: 503, code: 'overloaded', retryAfter: '10' });
    expect((await app?.inject('/healthz'))?.statusCode).toBe(200);
    expect((await app?.inject('/readyz'))?.statusCode).toBe(503);
    expect((await app?.inject('/metrics'))?.body).toContain('smb_verdict_limits_reached_total{limit="overloaded"} 2');
  });

  it('refuses work while the event loop is late, and takes it again', async () => {
    const port = await listening({ MAX_EVENT_LOOP_DELAY_MS: '100' });
    const busy = setInterval(() => {
      const until = performance.now() + 300;
      while (performance.now() < until); // nothing else runs meanwhile
    }, 1);
    await expect.poll(async () => (await put(port, ANALYZE, ARTICLE_A)).status, { timeout: 40_000 }).toBe(503);
    clearInterval(busy);
    await expect.poll(async () => (await put(port, ANALYZE, ARTICLE_A)).status, { timeout: 10_000 }).toBe(200);
  });

  it('drops a client that does not read, and gives its place to another', async () => {
    const port = await listening({ MAX_ANALYSES: '1', MAX_OUTBOUND_BYTES: '1000', CLIENT_READ_SECONDS: '1', ANALYSIS_WAIT_SECONDS: '20' });
    const deaf = connect(port, '127.0.0.1');
    deaf.on('error', () => undefined);
    const capture = manyConnections(20_000);
    deaf.write(`PUT /v1/captures/stream HTTP/1.1\r\nhost: x\r\ncontent-length: ${capture.length + 1}\r\n\r\n`);
    deaf.pause().write(capture);
    await expect.poll(() => app?.inject('/readyz').then((answer) => answer.body)).toContain('"running":1');
    expect((await put(port, ANALYZE, LARGE)).status).toBe(200);
    deaf.destroy();
    await expect.poll(() => app?.inject('/metrics').then((answer) => answer.body)).toContain('smb_verdict_limits_reached_total{limit="client-not-reading"} 1');
  });
});

function connections(): Promise<number> {
  return new Promise((resolve, reject) => {
    app?.server.getConnections((error, count) => { if (error === null) resolve(count); else reject(error); });
  });
}

describe('clients that mean no good', () => {
  const sockets: Socket[] = [];
  afterEach(() => { for (const socket of sockets.splice(0)) socket.destroy(); });

  it('500 uploads that hardly come hold up nobody', async () => {
    const port = await listening({ MAX_ANALYSES: '2', ANALYSIS_WAIT_SECONDS: '0' });
    for (let index = 0; index < 500; index += 1) {
      const socket = connect(port, '127.0.0.1');
      socket.on('error', () => undefined);
      sockets.push(socket);
      // Half of them do not even finish their headers
      socket.write(index % 2 === 0 ? 'PUT /v1/captures/analyze HTTP/1.1\r\nhost: x\r\nx-slow: ' : `PUT /v1/captures/analyze HTTP/1.1\r\nhost: x\r\ncontent-length: 1000000000\r\n\r\n${'x'.repeat(3)}`);
    }
    await expect.poll(() => connections()).toBe(500);
    expect((await put(port, ANALYZE, LARGE)).status).toBe(200);
    expect((await put(port, '/v1/captures/stream', LARGE)).status).toBe(200);
    expect(JSON.parse((await app?.inject('/readyz'))?.body ?? '')).toMatchObject({ analyses: { running: 0, waiting: 0 } });
  });

  it('streams that hardly come lose their places to who has something to say, and are told what was read', async () => {
    const port = await listening({ MAX_ANALYSES: '2', ANALYSIS_WAIT_SECONDS: '6' });
    const slow = Array.from({ length: 20 }, () => open(port, '/v1/captures/stream'));
    for (const { request } of slow) request.on('error', () => undefined).write(ARTICLE_A);
    await expect.poll(() => app?.inject('/readyz').then((answer) => answer.body)).toContain('"running":2,"waiting":18');
    expect((await put(port, ANALYZE, LARGE)).status).toBe(200);
    const lines = (await text(await Promise.race(slow.map(({ response }) => response)))).trim().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.map(({ type }) => type as string)).toEqual(['connection', 'summary', 'problem']);
    expect(lines[2]).toMatchObject({ status: 408, code: 'upload-too-slow' });
    for (const { request } of slow) request.destroy();
  });

  it('1000 uploads that break off leave nothing behind', async () => {
    const port = await listening({ MAX_ANALYSES: '4' });
    const capture = Buffer.concat([ARTICLE_A.subarray(0, 24), ...Array.from({ length: 100 }, () => ARTICLE_A.subarray(24))]);
    for (let round = 0; round < 20; round += 1) {
      const requests = Array.from({ length: 50 }, (_, index) => open(port, index % 2 === 0 ? ANALYZE : '/v1/captures/stream'));
      for (const { request } of requests) request.on('error', () => undefined).write(capture);
      await wait(20);
      for (const { request } of requests) request.destroy();
    }
    await expect.poll(() => connections(), { timeout: 40_000 }).toBe(0);
    await expect.poll(() => app?.inject('/readyz').then((answer) => answer.body), { timeout: 10_000 }).toContain('"running":0,"waiting":0');
    expect((await put(port, ANALYZE, LARGE)).status).toBe(200);
  });
});
