import type { Exchange } from '../negotiation/exchange.ts';

/** A Wireshark display filter that shows just this connection's packets: stream numbers depend on the whole file, these do not. */
export function displayFilter(exchange: Exchange): string {
  const address = exchange.ipVersion === 6 ? 'ipv6.addr' : 'ip.addr';
  const port = exchange.transport === 'quic' ? 'udp.port' : 'tcp.port';
  return [
    `${address}==${exchange.client.address}`,
    `${address}==${exchange.server.address}`,
    `${port}==${exchange.client.port}`,
    `${port}==${exchange.server.port}`,
    `frame.number>=${exchange.firstPacket}`,
    `frame.number<=${exchange.lastPacket}`,
  ].join(' && ');
}
