import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** One run of one command, its children among it. Seconds and bytes; null memory where /proc does not tell it. */
export interface Sample { readonly cpu: number; readonly wall: number; readonly memory: number | null; readonly exitCode: number }

export interface RunOptions {
  /** Standard output goes there; without it, nowhere. */
  readonly out?: string;
  /** Standard input: a file or named pipe. */
  readonly input?: string;
  readonly timeoutSeconds?: number;
  /** Resident bytes above which it is stopped: the machine has others on it. */
  readonly mostMemory?: number;
}

/** VmHWM is a high-water mark: only what grows in the last interval is lost. */
const MEMORY_EVERY_MS = 10;

/** Bash's own `time` gives rusage of the whole child to a millisecond; nothing else on a plain system does. */
const SCRIPT = `TIMEFORMAT='%3U %3S %3R'; { time "$@" <"$BENCH_IN" >"$BENCH_OUT" 2>"$BENCH_ERR"; } 2>"$BENCH_TIMES"`;

/** Runs one command to its end and measures it. Throws `Stopped` when it takes more than allowed. */
export async function runMeasured(command: readonly string[], { out = '/dev/null', input = '/dev/null', timeoutSeconds = 600, mostMemory = Infinity }: RunOptions = {}): Promise<Sample> {
  const folder = mkdtempSync(join(tmpdir(), 'smb-verdict-times-'));
  const times = join(folder, 'times');
  try {
    const shell = spawn('bash', ['-c', SCRIPT, 'bash', ...command], {
      stdio: 'ignore', detached: true,
      env: { ...process.env, BENCH_IN: input, BENCH_OUT: out, BENCH_ERR: join(folder, 'stderr'), BENCH_TIMES: times },
    });
    const group = shell.pid;
    if (group === undefined) throw new Error('bash cannot be started');
    let memory: number | null = null;
    let stopped: string | undefined;
    const stop = (why: string): void => {
      stopped ??= why;
      process.kill(-group, 'SIGKILL'); // the group that was started here, and no other
    };
    const look = setInterval(() => {
      memory = highWaterMark(group) ?? memory;
      if (memory !== null && memory > mostMemory) stop(`stopped above ${(mostMemory / 1e9).toFixed(1)} GB`);
    }, MEMORY_EVERY_MS);
    const limit = setTimeout(() => stop(`stopped after ${timeoutSeconds} s`), timeoutSeconds * 1000);
    const [exitCode] = await once(shell, 'exit') as [number | null];
    clearInterval(look);
    clearTimeout(limit);
    if (stopped !== undefined) throw new Stopped(stopped);
    const [user, system, wall] = readFileSync(times, 'utf8').trim().split(' ').map(Number);
    if (user === undefined || system === undefined || wall === undefined) throw new Error('bash told no times');
    return { cpu: user + system, wall, memory, exitCode: exitCode ?? -1 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The message says at which limit. */
export class Stopped extends Error {}

function highWaterMark(shell: number): number | undefined {
  try {
    const child = readFileSync(`/proc/${shell}/task/${shell}/children`, 'latin1').trim().split(' ')[0] ?? '';
    const found = child === '' ? null : /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${child}/status`, 'latin1'));
    return found === null ? undefined : Number(found[1]) * 1024;
  } catch {
    return undefined; // it has just ended, or there is no /proc
  }
}
