import { describe, expect, it } from 'vitest';
import { ProbeCounts } from '../../src/negotiation/probe-counts.ts';
import { TcpSegment } from '../../src/packet/segment.ts';

function from(word: number): TcpSegment {
  const segment = new TcpSegment();
  segment.source3 = word | 0;
  return segment;
}

describe('connection attempts by sender', () => {
  it('are counted for each address, also while the table grows', () => {
    const counts = new ProbeCounts(100_000, 7);
    for (let round = 0; round < 2; round++) for (let host = 0; host < 5000; host++) counts.count(from(0x0a000000 + host));
    const by = counts.byAddress();
    expect(by.size).toBe(5000);
    expect([by.get('10.0.0.1'), by.get('10.0.19.135')]).toEqual([2, 2]);
    expect(new Set(by.values())).toEqual(new Set([2]));
  });

  it('are taken back where a connection came of them, and never fall below none', () => {
    const counts = new ProbeCounts(10, 7);
    counts.add(Int32Array.of(0, 0, 0, 0x0a000001), 0, 4, 3);
    counts.add(Int32Array.of(0, 0, 0, 0x0a000001), 0, 4, -2);
    counts.add(Int32Array.of(0x20010db8, 0, 0, 1), 0, 6, 1);
    counts.add(Int32Array.of(0x20010db8, 0, 0, 2), 0, 6, -1);
    expect([...counts.byAddress()].toSorted()).toEqual([['10.0.0.1', 1], ['2001:db8::1', 1]]);
  });

  it('of senders beyond the limit are counted together', () => {
    const counts = new ProbeCounts(2, 7);
    for (let host = 1; host <= 4; host++) counts.count(from(host));
    expect(counts.byAddress().size).toBe(2);
    expect(counts.uncounted).toBe(2);
  });
});
