import { randomInt } from 'node:crypto';
import { Analyser } from '../analyser.ts';
import { readConfig } from '../config.ts';
import type { JudgingTools } from '../http/negotiation-report.ts';

/** The analyser under the limits of the environment. */
export function judgingTools(): JudgingTools {
  return { limits: readConfig(process.env).limits, createAnalyser: (options) => new Analyser({ ...options, seed: randomInt(2 ** 31) }) };
}
