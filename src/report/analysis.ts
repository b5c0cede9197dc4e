import type { CaptureFault } from '../bytes/fault-log.ts';
import type { PacketTime } from '../negotiation/exchange.ts';

export type { JudgedConnection } from './judged-connection.ts';

/** What is known of a capture when its last byte was read. */
export interface Analysis {
  readonly capture: {
    /** 'pcap', 'pcapng', … of the first file. */
    readonly format: string;
    readonly files: readonly { readonly format: string; readonly bytes: number; readonly packets: number }[];
    readonly bytes: number;
    readonly packets: number;
    readonly start: PacketTime | null;
    readonly end: PacketTime | null;
    /** 6 for microseconds, 9 for nanoseconds. */
    readonly timeDigits: 6 | 9;
    /** LINKTYPE_ names. */
    readonly linkTypes: readonly string[];
    /** False when damage, a limit or the end of the upload cut the capture. */
    readonly complete: boolean;
  };
  readonly faults: readonly CaptureFault[];
  readonly faultCounts: ReadonlyMap<string, number>;
  /** SYN packets on 139/445 without more, and resets that answered such. */
  readonly probes: { readonly syn: number; readonly refused: number };
  /** SYN packets without more, by address of the sender (RFC 5952 text). */
  readonly probesBy: ReadonlyMap<string, number>;
  /** Connections on 139/445 that carried another protocol. */
  readonly notSmb: number;
  /** Set when the bytes are no capture that can be read: nothing else holds then. */
  readonly refusal: { readonly code: string; readonly message: string; readonly format?: string } | null;
}

/** Carries the analysis of one capture; src/analyser.ts implements it. */
export interface CaptureAnalyser {
  /** Takes the next bytes (decompressed) of the current file. */
  write(chunk: Uint8Array): void;
  /** The next piece of the same capture begins. */
  nextFile(): void;
  /** Notes a fault that the shell saw (damaged compression, upload cut). */
  fault(fault: CaptureFault): void;
  /** Set as soon as the first bytes show that this is no readable capture. */
  readonly refusal: Analysis['refusal'];
  /** Digits of the capture's times: 9 from the first file or interface on that counts nanoseconds. */
  readonly timeDigits: 6 | 9;
  readonly progress: { readonly bytes: number; readonly packets: number };
  end(): Analysis;
}
