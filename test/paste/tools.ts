import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Programs of this machine; tests that need one are skipped where it is not installed. */
export function isInstalled(program: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;
}

/** What `command` prints for each input, which it finds as file `$f`. One shell for all: processes are slow to start. */
export function outputsOf(command: string, inputs: readonly Uint8Array[]): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'paste-'));
  try {
    inputs.forEach((bytes, index) => writeFileSync(join(folder, String(index)), bytes));
    const script = `i=0; while [ $i -lt ${inputs.length} ]; do f=$i; ${command}; printf '\\036'; i=$((i+1)); done`;
    const { stdout, stderr, status } = spawnSync('sh', ['-c', script], { cwd: folder, encoding: 'latin1', maxBuffer: 2 ** 28 });
    if (status !== 0) throw new Error(`${command}: ${stderr}`);
    return stdout.split('\u001e').slice(0, -1);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
