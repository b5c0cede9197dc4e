import type { Origin } from '../stream/half.ts';
import type { Control, Side } from '../stream/tcp-connection.ts';
import { buildExchange, type Surroundings } from './build-exchange.ts';
import type { Exchange } from './exchange.ts';
import type { Heard } from './heard.ts';
import type { RecordedConnection, RecordedTalk } from './recorded.ts';
import type { NotedPackets } from './shape-key.ts';

/** Values that stand where a record writes what differs from connection to connection. No capture can contain them: they are drawn by lot. */
export interface Placeholders {
  /** Number of the first noted packet; the others follow. */
  readonly packet: number;
  readonly firstPacket: number;
  readonly lastPacket: number;
  readonly id: number;
  readonly packetCount: number;
  /** The port of the side that has no registered one. */
  readonly port: number;
  /** By side. */
  readonly addresses: readonly [string, string];
}

/** Two to the 48th: above all packet numbers, far below what a number can hold exactly. */
const BASE = 2 ** 48;

/** @param seed of the analysis, 31 bits. */
export function drawPlaceholders(seed: number): Placeholders {
  const base = BASE + (seed >>> 0) * 4096;
  return {
    packet: base, firstPacket: base + 1001, lastPacket: base + 1002, id: base + 1003, packetCount: base + 1004, port: base + 1005,
    addresses: [`<${base} 0>`, `<${base} 1>`],
  };
}

/** The time of a noted packet: the n-th is 2^n ns after the second, so that each wait tells the two packets that it lies between. */
export function placeholderNanos(rank: number): number {
  return 2 ** rank;
}

/** … and that of the end of the connection, or of the capture so far. */
export const LAST_NANOS = 2 ** 29;

/** The connection's exchange with placeholders in it: what all connections of its shape have in common. */
export function buildSpecimen(
  connection: RecordedConnection, talk: RecordedTalk, noted: NotedPackets, hold: Placeholders,
  around: Pick<Surroundings, 'limits' | 'isHinted'> & { readonly hinted: Side; readonly isPublic: readonly [boolean, boolean] },
): Exchange {
  const second = secondOf(talk) ?? noted.seconds[0] ?? 0;
  const at = (nanos: number, number: number): Origin => ({ number, timed: true, seconds: second, nanos });
  const moved = ({ number }: Origin): Origin => {
    const rank = noted.numbers.indexOf(number);
    return at(placeholderNanos(rank), hold.packet + rank);
  };
  const control = <C extends Control>(one: C): C => ({ ...one, ...moved(one) });
  const heard = new Map<Heard, Heard>(talk.heard.map((one) => [one, one.at(moved(one.origin))]));
  const again = (one: Heard | null): Heard | null => (one === null ? null : heard.get(one)!);
  const ends = connection.ends.map(control);
  const { refusedBy, quiet, halves } = connection;
  const silence = (side: Side): RecordedConnection['quiet'][Side] => {
    const one = quiet[side];
    return one === null ? null : { next: one.next, atEnd: one.atEnd, ...at(0, hold.packet) };
  };
  return buildExchange(
    {
      ports: connection.ports, ipVersion: connection.ipVersion, halves, simultaneous: connection.simultaneous, synPackets: connection.synPackets, seen: connection.seen,
      firstPacket: hold.firstPacket,
      lastPacket: hold.lastPacket,
      packetCount: hold.packetCount,
      syn: connection.syn === null ? null : control(connection.syn),
      synAck: connection.synAck === null ? null : control(connection.synAck),
      handshakeAck: connection.handshakeAck === null ? null : control(connection.handshakeAck),
      refusedBy: refusedBy === null ? null : ends[connection.ends.indexOf(refusedBy)]!,
      ends,
      quiet: [silence(0), silence(1)],
      start: at(0, hold.packet),
      last: at(LAST_NANOS, hold.packet),
    },
    {
      heard: [...heard.values()], omitted: 0, lost: [false, false], sessionSetup: talk.sessionSetup, treeConnect: talk.treeConnect, commandsAfterTreeConnect: talk.commandsAfterTreeConnect,
      firstSmb1Command: again(talk.firstSmb1Command),
      firstSmb2Command: again(talk.firstSmb2Command),
      firstResponse: again(talk.firstResponse),
      encrypted: again(talk.encrypted),
      validateRequest: null,
      validateResponse: null,
    },
    {
      id: hold.id, limits: around.limits, isHinted: around.isHinted, raceWonBy: null,
      now: { seconds: second, nanos: LAST_NANOS },
      endpoint: (side) => ({
        address: hold.addresses[side],
        isPublic: around.isPublic[side],
        port: side === around.hinted ? connection.ports[side] : hold.port,
        mac: null,
      }),
    },
  );
}

/** The second in which the server told its clock: the difference is part of the shape. */
function secondOf({ heard }: RecordedTalk): number | null {
  return heard.findLast(({ systemTime }) => systemTime !== null)?.origin.seconds ?? null;
}
