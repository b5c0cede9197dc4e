import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Program } from './program.ts';

const QUIET_MS = 200;

/** What goes over the loopback to and from one TCP port. */
export class Tcpdump {
  readonly #folder = mkdtempSync(join(tmpdir(), 'smb-verdict-tcpdump-'));
  readonly #file = join(this.#folder, 'live.pcap');
  readonly #program: Program;
  #said = '';

  private constructor(port: number) {
    // -s: the buffer has room for few packets of the loopback's 64 kB. -U: nothing stays in buffers. -Z: it would give up root, and with it the folder
    const options = ['-i', 'lo', '-s', '4096', '-B', '16384', '-U', '--immediate-mode', '-Z', 'root', '-w', this.#file];
    this.#program = new Program(['tcpdump', ...options, 'tcp', 'port', String(port)], { stderr: 'pipe', signal: 'TERM' });
    this.#program.child.stderr?.on('data', (text: Buffer) => { this.#said += text.toString(); });
  }

  static async start(port: number): Promise<Tcpdump> {
    const tcpdump = new Tcpdump(port);
    await once(tcpdump.#program.child.stderr!, 'data'); // "listening on lo"
    for (let waited = 0; waited < 5000 && !existsSync(tcpdump.#file); waited += 20) await sleep(20);
    return tcpdump;
  }

  /** Ends it and gives what it captured. */
  async stop(): Promise<Uint8Array> {
    for (let size = -1; size !== statSync(this.#file).size; await sleep(QUIET_MS)) size = statSync(this.#file).size;
    await this.#program.stop();
    if (!/^0 packets dropped by kernel/m.test(this.#said)) throw new Error(`tcpdump lost packets: ${this.#said}`);
    const bytes = new Uint8Array(readFileSync(this.#file));
    rmSync(this.#folder, { recursive: true });
    return bytes;
  }
}
