import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ARTICLE_A, ARTICLE_B, ask, service } from './service.ts';

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

const hex = (bytes: Uint8Array, width = 16): string => (Buffer.from(bytes).toString('hex').match(new RegExp(`.{1,${2 * width}}`, 'g')) ?? []).join('\n');
/** All packets of a capture as rows with offsets, a blank line between: what tshark -x and Wireshark's export give. */
const dumpOf = (pcap: Buffer): string => {
  let text = '';
  for (let at = 24; at < pcap.length; at += 16 + pcap.readUInt32LE(at + 8)) {
    const frame = pcap.subarray(at + 16, at + 16 + pcap.readUInt32LE(at + 8));
    for (let from = 0; from < frame.length; from += 16) text += `${from.toString(16).padStart(4, '0')}  ${[...frame.subarray(from, from + 16)].map((byte) => byte.toString(16).padStart(2, '0')).join(' ')}\n`;
    text += '\n';
  }
  return text;
};
const analysed = async (payload: string | Buffer, contentType = 'text/plain'): Promise<Record<string, any>> => {
  const answer = await ask(app, 'POST', URL, { payload, headers: { 'content-type': contentType } });
  expect(answer.status, answer.body).toBe(200);
  return answer.json();
};

describe('what was recognised and what was ignored', () => {
  it('is said of a text with several messages and remarks', async () => {
    const report = await analysed(`The request:\n${hex(request)}\n\nand the NAS answered\n\n${hex(response)}\nThanks!`);
    expect(report['recognised']).toEqual([{ given: 'body', form: 'plain-hex', bytes: 73 + 131, pieces: 2, packets: 0, messages: 2 }]);
    expect(report['ignored']).toEqual([
      { given: 'body', line: 1, lines: 1, reason: 'no hex' }, { given: 'body', line: 8, lines: 1, reason: 'no hex' }, { given: 'body', line: 19, lines: 1, reason: 'no hex' },
    ]);
    expect(report['warnings']).toEqual([]);
    expect(report['verdict'].code).toBe('smb1-selected');
  });

  it('is said of each member of JSON', async () => {
    const report = await analysed(JSON.stringify({ request: { hex: request.toString('hex') }, response: { base64: response.toString('base64') } }), 'application/json');
    expect(report['recognised'].map(({ given, form, bytes }: any) => [given, form, bytes])).toEqual([['request', 'plain-hex', 73], ['response', 'base64', 131]]);
  });

  it('is said of bytes before, between and behind messages', async () => {
    const junk = Buffer.from('0102030405', 'hex');
    const report = await analysed(Buffer.concat([junk, request, junk, response, junk]), 'application/octet-stream');
    expect(report['recognised']).toEqual([{ given: 'body', form: 'binary', bytes: 73 + 131 + 15, pieces: 1, packets: 0, messages: 2 }]);
    expect(report['warnings']).toEqual([
      '5 bytes before the first message are no SMB and were left out.', '5 bytes between two messages are no SMB and were left out.', '5 bytes behind the last message of a piece are no SMB and were left out.',
    ]);
    expect(report['messages'].map(({ offset, length }: any) => [offset, length])).toEqual([[5, 73], [83, 131]]);
  });

  it('is said when there are more messages than are looked at', async () => {
    const report = await analysed(Buffer.concat(Array.from({ length: 65 }, () => request)), 'application/octet-stream');
    expect(report['messages']).toHaveLength(64);
    expect(report['warnings']).toEqual(['Only the first 64 messages were looked at.']);
  });
});

describe('pasted packets', () => {
  it('are judged with their handshake and reset, as their capture is', async () => {
    const report = await analysed(dumpOf(ARTICLE_B));
    expect(report['recognised']).toEqual([{ given: 'body', form: 'wireshark-dump', bytes: 528, pieces: 6, packets: 6, messages: 2 }]);
    expect(report['verdict']).toMatchObject({ code: 'smb1-only-server-found' });
    expect(report['messages'].map(({ packet, from, offset, length }: any) => [packet, from, offset, length])).toEqual([[4, 'client', 54, 73], [5, 'server', 54, 131]]);
    const other = await analysed(dumpOf(ARTICLE_A));
    expect(other['verdict'].code).toBe('smb1-only-client-rejected');
  });

  it('of two connections are told to be so', async () => {
    const report = await analysed(dumpOf(ARTICLE_B) + dumpOf(ARTICLE_A));
    expect(report['warnings']).toEqual(['The packets belong to 2 connections; only the first with a negotiation is judged here. Upload them as a capture for all.']);
  });
});

describe('a text that cannot be read is refused', () => {
  const refusal = async (payload: string): Promise<unknown[]> => {
    const answer = await ask(app, 'POST', URL, { payload, headers: { 'content-type': 'text/plain' } });
    return [answer.status, answer.json()['code'], answer.json()['offset'], answer.json()['detail']];
  };

  it('with line and column of what is wrong', async () => {
    expect(await refusal('ff53\nff 53 4d 4')).toEqual([400, 'bad-hex', 15, 'Line 2, column 11: a single hex digit: one is missing or too many.']);
    expect(await refusal('ff534d4272\nff53z')).toEqual([400, 'bad-hex', 15, 'Line 2, column 5: something that is no hex digit.']);
  });

  it('with what is accepted', async () => {
    const [status, code, , detail] = await refusal('Please look at my NAS.');
    expect([status, code]).toEqual([400, 'bad-request']);
    expect(detail).toMatch(/^There are no bytes in this text\. Accepted are: plain hex; hex dumps of Wireshark/);
    expect((await refusal('00112233'))[3]).toMatch(/^These are 4 bytes as plain-hex, but there is no SMB message in them/);
  });

  it('where it is too long', async () => {
    expect((await refusal('0'.repeat(1024 * 1024 + 1))).slice(0, 2)).toEqual([413, 'too-large']);
    expect((await refusal('00000000  00 00\n*\nfffffff0  00 00\n')).slice(0, 2)).toEqual([413, 'too-large']);
  });

  it('but UTF-16, which PowerShell writes into files, is read', async () => {
    const report = await analysed(Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(hex(request), 'utf16le')]));
    expect(report['messages']).toHaveLength(1);
  });
});

const fieldsOf = async (payload: Buffer): Promise<any[]> => (await ask(app, 'POST', URL, { payload })).json()['messages'][0].fields;

describe('every field of a message is told', () => {
  it('with its place in what was given', async () => {
    const fields = await fieldsOf(request);
    expect(fields.map(({ name, offset, length }) => [name, offset, length])).toEqual([['Session packet header', 0, 4], ['SMB_Header', 4, 32], ['SMB_COM_NEGOTIATE request', 36, 37]]);
    expect(fields[2].children[2]).toEqual({
      name: 'SMB_Dialect', wireshark: 'smb.dialect', offset: 39, length: 12, value: 'NT LM 0.12',
      children: [
        { name: 'BufferFormat', wireshark: 'smb.buffer_format', offset: 39, length: 1, value: 2, meaning: 'dialect' },
        { name: 'DialectString', wireshark: 'smb.dialect.name', offset: 40, length: 11, value: 'NT LM 0.12' },
      ],
    });
  });

  it('from the header on where no prefix was given', async () => {
    expect((await fieldsOf(request.subarray(4))).map(({ name, offset }) => [name, offset])).toEqual([['SMB_Header', 0], ['SMB_COM_NEGOTIATE request', 32]]);
  });
});
