import { setImmediate as nextTurn } from 'node:timers/promises';
import { slices } from '../intake/byte-source.ts';
import { decompressed } from '../intake/decompress.ts';
import type { CaptureAnalyser } from '../report/analysis.ts';
import { HttpProblem, isIntakeProblem } from './errors.ts';
import type { Piece } from './upload.ts';

export interface FeedOptions {
  readonly decompression: { readonly maxRatio: number; readonly maxNesting: number; readonly maxWindow: number };
  readonly contentEncoding?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called after each chunk; reading goes on when it resolves. */
  readonly afterChunk?: () => Promise<void> | void;
}

/** Work after which others get their turn (/healthz, other analyses). In time, not bytes: dense captures take far longer a byte. */
const MS_A_TURN = 15;
/** Bytes looked at between two looks at the clock. */
const SLICE = 64 * 1024;

/**
 * Puts the pieces of one capture through the analyser, as they arrive. Throws what makes the whole unreadable; damage
 * after readable packets becomes a fault, and nothing that was read is lost.
 */
export async function feed(analyser: CaptureAnalyser, pieces: AsyncIterable<Piece>, options: FeedOptions): Promise<void> {
  let file = 0;
  for await (const piece of pieces) {
    if (file > 0) analyser.nextFile();
    try {
      await feedPiece(analyser, piece, options);
    } catch (error) {
      if (!isIntakeProblem(error) || analyser.progress.packets === 0) throw error;
      analyser.fault({ code: error.code, message: error.message, packets: [], file, ...(error.offset === undefined ? {} : { offset: error.offset }) });
    }
    file += 1;
  }
}

async function feedPiece(analyser: CaptureAnalyser, piece: Piece, options: FeedOptions): Promise<void> {
  const { contentEncoding, decompression, signal } = options;
  const chunks = decompressed(piece.bytes, { ...decompression, ...(contentEncoding === undefined ? {} : { contentEncoding }) });
  let turn = performance.now();
  for await (const chunk of chunks) {
    for (const slice of slices(chunk, SLICE)) {
      if (signal?.aborted === true) throw new HttpProblem(499, 'client-gone', 'The client went away.');
      analyser.write(slice);
      if (analyser.refusal !== null) throw refusalProblem(analyser.refusal);
      await options.afterChunk?.();
      if (performance.now() - turn < MS_A_TURN) continue;
      await nextTurn();
      turn = performance.now();
    }
  }
}

/** What is no capture, or none that we read, is the wrong kind of thing; a capture with a broken header is unreadable. */
export function refusalProblem(refusal: NonNullable<CaptureAnalyser['refusal']>): HttpProblem {
  const status = refusal.code === 'not-a-capture' || refusal.code === 'unsupported-format' ? 415 : 422;
  return new HttpProblem(refusal.code === 'empty-body' ? 400 : status, refusal.code, refusal.message, { format: refusal.format });
}
