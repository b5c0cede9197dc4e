import { describe, expect, test } from 'vitest';
import { VERDICT_CODES } from '../../src/verdicts/verdict.ts';
import { analyseBytes } from '../conformance/analyse.ts';
import type { Editable } from './edit-capture.ts';
import { Dice, MUTATIONS } from './mutations.ts';
import { readPcap } from './edit-capture.ts';
import { smallCaptures } from './small-captures.ts';

/** Mutants in all; MUTANTS=1000000 for a long run. */
const COUNT = Number(process.env['MUTANTS'] ?? 50_000);
const FIRST = Number(process.env['FIRST_MUTANT'] ?? 0);
const CAPTURES: readonly Editable[] = smallCaptures(5_000).filter(({ packets }) => packets.length > 0);
const CODES = new Set<string>(VERDICT_CODES);

/** What is wrong with the analysis of a mutant; null when nothing is. */
function fault(bytes: Uint8Array, chunk: number): string | null {
  try {
    const { connections, analysis } = analyseBytes(bytes, chunk);
    for (const { exchange, judgement } of connections) {
      if (!CODES.has(judgement.code)) return `code ${judgement.code}`;
      if (exchange.packets.some((number) => number < 1 || number > analysis.capture.packets)) return `packets ${exchange.packets}`;
      if (exchange.packets.length > 64 || exchange.messages.length > 16) return 'lists are not bounded';
    }
    return null;
  } catch (problem) {
    return (problem as Error).stack ?? String(problem);
  }
}

describe('damaged captures are analysed without an exception, in bounded time', () => {
  const names = Object.keys(MUTATIONS);
  for (const [index, name] of names.entries()) {
    test(name, { timeout: 3_600_000 }, () => {
      let slowest = 0;
      for (let number = FIRST + index; number < FIRST + COUNT; number += names.length) {
        const dice = new Dice(number);
        let capture = dice.pick(CAPTURES);
        // Every fourth is damaged twice.
        if (number % 4 === 0) capture = readPcap(MUTATIONS[dice.pick(names)]!(capture, dice)) ?? capture;
        if (capture.packets.length === 0) continue;
        const bytes = MUTATIONS[name]!(capture, dice);
        const before = performance.now();
        const found = fault(bytes, number % 3 === 0 ? 1 + dice.below(200) : bytes.length || 1);
        slowest = Math.max(slowest, performance.now() - before);
        if (found !== null) expect.fail(`mutant ${number}: ${found}`);
      }
      expect(slowest).toBeLessThan(1000);
    });
  }
});
