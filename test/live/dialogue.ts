import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

const ANSWER_MS = 10_000;

/** One TCP connection to a real server, message by message. */
export class Dialogue {
  readonly port: number;
  readonly #socket: Socket;
  #received: Buffer = Buffer.alloc(0);
  #ended = false;
  #wake: () => void = () => undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.port = socket.localPort ?? 0;
    socket.on('data', (chunk: Buffer) => { this.#received = Buffer.concat([this.#received, chunk]); this.#wake(); });
    // FIN or RST: which of them is a race
    for (const event of ['end', 'error', 'close']) socket.on(event, () => { this.#ended = true; this.#wake(); });
  }

  static async open(port: number): Promise<Dialogue> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    await once(socket, 'connect');
    return new Dialogue(socket);
  }

  send(bytes: Uint8Array): void {
    this.#socket.write(bytes);
  }

  /** The next whole message with its prefix; null where the connection ends first, or nothing comes within `ms`. */
  async message(ms = ANSWER_MS): Promise<Buffer | null> {
    await this.#until(() => this.#messageEnd() !== null || this.#ended, ms);
    const end = this.#messageEnd();
    if (end === null) return null;
    const message = this.#received.subarray(0, end);
    this.#received = this.#received.subarray(end);
    return message;
  }

  /** Whether the other side hangs up within `ms`. */
  async isEnded(ms = ANSWER_MS): Promise<boolean> {
    await this.#until(() => this.#ended, ms);
    return this.#ended;
  }

  close(): void {
    this.#socket.end();
    this.#socket.unref();
  }

  #messageEnd(): number | null {
    if (this.#received.length < 4) return null;
    const end = 4 + (this.#received.readUInt32BE(0) & 0xff_ffff);
    return end <= this.#received.length ? end : null;
  }

  async #until(holds: () => boolean, ms: number): Promise<void> {
    const end = Date.now() + ms;
    while (!holds() && Date.now() < end) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, end - Date.now());
        this.#wake = () => { clearTimeout(timer); resolve(); };
      });
    }
  }
}
