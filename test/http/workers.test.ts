import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { BroadcastChannel } from 'node:worker_threads';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { FastifyInstance } from 'fastify';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { WorkerPool, type WorkerPoolOptions } from '../../src/http/analysis/worker-pool.ts';
import { compile } from './compile.ts';
import { ARTICLE_A, ARTICLE_B, expectDescribed, LARGE, manyConnections, service } from './service.ts';
import { listen, open, put, text, wait } from './wire.ts';

let compiled: ReturnType<typeof compile>;
/** One of the orders that the worker below takes. */
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel between threads has no origin
const order = (what: 'die' | 'hang' | 'swallow memory'): void => channel.postMessage(what);

/** The compiled worker, and beside it a way to make it die, hang or swallow memory from outside. */
let script: URL;
beforeAll(() => {
  compiled = compile();
  const file = join(compiled.folder, 'worker-that-dies.js');
  writeFileSync(file, `import './http/analysis/worker.js';
import { BroadcastChannel } from 'node:worker_threads';
const orders = new BroadcastChannel('orders-to-workers');
orders.unref();
orders.onmessage = ({ data }) => {
  if (data === 'die') process.exit(7);
  if (data === 'hang') for (;;);
  const held = [];
  for (;;) held.push(new Array(100_000).fill({ held }).map((each) => ({ ...each })));
};
`);
  script = pathToFileURL(file);
});
afterAll(() => compiled.remove());

let app: FastifyInstance | undefined;
let pool: WorkerPool | undefined;
const channel = new BroadcastChannel('orders-to-workers');
afterAll(() => channel.close());
afterEach(async () => {
  app?.server.closeAllConnections();
  await app?.close();
  app = undefined;
});

async function listening(environment: Record<string, string> = {}, options: Partial<WorkerPoolOptions> = {}): Promise<number> {
  pool = new WorkerPool({ size: 1, heapMegabytes: 256, stallSeconds: 60, maxOutputBytes: Number(environment['MAX_OUTBOUND_BYTES'] ?? 16_777_216), script, ...options });
  app = await service(environment, pool);
  return listen(app);
}

const ANALYZE = '/v1/captures/analyze';
const running = async (): Promise<string> => (await app?.inject('/readyz'))?.body ?? '';
/** An analysis has its place, and the worker is there to be killed. */
async function expectWorking(): Promise<void> {
  await expect.poll(running).toContain('"running":1');
  await expect.poll(metrics).toMatch(/smb_verdict_heap_bytes\{thread="worker-0"\} [1-9]/);
  await wait(100); // the channel for its orders is opened just after its first sign of life
}

const metrics = async (): Promise<string> => (await app?.inject('/metrics'))?.body ?? '';

function isMiddling(size: number): boolean {
  return size > 32_768 && size < 2_000_000;
}

function form(...pieces: Uint8Array[]): Buffer {
  const parts = pieces.flatMap((piece) => [Buffer.from('--frontier\r\ncontent-disposition: form-data; name="capture"; filename="f.pcap"\r\n\r\n'), piece, Buffer.from('\r\n')]);
  return Buffer.concat([...parts, Buffer.from('--frontier--\r\n')]);
}
const withoutId = (answer: string): string => answer.replaceAll(/"requestId":"[^"]*"/g, '');

async function expectFailed(answer: Awaited<ReturnType<typeof open>['response']>): Promise<void> {
  const body = await text(answer);
  expect(JSON.parse(body)).toMatchObject({ status: 500, code: 'analysis-failed' });
  expectDescribed('PUT', ANALYZE, { status: answer.statusCode ?? 0, contentType: String(answer.headers['content-type']), body });
}

