import { constants, createBrotliDecompress, createGunzip, createInflate, createInflateRaw, gunzipSync } from 'node:zlib';
import type { Transform } from 'node:stream';
import { type ByteSource, slices } from './byte-source.ts';
import { IntakeProblem } from './intake-problem.ts';

/** Four times as fast as the default of 16 KiB. */
const OUTPUT_CHUNK = 256 * 1024;
/** What one slice unpacks to is queued: less than 17 MiB at deflate's best ratio. */
const SLICE = 16 * 1024;
/** Brotli has no such bound: the engine waits when more is queued. */
const QUEUE_BYTES = 20 * 1024 * 1024;
/** Compressed bytes kept so that the last bytes before damage can be unpacked too. */
const REPLAY_BYTES = 512 * 1024;

/** gzip, all members; zero padding after them is passed over. [RFC 1952] 2.2 */
export function gunzip(source: ByteSource): AsyncGenerator<Uint8Array> {
  return through(source, createGunzip({ chunkSize: OUTPUT_CHUNK }), 'gzip');
}

/** HTTP's "deflate": zlib format, or bare deflate as some senders make it. [RFC 9110] 8.4.1.2 */
export async function* inflate(source: ByteSource): AsyncGenerator<Uint8Array> {
  const head = await source.peek(2);
  const wrapped = head.length === 2 && ((head[0] ?? 0) & 0x0f) === 8 && (((head[0] ?? 0) << 8) | (head[1] ?? 0)) % 31 === 0;
  yield* through(source, (wrapped ? createInflate : createInflateRaw)({ chunkSize: OUTPUT_CHUNK }), 'deflate');
}

export function unbrotli(source: ByteSource): AsyncGenerator<Uint8Array> {
  return through(source, createBrotliDecompress({ chunkSize: OUTPUT_CHUNK }), 'br');
}

/**
 * Slice by slice: the next one is read only when all output of the one before has been taken. An error of the engine drops
 * what it unpacked of the failing slice; `lastBytes` gets that back where the input is short enough to be kept.
 */
async function* through(source: ByteSource, engine: Transform, name: string): AsyncGenerator<Uint8Array> {
  const output: Uint8Array[] = [];
  const replay: Uint8Array[] = [];
  const state = { failed: undefined as Error | undefined, ended: false, idle: true, wake: (): void => {} };
  let taken = 0;
  let given = 0;
  let queued = 0;
  engine.on('data', (chunk: Uint8Array) => {
    output.push(chunk);
    queued += chunk.length;
    if (queued > QUEUE_BYTES) engine.pause();
    state.wake();
  });
  engine.on('error', (error) => {
    state.failed = error;
    state.wake();
  });
  engine.on('end', () => {
    state.ended = true;
    state.wake();
  });
  const settled = (): void => {
    state.idle = true;
    state.wake();
  };
  const drain = function* (): Generator<Uint8Array> {
    for (let chunk = output.shift(); chunk !== undefined; chunk = output.shift()) {
      given += chunk.length;
      queued -= chunk.length;
      yield chunk;
    }
    if (engine.isPaused()) engine.resume();
  };
  /** Until the engine has dealt with what it was given, its output handed out meanwhile. */
  const work = async function* (done: () => boolean): AsyncGenerator<Uint8Array> {
    for (;;) {
      yield* drain();
      if (done() || state.failed !== undefined || state.ended) break;
      if (output.length === 0) await new Promise<void>((resolve) => (state.wake = resolve));
    }
    yield* drain();
  };
  try {
    for await (const chunk of source) {
      for (const slice of slices(chunk, SLICE)) {
        if (state.ended) {
          if (slice.some((byte) => byte !== 0)) throw new IntakeProblem('damaged-compression', `There are bytes after the end of the ${name} data that are no ${name} data.`, taken);
          continue;
        }
        if (name === 'gzip' && taken <= REPLAY_BYTES) replay.push(slice);
        state.idle = false;
        engine.write(slice, settled);
        yield* work(() => state.idle);
        if (state.failed !== undefined) break;
        taken += slice.length;
      }
      if (state.failed !== undefined) break;
    }
    if (state.failed === undefined && !state.ended) {
      engine.end();
      yield* work(() => false);
    }
    if (state.failed !== undefined) {
      const rest = name === 'gzip' && taken <= REPLAY_BYTES ? lastBytes(Buffer.concat(replay), taken, given) : undefined;
      if (rest !== undefined && rest.bytes.length > 0) yield rest.bytes;
      throw damaged(name, state.failed, rest?.offset ?? taken);
    }
  } finally {
    engine.destroy();
  }
}

/** Unpacks the longest good beginning of `input` and returns what goes beyond the `given` bytes. */
function lastBytes(input: Uint8Array, good: number, given: number): { bytes: Uint8Array; offset: number } | undefined {
  const most = given + SLICE * 1100;
  const attempt = (length: number): Uint8Array | undefined => {
    try {
      return gunzipSync(input.subarray(0, length), { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: most });
    } catch {
      return undefined;
    }
  };
  let low = good;
  let high = input.length;
  let best: Uint8Array | undefined;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    const bytes = attempt(middle);
    if (bytes === undefined) {
      high = middle - 1;
    } else {
      best = bytes;
      low = middle;
    }
  }
  return best === undefined ? undefined : { bytes: best.subarray(given), offset: low };
}

function damaged(name: string, error: Error, offset: number): IntakeProblem {
  const code = 'code' in error ? error.code : undefined;
  const cut = code === 'Z_BUF_ERROR';
  const message = cut ? `The ${name} data end before they are complete.` : `The ${name} data are damaged; nothing after this offset can be unpacked.`;
  return new IntakeProblem('damaged-compression', message, offset);
}
