/** One thing in the capture that could not be read as the specifications say. Part of the report. */
export interface CaptureFault {
  /** Stable, kebab-case. */
  readonly code: string;
  /** A sentence for a person. Never contains capture content. */
  readonly message: string;
  /** Wireshark's packet numbers concerned. */
  readonly packets: readonly number[];
  /** Offset in the decompressed bytes of the file, where one can be given. */
  readonly offset?: number;
  /** Index of the piece (file) in the upload. */
  readonly file?: number;
}

/** Bounded: keeps the first faults, counts all by code. */
export class FaultLog {
  readonly kept: CaptureFault[] = [];
  readonly counts = new Map<string, number>();
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Full: callers on hot paths may skip building the message and call `count`. */
  get full(): boolean {
    return this.kept.length >= this.#limit;
  }

  count(code: string): void {
    this.counts.set(code, (this.counts.get(code) ?? 0) + 1);
  }

  add(fault: CaptureFault): void {
    this.count(fault.code);
    if (!this.full) this.kept.push(fault);
  }
}
