import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkHead, type ReportedHead } from './check/check-answers.ts';
import type { Truth } from './load/truth.ts';
import { runMeasured } from './measure/run-measured.ts';

/** One size of one load, through a pipe. */
export interface GrowthPoint {
  readonly load: string;
  readonly unit: string;
  readonly size: number;
  readonly bytes: number;
  readonly packets: number;
  /** Seconds of user and system time, Node's start among them. */
  readonly cpu: number;
  readonly wall: number;
  readonly memory: number | null;
}

export interface GrowthSeries { readonly load: string; readonly unit: string; readonly sizes: readonly number[]; readonly quickSizes: readonly number[] }

export const GROWTH: readonly GrowthSeries[] = [
  { load: 'w2', unit: 'bytes', sizes: [1e8, 1e9, 1e10], quickSizes: [5e6, 5e7, 2e8] },
  { load: 'w4', unit: 'connections', sizes: [10_000, 100_000, 1_000_000], quickSizes: [1000, 5000, 20_000] },
];

export interface GrowthOptions { readonly cli: string; readonly generator: string; readonly templates: string; readonly quick: boolean; readonly log: (text: string) => void }

const HOUR = 3600;

/** Every size of every series; the capture is made while it is read and never lies on a disk. Throws when an answer is wrong. */
export async function measureGrowth(options: GrowthOptions): Promise<GrowthPoint[]> {
  const points: GrowthPoint[] = [];
  for (const { load, unit, sizes, quickSizes } of GROWTH) {
    for (const size of options.quick ? quickSizes : sizes) {
      options.log(`growth: ${load}, ${size} ${unit}`);
      points.push(await throughPipe(load, unit, size, options));
    }
  }
  return points;
}

async function throughPipe(load: string, unit: string, size: number, { cli, generator, templates }: GrowthOptions): Promise<GrowthPoint> {
  const folder = mkdtempSync(join(tmpdir(), 'smb-verdict-growth-'));
  const [pipe, truthOut, out] = [join(folder, 'pipe'), join(folder, 'truth.json'), join(folder, 'report.json')];
  try {
    execFileSync('mkfifo', [pipe]);
    const made = spawn(process.execPath, [generator, load, String(size), templates, pipe, truthOut], { stdio: ['ignore', 'ignore', 'inherit'] });
    const ended = once(made, 'exit');
    const sample = await runMeasured([process.execPath, cli, '--json', '--detail', 'summary', '-'], { input: pipe, out, timeoutSeconds: HOUR });
    await ended;
    const truth = JSON.parse(readFileSync(truthOut, 'utf8')) as Truth;
    const wrong = checkHead(JSON.parse(readFileSync(out, 'utf8')) as ReportedHead, truth);
    if (sample.exitCode !== 0 || wrong.length > 0) throw new Error([`exit code ${sample.exitCode}`, ...wrong].join('\n'));
    return { load, unit, size, bytes: truth.bytes, packets: truth.packets, cpu: sample.cpu, wall: sample.wall, memory: sample.memory };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
