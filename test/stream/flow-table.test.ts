import { describe, expect, test } from 'vitest';
import { TcpSegment } from '../../src/packet/segment.ts';
import { STATE_ACTIVE, STATE_COMPACT, STATE_DONE } from '../../src/stream/flow-state.ts';
import { FlowTable } from '../../src/stream/flow-table.ts';

function segment(source: number, sourcePort: number, destination: number, destinationPort: number, number = 1): TcpSegment {
  const one = new TcpSegment();
  Object.assign(one, { source3: source | 0, sourcePort, destination3: destination | 0, destinationPort, number });
  return one;
}

describe('the table of connections', () => {
  test('finds one entry for both directions, and tells them apart', () => {
    const table = new FlowTable(4096, 7);
    const there = segment(0x0a000005, 50_000, 0x0a000009, 445);
    const back = segment(0x0a000009, 445, 0x0a000005, 50_000);
    expect(table.find(there)).toBe(-1);
    const slot = table.insert(there);
    const { side } = table;
    expect(table.find(there)).toBe(slot);
    expect(table.side).toBe(side);
    expect(table.find(back)).toBe(slot);
    expect(table.side).toBe(side === 0 ? 1 : 0);
    expect(table.find(segment(0x0a000005, 50_001, 0x0a000009, 445))).toBe(-1);
  });

  test('tells IPv4 from IPv6 with the same last word, and one host with itself', () => {
    const table = new FlowTable(4096, 7);
    const four = segment(1, 5, 2, 445);
    const six = segment(1, 5, 2, 445);
    six.ipVersion = 6;
    expect(table.insert(four)).not.toBe(table.insert(six));
    const self = segment(1, 9, 1, 445);
    const slot = table.insert(self);
    expect(table.find(segment(1, 445, 1, 9))).toBe(slot);
  });

  test('keeps what it knows while it grows', () => {
    const table = new FlowTable(65_536, 7);
    for (let n = 0; n < 20_000; n++) table.setIsn(table.insert(segment(n, 1000, 0x7f000001, 445, n)), table.side, n * 3);
    for (let n = 0; n < 20_000; n++) {
      const slot = table.find(segment(n, 1000, 0x7f000001, 445, n));
      expect(table.isn(slot, table.side)).toBe(n * 3);
    }
    expect(table.dropped).toBe(0);
  });

  test('at its limit drops the longest silent, never one that is followed, and counts those of which nothing was decided', () => {
    const table = new FlowTable(1024, 7);
    const followed = table.insert(segment(0, 1000, 9, 445, 0));
    table.setState(followed, STATE_ACTIVE);
    for (let n = 1; n < 50_000; n++) {
      const slot = table.insert(segment(n, 1000, 9_000_000, 445, n));
      if (n % 2 === 0) table.setState(slot, STATE_DONE);
    }
    // Half of them were done
    expect(table.dropped).toBeGreaterThan(23_000);
    expect(table.dropped).toBeLessThanOrEqual(25_000);
    expect(table.find(segment(0, 1000, 9, 445, 1))).toBe(followed);
    expect(table.state(followed)).toBe(STATE_ACTIVE);
    const last = table.find(segment(49_999, 1000, 9_000_000, 445));
    expect(table.state(last)).toBe(STATE_COMPACT);
    expect(table.find(segment(1, 1000, 9_000_000, 445))).toBe(-1);
  });
});

describe('entries that move from one table to another', () => {
  test('take everything with them, and are found no more where they were', () => {
    const from = new FlowTable(4096, 7);
    const to = new FlowTable(4096, 7);
    for (let n = 0; n < 3000; n++) from.setIsn(from.insert(segment(n, 1000, 9, 445, n + 1)), from.side, n * 3);
    for (let n = 0; n < 3000; n += 3) to.adopt(from, from.find(segment(n, 1000, 9, 445)), 5000);
    for (let n = 0; n < 3000; n++) {
      const moved = n % 3 === 0;
      const slot = to.find(segment(n, 1000, 9, 445));
      expect(slot >= 0).toBe(moved);
      expect(from.find(segment(n, 1000, 9, 445)) >= 0).toBe(!moved);
      if (moved) expect([to.isn(slot, to.side), to.first(slot).number]).toEqual([n * 3, n + 1]);
    }
  });
});
