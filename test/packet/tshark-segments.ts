import { tsharkFields } from '../capture/tshark.ts';
import { address6 } from './addresses.ts';

const FIELDS = ['frame.number', 'ip.src', 'ip.dst', 'ipv6.src', 'ipv6.dst', 'tcp.srcport', 'tcp.dstport', 'tcp.seq_raw', 'tcp.flags', 'tcp.len', 'frame.protocols'];

/** tshark's innermost TCP header of each packet, without those quoted in ICMP messages: addresses, ports, sequence, flags, payload length. */
export async function tsharkSegments(file: string, more: readonly string[] = []): Promise<Map<number, string>> {
  const options = ['-o', 'tcp.desegment_tcp_streams:false', '-Y', 'tcp && !icmp && !icmpv6', '-E', 'occurrence=l', ...more];
  const rows = new Map<number, string>();
  for (const row of await tsharkFields(file, FIELDS, options)) {
    const [number, source4, destination4, source6 = '', destination6 = '', ...rest] = row;
    const [sourcePort, destinationPort, sequence, flags, length, protocols = ''] = rest;
    const layers = `:${protocols}:`;
    const six = layers.lastIndexOf(':ipv6:') > layers.lastIndexOf(':ip:');
    const ends = six ? [address6(source6), address6(destination6)] : [source4, destination4];
    rows.set(Number(number), [...ends, sourcePort, destinationPort, sequence, Number(flags) & 255, length].join(' '));
  }
  return rows;
}
