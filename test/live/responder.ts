import { once } from 'node:events';
import { type AddressInfo, createServer, type Server as TcpServer, type Socket } from 'node:net';
import type { Server } from '../../src/selection/family.ts';
import { scripted, type ServerStep, simulate } from '../../src/selection/simulate.ts';
import type { Values } from '../../src/selection/values.ts';

/** A loopback server that sends what a family's rules say, until it is asked something whose bytes are not foretold. */
export class Responder {
  readonly #tcp: TcpServer;
  readonly #sockets = new Set<Socket>();
  /** All that the client wrote, and the command that ended it, if one did. */
  command: { readonly protocol: 'smb1' | 'smb2'; readonly code: number } | null = null;

  private constructor(tcp: TcpServer, server: Server, values: Values) {
    this.#tcp = tcp;
    tcp.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('error', () => undefined);
      const writes: Uint8Array[] = [];
      socket.on('data', (chunk: Buffer) => {
        this.#note(chunk);
        writes.push(new Uint8Array(chunk));
        const steps = simulate(scripted(writes), server, { transport: 'direct-tcp', values });
        const answers = steps.filter((step): step is ServerStep => step.from === 'server' && steps[step.answers] === steps.findLast(({ from }) => from === 'client'));
        for (const { bytes, kind } of answers) {
          if (bytes !== null) socket.write(bytes);
          if (kind === 'other' || kind === 'closed' || kind === 'reset') socket.end();
        }
      });
    });
  }

  static async start(server: Server, values: Values): Promise<Responder> {
    const tcp = createServer();
    const responder = new Responder(tcp, server, values);
    tcp.listen(0, '127.0.0.1');
    await once(tcp, 'listening');
    return responder;
  }

  get port(): number {
    return (this.#tcp.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#tcp.close();
    await once(this.#tcp, 'close');
  }

  /** Session setups and whatever else is no negotiate. */
  #note(message: Buffer): void {
    const protocol = message[4] === 0xff ? 'smb1' : 'smb2';
    const code = protocol === 'smb1' ? message[8] ?? 0 : message.readUInt16LE(16);
    if (code !== (protocol === 'smb1' ? 0x72 : 0)) this.command ??= { protocol, code };
  }
}
