import { describe, expect, test } from 'vitest';
import { DEFAULT_LIMITS } from '../../src/limits.ts';
import { renderJson } from '../../src/report/render-json.ts';
import { ReportCollector } from '../../src/report/report-collector.ts';
import { VERDICT_CODES } from '../../src/verdicts/verdict.ts';
import { analyseBytes } from '../conformance/analyse.ts';
import { Dice, MUTATIONS } from './mutations.ts';
import { readPcap, type Editable } from './edit-capture.ts';
import { smallCaptures } from './small-captures.ts';

/** Mutants in all; MUTANTS=1000000 for a long run. */
const COUNT = Number(process.env['MUTANTS'] ?? 50_000);
const FIRST = Number(process.env['FIRST_MUTANT'] ?? 0);
const CAPTURES: readonly Editable[] = smallCaptures(5_000).filter(({ packets }) => packets.length > 0);
const CODES = new Set<string>(VERDICT_CODES);

/** What is wrong with the analysis of a mutant; null when nothing is. */
function fault(bytes: Uint8Array, chunk: number, withReport: boolean): string | null {
  try {
    const { connections, analysis } = analyseBytes(bytes, chunk);
    for (const { exchange, judgement } of connections) {
      if (!CODES.has(judgement.code)) return `code ${judgement.code}`;
      if (exchange.packets.some((number) => number < 1 || number > analysis.capture.packets)) return `packets ${exchange.packets}`;
      if (exchange.packets.length > 64 || exchange.messages.length > 16) return 'lists are not bounded';
    }
    if (!withReport) return null;
    // The report too is made of what the wire said.
    const collector = new ReportCollector({ limits: DEFAULT_LIMITS, detail: 'full' });
    for (const connection of connections) collector.add(connection, analysis.capture.timeDigits);
    for (const piece of renderJson(collector.finish(analysis, { product: { version: '0', catalogue: '0' } }))) {
      // Base64 of a Community ID may hold the letters NaN: only as a word of its own is it a number that went wrong.
      if (/\bundefined\b|(?:^|[\s:,[])NaN\b|\[object /.test(piece)) return piece;
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
        const found = fault(bytes, number % 3 === 0 ? 1 + dice.below(200) : bytes.length || 1, number % 5 === 0);
        slowest = Math.max(slowest, performance.now() - before);
        if (found !== null) expect.fail(`mutant ${number}: ${found}`);
      }
      expect(slowest).toBeLessThan(10_000); // a loop without a bound, not a slow machine
    });
  }
});
