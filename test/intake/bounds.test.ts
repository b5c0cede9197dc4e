import { brotliCompressSync, createGunzip, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { decompressed } from '../../src/intake/decompress.ts';
import { Engine } from '../../src/intake/engine.ts';
import { concat } from '../build/pcap.ts';
import { chunksOf, noise, OPTIONS, same, text, unpack } from './unpack.ts';

const MEGABYTE = 1024 * 1024;

async function* broken(): AsyncGenerator<Uint8Array> {
  yield gzipSync(noise(1000)).subarray(0, 600);
  throw new Error('the client went away');
}

describe('bounds of unpacking', () => {
  it('ten gzips inside one another are not undone', async () => {
    let packed: Uint8Array = text(1000);
    for (let level = 0; level < 10; level++) packed = gzipSync(packed);
    expect((await unpack(packed)).problem).toMatchObject({ code: 'decompression-limit', status: 413 });
    const { bytes, problem } = await unpack(packed, { maxNesting: 10 });
    expect(problem).toBeUndefined();
    expect(same(bytes, text(1000))).toBe(true);
  });

  it.each<[string, Uint8Array, string | undefined]>([
    ['gzip of gzip of zeros', gzipSync(gzipSync(new Uint8Array(40 * MEGABYTE), { level: 1 })), undefined],
    ['gzip of deflate of zeros', deflateSync(gzipSync(new Uint8Array(40 * MEGABYTE), { level: 1 })), 'deflate'],
    ['br of gzip of zeros', brotliCompressSync(gzipSync(new Uint8Array(40 * MEGABYTE), { level: 1 })), 'br'],
  ])('the ratio counts from what was received to what comes out: %s', async (_, packed, contentEncoding) => {
    const { bytes, problem } = await unpack(packed, { maxRatio: 1100, ...(contentEncoding === undefined ? {} : { contentEncoding }) });
    expect(problem).toMatchObject({ code: 'decompression-limit', status: 413 });
    expect(bytes.length).toBeLessThanOrEqual(packed.length * 1100 + 10 * MEGABYTE);
    expect(bytes.length).toBeGreaterThan(10 * MEGABYTE - MEGABYTE);
  });

  it('the source is not read ahead of a slow reader', async () => {
    const packed = gzipSync(text(4 * MEGABYTE));
    let read = 0;
    async function* counted(): AsyncGenerator<Uint8Array> {
      for await (const chunk of chunksOf(packed, 16 * 1024)) {
        read += chunk.length;
        yield chunk;
      }
    }
    let taken = 0;
    for await (const chunk of decompressed(counted(), OPTIONS)) {
      taken += chunk.length;
      await new Promise((resolve) => setTimeout(resolve, 2));
      // Text shrinks to a third at most: no more than a few chunks are under way.
      expect(read).toBeLessThan(taken + 64 * 1024);
    }
    expect(taken).toBe(4 * MEGABYTE);
  });

  it('what a slow reader has not taken is bounded when little unpacks to much', async () => {
    const packed = gzipSync(new Uint8Array(64 * MEGABYTE));
    let unpacked = 0;
    const engine = new Engine(createGunzip({ chunkSize: 256 * 1024 }), (chunk) => (unpacked += chunk.length));
    engine.start(packed);
    await expect.poll(() => unpacked).toBeGreaterThan(4 * MEGABYTE);
    // Long enough for all of it, if nothing held it back.
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(unpacked).toBeLessThan(5 * MEGABYTE);
    let taken = 0;
    for await (const chunk of engine.finish()) taken += chunk.length;
    expect(taken).toBe(64 * MEGABYTE);
    engine.close();
  });

  it('what came so far is unpacked without waiting for what is to come', async () => {
    const packed = gzipSync(noise(100_000));
    let reached = 0;
    let askedAfter = -1;
    async function* live(): AsyncGenerator<Uint8Array> {
      yield packed.subarray(0, 50_000);
      askedAfter = reached;
      yield packed.subarray(50_000);
    }
    for await (const chunk of decompressed(live(), OPTIONS)) reached += chunk.length;
    expect(askedAfter).toBeGreaterThan(45_000);
    expect(reached).toBe(100_000);
  });

  it('damage in an outer compression loses nothing of the inner ones', async () => {
    const plain = noise(300_000);
    for (const [packed, contentEncoding] of [[gzipSync(gzipSync(plain)), ''], [deflateSync(gzipSync(plain)), 'deflate'], [brotliCompressSync(deflateSync(plain)), 'deflate, br']] as const) {
      const { bytes, problem } = await unpack(packed.subarray(0, 200_000), { contentEncoding });
      expect(problem).toMatchObject({ code: 'damaged-compression', offset: 200_000 });
      expect(bytes.length, contentEncoding).toBeGreaterThan(190_000);
      expect(same(bytes, plain.subarray(0, bytes.length))).toBe(true);
    }
  });

  it.each<[string, Uint8Array, string]>([
    ['br', brotliCompressSync(noise(300_000)), 'br'],
    ['deflate', deflateSync(noise(300_000)), 'deflate'],
  ])('%s that ends too soon gives what comes before', async (name, packed, contentEncoding) => {
    const { bytes, problem } = await unpack(packed.subarray(0, 200_000), { contentEncoding });
    expect(problem).toMatchObject({ code: 'damaged-compression', message: `The ${name} data end before they are complete.`, offset: 200_000 });
    expect(bytes.length).toBeGreaterThan(190_000);
    expect(same(bytes, noise(300_000).subarray(0, bytes.length))).toBe(true);
  });

  it('a source that fails gives its own reason, after what it gave', async () => {
    const parts: Uint8Array[] = [];
    await expect(async () => {
      for await (const chunk of decompressed(broken(), OPTIONS)) parts.push(chunk);
    }).rejects.toThrow('the client went away');
    expect(concat(...parts).length).toBeGreaterThan(500);
  });
});
