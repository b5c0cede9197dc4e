import { brotliCompressSync, constants, deflateRawSync, deflateSync, gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decompressed, type DecompressionOptions } from '../../src/intake/decompress.ts';
import { concat, pcapFile } from '../build/pcap.ts';
import { chunksOf, OPTIONS, unpack } from './unpack.ts';

const PLAIN = pcapFile([{ bytes: Uint8Array.of(1, 2, 3) }, { bytes: new Uint8Array(600).map((_, at) => (at * 7919) >>> 3) }]);

/** Frames of raw or RLE blocks, written from RFC 8878: single segment, 4-byte content size, no checksum. */
function zstdFrame(data: Uint8Array): Uint8Array {
  const frame = new Uint8Array(4 + 1 + 4 + 3 + data.length);
  const view = new DataView(frame.buffer);
  view.setUint32(0, 0xfd2fb528, true);
  view.setUint8(4, 0xa0);
  view.setUint32(5, data.length, true);
  const block = (data.length << 3) | 1;
  view.setUint16(9, block & 0xffff, true);
  view.setUint8(11, block >>> 16);
  frame.set(data, 12);
  return frame;
}
const SKIPPABLE = Uint8Array.of(0x5a, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 9, 9, 9);

const gz = (bytes: Uint8Array): Uint8Array => gzipSync(bytes);

describe('upload bytes', () => {
  it.each<[string, Uint8Array, Partial<DecompressionOptions>]>([
    ['plain', PLAIN, {}],
    ['gzip', gz(PLAIN), {}],
    ['gzip in two members', concat(gz(PLAIN.subarray(0, 50)), gz(PLAIN.subarray(50))), {}],
    ['gzip with zero padding', concat(gz(PLAIN), new Uint8Array(1024)), {}],
    ['zstd', zstdFrame(PLAIN), {}],
    ['zstd in frames with a skippable one before and between', concat(SKIPPABLE, zstdFrame(PLAIN.subarray(0, 50)), SKIPPABLE, zstdFrame(PLAIN.subarray(50))), {}],
    ['gzip of zstd of gzip', gz(zstdFrame(gz(PLAIN))), {}],
    ['gzip, declared so', gz(PLAIN), { contentEncoding: 'gzip' }],
    ['a gzip file sent with Content-Encoding gzip', gz(gz(PLAIN)), { contentEncoding: 'GZIP' }],
    ['declared gzip, undone by a proxy', PLAIN, { contentEncoding: 'gzip' }],
    ['deflate', deflateSync(PLAIN), { contentEncoding: 'deflate' }],
    ['bare deflate', deflateRawSync(PLAIN), { contentEncoding: 'deflate' }],
    ['br', brotliCompressSync(PLAIN), { contentEncoding: 'br' }],
    ['br of deflate of gzip', brotliCompressSync(deflateSync(gz(PLAIN))), { contentEncoding: 'gzip, deflate, br' }],
    ['nothing', new Uint8Array(0), {}],
  ])('come out as they were: %s', async (_, bytes, options) => {
    for (const size of [1, 7, 4096]) {
      const { bytes: out, problem } = await unpack(bytes, options, size);
      expect(problem).toBeUndefined();
      expect(Buffer.compare(out, bytes.length === 0 ? bytes : PLAIN)).toBe(0);
    }
  });

  it('pass in the very chunks they came in when they are plain', async () => {
    const seen: Uint8Array[] = [];
    for await (const chunk of decompressed(chunksOf(PLAIN, 100), OPTIONS)) seen.push(chunk);
    expect(seen.every((chunk) => chunk.buffer === PLAIN.buffer)).toBe(true);
  });

  it('have an encoding that is known', async () => {
    const { problem } = await unpack(PLAIN, { contentEncoding: 'gzip, compress' });
    expect(problem).toMatchObject({ code: 'unsupported-encoding', status: 415 });
  });

  it('are not compressed too many times over', async () => {
    const { problem } = await unpack(gz(gz(gz(gz(PLAIN)))));
    expect(problem).toMatchObject({ code: 'decompression-limit', status: 413 });
  });

  it('do not unpack to more than the ratio allows', async () => {
    const { bytes, problem } = await unpack(gz(new Uint8Array(64 * 1024 * 1024)));
    expect(problem?.code).toBe('decompression-limit');
    expect(bytes.length).toBeLessThan(24 * 1024 * 1024);
  });

  it('do not unpack a zstd bomb', async () => {
    const block = Uint8Array.of(0x02, 0, 0x10, 0); // RLE, 128 KiB of zero
    const head = Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0, 0x50); // window 1 MiB
    const { bytes, problem } = await unpack(concat(head, ...Array.from({ length: 100_000 }, () => block)), { maxRatio: 10 });
    expect(problem?.code).toBe('decompression-limit');
    expect(bytes.length).toBeLessThan(24 * 1024 * 1024);
  });

  it('do not unpack a brotli bomb', async () => {
    const { bytes, problem } = await unpack(brotliCompressSync(new Uint8Array(64 * 1024 * 1024), { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } }), { contentEncoding: 'br' });
    expect(problem?.code).toBe('decompression-limit');
    expect(bytes.length).toBeLessThan(24 * 1024 * 1024);
  });

  it('do not make the decoder take a window above the limit, and keep the frame before', async () => {
    const large = Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0, 0xb0, 1, 0, 0); // 2^32 bytes
    for (const size of [1, 100_000]) {
      const { bytes, problem } = await unpack(concat(zstdFrame(PLAIN), large), {}, size);
      expect(problem).toMatchObject({ code: 'decompression-limit', offset: zstdFrame(PLAIN).length });
      expect(Buffer.compare(bytes, PLAIN)).toBe(0);
    }
  });
});

