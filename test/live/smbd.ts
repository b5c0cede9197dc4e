import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './free-port.ts';
import { Program } from './program.ts';

/** A system account that every Debian has; only a private password file knows this password. */
export const USER = 'daemon%Verdict-1';

const FOLDERS = { 'private dir': 'private', 'lock directory': 'lock', 'state directory': 'state', 'cache directory': 'cache', 'pid directory': 'pid', 'ncalrpc dir': 'ncalrpc', 'binddns dir': 'binddns' };
const GLOBAL = {
  'server role': 'standalone server', 'interfaces': 'lo', 'bind interfaces only': 'yes', 'disable netbios': 'yes', 'log level': '1',
  'load printers': 'no', 'printing': 'bsd', 'printcap name': '/dev/null', 'disable spoolss': 'yes', 'rpc start on demand helpers': 'no', 'map to guest': 'Bad User',
};
const START_MS = 10_000;

/** A throw-away smbd on a loopback port: all it writes is in one folder, and all it forks is in one process group. */
export class Smbd {
  readonly port: number;
  readonly configuration: string;
  readonly #folder: string;
  readonly #program: Program;

  private constructor(port: number, folder: string, configuration: string) {
    this.port = port;
    this.configuration = configuration;
    this.#folder = folder;
    this.#program = new Program(['smbd', '-F', '--no-process-group', '-s', configuration, '-l', folder], { stderr: 'ignore', signal: 'KILL' });
  }

  /** With these lines of smb.conf; ready when it listens. */
  static async start(options: Readonly<Record<string, string>>): Promise<Smbd> {
    const folder = mkdtempSync(join(tmpdir(), 'smb-verdict-smbd-'));
    chmodSync(folder, 0o755);
    for (const name of [...Object.values(FOLDERS), 'share']) mkdirSync(join(folder, name));
    const port = await freePort();
    const folders = Object.entries(FOLDERS).map(([option, name]) => [option, join(folder, name)] as const);
    const lines = [...Object.entries({ ...GLOBAL, 'smb ports': String(port), 'passdb backend': `tdbsam:${join(folder, 'private/passdb.tdb')}`, ...options }), ...folders];
    const configuration = join(folder, 'smb.conf');
    writeFileSync(configuration, `[global]\n${lines.map(([option, value]) => `${option} = ${value}\n`).join('')}[share]\npath = ${join(folder, 'share')}\nguest ok = yes\nread only = yes\n`);
    const [name = '', password = ''] = USER.split('%');
    execFileSync('smbpasswd', ['-c', configuration, '-L', '-s', '-a', name], { input: `${password}\n${password}\n`, stdio: ['pipe', 'ignore', 'ignore'] });
    const smbd = new Smbd(port, folder, configuration);
    await smbd.#listening();
    return smbd;
  }

  async stop(): Promise<void> {
    await this.#program.stop();
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }

  async #listening(): Promise<void> {
    for (const end = Date.now() + START_MS; Date.now() < end; await sleep(30)) {
      if (await isOpen(this.port)) return;
    }
    const log = readFileSync(join(this.#folder, 'log.smbd'), 'utf8').slice(-2000);
    await this.stop();
    throw new Error(`smbd does not listen on port ${this.port}: ${log}`);
  }
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => { socket.destroy(); resolve(true); });
    socket.once('error', () => { resolve(false); });
  });
}
