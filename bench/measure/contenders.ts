import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

/** A command that takes part: ours, a peer, or a yardstick. */
export interface Contender {
  readonly name: string;
  /** As it is documented; `FILE` is the load. */
  readonly shown: string;
  readonly command: (file: string) => readonly string[];
  /** Loads by name; all without it. */
  readonly loads?: readonly string[];
}

export interface Product {
  /** Compiled product: `cli.js` lies there. */
  readonly dist: string;
  /** The command line as one file. */
  readonly bundle: string;
  /** Folder for what peers write. */
  readonly scratch: string;
}

const NODE = process.execPath;
const TSHARK_FIELDS = ['-Y', 'smb.cmd == 0x72 or smb2.cmd == 0', '-T', 'fields', '-e', 'frame.number', '-e', 'smb.dialect.name', '-e', 'smb2.dialect'];

function contender(name: string, command: (file: string) => readonly string[], more: Pick<Contender, 'loads'> & { shown?: string } = {}): Contender {
  const { shown = command('FILE').join(' '), ...rest } = more;
  return { name, command, shown, ...rest };
}

export function ours({ dist, bundle }: Product): Contender[] {
  const cli = join(dist, 'cli.js');
  const own = (name: string, options: readonly string[], loads?: readonly string[]): Contender =>
    contender(name, (file) => [NODE, cli, ...options, file], { shown: `smb-verdict ${[...options, 'FILE'].join(' ')}`, ...(loads === undefined ? {} : { loads }) });
  return [
    own('smb-verdict', ['--json'], ['w1-mss', 'w1-gso', 'w2', 'w3', 'w5']),
    own('smb-verdict, summary', ['--json', '--detail', 'summary'], ['w4']),
    own('smb-verdict, NDJSON', ['--ndjson'], ['w4']),
    own('smb-verdict, full', ['--json', '--detail', 'full'], ['w4']),
    contender('smb-verdict, one bundle', (file) => [NODE, bundle, '--json', file], { loads: ['w5'], shown: 'smb-verdict --json FILE, as one file' }),
  ];
}

export const YARDSTICKS: readonly Contender[] = [
  contender('cat', (file) => ['cat', file]),
  contender('node -e 0', () => [NODE, '-e', '0'], { shown: 'node -e 0' }),
];

/** Each peer in the leanest form that still looks for SMB; those that are not installed are left out. */
export function peers({ scratch }: Product): Contender[] {
  const logs = join(scratch, 'peer-logs');
  mkdirSync(logs, { recursive: true });
  const inLogs = (...command: string[]): string[] => ['env', '-C', logs, ...command];
  const all = [
    contender('tcpdump', (file) => ['tcpdump', '-r', file, '-w', '/dev/null', 'tcp port 445'], { shown: "tcpdump -r FILE -w /dev/null 'tcp port 445'" }),
    contender('ndpiReader', (file) => ['ndpiReader', '-q', '-i', file]),
    contender('tshark', (file) => ['tshark', '-n', '-r', file, ...TSHARK_FIELDS], { shown: `tshark -n -r FILE -Y 'smb.cmd == 0x72 or smb2.cmd == 0' -T fields …` }),
    contender('suricata', (file) => inLogs('suricata', '-r', file, '-l', logs, '-S', '/dev/null', '-k', 'none', '--runmode', 'single'), {
      shown: 'suricata -r FILE -S /dev/null -k none --runmode single',
    }),
    contender('zeek', (file) => inLogs('zeek', '-b', '-C', '-r', file, 'base/protocols/smb'), { shown: 'zeek -b -C -r FILE base/protocols/smb' }),
  ];
  return all.filter(({ name }) => isInstalled(name));
}

export function isInstalled(program: string): boolean {
  try {
    execFileSync('bash', ['-c', 'command -v "$1"', 'bash', program], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
