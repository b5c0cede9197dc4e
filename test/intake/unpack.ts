import { decompressed, IntakeProblem, type DecompressionOptions } from '../../src/intake/decompress.ts';

export const OPTIONS: DecompressionOptions = { maxRatio: 200, maxNesting: 3, maxWindow: 8 * 1024 * 1024 };

export async function* chunksOf(bytes: Uint8Array, size = 64 * 1024): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** All that comes out, and why no more does. */
export async function unpack(bytes: Uint8Array, options: Partial<DecompressionOptions> = {}, size?: number): Promise<{ bytes: Uint8Array; problem: IntakeProblem | undefined }> {
  const parts: Uint8Array[] = [];
  try {
    for await (const chunk of decompressed(chunksOf(bytes, size), { ...OPTIONS, ...options })) parts.push(Uint8Array.from(chunk));
  } catch (error) {
    if (!(error instanceof IntakeProblem)) throw error;
    return { bytes: Buffer.concat(parts), problem: error };
  }
  return { bytes: Buffer.concat(parts), problem: undefined };
}

/** Bytes without a pattern that compression could use. */
export function noise(length: number, seed = 1): Uint8Array {
  let state = seed;
  return new Uint8Array(length).map(() => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 11;
  });
}

/** Bytes that shrink to about a third, as captures do. */
export function text(length: number, seed = 1): Uint8Array {
  const digits = noise(length, seed);
  return digits.map((byte, at) => (at % 16 < 9 ? 0x40 + (at % 16) : 0x30 + (byte & 7)));
}

export function same(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0;
}
