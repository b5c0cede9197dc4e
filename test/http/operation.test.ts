import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ask, service } from './service.ts';

let app: FastifyInstance;
let locked: FastifyInstance;
beforeAll(async () => {
  app = await service();
  locked = await service({ API_KEYS: 'first-key-1,second-key-2' });
});
afterAll(async () => {
  await app.close();
  await locked.close();
});

it('health and readiness answer, with keys set too', async () => {
  for (const url of ['/healthz', '/readyz']) expect((await ask(locked, 'GET', url)).status).toBe(200);
});

it('everything else asks for one of the keys', async () => {
  for (const url of ['/v1/verdicts', '/v1/findings', '/openapi.json', '/docs', '/metrics']) {
    expect((await ask(locked, 'GET', url)).json()['code']).toBe('unauthorized');
  }
  expect((await locked.inject({ method: 'GET', url: '/nowhere' })).statusCode).toBe(401);
  const status = async (headers: Record<string, string>): Promise<number> => (await ask(locked, 'GET', '/v1/verdicts', { headers })).status;
  expect(await status({ authorization: 'Bearer second-key-2' })).toBe(200);
  expect(await status({ 'x-api-key': 'first-key-1' })).toBe(200);
  expect(await status({ 'x-api-key': 'first-key-2' })).toBe(401);
  expect(await status({ authorization: 'Basic first-key-1' })).toBe(401);
});

it('the catalogue lists every verdict and finding, and each alone', async () => {
  const verdicts = (await ask(app, 'GET', '/v1/verdicts')).json();
  expect(verdicts['verdicts']).toHaveLength(20);
  expect((await ask(app, 'GET', '/v1/verdicts/smb1-in-use', { path: '/v1/verdicts/{code}' })).json()['severity']).toBe('high');
  const findings = (await ask(app, 'GET', '/v1/findings')).json();
  for (const { code } of findings['findings']) expect((await ask(app, 'GET', `/v1/findings/${code}`, { path: '/v1/findings/{code}' })).status).toBe(200);
  expect((await ask(app, 'GET', '/v1/findings/none-such', { path: '/v1/findings/{code}' })).json()['code']).toBe('not-found');
});

it('unknown addresses are 404, wrong methods 405, both as problems', async () => {
  const code = async (method: 'GET' | 'DELETE', url: string): Promise<unknown> => {
    const response = await app.inject({ method, url });
    expect(response.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    return [response.statusCode, JSON.parse(response.body).code];
  };
  expect(await code('GET', '/nowhere')).toEqual([404, 'not-found']);
  expect(await code('GET', '/%zz')).toEqual([400, 'bad-request']);
  expect(await code('GET', '/v1/captures/analyze')).toEqual([405, 'method-not-allowed']);
  expect(await code('DELETE', '/v1/verdicts')).toEqual([405, 'method-not-allowed']);
  expect(await code('GET', '/docs/assets/package.json')).toEqual([404, 'not-found']);
});

it('the page asks no other machine', async () => {
  const page = await ask(app, 'GET', '/docs');
  expect(page.headers['content-security-policy']).toContain("default-src 'none'; script-src 'self'");
  expect(page.body).not.toMatch(/https?:/);
  for (const [, url] of page.body.matchAll(/(?:src|href)="([^"]+)"/g)) expect((await app.inject({ method: 'GET', url: url ?? '' })).statusCode).toBe(200);
});

it('describes itself as YAML and JSON', async () => {
  expect((await ask(app, 'GET', '/openapi.yaml')).body).toContain('openapi: 3.1.1');
  expect((await ask(app, 'GET', '/openapi.json')).json()['openapi']).toBe('3.1.1');
  expect((await ask(app, 'GET', '/metrics')).body).toContain('smb_verdict_analyses_running 0');
});
