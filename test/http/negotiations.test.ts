import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readHexText } from '../../src/http/hex-text.ts';
import { ARTICLE_B, ask, service } from './service.ts';

let app: FastifyInstance;
beforeAll(async () => { app = await service(); });
afterAll(() => app.close());

const URL = '/v1/negotiations/analyze';
/** Packets 4 and 5 of article B: record headers of 16 bytes, then Ethernet, IPv4 and TCP without options (54 bytes). */
const payloads = ((): Buffer[] => {
  const found: Buffer[] = [];
  for (let at = 24; at < ARTICLE_B.length;) {
    const length = ARTICLE_B.readUInt32LE(at + 8);
    const frame = ARTICLE_B.subarray(at + 16, at + 16 + length);
    const header = 14 + 20 + ((frame[46] ?? 0) >> 4) * 4;
    if (frame.length > header) found.push(frame.subarray(header, 14 + frame.readUInt16BE(16)));
    at += 16 + length;
  }
  return found;
})();
const [request = Buffer.alloc(0), response = Buffer.alloc(0)] = payloads;

async function kinds(payload: Buffer | string, contentType: string): Promise<unknown> {
  const answer = await ask(app, 'POST', URL, { payload, headers: { 'content-type': contentType } });
  expect(answer.status).toBe(200);
  return answer.json()['messages'].map((message: any) => [message.from, message.prefix, message.message.kind]);
}

const REQUEST = ['client', 'given', 'smb1-negotiate-request'];
const RESPONSE = ['server', 'given', 'smb1-negotiate-response'];

describe('bytes are taken', () => {
  it('as they are, one message or several', async () => {
    expect(await kinds(request, 'application/octet-stream')).toEqual([REQUEST]);
    expect(await kinds(Buffer.concat([request, response]), 'application/octet-stream')).toEqual([REQUEST, RESPONSE]);
  });

  it('without the 4-byte prefix', async () => {
    expect(await kinds(request.subarray(4), 'application/octet-stream')).toEqual([['client', 'added', 'smb1-negotiate-request']]);
  });

  it('as JSON, hex or base64', async () => {
    const body = JSON.stringify({ request: { hex: request.toString('hex') }, response: { base64: response.toString('base64') } });
    expect(await kinds(body, 'application/json')).toEqual([REQUEST, RESPONSE]);
  });

  it('as text in hex', async () => {
    expect(await kinds(request.toString('hex').replace(/../g, '$& '), 'text/plain')).toEqual([REQUEST]);
  });
});

it('the answer of article B has its verdict and no invented waiting time', async () => {
  const report = (await ask(app, 'POST', URL, { payload: Buffer.concat([request, response]) })).json();
  expect(report['verdict'].code).toBe('smb1-selected');
  expect(report['verdict'].certainty).not.toBe('certain');
  expect(report['answer']).toMatchObject({ kind: 'smb1-selected', index: 0, packet: 2, waitSeconds: null });
});

it('refusals have codes', async () => {
  const code = async (payload: string | Buffer, contentType: string): Promise<unknown> => {
    const answer = await ask(app, 'POST', URL, { payload, headers: { 'content-type': contentType } });
    return [answer.status, answer.json()['code'], answer.json()['offset']];
  };
  expect(await code('ff 53 4d 4x', 'text/plain')).toEqual([400, 'bad-hex', 10]);
  expect(await code('ff534', 'text/plain')).toEqual([400, 'bad-hex', 5]);
  expect(await code('{', 'application/json')).toEqual([400, 'bad-json', undefined]);
  expect(await code('{"request":{"octal":"7"}}', 'application/json')).toEqual([400, 'bad-request', undefined]);
  expect(await code('{"request":{"hex":"zz"}}', 'application/json')).toEqual([400, 'bad-hex', 0]);
  expect(await code('00112233', 'text/plain')).toEqual([400, 'bad-request', undefined]);
  expect(await code('x', 'application/xml')).toEqual([415, 'unsupported-media-type', undefined]);
  expect(await code('', 'text/plain')).toEqual([400, 'empty-body', undefined]);
});

describe('pasted hex is read', () => {
  const BYTES = '000000 85ff53 4d42720000000018 53c8'.replaceAll(' ', '');
  const dumps: Record<string, string> = {
    'plain': '00000085ff534d4272000000001853c8',
    'with 0x before it': '0x00000085FF534D4272000000001853C8\n',
    'with colons': '00:00:00:85:ff:53:4d:42:72:00:00:00:00:18:53:c8',
    'xxd': '00000000: 0000 0085 ff53 4d42 7200 0000 0018 53c8  .....SMBr.....S.\n',
    'hexdump -C': '00000000  00 00 00 85 ff 53 4d 42  72 00 00 00 00 18 53 c8  |.....SMBr.....S.|\n00000010\n',
    'Wireshark': '0000   00 00 00 85 ff 53 4d 42 72 00 00 00 00 18 53 c8   .....SMBr.....S.\n',
    'tcpdump -X': '12:00:00.000000 IP 10.0.0.5.53994 > 10.0.0.9.445: Flags [P.], length 16\n\t0x0000:  0000 0085 ff53 4d42 7200 0000 0018 53c8  .....SMBr.....S.\n',
    'C': 'unsigned char x[] = { /* 0x11 */ 0x00, 0x00, 0x00, 0x85,\n 0xff, 0x53, 0x4d, 0x42, 0x72, 0x0, 0x0, 0x0, 0x0, 0x18, 0x53, 0xc8 };',
    'PowerShell': '[byte[]](0x00,0x00,0x00,0x85,0xFF,0x53,0x4D,0x42,0x72,0x00,0x00,0x00,0x00,0x18,0x53,0xC8)',
    'a Python string': String.raw`b"\x00\x00\x00\x85\xff\x53\x4d\x42\x72\x00\x00\x00\x00\x18\x53\xc8"`,
  };
  for (const [name, text] of Object.entries(dumps)) {
    it(name, () => {
      expect(readHexText(text).map((bytes) => Buffer.from(bytes).toString('hex'))).toEqual([BYTES]);
    });
  }
});
