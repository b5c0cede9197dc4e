import { totalmem } from 'node:os';
import type { Contender } from './contenders.ts';
import { runMeasured, type Sample, Stopped } from './run-measured.ts';
import { spreadOf, type Spread } from './statistics.ts';

export interface Row {
  readonly name: string;
  readonly command: string;
  readonly rounds: number;
  /** Seconds of user and system time. */
  readonly cpu: Spread;
  readonly wall: Spread;
  /** Most resident bytes of any round. */
  readonly memory: number | null;
  /** Exit codes other than 0 that were seen, and peers that were stopped. */
  readonly trouble: readonly string[];
}

/** What takes so long has few rounds: its ratio is far from any goal's edge. */
const SLOW_SECONDS = 15;
const SLOW_ROUNDS = 3;
const MOST_SECONDS = 300;
const MOST_MEMORY = totalmem() / 2;

export interface LoadRounds { readonly file: string; readonly rounds: number; readonly contenders: readonly Contender[]; readonly log: (text: string) => void }

/** All contenders in turn, round after round, so that each round sees the same machine. */
export async function measureLoad({ file, rounds, contenders, log }: LoadRounds): Promise<Row[]> {
  const runs = contenders.map((contender) => ({ contender, samples: [] as Sample[], trouble: new Set<string>(), stopped: false }));
  await runMeasured(['cat', file]); // into the page cache
  for (let round = 0; round < rounds; round++) {
    for (const run of runs) {
      const isSlow = run.samples.some(({ wall }) => wall > SLOW_SECONDS);
      if (run.stopped || (isSlow && round >= SLOW_ROUNDS)) continue;
      const sample = await measureOnce(run.contender.command(file));
      if (typeof sample === 'string') {
        run.stopped = true;
        run.trouble.add(sample);
      } else {
        run.samples.push(sample);
        if (sample.exitCode !== 0) run.trouble.add(`exit code ${sample.exitCode}`);
      }
      log(`round ${round + 1}: ${run.contender.name} ${typeof sample === 'string' ? sample : `${sample.cpu.toFixed(3)} s CPU`}`);
    }
  }
  return runs.map(({ contender, samples, trouble }) => rowOf(contender, samples, [...trouble]));
}

/** A sentence where it was stopped. */
async function measureOnce(command: readonly string[]): Promise<Sample | string> {
  try {
    return await runMeasured(command, { timeoutSeconds: MOST_SECONDS, mostMemory: MOST_MEMORY });
  } catch (error) {
    if (error instanceof Stopped) return error.message;
    throw error;
  }
}

export function rowOf({ name, shown }: Pick<Contender, 'name' | 'shown'>, samples: readonly Sample[], trouble: readonly string[]): Row {
  const memories = samples.flatMap(({ memory }) => (memory === null ? [] : [memory]));
  return {
    name,
    command: shown,
    rounds: samples.length,
    cpu: spreadOf(samples.map(({ cpu }) => cpu)),
    wall: spreadOf(samples.map(({ wall }) => wall)),
    memory: memories.length === 0 ? null : Math.max(...memories),
    trouble,
  };
}
