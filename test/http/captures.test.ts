import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ARTICLE_A, ARTICLE_B, ask, service } from './service.ts';

let app: FastifyInstance;
beforeAll(async () => { app = await service(); });
afterAll(() => app.close());

const ANALYZE = '/v1/captures/analyze';
const codes = (report: Record<string, any>): string[] => report['connections'].map((connection: any) => connection.verdict.code);

function form(...parts: [name: string, file: string | null, bytes: Buffer][]): { payload: Buffer; headers: Record<string, string> } {
  const pieces = parts.flatMap(([name, file, bytes]) => [
    Buffer.from(`--frontier\r\ncontent-disposition: form-data; name="${name}"${file === null ? '' : `; filename="${file}"\r\ncontent-type: application/octet-stream`}\r\n\r\n`), bytes, Buffer.from('\r\n'),
  ]);
  return { payload: Buffer.concat([...pieces, Buffer.from('--frontier--\r\n')]), headers: { 'content-type': 'multipart/form-data; boundary=frontier' } };
}

describe('a capture is taken in every way that curl sends one', () => {
  for (const contentType of ['application/octet-stream', 'application/x-www-form-urlencoded', 'application/json', 'text/plain', 'not a media type', '']) {
    it(`as the body of a POST with the type ${contentType === '' ? 'left out' : contentType}`, async () => {
      const headers: Record<string, string> = contentType === '' ? {} : { 'content-type': contentType };
      const answer = await ask(app, 'POST', ANALYZE, { payload: ARTICLE_A, headers });
      expect(answer.status).toBe(200);
      expect(codes(answer.json())).toEqual(['smb1-only-client-rejected']);
    });
  }

  it('as a PUT', async () => {
    expect(codes((await ask(app, 'PUT', ANALYZE, { payload: ARTICLE_B })).json())).toEqual(['smb1-only-server-found']);
  });

  it('as a PUT with the name of the file, which is shown and not opened', async () => {
    const answer = await ask(app, 'PUT', `${ANALYZE}/..%2F..%2Fetc%2Fpasswd`, { payload: ARTICLE_B, path: `${ANALYZE}/{name}` });
    expect(answer.json()['capture'].files).toEqual([{ format: 'pcap', bytes: 648, packets: 6, name: '../../etc/passwd' }]);
  });

  it('as a form with one part', async () => {
    expect(codes((await ask(app, 'POST', ANALYZE, form(['capture', 'a.pcap', ARTICLE_A]))).json())).toEqual(['smb1-only-client-rejected']);
  });

  it('as a form whose parts are the pieces of one capture, in order', async () => {
    const report = (await ask(app, 'POST', ANALYZE, form(['note', null, Buffer.from('x')], ['capture', 'a.pcap', ARTICLE_A], ['capture', 'b.pcap', gzipSync(ARTICLE_B)]))).json();
    expect(codes(report)).toEqual(['smb1-only-client-rejected', 'smb1-only-server-found']);
    expect(report['capture'].packets).toBe(11);
    expect(report['connections'][1].offer.packet).toBe(9);
    expect(report['capture'].files.map((file: any) => file.name)).toEqual(['a.pcap', 'b.pcap']);
  });

  it('with gzip, declared or not', async () => {
    const payload = gzipSync(ARTICLE_A);
    expect(codes((await ask(app, 'POST', ANALYZE, { payload })).json())).toEqual(['smb1-only-client-rejected']);
    expect(codes((await ask(app, 'POST', ANALYZE, { payload, headers: { 'content-encoding': 'gzip' } })).json())).toEqual(['smb1-only-client-rejected']);
  });
});

describe('what cannot be taken is refused with a code', () => {
  const refusals: [string, () => { payload?: Buffer | string; headers?: Record<string, string> }, number, string][] = [
    ['an empty body', () => ({}), 400, 'empty-body'],
    ['a form without a boundary', () => ({ payload: 'x', headers: { 'content-type': 'multipart/form-data' } }), 400, 'bad-multipart'],
    ['a form without a part "capture"', () => form(['file', 'a.pcap', ARTICLE_A]), 400, 'bad-multipart'],
    ['a form whose part is a field', () => form(['capture', null, Buffer.from('text')]), 400, 'bad-multipart'],
    ['a form without its end', () => { const whole = form(['capture', 'a.pcap', ARTICLE_A]); return { ...whole, payload: whole.payload.subarray(0, -20) }; }, 400, 'bad-multipart'],
    ['an empty part', () => form(['capture', 'a.pcap', Buffer.alloc(0)]), 400, 'empty-body'],
    ['bytes of no format', () => ({ payload: Buffer.from([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]) }), 415, 'not-a-capture'],
    ['an unknown encoding', () => ({ payload: ARTICLE_A, headers: { 'content-encoding': 'rot13' } }), 415, 'unsupported-encoding'],
    ['damaged gzip', () => ({ payload: Buffer.concat([gzipSync(ARTICLE_A).subarray(0, 12), Buffer.alloc(64, 0xff)]) }), 422, 'damaged-compression'],
  ];
  for (const [name, request, status, code] of refusals) {
    it(name, async () => {
      const answer = await ask(app, 'POST', ANALYZE, request());
      expect([answer.status, answer.json()['code']]).toEqual([status, code]);
      expect(answer.json()['requestId']).toBe(answer.headers['x-request-id']);
    });
  }

  it('formats that do not exist, and parameters that are wrong', async () => {
    const status = async (query: string, accept = '*/*'): Promise<unknown> => {
      const answer = await ask(app, 'POST', `${ANALYZE}${query}`, { payload: ARTICLE_A, headers: { accept } });
      return [answer.status, answer.json()['code']];
    };
    expect(await status('?format=xml')).toEqual([406, 'not-acceptable']);
    expect(await status('', 'image/png')).toEqual([406, 'not-acceptable']);
    expect(await status('?detail=all')).toEqual([400, 'bad-request']);
    expect(await status('?digest=md5')).toEqual([400, 'bad-request']);
    expect(await status('?detail=full&detail=full')).toEqual([400, 'bad-request']);
  });

  it('a form that is too large to be read, before a byte was read', async () => {
    const small = await service({ MAX_UPLOAD_BYTES: '100' });
    const answer = await ask(small, 'POST', ANALYZE, { payload: ARTICLE_A });
    expect([answer.status, answer.json()['code']]).toEqual([413, 'too-large']);
    await small.close();
  });
});

