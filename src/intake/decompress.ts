import { ByteSource } from './byte-source.ts';
import { IntakeProblem } from './intake-problem.ts';
import { gunzip, inflate, unbrotli } from './zlib-stage.ts';
import { unzstd } from './zstd-stage.ts';

export { IntakeProblem } from './intake-problem.ts';

export interface DecompressionOptions {
  /** Bytes out per byte in, above which it is taken for a bomb. */
  readonly maxRatio: number;
  /** Compressions inside one another that are undone. */
  readonly maxNesting: number;
  /** Bytes of zstd window. */
  readonly maxWindow: number;
  /** The request's Content-Encoding. */
  readonly contentEncoding?: string;
}

/** A small file of zeros may exceed any ratio and hurts nobody. */
const RATIO_SLACK = 10 * 1024 * 1024;

/**
 * The bytes of an upload as they were before compression; plain ones pass untouched. Bytes decide: what is declared gzip or
 * zstd and is not (a proxy undid it) passes too. Throws an `IntakeProblem`, after everything that could be unpacked.
 * Whenever it finishes, the source's iterator is closed: a request that must stay open needs one that does not destroy it.
 */
export async function* decompressed(source: AsyncIterable<Uint8Array>, options: DecompressionOptions): AsyncGenerator<Uint8Array> {
  const received = new ByteSource(source);
  let bytes = received;
  let layers = 0;
  const add = (unpacked: AsyncIterable<Uint8Array>): void => {
    layers++;
    bytes = new ByteSource(limited(unpacked, received, options.maxRatio));
  };
  try {
    for (const encoding of encodings(options.contentEncoding).toReversed()) {
      if (encoding === 'deflate') add(inflate(bytes));
      else if (encoding === 'br') add(unbrotli(bytes));
    }
    for (let kind = compression(await bytes.peek(4)); kind !== undefined; kind = compression(await bytes.peek(4))) {
      if (layers >= options.maxNesting) throw new IntakeProblem('decompression-limit', `The capture is compressed more than ${options.maxNesting} times over.`);
      add(kind === 'gzip' ? gunzip(bytes) : unzstd(bytes, options.maxWindow));
    }
    for (let chunk = await bytes.next(); chunk !== undefined; chunk = await bytes.next()) yield chunk;
    bytes.checkEnd();
  } finally {
    await bytes.close();
    await received.close();
  }
}

/** [RFC 9110] 8.4: in the order they were applied. gzip and zstd need no mention: their bytes tell. */
function encodings(header: string | undefined): string[] {
  const named = (header ?? '').split(',').map((each) => each.trim().toLowerCase()).filter((each) => each !== '');
  const known = new Set(['gzip', 'x-gzip', 'zstd', 'identity', 'deflate', 'br']);
  const unknown = named.find((each) => !known.has(each));
  if (unknown !== undefined) throw new IntakeProblem('unsupported-encoding', 'This Content-Encoding is not known; use gzip, zstd, deflate, br or none.');
  return named;
}

/** How bytes that begin like this are compressed; undefined: not in a way that is undone here. */
export function compression(head: Uint8Array): 'gzip' | 'zstd' | undefined {
  const [first, second, third, fourth] = head;
  if (first === 0x1f && second === 0x8b && third === 8) return 'gzip';
  if (first === 0x28 && second === 0xb5 && third === 0x2f && fourth === 0xfd) return 'zstd';
  // A skippable frame may come first.
  if (first !== undefined && first >>> 4 === 5 && second === 0x2a && third === 0x4d && fourth === 0x18) return 'zstd';
  return undefined;
}

async function* limited(unpacked: AsyncIterable<Uint8Array>, received: ByteSource, maxRatio: number): AsyncGenerator<Uint8Array> {
  let total = 0;
  for await (const chunk of unpacked) {
    total += chunk.length;
    if (total > received.bytes * maxRatio + RATIO_SLACK) {
      throw new IntakeProblem('decompression-limit', `The upload unpacks to more than ${maxRatio} times its size. Unpack it and send the capture itself.`, received.bytes);
    }
    if (chunk.length > 0) yield chunk;
  }
}
