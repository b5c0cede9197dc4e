import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { FaultLog } from '../../src/bytes/fault-log.ts';
import { RecordReader } from '../../src/capture/record-reader.ts';
import { DEFAULT_LIMITS } from '../../src/limits.ts';
import { Dissector } from '../../src/packet/dissector.ts';
import type { TcpSegment } from '../../src/packet/segment.ts';
import { hasTshark } from '../capture/tshark.ts';
import { address } from './addresses.ts';
import { tsharkSegments } from './tshark-segments.ts';

const FOLDER = new URL('../../../shared/odd/files/', import.meta.url).pathname;
const present = existsSync(FOLDER) && hasTshark;

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

it.skipIf(!present)('every TCP segment of the odd captures is the one that tshark sees (skipped without ../shared and tshark)', async () => {
  const differences: string[] = [];
  let compared = 0;
  for (const name of readdirSync(FOLDER)) {
    if (name in EXPLAINED) continue;
    const mine = ours(FOLDER + name);
    const other = await tsharkSegments(FOLDER + name);
    for (const [number, row] of other) if (mine.get(number)?.includes(row) !== true) differences.push(`${name} #${number}: ${row} / ${mine.get(number)?.join()}`);
    for (const number of mine.keys()) if (!other.has(number)) differences.push(`${name} #${number}: only here`);
    compared += other.size;
  }
  expect(differences).toEqual([]);
  expect(compared).toBeGreaterThan(1500);
}, 180_000);
