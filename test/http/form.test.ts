import multipart from '@fastify/multipart';
import fastify, { type FastifyInstance } from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import { FORM_OPTIONS } from '../../src/http/form.ts';
import { problemOf } from '../../src/http/errors.ts';
import { Upload, type UploadReceiver } from '../../src/http/upload.ts';
import { ARTICLE_A, ask, service } from './service.ts';
import { listen, open, text, wait } from './wire.ts';

const FORM = { 'content-type': 'multipart/form-data; boundary=frontier' };
const END = '--frontier--\r\n';

function part(headers: string, bytes: Uint8Array | string): Buffer {
  return Buffer.concat([Buffer.from(`--frontier\r\ncontent-disposition: form-data; ${headers}\r\n\r\n`), Buffer.from(bytes), Buffer.from('\r\n')]);
}
const capture = (bytes: Uint8Array | string): Buffer => part('name="capture"; filename="a.pcap"', bytes);

/** The same numbers at every run: a linear congruential generator. */
let seed = 1;
function below(bound: number): number {
  seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
  return Math.floor((seed / 2 ** 32) * bound);
}
const between = (from: number, to: number): number => from + below(to - from);

let app: FastifyInstance | undefined;
afterEach(async () => {
  app?.server.closeAllConnections();
  await app?.close();
  app = undefined;
});

/** A service that only reads uploads, for the receiver of the test. Answers with the code of the problem. */
async function reading(receiver: UploadReceiver, idleSeconds = 20): Promise<number> {
  app = fastify({ bodyLimit: 1000 });
  void app.register(multipart, FORM_OPTIONS);
  app.put('/', async (request) => {
    const upload = new Upload(request, { idleSeconds, maxSeconds: null, maxBytes: null });
    try {
      await upload.read(undefined, receiver);
      return 'read';
    } catch (error) {
      return problemOf(error).code;
    }
  });
  return listen(app);
}

class Pieces implements UploadReceiver {
  readonly pieces: Buffer[][] = [];
  readonly #pace: () => Promise<void> | undefined;

  constructor(pace: () => Promise<void> | undefined = () => undefined) {
    this.#pace = pace;
  }

  nextPiece(): Promise<void> | undefined {
    this.pieces.push([]);
    return this.#pace();
  }

  write(chunk: Uint8Array): Promise<void> | undefined {
    this.pieces.at(-1)?.push(Buffer.from(chunk));
    return this.#pace();
  }

  take(): string[] {
    return this.pieces.splice(0).map((chunks) => Buffer.concat(chunks).toString('latin1'));
  }
}

describe('a form that breaks off gives out everything that came', () => {
  const paces: [string, () => Promise<void> | undefined][] = [
    ['a fast receiver', () => undefined], ['one that takes its time', () => wait(2)], ['one that sometimes does', () => (below(2) === 0 ? undefined : wait(1))],
  ];
  for (const [name, pace] of paces) {
    it(`to ${name}, wherever it breaks and however it was sent`, async () => {
      const receiver = new Pieces(pace);
      const port = await reading(receiver);
      for (let round = 0; round < 40; round += 1) {
        const [first, second] = ['x'.repeat(between(1, 200)), 'y'.repeat(between(1, 300_000))];
        const whole = Buffer.concat([capture(first), capture(second)]);
        const cut = between(whole.length - second.length - 1, whole.length - 1);
        const { request, response } = open(port, '/', FORM);
        let at = 0;
        while (at < cut) {
          const next = Math.min(cut, at + between(1, 150_000));
          request.write(whole.subarray(at, next));
          at = next;
          if (below(3) === 0) await wait(1);
        }
        request.end();
        expect(await text(await response)).toBe('bad-multipart');
        expect(receiver.take()).toEqual([first, second.slice(0, cut - (whole.length - second.length - 2))]);
      }
    });
  }

  it('but for what may be the beginning of a boundary', async () => {
    const receiver = new Pieces();
    const port = await reading(receiver);
    for (const [tail, given] of [['\r', 'abc'], ['\r\n--fron', 'abc'], ['\r\n-fron', 'abc\r\n-fron']] as const) {
      const { request, response } = open(port, '/', FORM);
      request.end(Buffer.concat([capture('abc').subarray(0, -2), Buffer.from(tail)]));
      expect(await text(await response)).toBe('bad-multipart');
      expect(receiver.take()).toEqual([given]);
    }
  });
});

describe('a form is streamed', () => {
  it('and the socket not read while the receiver is busy', async () => {
    let free = (): void => undefined;
    const busy = new Promise<void>((resolve) => { free = resolve; });
    let calls = 0;
    const receiver = new Pieces(() => (calls++ === 1 ? busy : undefined));
    const port = await reading(receiver, 1);
    const { request, response } = open(port, '/', FORM);
    const bytes = 64 * 1024 * 1024;
    request.write(capture('').subarray(0, -2));
    let accepted = 0;
    for (let at = 0; at < bytes; at += 65_536) request.write(Buffer.alloc(65_536, 7), () => { accepted += 65_536; });
    await wait(1500); // longer than it may be idle: the time is ours
    expect(accepted).toBeLessThan(bytes / 2);
    free();
    request.end(`\r\n${END}`);
    expect(await text(await response)).toBe('read');
    expect(receiver.pieces.map((chunks) => chunks.reduce((sum, { length }) => sum + length, 0))).toEqual([bytes]);
  });

  it('and the receiver given nothing more once the reading has ended', async () => {
    const receiver = new Pieces();
    const port = await reading(receiver, 1);
    const { request, response } = open(port, '/', FORM);
    request.on('error', () => undefined).write(capture('abc').subarray(0, -2));
    expect(await text(await response)).toBe('upload-idle');
    request.write('def');
    await wait(50);
    expect(receiver.take()).toEqual(['abc']);
    request.destroy();
  });
});

describe('of a form', () => {
  it('files longer than the limit of other bodies are read whole, and other parts of any size and kind passed over', async () => {
    const receiver = new Pieces();
    const port = await reading(receiver);
    const { request, response } = open(port, '/', { 'content-type': 'Multipart/Form-Data; boundary="frontier"' });
    const large = 'z'.repeat(2_000_000);
    request.end(Buffer.concat([
      part('name="note"\r\ncontent-type: application/json', '{ no JSON'), part('name="long"', large), capture(large), part('name="other"; filename="b"', large),
      part('name="capture"\r\ncontent-type: application/octet-stream', 'no name'), part('name="capture"; filename=""', ''), Buffer.from(`${END}epilogue`),
    ]));
    expect(await text(await response)).toBe('read');
    expect(receiver.take()).toEqual([large, 'no name', '']);
  });

  it('with too many parts those that came are reported with the problem', async () => {
    app = await service();
    const parts = Buffer.concat([capture(ARTICLE_A), ...Array.from({ length: 10_000 }, () => part('name="x"', 'x')), Buffer.from(END)]);
    const answer = await ask(app, 'POST', '/v1/captures/analyze', { payload: parts, headers: FORM });
    expect([answer.status, answer.json()['code'], answer.json()['report'].capture.packets]).toEqual([400, 'bad-multipart', 5]);
  });
});
