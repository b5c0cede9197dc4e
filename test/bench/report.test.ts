import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Row } from '../../bench/measure/measure-load.ts';
import { quantile, spreadOf } from '../../bench/measure/statistics.ts';
import { withGenerated } from '../../bench/report/generated-part.ts';
import { judgeGoals } from '../../bench/report/goals.ts';
import { renderPerformance, renderReadmeTable } from '../../bench/report/render-markdown.ts';
import { renderGrowth } from '../../bench/report/render-svg.ts';
import type { Results } from '../../bench/report/results.ts';

const ROOT = join(import.meta.dirname, '../..');
const RESULTS = join(ROOT, 'bench/results.json');

function row(name: string, cpu: number, memory: number | null = null): Row {
  const spread = { median: cpu, least: cpu - 0.01, most: cpu + 0.01 };
  return { name, command: `${name} FILE`, rounds: 5, cpu: spread, wall: spread, memory, trouble: [] };
}

const RUN: Results = {
  date: '2026-11-24T10:00:00.000Z', quick: false, commit: '0123456789abcdef', machine: { cpu: 'A processor', cores: 2, memory: 8e9, kernel: 'Linux 6' }, versions: { node: '20.20.2' },
  loads: [{
    name: 'w2', title: 'W2 mixed', size: 1e9, unit: 'bytes', bytes: 1_050_000_067, packets: 1_007_197, connections: 400, sha256: 'ab',
    rows: [row('cat', 0.1), row('node -e 0', 0.06), row('smb-verdict', 0.36, 90e6), row('tcpdump', 0.2), { ...row('zeek', 1.8), rounds: 0, trouble: ['stopped above 12 GB'] }],
  }],
  stringifyAlone: null,
  growth: [
    { load: 'w4', unit: 'connections', size: 10_000, bytes: 26e6, packets: 145_000, cpu: 0.5, wall: 0.6, memory: 90e6 },
    { load: 'w4', unit: 'connections', size: 100_000, bytes: 260e6, packets: 1_450_000, cpu: 4, wall: 5, memory: 95e6 },
    { load: 'w4', unit: 'connections', size: 1_000_000, bytes: 2.6e9, packets: 14_500_000, cpu: 44, wall: 50, memory: 210e6 },
  ],
  http: null,
};

describe('goals', () => {
  it('take the start of Node off ours against cat and tcpdump, and leave out what was not measured', () => {
    expect(judgeGoals(RUN).map(({ goal, value, reached }) => [goal.about, goal.what, Number(value.toFixed(6)), reached])).toEqual([
      ['w2', 'smb-verdict ÷ cat', 3, true],
      ['w2', 'smb-verdict ÷ tcpdump', 1.5, false],
      ['w2', 'resident memory', 90, true],
      ['w4, growing', 'CPU a unit, largest ÷ middle', 1.1, true],
      ['w4, growing', 'resident memory at the largest', 210, false],
    ]);
  });
});

describe('the pages', () => {
  it('show each command with its spread, and why one has no figure', () => {
    const lines = renderPerformance(RUN).split('\n');
    expect(lines).toContain('| `smb-verdict FILE` | 5 | 0.360 (0.350–0.370) | 0.360 (0.350–0.370) | 90 MB | 3.00 | 1.50 |');
    expect(lines).toContain('| `zeek FILE` | 0 | stopped above 12 GB | | | | |');
    expect(lines).toContain('| W4 | 1 000 000 connections | 2.60 GB | 14 500 000 | 44.00 | 16.9 | 210 MB |'.replaceAll(/(\d) (?=\d{3})/g, '$1\u202f'));
  });

  it('say in the README what was measured and nothing else', () => {
    expect(renderReadmeTable(RUN)).toContain('| W2 mixed, 1.05 GB | `smb-verdict FILE` | 0.360 | 90 MB | 3.00 | 1.50 | |');
  });

  it('draw a line for each load, a point for each size', () => {
    const svg = renderGrowth(RUN.growth);
    expect(svg.match(/<circle /g)).toHaveLength(3);
    expect(svg.match(/<polyline /g)).toHaveLength(1);
    expect(svg).not.toContain('NaN');
  });

  it.skipIf(!existsSync(RESULTS))('are what bench/results.json gives (needs a full run; npm run bench -- --render writes them again)', () => {
    const results = JSON.parse(readFileSync(RESULTS, 'utf8')) as Results;
    expect(results.quick).toBe(false);
    for (const [file, text] of [['docs/performance.md', renderPerformance(results)], ['README.md', renderReadmeTable(results)]] as const) {
      const page = readFileSync(join(ROOT, file), 'utf8');
      expect(page).toBe(withGenerated(page, text));
    }
    expect(readFileSync(join(ROOT, 'docs/performance-growth.svg'), 'utf8')).toBe(renderGrowth(results.growth));
  });
});

describe('statistics', () => {
  it('take the middle of an odd number, the mean of the middle two of an even one', () => {
    expect(spreadOf([3, 1, 2])).toEqual({ median: 2, least: 1, most: 3 });
    expect(spreadOf([4, 1, 3, 2])).toEqual({ median: 2.5, least: 1, most: 4 });
  });

  it('find the value below which 99 of 100 lie', () => {
    expect(quantile(Array.from({ length: 100 }, (_, index) => index + 1), 0.99)).toBe(99);
  });
});