describe('a report is the same, byte by byte, wherever it is made', () => {
  let here: FastifyInstance;
  let herePort: number;
  beforeAll(async () => {
    here = await service();
    herePort = await listen(here);
  });
  afterAll(() => here.close());

  async function expectSame(port: number, body: Uint8Array, path: string, headers: Record<string, string> = {}): Promise<void> {
    const [inWorker, inLoop] = [await put(port, path, body, headers), await put(herePort, path, body, headers)];
    expect(inWorker.status).toBe(inLoop.status);
    expect(withoutId(inWorker.body) === withoutId(inLoop.body), `${path}: ${inWorker.body.slice(0, 300)}`).toBe(true);
  }

  const queries = ['', '?format=text', '?format=ndjson', '?detail=summary', '?detail=verdicts&digest=sha256', '?format=ndjson&detail=full&sensor=branch-7'];
  const bodies: [string, () => Uint8Array, Record<string, string>][] = [
    ['many connections', () => LARGE, {}],
    ['a small one', () => ARTICLE_A, {}],
    ['gzip', () => gzipSync(LARGE), {}],
    ['gzip of a small one', () => gzipSync(ARTICLE_B), { 'content-encoding': 'gzip' }],
    ['a cut one', () => LARGE.subarray(0, -11), {}],
    ['cut gzip', () => gzipSync(LARGE).subarray(0, -30), {}],
    ['no capture', () => Buffer.alloc(100_000, 7), {}],
    ['a form of several pieces', () => form(LARGE, gzipSync(ARTICLE_B), LARGE.subarray(0, 50_000)), { 'content-type': 'multipart/form-data; boundary=frontier' }],
    ['a form without its end', () => form(LARGE).subarray(0, -20), { 'content-type': 'multipart/form-data; boundary=frontier' }],
  ];
  for (const [name, body, headers] of bodies) {
    it(name, async () => {
      const port = await listening();
      for (const query of queries) await expectSame(port, body(), ANALYZE + query, headers);
    });
  }

  const shared = new URL('../../../shared/captures/files/', import.meta.url);
  const captures = existsSync(shared) ? readdirSync(shared).filter((file) => isMiddling(statSync(new URL(file, shared)).size)) : [];
  it.skipIf(captures.length === 0)('real captures (skipped without ../shared/captures)', async () => {
    const port = await listening();
    for (const file of captures) await expectSame(port, readFileSync(new URL(file, shared)), `${ANALYZE}?detail=full`);
    expect(captures.length).toBeGreaterThan(30);
  });
});

describe('a worker that dies', () => {
  it('during the upload: the request is told, and the next is served by another', async () => {
    const port = await listening();
    const { request, response } = open(port, ANALYZE);
    request.on('error', () => undefined).write(LARGE);
    await expectWorking();
    order('die');
    await expectFailed(await response);
    expect((await put(port, ANALYZE, LARGE)).status).toBe(200);
    expect(await metrics()).toMatch(/smb_verdict_worker_deaths 1\n/);
  });

  it('while it unpacks', async () => {
    const port = await listening();
    const { request, response } = open(port, ANALYZE);
    request.on('error', () => undefined).write(gzipSync(manyConnections(3000)).subarray(0, 60_000));
    await expectWorking();
    order('die');
    await expectFailed(await response);
    expect(await running()).toContain('"running":0');
  });

  it('after lines have left: the last line says so', async () => {
    const port = await listening();
    const { request, response } = open(port, '/v1/captures/stream');
    request.on('error', () => undefined).write(LARGE);
    const answer = await response;
    let body = '';
    answer.on('data', (chunk) => { body += String(chunk); });
    await expect.poll(() => body).toContain('"type":"connection"');
    order('die');
    await expect.poll(() => body).toContain('"type":"problem"');
    const lines = body.trim().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.at(-1)).toMatchObject({ type: 'problem', status: 500, code: 'analysis-failed' });
    expectDescribed('PUT', '/v1/captures/stream', { status: 200, contentType: String(answer.headers['content-type']), body });
  });

  it('while it writes a report that had begun: the connection is broken off, so that half a report does not look whole', async () => {
    const port = await listening({ MAX_OUTBOUND_BYTES: '100000' });
    const capture = manyConnections(20_000);
    const socket = connect(port, '127.0.0.1');
    let body = '';
    socket.on('error', () => undefined).once('data', (chunk) => {
      body += String(chunk);
      socket.pause();
    });
    socket.write(`PUT ${ANALYZE} HTTP/1.1\r\nhost: x\r\ncontent-length: ${capture.length}\r\n\r\n`);
    socket.write(capture);
    await expect.poll(() => body, { timeout: 30_000 }).not.toBe(''); // the answer has begun, and nobody reads on
    expect(await running()).toContain('"running":1');
    order('die');
    await new Promise<void>((resolve) => { socket.on('data', (chunk) => { body += String(chunk); }).on('close', resolve).resume(); });
    expect(body).toContain('HTTP/1.1 200');
    expect(body.endsWith('0\r\n\r\n')).toBe(false);
    await expect.poll(running).toContain('"running":0');
  });

  it('since its memory is full', async () => {
    const port = await listening({}, { heapMegabytes: 32 });
    const { request, response } = open(port, ANALYZE);
    request.on('error', () => undefined).write(LARGE);
    await expectWorking();
    order('swallow memory');
    await expectFailed(await response);
    expect((await put(port, ANALYZE, LARGE)).status).toBe(200);
  });

  it('or is stuck', async () => {
    const port = await listening({}, { stallSeconds: 3 });
    const { request, response } = open(port, ANALYZE);
    request.on('error', () => undefined).write(LARGE);
    await expectWorking();
    order('hang');
    await expectFailed(await response);
    expect((await put(port, ANALYZE, LARGE)).status).toBe(200);
  });
});

