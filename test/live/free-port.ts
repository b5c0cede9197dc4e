import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

const LEAST = 20_000;

/** A loopback port that nobody uses, above 20000. */
export async function freePort(): Promise<number> {
  for (;;) {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    if (port > LEAST) return port;
  }
}
