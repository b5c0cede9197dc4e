import type { Contender } from './contenders.ts';
import { runMeasured, type Sample, TooSlow } from './run-measured.ts';
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

const SLOW_ROUNDS = 3;
const PEER_SECONDS = 300;

export interface LoadRounds { readonly file: string; readonly rounds: number; readonly contenders: readonly Contender[]; readonly log: (text: string) => void }

/** All contenders in turn, round after round, so that each round sees the same machine. */
export async function measureLoad({ file, rounds, contenders, log }: LoadRounds): Promise<Row[]> {
  const samples = new Map<Contender, Sample[]>(contenders.map((each) => [each, []]));
  const trouble = new Map<Contender, Set<string>>(contenders.map((each) => [each, new Set()]));
  await runMeasured(['cat', file]); // into the page cache
  for (let round = 0; round < rounds; round++) {
    for (const each of contenders) {
      if ((each.slow === true && round >= SLOW_ROUNDS) || trouble.get(each)?.has('stopped') === true) continue;
      const sample = await one(each, file);
      if (sample === undefined) trouble.get(each)?.add('stopped');
      else samples.get(each)?.push(sample);
      if (sample !== undefined && sample.exitCode !== 0) trouble.get(each)?.add(`exit code ${sample.exitCode}`);
      log(`round ${round + 1}: ${each.name} ${sample === undefined ? `stopped after ${PEER_SECONDS} s` : `${sample.cpu.toFixed(3)} s CPU`}`);
    }
  }
  return contenders.map((each) => rowOf(each, samples.get(each) ?? [], [...(trouble.get(each) ?? [])]));
}

async function one({ command }: Contender, file: string): Promise<Sample | undefined> {
  try {
    return await runMeasured(command(file), { timeoutSeconds: PEER_SECONDS });
  } catch (error) {
    if (error instanceof TooSlow) return undefined;
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
