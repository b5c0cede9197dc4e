import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** The shell ends its whole group when its input does: also where the test run is killed. */
const shell = (signal: 'KILL' | 'TERM'): string => `trap : TERM; "$@" </dev/null & read -r _; kill -${signal} 0; wait`;

/** A program that goes on until it is stopped, with all that it forks in one process group. */
export class Program {
  readonly child: ChildProcess;
  readonly #exit: Promise<unknown>;

  constructor(command: readonly string[], { stderr, signal }: { stderr: 'ignore' | 'pipe'; signal: 'KILL' | 'TERM' }) {
    this.child = spawn('sh', ['-c', shell(signal), 'sh', ...command], { detached: true, stdio: ['pipe', 'ignore', stderr], env: { ...process.env, TZ: 'UTC' } });
    this.#exit = once(this.child, 'exit');
  }

  /** All of the group is gone. */
  async stop(): Promise<void> {
    this.child.stdin?.end();
    await this.#exit;
  }
}
