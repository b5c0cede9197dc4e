import { setImmediate } from 'node:timers/promises';
import { Decompress } from 'fzstd';
import type { ByteSource } from './byte-source.ts';
import { IntakeProblem } from './intake-problem.ts';
import { ZstdWalk } from './zstd-walk.ts';

/** zstd, all frames; skippable ones are passed over. [RFC 8878] The window is capped before the decoder allocates it. */
export async function* unzstd(source: ByteSource, maxWindow: number): AsyncGenerator<Uint8Array> {
  const walk = new ZstdWalk(maxWindow);
  const output: Uint8Array[] = [];
  const decoder = new Decompress((chunk) => {
    if (chunk.length > 0) output.push(chunk);
  });
  let taken = 0;
  for await (const chunk of source) {
    let at = 0;
    while (at < chunk.length) {
      const to = walk.walk(chunk, at);
      const problem = push(decoder, chunk.subarray(at, to), false, taken);
      yield* output.splice(0);
      if (problem !== undefined) throw problem;
      taken += to - at;
      at = to;
      if (walk.problem !== undefined) throw walk.problem;
      if (walk.heavy) await setImmediate();
    }
  }
  const problem = walk.complete
    ? push(decoder, new Uint8Array(0), true, taken)
    : new IntakeProblem('damaged-compression', 'The zstd data end before they are complete.', taken);
  yield* output.splice(0);
  if (problem !== undefined) throw problem;
}

/** The decoder throws plain errors, and on hostile bytes also a RangeError or TypeError of its own: all mean damage. */
function push(decoder: Decompress, bytes: Uint8Array, last: boolean, offset: number): IntakeProblem | undefined {
  try {
    decoder.push(bytes, last);
    return undefined;
  } catch {
    return new IntakeProblem('damaged-compression', 'The zstd data are damaged; nothing after this offset can be unpacked.', offset);
  }
}