it('metrics count what the workers did, and say how they are', async () => {
  const port = await listening({}, { size: 2 });
  await put(port, `${ANALYZE}/some-name.pcap`, LARGE);
  await put(port, ANALYZE, ARTICLE_A);
  const page = await metrics();
  for (const line of [
    'smb_verdict_requests_total{method="PUT",route="/v1/captures/analyze/:name",status="200"} 1', 'smb_verdict_analyses_total{where="worker"} 1', 'smb_verdict_analyses_total{where="here"} 1',
    `smb_verdict_upload_bytes_total ${LARGE.length + ARTICLE_A.length}`, 'smb_verdict_packets_total 1205', 'smb_verdict_verdicts_total{code="smb1-only-server-found"} 200',
    'smb_verdict_workers 1', 'smb_verdict_heap_bytes{thread="worker-0"}', 'smb_verdict_event_loop_delay_seconds ', 'process_resident_memory_bytes ',
  ]) expect(page).toContain(line);
  expect(page).not.toContain('some-name');
});

describe('the process', () => {
  let server: ChildProcess | undefined;
  afterEach(() => server?.kill('SIGKILL'));

  async function start(environment: Record<string, string>): Promise<{ port: number; log: () => string; ended: Promise<number | null> }> {
    const child = spawn(process.execPath, [join(compiled.folder, 'server.js')], { env: { ...process.env, PORT: '0', HOST: '127.0.0.1', LOG_LEVEL: 'info', API_KEYS: 'key-of-this-test', ...environment }, stdio: ['ignore', 'pipe', 'inherit'] });
    server = child;
    let log = '';
    child.stdout.on('data', (chunk) => { log += String(chunk); });
    const ended = new Promise<number | null>((resolve) => { child.once('exit', resolve); });
    await expect.poll(() => log, { timeout: 20_000 }).toContain('Server listening');
    return { port: Number(/127\.0\.0\.1:(\d+)/.exec(log)?.[1]), log: () => log, ended };
  }

  const key = { 'x-api-key': 'key-of-this-test' };

  it('ends on SIGTERM after what runs, and takes nothing new', async () => {
    const { port, ended } = await start({ SHUTDOWN_SECONDS: '30' });
    const { request, response } = open(port, ANALYZE, key);
    request.write(LARGE);
    await expect.poll(async () => (await (await fetch(`http://127.0.0.1:${port}/readyz`)).text())).toContain('"running":1');
    server?.kill('SIGTERM');
    await wait(300);
    request.end(LARGE.subarray(24));
    const answer = await response;
    expect(answer.statusCode).toBe(200);
    expect(JSON.parse(await text(answer))).toMatchObject({ capture: { complete: true } });
    await expect(put(port, ANALYZE, ARTICLE_A, key)).rejects.toThrow('ECONNREFUSED');
    expect(await ended).toBe(0);
  });

  it('cuts uploads that do not end, and answers what was read of them', async () => {
    const { port, ended } = await start({ SHUTDOWN_SECONDS: '5' });
    const whole = open(port, ANALYZE, key);
    whole.request.on('error', () => undefined).write(LARGE);
    const lines = open(port, '/v1/captures/stream?detail=summary', key);
    lines.request.on('error', () => undefined).write(ARTICLE_A);
    const streamed = await lines.response;
    server?.kill('SIGTERM');
    const answer = await whole.response;
    expect(JSON.parse(await text(answer))).toMatchObject({ status: 503, code: 'unavailable', report: { capture: { complete: false, packets: 1200 }, summary: { connections: 200 } } });
    const kinds = (await text(streamed)).trim().split('\n').map((line) => JSON.parse(line) as { type: string; code?: string });
    expect(kinds.map(({ type }) => type)).toEqual(['connection', 'summary', 'problem']);
    expect(kinds[2]?.code).toBe('unavailable');
    expect(await ended).toBe(0);
  });

  it('logs sizes and times of each request, and nothing that came in it', async () => {
    const { port, log } = await start({});
    const answer = await put(port, `${ANALYZE}/payroll-server.pcap?sensor=branch-7`, LARGE, key);
    await expect.poll(log).toContain('"msg":"request"');
    const line = JSON.parse(log().split('\n').find((each) => each.includes('"msg":"request"')) ?? '') as Record<string, unknown>;
    expect(line).toMatchObject({
      method: 'PUT', route: '/v1/captures/analyze/:name', status: 200, bytesIn: LARGE.length, bytesOut: Buffer.byteLength(answer.body), where: 'worker',
      captureBytes: LARGE.length, packets: 1200, connections: 200, reqId: expect.stringMatching(/^[0-9a-f-]{36}$/), ms: expect.any(Number),
    });
    expect(log()).not.toMatch(/payroll|branch-7|key-of-this-test|192\.0\.2/);
  });
});
