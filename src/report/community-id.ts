import { createHash } from 'node:crypto';
import type { Exchange } from '../negotiation/exchange.ts';

/** Community ID v1 with seed 0: the same flow has the same text in Zeek, Suricata and Wireshark (github.com/corelight/community-id-spec). */
export function communityId(exchange: Pick<Exchange, 'client' | 'server' | 'transport'>): string {
  const client = endBytes(exchange.client.address, exchange.client.port);
  const server = endBytes(exchange.server.address, exchange.server.port);
  const [low, high] = compare(client, server) <= 0 ? [client, server] : [server, client];
  const protocol = exchange.transport === 'quic' ? 17 : 6;
  const hash = createHash('sha1').update(Uint8Array.of(0, 0)); // seed
  hash.update(low.subarray(0, -2)).update(high.subarray(0, -2)).update(Uint8Array.of(protocol, 0));
  return '1:' + hash.update(low.subarray(-2)).update(high.subarray(-2)).digest('base64');
}

/** Stable when the same capture is posted again: a hash of the Community ID and the connection's start. */
export function eventId(community: string, exchange: Pick<Exchange, 'start' | 'firstPacket'>): string {
  const start = exchange.start === null ? `packet ${exchange.firstPacket}` : `${exchange.start.seconds}.${exchange.start.nanos}`;
  return createHash('sha256').update(`${community} ${start}`).digest('hex').slice(0, 32);
}

/** Address bytes and then the port, as they are compared and hashed. */
function endBytes(address: string, port: number): Uint8Array {
  const bytes = address.includes(':') ? ipv6Bytes(address) : ipv4Bytes(address);
  return Uint8Array.of(...bytes, (port >> 8) & 0xff, port & 0xff);
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

function compare(left: Uint8Array, right: Uint8Array): number {
  for (let index = 0; index < left.length; index += 1) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
