import type { Config } from '../../config.ts';
import type { Detail } from '../../report/detail.ts';
import type { ReportHead } from '../../report/schema.ts';
import type { Format } from '../formats.ts';

/** What is to be done with one capture. Plain data: it may be sent to another thread. */
export interface AnalysisOrder {
  readonly format: Format;
  readonly detail: Detail;
  readonly sensor: string | undefined;
  /** The digest of the upload is asked for. */
  readonly digest: boolean;
  readonly contentEncoding: string | undefined;
  readonly limits: Config['limits'];
  readonly decompression: Config['decompression'];
}

/** How the upload came to its end. Plain data. */
export interface Ending {
  /** Names of the pieces as the client gave them. */
  readonly fileNames: readonly (string | undefined)[];
  /** Code of the problem that ended it early; what was read until then is reported. */
  readonly failure?: string | undefined;
}

/** What an analysis came to, for logs and metrics. Plain data; nothing of it is capture content. */
export interface RunFigures {
  readonly bytes: number;
  readonly packets: number;
  readonly connections: number;
  readonly verdicts: Readonly<Record<string, number>>;
  readonly faults: Readonly<Record<string, number>>;
  readonly connectionsOmitted: number;
  readonly hostsOmitted: number;
}

/** One analysis, wherever it runs. A promise that is given back must be waited for before the next call. */
export interface AnalysisRun {
  /** The next piece of the capture begins, the first one too. */
  nextPiece(): Promise<void> | undefined;
  /** Takes the next bytes as they were uploaded; they belong to the run from now on. Rejects when the capture cannot be read. */
  write(chunk: Uint8Array): Promise<void> | undefined;
  /** No more comes: resolves when the whole report is written. Without a packet and after a failure nothing is written. */
  end(ending: Ending): Promise<RunFigures>;
  /** Nobody wants it any more. */
  abort(): void;
}

/** Where a run writes its report to. */
export interface RunOutput {
  /** Packets were read: the answer will be a success. Only where lines are asked for. */
  begin(): void;
  write(data: string | Uint8Array): void;
  /** A promise where too much waits to be read by the client. */
  room(): Promise<void> | undefined;
}

export function figuresOf({ capture, summary }: ReportHead): RunFigures {
  return {
    bytes: capture.bytes, packets: capture.packets, connections: summary.connections, verdicts: summary.verdicts, faults: capture.faultCounts,
    connectionsOmitted: summary.connectionsOmitted, hostsOmitted: summary.hostsOmitted,
  };
}

export const NO_FIGURES: RunFigures = { bytes: 0, packets: 0, connections: 0, verdicts: {}, faults: {}, connectionsOmitted: 0, hostsOmitted: 0 };
