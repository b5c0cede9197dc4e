import { constants, deflateRawSync, inflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { Inflate } from '../../src/intake/inflate.ts';
import { noise, same, text } from './unpack.ts';

const NOTHING = new Uint8Array(0);
const PLAIN = Buffer.concat([text(120_000), noise(40_000), new Uint8Array(60_000), text(30_000)]);

describe('inflate from memory', () => {
  it.each<[string, object]>([
    ['stored', { level: 0 }],
    ['level 1', { level: 1 }],
    ['level 6', { level: 6 }],
    ['level 9', { level: 9 }],
    ['fixed codes', { strategy: constants.Z_FIXED }],
    ['literals only', { strategy: constants.Z_HUFFMAN_ONLY }],
    ['runs only', { strategy: constants.Z_RLE }],
  ])('gives what zlib compressed: %s', (_, options) => {
    const inflate = new Inflate(deflateRawSync(PLAIN, options), 0, NOTHING, PLAIN.length);
    expect(inflate.run()).toBe('end');
    expect(same(inflate.output, PLAIN)).toBe(true);
  });

  it('gives of every beginning what zlib gives of it', () => {
    const packed = deflateRawSync(PLAIN.subarray(115_000, 165_000));
    for (let length = 0; length < packed.length; length += 97) {
      const inflate = new Inflate(packed.subarray(0, length), 0, NOTHING, PLAIN.length);
      expect(inflate.run()).toBe('short');
      const expected = inflateRawSync(packed.subarray(0, length), { finishFlush: constants.Z_SYNC_FLUSH });
      expect(same(inflate.output, expected), `${length} bytes`).toBe(true);
    }
  });

  it('agrees with zlib whether damaged data are data', () => {
    const packed = deflateRawSync(text(3000));
    for (let bit = 0; bit < packed.length * 8; bit += 3) {
      const copy = Uint8Array.from(packed);
      copy[bit >>> 3] = (copy[bit >>> 3] ?? 0) ^ (1 << (bit & 7));
      const inflate = new Inflate(copy, 0, NOTHING, 10_000_000);
      const outcome = inflate.run();
      let expected: Uint8Array | undefined;
      try {
        expected = inflateRawSync(copy, { finishFlush: constants.Z_SYNC_FLUSH });
      } catch {
        expected = undefined;
      }
      expect(outcome === 'damaged', `bit ${bit}: ${outcome}`).toBe(expected === undefined);
      if (expected !== undefined) expect(same(inflate.output, expected), `bit ${bit}`).toBe(true);
    }
  });

  it('gives no more than is allowed', () => {
    const inflate = new Inflate(deflateRawSync(new Uint8Array(1_000_000)), 0, NOTHING, 10_000);
    expect(inflate.run()).toBe('full');
    expect(inflate.output.length).toBeLessThanOrEqual(10_000);
  });
});
