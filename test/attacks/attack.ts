import { Analyser } from '../../src/analyser.ts';
import { DEFAULT_LIMITS, type Limits } from '../../src/limits.ts';
import type { Analysis, JudgedConnection } from '../../src/report/analysis.ts';
import { Traffic } from './traffic.ts';

export interface Outcome {
  readonly analysis: Analysis;
  /** Verdicts by code. */
  readonly verdicts: Readonly<Record<string, number>>;
  /** Of the connections that a test looks at: `client port` to code, in order of judgement. */
  readonly codes: ReadonlyMap<number, readonly string[]>;
  /** Faults by code. */
  readonly faults: Readonly<Record<string, number>>;
}

/** Packets that the judgement of a connection came after, and what was said of it. */
export type OnJudged = (connection: JudgedConnection, packetsSoFar: number) => void;

/** Analyses traffic while it is made. */
export function attack(make: (traffic: Traffic) => void, { limits = {}, seed = 7, onJudged }: { limits?: Partial<Limits>; seed?: number; onJudged?: OnJudged } = {}): Outcome {
  const verdicts: Record<string, number> = {};
  const codes = new Map<number, string[]>();
  const analyser = new Analyser({
    limits: { ...DEFAULT_LIMITS, ...limits },
    seed,
    onConnection: (connection) => {
      const { code } = connection.judgement;
      verdicts[code] = (verdicts[code] ?? 0) + 1;
      const { port } = connection.client;
      if (codes.size < 1000 || codes.has(port)) codes.set(port, [...(codes.get(port) ?? []), code].slice(-8));
      onJudged?.(connection, traffic.packets);
    },
  });
  const traffic = new Traffic((chunk) => analyser.write(chunk));
  make(traffic);
  traffic.flush();
  const analysis = analyser.end();
  return { analysis, verdicts, codes, faults: Object.fromEntries(analysis.faultCounts) };
}
