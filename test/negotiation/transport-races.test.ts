import { describe, expect, it } from 'vitest';
import { TransportRaces } from '../../src/negotiation/transport-races.ts';
import type { TcpConnection } from '../../src/stream/tcp-connection.ts';

/** As much of a connection as is looked at; side 1 is the server. */
function connection(client: number, server: number, port: number, packet: number): TcpConnection {
  return { addresses: Int32Array.of(0, 0, 0, client, 0, 0, 0, server), ports: [50_000, port], synAck: { side: 1, number: packet }, lastPacket: packet + 1 } as unknown as TcpConnection;
}

describe('races between 445 and 139', () => {
  it('are won by the 445 connection of the same two hosts that was accepted before the other ended', () => {
    const races = new TransportRaces(1000, 7);
    races.handshake(connection(1, 2, 445, 10));
    expect(races.winnerOver(connection(1, 2, 139, 12))).toEqual({ packet: 10 });
    expect(races.winnerOver(connection(1, 2, 139, 5))).toBeNull();
    expect(races.winnerOver(connection(2, 1, 139, 12))).toBeNull();
    expect(races.winnerOver(connection(1, 3, 139, 12))).toBeNull();
    expect(races.winnerOver(connection(1, 2, 445, 12))).toBeNull();
  });

  it('are remembered while the table grows, and the latest of each pair', () => {
    const races = new TransportRaces(65_536, 7);
    for (let round = 0; round < 2; round++) for (let pair = 1; pair <= 1000; pair++) races.handshake(connection(pair, 9, 445, round * 1000 + pair));
    for (let pair = 1; pair <= 1000; pair++) expect(races.winnerOver(connection(pair, 9, 139, 20_000))).toEqual({ packet: 1000 + pair });
  });

  it('push the oldest out at the limit', () => {
    const races = new TransportRaces(64, 7);
    for (let pair = 1; pair <= 10_000; pair++) races.handshake(connection(pair, 9, 445, pair));
    expect(races.winnerOver(connection(10_000, 9, 139, 20_000))).toEqual({ packet: 10_000 });
    expect(races.winnerOver(connection(1, 9, 139, 20_000))).toBeNull();
  });
});
