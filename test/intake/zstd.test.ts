import { describe, expect, it } from 'vitest';
import { concat } from '../build/pcap.ts';
import { noise, same, unpack } from './unpack.ts';

/** 400 000 bytes with a period of 701, as zstd 1.5.4 compresses them: four blocks, a size and a checksum. */
const MADE_BY_ZSTD = Buffer.from(
  'KLUv/aSAGgYALAQAZAYA3buZd1UzEe/MqohmRCIA3s28q5qJeGdWRTQjEgHw3869rJuKeWhXRjUkEwLx4M++rZyLemlYRzYlFAPy4dC/rp2Me2pZSDcmFQTz4tHAr56NfGtaSTgnFgX049LBsJ+OfW' +
  'xbSjlXqCH8+m/wpc0SYBCo3////99A/cDarHNyl4SsAkwAAAiOAQD8/zkQAkwAAAiOAQD8/zkQAkUAAAiOAQB82gMhxXpVvg==',
  'base64',
);
const CONTENT = new Uint8Array(400_000).map((_, at) => (Math.imul(at % 701, 7919) >>> 3) & 0xff);

/** A frame of stored blocks, from RFC 8878: window 128 KiB, 4-byte content size, no checksum. */
function storedFrame(blocks: readonly Uint8Array[], contentSize: number): Uint8Array {
  const head = Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0x80, 0x38, contentSize & 0xff, (contentSize >>> 8) & 0xff, contentSize >>> 16, 0);
  const parts = blocks.map((block, index) => {
    const header = (block.length << 3) | (index === blocks.length - 1 ? 1 : 0);
    return concat(Uint8Array.of(header & 0xff, (header >>> 8) & 0xff, header >>> 16), block);
  });
  return concat(head, ...parts);
}

describe('zstd', () => {
  it('as the zstd command makes it is unpacked, however it is cut', async () => {
    for (const size of [1, 7, 100_000]) {
      const { bytes, problem } = await unpack(MADE_BY_ZSTD, {}, size);
      expect(problem).toBeUndefined();
      expect(same(bytes, CONTENT)).toBe(true);
    }
  });

  it('with any byte damaged gives a fault, or the right bytes all the same', async () => {
    // The first four say that it is zstd; without them it is something else.
    let faults = 0;
    for (let at = 4; at < MADE_BY_ZSTD.length; at++) {
      for (const bits of [0x01, 0x80, 0xff]) {
        const copy = Uint8Array.from(MADE_BY_ZSTD);
        copy[at] = (copy[at] ?? 0) ^ bits;
        const { bytes, problem } = await unpack(copy);
        if (problem === undefined) expect(same(bytes, CONTENT), `byte ${at} ^ ${bits}`).toBe(true);
        else faults++;
      }
    }
    expect(faults).toBeGreaterThan((MADE_BY_ZSTD.length - 4) * 2);
  });

  it('with a wrong checksum gives everything, and says where the frame begins and ends', async () => {
    const copy = concat(storedFrame([noise(500)], 500), MADE_BY_ZSTD);
    copy[copy.length - 1] = 0x55 ^ (copy[copy.length - 1] ?? 0);
    const { bytes, problem } = await unpack(copy);
    expect(problem).toMatchObject({ code: 'damaged-compression', status: 422, offset: copy.length - 4 });
    expect(problem?.message).toContain('frame at offset 513 is wrong');
    expect(same(bytes, concat(noise(500), CONTENT))).toBe(true);
  });

  it('that is not as long as it says is a fault after the blocks before', async () => {
    const blocks = [noise(1000), noise(1000, 2)];
    for (const size of [1999, 2001]) {
      const { bytes, problem } = await unpack(storedFrame(blocks, size));
      expect(problem?.code).toBe('damaged-compression');
      expect(same(bytes.subarray(0, 1000), noise(1000))).toBe(true);
    }
    const right = await unpack(storedFrame(blocks, 2000));
    expect(right.problem).toBeUndefined();
    expect(right.bytes.length).toBe(2000);
  });

  it('loses no block before a damaged one', async () => {
    const blocks = Array.from({ length: 20 }, (_, at) => noise(5000, at + 1));
    const frame = storedFrame(blocks, 100_000);
    const at = 10 + 7 * 5003;
    frame[at] = (frame[at] ?? 0) | 0x06;
    const { bytes, problem } = await unpack(frame);
    expect(problem).toMatchObject({ code: 'damaged-compression', offset: at });
    expect(same(bytes, concat(...blocks.slice(0, 7)))).toBe(true);
  });

  it('refuses a block that is larger than the window', async () => {
    const frame = storedFrame([noise(2000)], 2000);
    frame[5] = 0; // a window of 1 KiB
    const { bytes, problem } = await unpack(frame);
    expect(problem).toMatchObject({ code: 'damaged-compression', offset: 10 });
    expect(bytes.length).toBe(0);
  });

  it('of many tiny frames and blocks is unpacked', async () => {
    const frame = storedFrame([noise(3), new Uint8Array(0), noise(1)], 4);
    const { bytes, problem } = await unpack(concat(...Array.from({ length: 2000 }, () => frame)));
    expect(problem).toBeUndefined();
    expect(bytes.length).toBe(8000);
  });

  it('says that it ends too soon, after every block that is whole', async () => {
    const frame = storedFrame([noise(1000), noise(1000, 2)], 2000);
    for (const length of [5, 12, 1013, 1014, 1500, frame.length - 1]) {
      const { bytes, problem } = await unpack(frame.subarray(0, length));
      expect(problem).toMatchObject({ code: 'damaged-compression', message: 'The zstd data end before they are complete.', offset: length });
      expect(bytes.length).toBeGreaterThanOrEqual(length >= 1013 ? 1000 : 0);
      expect(same(bytes, concat(noise(1000), noise(1000, 2)).subarray(0, bytes.length))).toBe(true);
    }
  });
});
