import type { Origin } from '../stream/half.ts';
import type { Control, End } from '../stream/tcp-connection.ts';
import type { Heard } from './heard.ts';

/** What the exchange is built from: all that was recorded of one TCP connection (TcpConnection is one) … */
export interface RecordedConnection {
  readonly ports: readonly [number, number];
  readonly ipVersion: 4 | 6;
  readonly firstPacket: number;
  readonly lastPacket: number;
  readonly packetCount: number;
  readonly halves: readonly [RecordedHalf, RecordedHalf];
  readonly syn: Control | null;
  readonly simultaneous: boolean;
  readonly synAck: Control | null;
  readonly handshakeAck: Control | null;
  readonly synPackets: number;
  readonly refusedBy: End | null;
  readonly ends: readonly End[];
  readonly quiet: readonly [Quiet | null, Quiet | null];
  readonly seen: readonly [boolean, boolean];
  /** Least and greatest time. */
  readonly start: Origin;
  readonly last: Origin;
}

interface RecordedHalf {
  readonly next: number;
  readonly known: boolean;
  readonly startKnown: boolean;
  readonly gap: boolean;
  readonly cut: boolean;
  readonly delivered: number;
}

interface Quiet extends Origin {
  readonly next: number;
  readonly atEnd: boolean;
}

/** … and what was said on it (Negotiator is one). */
export interface RecordedTalk {
  readonly heard: readonly Heard[];
  readonly omitted: number;
  readonly lost: readonly [boolean, boolean];
  readonly firstSmb1Command: Heard | null;
  readonly firstSmb2Command: Heard | null;
  readonly firstResponse: Heard | null;
  readonly encrypted: Heard | null;
  readonly sessionSetup: boolean;
  readonly treeConnect: boolean;
  readonly commandsAfterTreeConnect: number;
  readonly validateRequest: Heard | null;
  readonly validateResponse: Heard | null;
}
