import type { ProblemExtras } from '../errors.ts';
import type { AnalysisOrder, Ending, RunFigures } from './run.ts';

/** What the service says to a worker. `run` tells the analyses of one worker apart. */
export type ToWorker =
  | { readonly run: number; readonly kind: 'start'; readonly order: AnalysisOrder; readonly maxOutputBytes: number }
  | { readonly run: number; readonly kind: 'piece' }
  | { readonly run: number; readonly kind: 'bytes'; readonly chunks: readonly Uint8Array[] }
  | { readonly run: number; readonly kind: 'end'; readonly ending: Ending }
  | { readonly run: number; readonly kind: 'abort' }
  /** So many bytes of the report were taken: more may come. */
  | { readonly run: number; readonly kind: 'read'; readonly bytes: number };

/** What a worker says. */
export type FromWorker =
  /** So many bytes of the upload were dealt with: more may come. */
  | { readonly run: number; readonly kind: 'taken'; readonly bytes: number }
  | { readonly run: number; readonly kind: 'begin' }
  | { readonly run: number; readonly kind: 'output'; readonly data: Uint8Array }
  | { readonly run: number; readonly kind: 'done'; readonly figures: RunFigures }
  | { readonly run: number; readonly kind: 'failed'; readonly failure: Failure }
  | { readonly kind: 'alive'; readonly heapBytes: number };

/** A problem to be told, or what an error of ours was, for the log. */
export type Failure = { readonly status: number; readonly code: string; readonly detail: string; readonly extras: ProblemExtras } | { readonly stack: string };
