import { hash } from 'node:crypto';
import type { Endpoint, Exchange } from '../negotiation/exchange.ts';

const TCP = 6;
const UDP = 17;

/** The two ends of a connection. */
interface Ends {
  readonly client: Pick<Endpoint, 'address' | 'port'>;
  readonly server: Pick<Endpoint, 'address' | 'port'>;
  readonly transport?: Exchange['transport'];
}

/** Community ID v1 with seed 0: the same flow has the same text in Zeek, Suricata and Wireshark (github.com/corelight/community-id-spec). */
export function communityId({ client, server, transport }: Ends): string {
  const first = addressBytes(client.address);
  const second = addressBytes(server.address);
  const order = compare(first, second) || client.port - server.port;
  const [low, lowPort, high, highPort] = order <= 0 ? [first, client.port, second, server.port] : [second, server.port, first, client.port];
  const hashed = Uint8Array.of(
    0, 0, ...low, ...high, transport === 'quic' ? UDP : TCP, 0, // seed, addresses, protocol, padding
    lowPort >> 8, lowPort & 0xff, highPort >> 8, highPort & 0xff,
  );
  return '1:' + hash('sha1', hashed, 'base64');
}

/** Stable when the same capture is posted again: a hash of the Community ID and the connection's start. */
export function eventId(community: string, { start, firstPacket }: Pick<Exchange, 'start' | 'firstPacket'>): string {
  return hash('sha256', `${community} ${start === null ? `packet ${firstPacket}` : `${start.seconds}.${start.nanos}`}`).slice(0, 32);
}

function addressBytes(address: string): number[] {
  return address.includes(':') ? ipv6Bytes(address) : ipv4Bytes(address);
}

function ipv4Bytes(address: string): number[] {
  return address.split('.').map((part) => Number(part) & 0xff);
}

function ipv6Bytes(address: string): number[] {
  const [head = '', tail] = address.split('::');
  const front = groupBytes(head);
  const back = tail === undefined ? [] : groupBytes(tail);
  const zeros = Math.max(0, 16 - front.length - back.length);
  return [...front, ...Array.from({ length: tail === undefined ? 0 : zeros }, () => 0), ...back];
}

function groupBytes(text: string): number[] {
  if (text === '') return [];
  return text.split(':').flatMap((group) => {
    if (group.includes('.')) return ipv4Bytes(group);
    const value = Number.parseInt(group, 16);
    return [(value >> 8) & 0xff, value & 0xff];
  });
}

function compare(left: readonly number[], right: readonly number[]): number {
  for (let index = 0; index < left.length; index += 1) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
