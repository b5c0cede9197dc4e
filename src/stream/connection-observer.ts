import type { ByteSink } from './half.ts';

/** Takes a connection's bytes. */
export interface ConnectionObserver {
  readonly sinks: readonly [ByteSink, ByteSink];
  /** Nothing that could still come would change the record. */
  readonly final: boolean;
  /** The bytes are another protocol. */
  readonly notSmb: boolean;
  /** SMB or NBSS was seen. */
  readonly smbSeen: boolean;
  /** A negotiate was answered. */
  readonly answered: boolean;
  /** The stream's end: unfinished messages are handed out. */
  end(): void;
  /** Nobody looks at what was read any more. */
  release(): void;
}
