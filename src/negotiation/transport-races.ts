import { addressText } from './address.ts';
import type { TcpConnection } from '../stream/tcp-connection.ts';

const DIRECT_TCP = 445;
const NETBIOS = 139;

/**
 * Windows clients open 445 and 139 side by side and drop the loser ([MS-SMB2] 3.2.4.2.2 <129>). Remembers which pairs of
 * hosts completed a handshake on 445; bounded, the oldest pair goes first.
 */
export class TransportRaces {
  readonly #won = new Map<string, number>();
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Notes a SYN-ACK from port 445; `packet` is its number. */
  note(key: string, packet: number): void {
    if (this.#won.size >= this.#limit) {
      for (const oldest of this.#won.keys()) {
        this.#won.delete(oldest);
        break;
      }
    }
    this.#won.delete(key);
    this.#won.set(key, packet);
  }

  /** The SYN-ACK on 445 that came before this connection to 139 ended. */
  winnerOver(connection: TcpConnection): { readonly packet: number } | null {
    const server = connection.ports.indexOf(NETBIOS);
    if (server < 0) return null;
    const packet = this.#won.get(raceKey(connection, server));
    return packet !== undefined && packet < connection.lastPacket ? { packet } : null;
  }

  /** Notes the connection's handshake when it is one to 445. */
  handshake(connection: TcpConnection): void {
    const server = connection.ports.indexOf(DIRECT_TCP);
    if (server >= 0 && connection.synAck?.side === server) this.note(raceKey(connection, server), connection.synAck.number);
  }
}

function raceKey({ addresses, ipVersion }: TcpConnection, server: number): string {
  const client = server === 0 ? 1 : 0;
  return `${addressText(addresses, client * 4, ipVersion)} ${addressText(addresses, server * 4, ipVersion)}`;
}
