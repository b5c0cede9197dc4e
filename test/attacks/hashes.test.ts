import { describe, expect, it } from 'vitest';
import { FlowHash } from '../../src/stream/flow-hash.ts';

type Pair = readonly [source: number, destination: number, ports: number];

/** Of as many places as `bits` tell apart, the fullest. */
function fullest(pairs: readonly Pair[], seed: number, bits: number): number {
  const hash = new FlowHash(seed);
  const places = new Uint32Array(2 ** bits);
  for (const [source, destination, ports] of pairs) places[hash.of(0, 0, 0, source, 0, 0, 0, destination, ports, 4) >>> (32 - bits)]!++;
  return places.reduce((most, each) => Math.max(most, each), 0);
}

const SEEDS = Array.from({ length: 50 }, (_, at) => Math.imul(at + 2, 0x2545_f491));

describe('Connections that were chosen to meet in one place of the table', () => {
  it('for one seed are spread by others', () => {
    const hash = new FlowHash(1);
    const chosen: Pair[] = [];
    for (let each = 0; each < 2_000_000; each++) {
      const pair: Pair = [0x0a00_0000 + each, 0xc0a8_0001 | 0, (50_000 << 16) | 445];
      if (hash.of(0, 0, 0, pair[0], 0, 0, 0, pair[1], pair[2], 4) >>> 20 === 7) chosen.push(pair);
    }
    expect(chosen.length).toBeGreaterThan(100);
    expect(fullest(chosen, 1, 12)).toBe(chosen.length);
    for (const seed of SEEDS) expect(fullest(chosen, seed, 12)).toBeLessThan(chosen.length / 4);
  });

  it('since both ends are complements, or differ by swapped bits, are spread', () => {
    const families: Readonly<Record<string, (at: number) => Pair>> = {
      complements: (at) => [0x0a00_0000 + at * 7919, ~(0x0a00_0000 + at * 7919), (1000 << 16) | 64_535],
      'equal sums': (at) => [0x0a00_0000 + at, 0x0b00_0000 - at, (1000 << 16) | 445],
      'equal differences': (at) => [0x0a00_0000 + at, 0x0b00_0000 + at, (1000 << 16) | 445],
      'ports only': (at) => [1, 2, (at << 16) | 445],
      'one address bit and one port bit': (at) => [0x0a00_0000 ^ (at & 0xffff), 2, ((at & 0xffff) << 16) | 445],
    };
    for (const [name, make] of Object.entries(families)) {
      const pairs = Array.from({ length: 20_000 }, (_, at) => make(at));
      const worst = SEEDS.map((seed) => fullest(pairs, seed, 16)).sort((a, b) => a - b);
      // A random function would have 5 or 6; multiply-shift has a long tail, but for few seeds.
      expect(worst[25], name).toBeLessThan(16);
      expect(worst[45], name).toBeLessThan(100);
    }
  });
});
