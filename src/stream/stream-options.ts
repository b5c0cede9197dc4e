import type { BytePool } from '../bytes/byte-pool.ts';
import type { FaultLog } from '../bytes/fault-log.ts';
import type { Limits } from '../limits.ts';
import type { TcpSegment } from '../packet/segment.ts';
import type { CaptureClock } from './capture-clock.ts';
import type { ConnectionObserver } from './connection-observer.ts';
import type { TcpConnection } from './tcp-connection.ts';

/** What the streams are given, and whom they tell. */
export interface StreamOptions {
  readonly limits: Limits;
  readonly faults: FaultLog;
  /** Seeds the flow hash, so that a capture cannot be made to collide. */
  readonly seed: number;
  /** By which connections are taken for idle. */
  readonly clock: CaptureClock;
  /** Looks at the first bytes of a direction on a port that hints at nothing. */
  recognise(bytes: Uint8Array, start: number, end: number): 'smb' | 'nbss' | 'maybe' | 'no';
  /** Ports on which connections are followed from the handshake on. */
  isHinted(port: number): boolean;
  observe(connection: TcpConnection, pool: BytePool): ConnectionObserver;
  /** The connection's first SYN-ACK was seen. */
  handshake(connection: TcpConnection): void;
  /** The connection is judged now; it is not followed any more. */
  final(connection: TcpConnection): void;
  /** A SYN, or the reset that answered it, that is only counted. */
  probe(kind: 'syn' | 'refused', segment: TcpSegment): void;
  /** A SYN that was counted as a probe turned out to be the start of a connection. */
  notProbe(connection: TcpConnection, packets: number): void;
  /** A connection on a hinted port that carries another protocol. */
  notSmb(): void;
}
