import { describe, expect, it } from 'vitest';
import { BytePool } from '../../src/bytes/byte-pool.ts';

describe('buffers that are used again', () => {
  it('gives at least what was asked for, and the same buffer again after it was given back', () => {
    const pool = new BytePool();
    const first = pool.take(257);
    expect(first.length).toBe(512);
    pool.give(first);
    expect(pool.take(300)).toBe(first);
    expect(pool.take(300)).not.toBe(first);
  });

  it('never gives one buffer to two', () => {
    const pool = new BytePool();
    expect(new Set([1, 256, 256, 257, 512, 65_537].map((length) => pool.take(length).buffer)).size).toBe(6);
  });

  it('keeps a bounded number, and nothing that is larger than its greatest', () => {
    const pool = new BytePool();
    const many = Array.from({ length: 300 }, () => pool.take(256));
    for (const buffer of many) pool.give(buffer);
    const again = new Set(Array.from({ length: 300 }, () => pool.take(256)));
    expect(many.filter((buffer) => again.has(buffer)).length).toBe(256);
    const large = pool.take(1_000_000);
    pool.give(large);
    expect(pool.take(1_000_000)).not.toBe(large);
  });
});
