import type { AnalysisId } from './analysis-id.ts';

/** One analysis, handed to one worker. It stays that worker's as long as `extend` is called often enough. */
export interface Delivery {
  readonly id: AnalysisId;
  /** 1 for the first time; counts those whose worker died, too. */
  readonly attempt: number;
  /** Shows that the worker lives. False when the analysis has gone to another, or was taken back. */
  extend(): Promise<boolean>;
  /** Over: nobody gets it again. */
  done(): Promise<void>;
  /** Somebody may have it again, after a while. An attempt that was only interrupted does not count. */
  giveBack(options: { readonly delayMs: number; readonly counts: boolean }): Promise<void>;
}

/** The analyses that wait for a worker. `contract-analysis-queue.ts` among the tests says what every form of it does. */
export interface AnalysisQueue {
  /** An analysis that is in it already stays as it is: an event that comes twice changes nothing. */
  put(id: AnalysisId): Promise<void>;
  /** The oldest that nobody works at, and null where there is none. */
  take(): Promise<Delivery | null>;
  /** Nobody wants it any more; who works at it learns so from `extend`. */
  remove(id: AnalysisId): Promise<void>;
  /** Those that are in it, whether somebody works at them or not. */
  waiting(): Promise<AnalysisId[]>;
}
