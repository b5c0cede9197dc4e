import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';

export interface Service { readonly address: string; memory(): number | null; stop(): Promise<void> }

/** Starts the service with its yardsticks in a process of its own. */
export async function startService(server: string, dist: string): Promise<Service> {
  const child = fork(server, [dist], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], env: { ...process.env, API_KEYS: '', HOST: '127.0.0.1' } });
  const address = await Promise.race([once(child, 'message'), once(child, 'exit').then(() => { throw new Error('the service did not start'); })]);
  return { address: String(address[0]), memory: () => highWater(child), stop: () => stop(child) };
}

function highWater({ pid }: ChildProcess): number | null {
  try {
    const found = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid ?? 0}/status`, 'latin1'));
    return found === null ? null : Number(found[1]) * 1024;
  } catch {
    return null;
  }
}

async function stop(child: ChildProcess): Promise<void> {
  child.kill('SIGTERM');
  await once(child, 'exit');
}
