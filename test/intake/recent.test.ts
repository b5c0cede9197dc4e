import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Recent } from '../../src/intake/recent.ts';
import { noise, same } from './unpack.ts';

describe('the last bytes of many', () => {
  it('are those that were added last, whatever the portions', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.nat(100), fc.nat(70_000)), { maxLength: 20 }), fc.constantFrom(16_384, 50_000, 100_000), (lengths, most) => {
        const all = noise(lengths.reduce((sum, length) => sum + length, 0));
        const recent = new Recent(most);
        let at = 0;
        for (const length of lengths) recent.add(all.subarray(at, (at += length)));
        expect(recent.total).toBe(all.length);
        expect(same(recent.last(most), all.subarray(Math.max(0, all.length - most)))).toBe(true);
        expect(same(recent.last(10), all.subarray(Math.max(0, all.length - 10)))).toBe(true);
        const until = Math.max(0, all.length - 1000);
        expect(same(recent.before(until), all.subarray(Math.max(0, all.length - most), until))).toBe(true);
      }),
      { numRuns: 60 },
    );
  });
});