describe('damaged compression', () => {
  const noise = new Uint8Array(300_000).map((_, at) => (Math.imul(at, 2_654_435_761) >>> 13) & 0x3f);
  const packed = gz(noise);

  it('gives everything before a cut', async () => {
    for (const [size, chunk] of [[packed.length >>> 1, 1000], [packed.length - 4, 70_000], [packed.length - 8, 3]] as const) {
      const { bytes, problem } = await unpack(packed.subarray(0, size), {}, chunk);
      expect(problem?.code).toBe('damaged-compression');
      expect(Buffer.compare(bytes, noise.subarray(0, bytes.length))).toBe(0);
      const whole = gunzipSync(packed.subarray(0, size), { finishFlush: constants.Z_SYNC_FLUSH });
      expect(bytes.length).toBe(whole.length);
    }
  });

  it('gives everything when only the checksum is wrong', async () => {
    const wrong = Uint8Array.from(packed);
    wrong[wrong.length - 7] = 0x55 ^ (wrong[wrong.length - 7] ?? 0);
    const { bytes, problem } = await unpack(wrong);
    expect(problem).toMatchObject({ code: 'damaged-compression', status: 422 });
    expect(Buffer.compare(bytes, noise)).toBe(0);
  });

  it('gives what comes before what is no gzip', async () => {
    const { bytes, problem } = await unpack(concat(gz(PLAIN), Uint8Array.of(1, 2, 3)));
    expect(problem?.code).toBe('damaged-compression');
    expect(problem?.offset).toBeGreaterThanOrEqual(gz(PLAIN).length);
    expect(Buffer.compare(bytes, PLAIN)).toBe(0);
  });

  it('gives the zstd blocks before a cut or what is no zstd', async () => {
    const frame = zstdFrame(PLAIN);
    const cut = await unpack(concat(frame, frame.subarray(0, 100)));
    expect(cut.problem?.code).toBe('damaged-compression');
    // Node's own decoder gives the beginning of a stored block too.
    expect(Buffer.compare(cut.bytes, concat(PLAIN, PLAIN).subarray(0, cut.bytes.length))).toBe(0);
    expect(cut.bytes.length).toBeGreaterThanOrEqual(PLAIN.length);
    const junk = await unpack(concat(frame, Uint8Array.of(1, 2, 3, 4, 5)));
    expect(junk.problem).toMatchObject({ code: 'damaged-compression', offset: frame.length });
    expect(Buffer.compare(junk.bytes, PLAIN)).toBe(0);
  });

  it('never ends in anything but an IntakeProblem', async () => {
    const samples = [gz(PLAIN), zstdFrame(PLAIN), concat(SKIPPABLE, gz(PLAIN)), gz(zstdFrame(PLAIN))];
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...samples), fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 3 }), fc.nat(), fc.integer({ min: 1, max: 300 }), async (sample, changes, length, size) => {
        const copy = sample.slice(0, length % (sample.length + 1));
        for (const [at, value] of changes) if (copy.length > 0) copy[at % copy.length] = value;
        await unpack(copy, {}, size);
      }),
      { numRuns: 150 },
    );
  });
});

it('closes the source at once when the reader goes away', async () => {
  let closed = false;
  async function* endless(): AsyncGenerator<Uint8Array> {
    try {
      yield gz(new Uint8Array(1_000_000)).subarray(0, 300);
      for (;;) yield new Uint8Array(0);
    } finally {
      closed = true;
    }
  }
  for await (const chunk of decompressed(endless(), OPTIONS)) {
    expect(chunk.length).toBeGreaterThan(0);
    break;
  }
  expect(closed).toBe(true);
});
