import type { FaultLog } from '../bytes/fault-log.ts';
import type { Limits } from '../limits.ts';
import { Frame, type FrameSink } from './frame.ts';

/** Why a capture could not be read at all. `code` is the API's. */
export interface Refusal {
  readonly code: 'empty-body' | 'not-a-capture' | 'unsupported-format' | 'bad-header';
  /** The format that it is in, where it is known. */
  readonly format?: string;
  /** Says what to do about it. */
  readonly message: string;
}

/** What all pieces of one capture share: where packets go, and what was counted. */
export class RecordOutput {
  readonly sink: FrameSink;
  readonly limits: Limits;
  /** The one instance: refilled for each record. */
  readonly frame = new Frame();
  readonly linkTypes = new Set<number>();
  /** Packets numbered so far, as Wireshark numbers them. */
  packets = 0;
  timeDigits: 6 | 9 = 6;
  /** Index of the file that is being read. */
  file = 0;
  readonly #faults: FaultLog;

  constructor(sink: FrameSink, faults: FaultLog, limits: Limits) {
    this.sink = sink;
    this.limits = limits;
    this.#faults = faults;
  }

  /** `packet` is the number that the damaged record has or would have had. */
  fault(code: string, message: string, offset: number, packet?: number): void {
    if (this.#faults.full) this.#faults.count(code);
    else this.#faults.add({ code, message, packets: packet === undefined ? [] : [packet], offset, file: this.file });
  }
}

/**
 * Cuts one file into records. The caller keeps what `read` leaves and hands it out again, joined with what follows,
 * when at least `needed` bytes are at hand: `read` then takes something or raises `needed`.
 */
export interface RecordDecoder {
  readonly format: string;
  /** Bytes that must be at hand, from where `read` stopped, to get on. */
  needed: number;
  /** Nothing after this can be read: the header was refused, or the file is damaged. */
  stopped: boolean;
  /** The file's header was read. */
  opened: boolean;
  /** Set when the file's header was refused. */
  refusal: Refusal | undefined;
  /** Whether the file may end, or another piece begin, with `held` bytes left that came after where `read` stopped. */
  restsAt(held: number): boolean;
  /** Reads the whole records in [at, end) of `bytes`, whose first byte has the offset `base` in the file; returns where it stopped. */
  read(bytes: Uint8Array, view: DataView, at: number, end: number, base: number): number;
  /** The file ends: [0, end) of `bytes` is what `read` left, `base` its offset in the file. */
  finish(bytes: Uint8Array, view: DataView, end: number, base: number): void;
}
