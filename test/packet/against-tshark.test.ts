import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { FaultLog } from '../../src/bytes/fault-log.ts';
import { RecordReader } from '../../src/capture/record-reader.ts';
import { DEFAULT_LIMITS } from '../../src/limits.ts';
import { Dissector } from '../../src/packet/dissector.ts';
import type { TcpSegment } from '../../src/packet/segment.ts';
import { address, address6 } from './addresses.ts';

const FOLDER = new URL('../../../shared/odd/files/', import.meta.url).pathname;
const TSHARK = '/usr/bin/tshark';
const present = existsSync(FOLDER) && existsSync(TSHARK);

/** Where tshark 4.0 and this dissector differ on purpose. */
const EXPLAINED: Readonly<Record<string, string>> = {
  'the-tcpdump-group__tcpdump__tests_bigtcp-ipv4-vxlan-ipv4.pcap': 'total length 0 inside VXLAN (BIG TCP): tcpdump reads it, tshark 4.0 stops',
  'the-tcpdump-group__tcpdump__tests_tcp_header_heapoverflow.pcap': 'cut behind the ports: no sequence number, so no segment',
};

function ours(file: string): Map<number, string[]> {
  const bytes = readFileSync(file);
  const rows = new Map<number, string[]>();
  const tcp = (s: TcpSegment): void => {
    const from = address(s.ipVersion, [s.source0, s.source1, s.source2, s.source3]);
    const to = address(s.ipVersion, [s.destination0, s.destination1, s.destination2, s.destination3]);
    const row = [from, to, s.sourcePort, s.destinationPort, s.sequence >>> 0, s.flags, s.payloadLength].join(' ');
    rows.set(s.number, [...(rows.get(s.number) ?? []), row]);
  };
  const faults = new FaultLog(1000);
  const reader = new RecordReader(new Dissector({ tcp, udp: () => {} }, faults, DEFAULT_LIMITS), faults, DEFAULT_LIMITS);
  reader.write(bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes);
  reader.end();
  return rows;
}

const FIELDS = ['frame.number', 'ip.src', 'ip.dst', 'ipv6.src', 'ipv6.dst', 'tcp.srcport', 'tcp.dstport', 'tcp.seq_raw', 'tcp.flags', 'tcp.len', 'frame.protocols'];

/** tshark's innermost TCP header of each packet, without those quoted in ICMP messages. */
async function theirs(file: string): Promise<Map<number, string>> {
  const options = ['-o', 'tcp.desegment_tcp_streams:false', '-Y', 'tcp && !icmp && !icmpv6', '-T', 'fields', '-E', 'occurrence=l'];
  const run = promisify(execFile)(TSHARK, ['-r', file, ...options, ...FIELDS.flatMap((field) => ['-e', field])], { maxBuffer: 1 << 26 });
  // A damaged file ends in an exit code; what was read before it counts.
  const { stdout } = await run.catch((error: { stdout?: string }) => ({ stdout: error.stdout ?? '' }));
  const rows = new Map<number, string>();
  for (const line of stdout.split('\n').filter((text) => text !== '')) {
    const [number, source4, destination4, source6 = '', destination6 = '', ...rest] = line.split('\t');
    const [sourcePort, destinationPort, sequence, flags, length, protocols = ''] = rest;
    const six = protocols.lastIndexOf(':ipv6') > Math.max(protocols.lastIndexOf(':ip:'), -1);
    const ends = six ? [address6(source6), address6(destination6)] : [source4, destination4];
    rows.set(Number(number), [...ends, sourcePort, destinationPort, sequence, Number(flags) & 255, length].join(' '));
  }
  return rows;
}

it.skipIf(!present)('every TCP segment of the odd captures is the one that tshark sees (skipped without ../shared and tshark)', async () => {
  const differences: string[] = [];
  let compared = 0;
  for (const name of readdirSync(FOLDER)) {
    if (name in EXPLAINED) continue;
    const mine = ours(FOLDER + name);
    const other = await theirs(FOLDER + name);
    for (const [number, row] of other) if (mine.get(number)?.includes(row) !== true) differences.push(`${name} #${number}: ${row} / ${mine.get(number)?.join()}`);
    for (const number of mine.keys()) if (!other.has(number)) differences.push(`${name} #${number}: only here`);
    compared += other.size;
  }
  expect(differences).toEqual([]);
  expect(compared).toBeGreaterThan(1500);
}, 180_000);
