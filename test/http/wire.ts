import { request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';

/** Requests over real sockets, whose bytes leave when the test says so. */
export interface OpenRequest {
  readonly request: ClientRequest;
  readonly response: Promise<IncomingMessage>;
}

export async function listen(app: FastifyInstance): Promise<number> {
  await app.listen({ host: '127.0.0.1', port: 0 });
  return (app.server.address() as AddressInfo).port;
}

export function open(port: number, path: string, headers: Record<string, string> = {}): OpenRequest {
  const request = httpRequest({ port, host: '127.0.0.1', path, method: 'PUT', headers: { 'transfer-encoding': 'chunked', ...headers }, agent: false });
  const response = new Promise<IncomingMessage>((resolve, reject) => { request.on('response', resolve).on('error', reject); });
  response.catch(() => undefined);
  request.flushHeaders();
  return { request, response };
}

export async function text(response: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of response) body += String(chunk);
  return body;
}

/** A whole request. */
export async function put(port: number, path: string, body: Uint8Array, headers: Record<string, string> = {}): Promise<{ status: number | undefined; contentType: string; body: string }> {
  const { request, response } = open(port, path, headers);
  request.end(body);
  const answer = await response;
  return { status: answer.statusCode, contentType: String(answer.headers['content-type']), body: await text(answer) };
}

export const wait = (ms: number): Promise<void> => new Promise((resolve) => { setTimeout(resolve, ms); });