describe('the answer', () => {
  it('is all there is by default', async () => {
    const report = (await ask(app, 'POST', ANALYZE, { payload: ARTICLE_B })).json();
    const [connection] = report['connections'];
    expect(report['summary'].answer).toContain('SMB1 is all that the server 192.0.2.20 showed');
    expect(connection.offer).toEqual({ kind: 'multi-protocol', smb1Dialects: ['NT LM 0.12', 'SMB 2.002', 'SMB 2.???'], smb2Dialects: [], packet: 4, packets: { smb1: 4 } });
    expect(connection.answer).toMatchObject({ kind: 'smb1-selected', index: 0, dialect: 'NT LM 0.12', packet: 5 });
    expect(connection.ended).toMatchObject({ by: 'client', how: 'reset', packet: 6 });
    expect(connection.messages.map((seen: any) => [seen.packet, seen.from, seen.message.kind])).toEqual([[4, 'client', 'smb1-negotiate-request'], [5, 'server', 'smb1-negotiate-response']]);
    expect(connection.verdict.displayFilter).toContain('192.0.2.10');
    expect(connection.start).toBe('2020-09-13T12:26:40.000000Z');
  });

  it('is one line per connection and a summary as NDJSON, without messages and texts', async () => {
    const answer = await ask(app, 'POST', '/v1/captures/stream?sensor=branch-7', { payload: ARTICLE_B });
    const [connection, summary] = answer.body.trim().split('\n').map((line) => JSON.parse(line));
    expect(connection).toMatchObject({ type: 'connection', sensor: 'branch-7', verdict: { code: 'smb1-only-server-found', parameters: { server: '192.0.2.20' } } });
    expect(connection.messages).toBeUndefined();
    expect(connection.verdict.explanation).toBeUndefined();
    expect(summary).toMatchObject({ type: 'summary', sensor: 'branch-7', summary: { connections: 1, connectionsOmitted: 0 } });
  });

  it('is NDJSON from analyze too, where it is accepted', async () => {
    const response = await app.inject({ method: 'POST', url: ANALYZE, payload: ARTICLE_B, headers: { accept: 'application/x-ndjson' } });
    expect(response.headers['content-type']).toBe('application/x-ndjson; charset=utf-8');
    expect(response.body.trim().split('\n')).toHaveLength(2);
  });

  it('is a table as text', async () => {
    const answer = await ask(app, 'POST', ANALYZE, { payload: ARTICLE_A, headers: { accept: 'text/plain' } });
    expect(answer.body).toContain('192.0.2.10:49512 -> 192.0.2.20:445  smb1-only-client-rejected (certain)');
  });

  it('has the digest of the upload when it is asked for', async () => {
    const report = (await ask(app, 'POST', `${ANALYZE}?digest=sha256&detail=summary`, { payload: ARTICLE_A })).json();
    expect(report['capture'].sha256).toBe(createHash('sha256').update(ARTICLE_A).digest('hex'));
  });

  it('is 200 with a fault where the capture is cut, and nothing read is lost', async () => {
    const report = (await ask(app, 'POST', ANALYZE, { payload: ARTICLE_B.subarray(0, -10) })).json();
    expect(report['capture'].complete).toBe(false);
    expect(report['capture'].faults[0]).toMatchObject({ file: 0 });
    expect(report['connections']).toHaveLength(1);
    expect(report['summary'].answer).toContain('not read to its end');
  });

  it('is 200 with a fault where the compression is cut after packets', async () => {
    const noise = Buffer.from(Array.from({ length: 40_000 }, (_, index) => (index * 7919 + (index >> 3) * 104_729) & 0xff));
    const whole = gzipSync(Buffer.concat([ARTICLE_A, noise]));
    const report = (await ask(app, 'POST', ANALYZE, { payload: whole.subarray(0, -200) })).json();
    expect(report['capture'].faultCounts['damaged-compression']).toBe(1);
    expect(codes(report)).toEqual(['smb1-only-client-rejected']);
  });
});
