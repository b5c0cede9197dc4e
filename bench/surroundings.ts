import { execFileSync, spawnSync } from 'node:child_process';
import { cpus, release, totalmem, type as systemName } from 'node:os';
import type { Results } from './report/results.ts';

/** The machine and the programs that take part: ratios mean nothing without them. */
export function surroundings(root: string, programs: readonly string[]): Pick<Results, 'machine' | 'versions' | 'commit'> {
  const processors = cpus();
  return {
    commit: execFileSync('git', ['rev-parse', 'HEAD'], { cwd: root, encoding: 'utf8' }).trim(),
    machine: { cpu: processors[0]?.model ?? 'unknown', cores: processors.length, memory: totalmem(), kernel: `${systemName()} ${release()}` },
    versions: Object.fromEntries([['node', process.versions.node], ...programs.map((program) => [program, versionOf(program)])]),
  };
}

const VERSION_OPTIONS: Readonly<Record<string, readonly string[]>> = { ndpiReader: ['-h'], suricata: ['-V'] };

/** The first number with dots that the program tells of itself. */
function versionOf(program: string): string {
  const { stdout, stderr } = spawnSync(program, [...(VERSION_OPTIONS[program] ?? ['--version'])], { encoding: 'utf8' });
  return /\d+\.\d+(?:\.\d+)*/.exec(`${stdout}${stderr}`)?.[0] ?? 'unknown';
}
