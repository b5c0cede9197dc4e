import { describe, expect, it } from 'vitest';
import { Xxh64 } from '../../src/intake/xxh64.ts';

const MASK = (1n << 64n) - 1n;
const rotl = (value: bigint, by: bigint): bigint => ((value << by) | (value >> (64n - by))) & MASK;
const P1 = 0x9e3779b185ebca87n;
const P2 = 0xc2b2ae3d27d4eb4fn;
const P3 = 0x165667b19e3779f9n;
const P4 = 0x85ebca77c2b2ae63n;
const P5: bigint = 0x27d4eb2f165667c5n;

/** The specification word by word, with numbers without bounds. */
function specified(bytes: Uint8Array): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const round = (sum: bigint, word: bigint): bigint => (rotl((sum + word * P2) & MASK, 31n) * P1) & MASK;
  let at = 0;
  let sum = P5;
  if (bytes.length >= 32) {
    const lanes = [(P1 + P2) & MASK, P2, 0n, -P1 & MASK];
    for (; at + 32 <= bytes.length; at += 32) for (const [lane, value] of lanes.entries()) lanes[lane] = round(value, view.getBigUint64(at + lane * 8, true));
    sum = lanes.reduce((all, lane, index) => (all + rotl(lane, [1n, 7n, 12n, 18n][index] ?? 0n)) & MASK, 0n);
    for (const lane of lanes) sum = ((sum ^ round(0n, lane)) * P1 + P4) & MASK;
  }
  sum = (sum + BigInt(bytes.length)) & MASK;
  for (; at + 8 <= bytes.length; at += 8) sum = (rotl(sum ^ round(0n, view.getBigUint64(at, true)), 27n) * P1 + P4) & MASK;
  if (at + 4 <= bytes.length) {
    sum = (rotl(sum ^ ((BigInt(view.getUint32(at, true)) * P1) & MASK), 23n) * P2 + P3) & MASK;
    at += 4;
  }
  for (; at < bytes.length; at++) sum = (rotl(sum ^ ((BigInt(view.getUint8(at)) * P5) & MASK), 11n) * P1) & MASK;
  sum = ((sum ^ (sum >> 33n)) * P2) & MASK;
  sum = ((sum ^ (sum >> 29n)) * P3) & MASK;
  return sum ^ (sum >> 32n);
}

function hash(...parts: Uint8Array[]): number {
  const sum = new Xxh64();
  for (const part of parts) sum.update(part);
  return sum.low32();
}

describe('XXH64', () => {
  // The last four bytes of what zstd 1.5.4 makes of these texts.
  it.each<[string, number]>([
    ['', 0x51d8e999],
    ['a', 0xa98c6e5b],
    ['abc', 0xad770999],
    ['123456789', 0x40e6ae83],
  ])('of %j is what the zstd command writes', (text, expected) => {
    expect(hash(new TextEncoder().encode(text))).toBe(expected);
  });

  it('of every length to 200 is what the specification says', () => {
    const bytes = new Uint8Array(200).map((_, at) => Math.imul(at + 1, 2_654_435_761) >>> 17);
    for (let length = 0; length <= bytes.length; length++) {
      const part = bytes.subarray(0, length);
      expect(hash(part), `${length} bytes`).toBe(Number(specified(part) & 0xffffffffn));
    }
  });

  it('does not depend on how the bytes are cut, nor on where they lie in memory', () => {
    const bytes = new Uint8Array(1003).map((_, at) => Math.imul(at + 1, 2_654_435_761) >>> 15);
    const expected = Number(specified(bytes) & 0xffffffffn);
    for (const size of [1, 3, 31, 32, 33, 64, 500]) {
      const parts: Uint8Array[] = [];
      for (let at = 0; at < bytes.length; at += size) parts.push(bytes.subarray(at, at + size));
      expect(hash(...parts), `in ${size}s`).toBe(expected);
    }
  });

  it('tells bytes of ones from bytes of zeros, to the last bit', () => {
    const ones = new Uint8Array(64).fill(0xff);
    expect(hash(ones)).toBe(Number(specified(ones) & 0xffffffffn));
    expect(hash(new Uint8Array(64))).toBe(Number(specified(new Uint8Array(64)) & 0xffffffffn));
  });
});
