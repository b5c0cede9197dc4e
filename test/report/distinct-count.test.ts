import { describe, expect, it } from 'vitest';
import { DistinctCount } from '../../src/report/distinct-count.ts';

describe('counting different texts', () => {
  it('is exact for few, however often they come', () => {
    const count = new DistinctCount();
    for (let time = 0; time < 3; time++) for (let host = 0; host < 100; host++) count.add(`10.0.0.${host}`);
    expect(count.count).toBe(100);
  });

  it('is right within one per cent for half a million', () => {
    const count = new DistinctCount();
    for (let host = 0; host < 500_000; host++) count.add(`10.${host >> 16}.${(host >> 8) & 255}.${host & 255}`);
    expect(Math.abs(count.count - 500_000)).toBeLessThan(5000);
  });
});
