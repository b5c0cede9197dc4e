import { constants, deflateRawSync, deflateSync, gunzipSync, gzipSync, inflateRawSync, inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { concat } from '../build/pcap.ts';
import { noise, same, text, unpack } from './unpack.ts';

const MEGABYTE = 1024 * 1024;
const TEXT = text(2 * MEGABYTE);
const NOISE = noise(MEGABYTE);
const MIXED = concat(...Array.from({ length: 12 }, (_, at) => (at % 2 === 0 ? text(90_000, at + 1) : noise(70_000, at + 1))));
const MEMBERS = concat(...Array.from({ length: 20 }, (_, at) => gzipSync(TEXT.subarray(at * 100_000, (at + 1) * 100_000))));

type Unzip = (bytes: Uint8Array, options: { finishFlush: number; maxOutputLength: number }) => Uint8Array;

/** What zlib makes of the longest beginning that it has nothing against, found by halving. */
function beforeDamage(packed: Uint8Array, unzip: Unzip): Uint8Array {
  let good: Uint8Array = new Uint8Array(0);
  let low = 0;
  let high = packed.length;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    try {
      good = unzip(packed.subarray(0, middle), { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: 8 * MEGABYTE });
      low = middle;
    } catch {
      high = middle - 1;
    }
  }
  return good;
}

/** With 40 bytes of other bytes at a place between the beginning and the end. */
function damagedAt(packed: Uint8Array, part: number): Uint8Array {
  const copy = Uint8Array.from(packed);
  copy.set(noise(40, 77), Math.floor(packed.length * part));
  return copy;
}

describe('everything that zlib can unpack before damage comes out', () => {
  it.each<[string, Uint8Array, Unzip, string | undefined]>([
    ['gzip -1', gzipSync(TEXT, { level: 1 }), gunzipSync, undefined],
    ['gzip -6', gzipSync(TEXT), gunzipSync, undefined],
    ['gzip -9', gzipSync(TEXT, { level: 9 }), gunzipSync, undefined],
    ['gzip of what does not shrink', gzipSync(NOISE), gunzipSync, undefined],
    ['gzip that only stores', gzipSync(NOISE, { level: 0 }), gunzipSync, undefined],
    ['gzip of both', gzipSync(MIXED), gunzipSync, undefined],
    ['gzip of many members', MEMBERS, gunzipSync, undefined],
    ['deflate', deflateSync(TEXT), inflateSync, 'deflate'],
    ['bare deflate', deflateRawSync(TEXT), inflateRawSync, 'deflate'],
  ])('%s', async (_, packed, unzip, contentEncoding) => {
    for (const part of [0.0001, 0.08, 0.33, 0.501, 0.77, 0.95]) {
      const damaged = damagedAt(packed, part);
      const { bytes, problem } = await unpack(damaged, contentEncoding === undefined ? {} : { contentEncoding });
      const expected = beforeDamage(damaged, unzip);
      expect(bytes.length, `at ${part}`).toBe(expected.length);
      expect(same(bytes, expected)).toBe(true);
      // Bare deflate has no checksum: damage that is deflate data too cannot be told.
      if (problem === undefined && unzip === inflateRawSync) continue;
      expect(problem?.code).toBe('damaged-compression');
      // The offset is that of a byte; the last few symbols before the damage may lie in it.
      const upToOffset = unzip(damaged.subarray(0, problem?.offset), { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: 8 * MEGABYTE });
      expect(expected.length - upToOffset.length).toBeLessThan(8 * 258);
    }
  });

  it('but for the last write where no block says where it begins', async () => {
    const packed = gzipSync(TEXT, { strategy: constants.Z_FIXED });
    const damaged = damagedAt(packed, 0.77);
    const { bytes, problem } = await unpack(damaged);
    const expected = beforeDamage(damaged, gunzipSync);
    expect(problem?.code).toBe('damaged-compression');
    expect(same(bytes, expected.subarray(0, bytes.length))).toBe(true);
    expect(expected.length - bytes.length).toBeLessThan(16 * 1024 * 6);
  });
});

describe('a wrong trailer', () => {
  it.each<[string, number]>([['checksum', -7], ['size', -3]])('with a wrong %s is a fault behind all the bytes', async (_, at) => {
    for (const [packed, plain] of [[gzipSync(TEXT), TEXT], [gzipSync(NOISE), NOISE], [gzipSync(MIXED), MIXED], [gzipSync(text(100)), text(100)]] as const) {
      const copy = Uint8Array.from(packed);
      copy[copy.length + at] = 0x40 ^ (copy[copy.length + at] ?? 0);
      const { bytes, problem } = await unpack(copy);
      expect(problem).toMatchObject({ code: 'damaged-compression', offset: copy.length - 8 });
      expect(problem?.message).toContain('checksum or size is wrong');
      expect(same(bytes, plain)).toBe(true);
    }
  });

  it('ends the data with its member, be it the first, the last or one between', async () => {
    for (const wrong of [0, 7, 19]) {
      const members = Array.from({ length: 20 }, (_, at) => Uint8Array.from(gzipSync(TEXT.subarray(at * 1000, (at + 1) * 1000))));
      const member = members[wrong] ?? new Uint8Array(8);
      member[member.length - 6] = 1 ^ (member[member.length - 6] ?? 0);
      const { bytes, problem } = await unpack(concat(...members));
      expect(problem?.offset).toBe(concat(...members.slice(0, wrong + 1)).length - 8);
      expect(same(bytes, TEXT.subarray(0, (wrong + 1) * 1000))).toBe(true);
    }
  });
});

describe('after the last member', () => {
  it('comes nothing but members and zeros', async () => {
    const packed = gzipSync(TEXT);
    const behind: readonly [string, Uint8Array][] = [
      ['other bytes', Uint8Array.of(9, 9, 9)],
      ['zeros and other bytes', concat(new Uint8Array(700), Uint8Array.of(9))],
      ['zeros and a member', concat(new Uint8Array(700), gzipSync(TEXT))],
      ['many zeros and a byte', concat(new Uint8Array(200_000), Uint8Array.of(9))],
      ['zstd', Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0x20, 1, 9, 0, 0, 7)],
    ];
    for (const [name, rest] of behind) {
      for (const size of [100, 70_000, 10 * MEGABYTE]) {
        const { bytes, problem } = await unpack(concat(packed, rest), {}, size);
        expect(problem, name).toMatchObject({ code: 'damaged-compression', offset: packed.length });
        expect(same(bytes, TEXT), name).toBe(true);
      }
    }
  });

  it('may come empty members', async () => {
    const { bytes, problem } = await unpack(concat(gzipSync(''), gzipSync(TEXT), gzipSync(''), gzipSync('')));
    expect(problem).toBeUndefined();
    expect(same(bytes, TEXT)).toBe(true);
  });
});
