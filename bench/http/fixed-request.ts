import { connect, type Socket } from 'node:net';

export interface FixedRequest { readonly address: string; readonly method: string; readonly path: string; readonly headers?: Readonly<Record<string, string>>; readonly body?: Buffer }

const HEAD_END = Buffer.from('\r\n\r\n');

/** One kept connection that sends the same bytes again and again. As cheap as can be: the service is measured, not its client. */
export class FixedRequestConnection {
  readonly #socket: Socket;
  readonly #bytes: Buffer;
  #received: Buffer = Buffer.alloc(0);
  #resolve: ((answer: Buffer) => void) | undefined;
  #reject: ((error: Error) => void) | undefined;

  constructor(request: FixedRequest) {
    const { hostname, port } = new URL(request.address);
    this.#bytes = requestBytes(request, `${hostname}:${port}`);
    this.#socket = connect({ host: hostname, port: Number(port), noDelay: true });
    this.#socket.on('data', (chunk: Buffer) => this.#take(chunk));
    this.#socket.on('error', (error) => this.#reject?.(error));
    this.#socket.on('close', () => this.#reject?.(new Error('the service closed the connection')));
  }

  /** Gives the answer's body; throws unless the status is 200. */
  send(): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
      this.#socket.write(this.#bytes);
    });
  }

  close(): void {
    this.#reject = undefined;
    this.#socket.destroy();
  }

  #take(chunk: Buffer): void {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    const headEnd = this.#received.indexOf(HEAD_END);
    if (headEnd === -1) return;
    const head = this.#received.toString('latin1', 0, headEnd);
    const length = /^content-length: (\d+)$/im.exec(head)?.[1];
    if (!head.startsWith('HTTP/1.1 200 ') || length === undefined) return this.#reject?.(new Error(head));
    const end = headEnd + HEAD_END.length + Number(length);
    if (this.#received.length < end) return;
    const body = this.#received.subarray(end - Number(length), end);
    this.#received = Buffer.alloc(0);
    this.#resolve?.(body);
  }
}

function requestBytes({ method, path, headers = {}, body = Buffer.alloc(0) }: FixedRequest, host: string): Buffer {
  const lines = [`${method} ${path} HTTP/1.1`, `Host: ${host}`, `Content-Length: ${body.length}`, ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`)];
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), body]);
}

/** Answers a second over several connections that ask without a pause. */
export async function requestRate(request: FixedRequest, { connections, seconds }: { connections: number; seconds: number }): Promise<number> {
  let answers = 0;
  const began = performance.now();
  const end = began + seconds * 1000;
  await Promise.all(Array.from({ length: connections }, async () => {
    const connection = new FixedRequestConnection(request);
    while (performance.now() < end) {
      await connection.send();
      answers++;
    }
    connection.close();
  }));
  return (answers * 1000) / (performance.now() - began);
}

/** Milliseconds of each answer while `running` lasts: one request after the other, with a pause between. */
export async function latencies(request: FixedRequest, running: Promise<unknown>, pauseMs: number): Promise<number[]> {
  const times: number[] = [];
  const state = { done: false };
  const ended = running.then(() => { state.done = true; });
  const connection = new FixedRequestConnection(request);
  while (!state.done) {
    const began = performance.now();
    await connection.send();
    times.push(performance.now() - began);
    await new Promise((resolve) => { setTimeout(resolve, pauseMs); });
  }
  connection.close();
  await ended;
  return times;
}
