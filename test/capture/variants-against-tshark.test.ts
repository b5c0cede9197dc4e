import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { fields, type PcapOptions, pcapFile } from '../build/pcap.ts';
import { read } from './read-capture.ts';
import { editcap, hasTshark, tsharkFields, withFile } from './tshark.ts';

const SMALL = new URL('../captures/article_a.pcap', import.meta.url).pathname;
const suffix = hasTshark ? '' : ' (skipped: tshark and editcap are not installed)';

/** Number, time, captured and original length, and a hash of the captured bytes, as both sides tell them. */
function ours(bytes: Uint8Array): string[] {
  return read(bytes).frames.map(({ number, time, captured, originalLength }) => {
    const hash = createHash('md5').update(captured, 'hex').digest('hex');
    return [number, time, captured.length / 2, originalLength, hash].join(' ');
  });
}

async function theirs(bytes: Uint8Array): Promise<string[]> {
  const names = ['frame.number', 'frame.time_epoch', 'frame.cap_len', 'frame.len', 'frame.md5_hash'];
  return (await withFile(bytes, (file) => tsharkFields(file, names, ['-o', 'frame.generate_md5_hash:true']))).map((row) => row.join(' '));
}

/** The same file from a machine of the other byte order: every word of the headers turned round. */
function turned(bytes: Uint8Array, recordLength: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  const turn = (at: number, size: number): void => void copy.subarray(at, at + size).reverse();
  for (const [at, size] of [[0, 4], [4, 2], [6, 2], [8, 4], [12, 4], [16, 4], [20, 4]] as const) turn(at, size);
  let at = 24;
  while (at < copy.length) {
    const captured = new DataView(bytes.buffer, bytes.byteOffset).getUint32(at + 8, true);
    for (let word = 0; word < 5 && word * 4 < recordLength; word++) turn(at + word * 4, 4);
    if (recordLength >= 24) turn(at + 20, 2);
    at += recordLength + captured;
  }
  return copy;
}

const WRITTEN: readonly (readonly [format: string, ours: string, recordLength: number])[] = [
  ['pcap', 'pcap', 16],
  ['nsecpcap', 'pcap', 16],
  ['modpcap', 'pcap-modified', 24],
  ['rh6_1pcap', 'pcap-redhat-6.1', 24],
  ['suse6_3pcap', 'pcap-suse-6.3', 28],
  ['nokiapcap', 'pcap-nokia', 20],
];

it.skipIf(!hasTshark).each(WRITTEN)('reads what editcap writes as %s as tshark does, in both byte orders' + suffix, async (format, name, recordLength) => {
  const little = await withFile(new Uint8Array(0), async (file) => {
    await editcap(SMALL, file, format);
    return new Uint8Array(readFileSync(file));
  });
  for (const bytes of [little, turned(little, recordLength)]) {
    const expected = await theirs(bytes);
    expect(expected.length).toBeGreaterThan(3);
    expect(ours(bytes)).toEqual(expected);
    expect(read(bytes)).toMatchObject({ formats: [name], status: 'ok', faults: [] });
  }
});

const packets = [
  { bytes: Uint8Array.from({ length: 60 }, (_, index) => index), seconds: 1_000_000_000, micros: 1 },
  { bytes: Uint8Array.from({ length: 66 }, (_, index) => 255 - index), seconds: 1_000_000_001, micros: 999_999, originalLength: 1514 },
];
const OLD: readonly (readonly [string, PcapOptions])[] = [
  ['version 2.1', { version: [2, 1], lengthsSwapped: true }],
  ['version 2.2', { version: [2, 2], lengthsSwapped: true }],
  ['version 2.3', { version: [2, 3] }],
  ['version 2.3 with the lengths in the old order', { version: [2, 3], lengthsSwapped: true }],
  ['version 543.0', { version: [543, 0], lengthsSwapped: true }],
  ['AIX Ethernet', { version: [2, 2], lengthsSwapped: true, linkType: 6 }],
  ['AIX token ring', { version: [2, 2], lengthsSwapped: true, linkType: 9 }],
  ['AIX FDDI', { version: [2, 2], lengthsSwapped: true, linkType: 15 }],
  ['AIX loopback', { version: [2, 2], lengthsSwapped: true, linkType: 24 }],
  ['IXIA software capture', { magic: 0x1c0001ab }],
  ['nanoseconds', { magic: 0xa1b23c4d }],
  ['microseconds', {}],
  ['frame check sequences of four bytes', { linkType: 0x24000001 }],
  ['a snaplen smaller than its packets', { snaplen: 20 }],
];

it.skipIf(!hasTshark).each(OLD)('reads %s as tshark does, in both byte orders' + suffix, async (_, options) => {
  for (const bigEndian of [false, true]) {
    const bytes = pcapFile(packets, { ...options, bigEndian });
    const expected = await theirs(bytes);
    expect(expected).toHaveLength(2);
    expect(ours(bytes)).toEqual(expected);
  }
});

it('counts the nanoseconds of IXIA hardware capture (tshark 4.0 still took them for microseconds)', () => {
  const capture = read(pcapFile([{ bytes: Uint8Array.of(1), seconds: 7, micros: 123_456_789 }], { magic: 0x1c0001ac }));
  expect(capture.frames[0]?.time).toBe('7.123456789');
  expect(capture).toMatchObject({ formats: ['pcap-ixia'], timeDigits: 9 });
});

it('knows other records by the second packet, and says nothing of a single one that fits', () => {
  const linux = fields(false, [4, 2], [2, 0x0800], [1, 0], [1, 0]);
  const nokia = fields(false, [4, 0x9fbfb601]);
  const file = (extra: Uint8Array, count: number): Uint8Array => {
    const parts = [pcapFile([])];
    for (const { bytes } of packets.slice(0, count)) parts.push(fields(false, [4, 5], [4, 6], [4, bytes.length], [4, bytes.length]), extra, bytes);
    return Uint8Array.from(parts.flatMap((part) => [...part]));
  };
  expect([2, 1].map((count) => read(file(linux, count)).formats)).toEqual([['pcap-redhat-6.1'], ['pcap-redhat-6.1']]);
  expect([2, 1].map((count) => read(file(nokia, count)).formats)).toEqual([['pcap-nokia'], ['pcap-nokia']]);
  expect([2, 1].map((count) => read(file(new Uint8Array(0), count)).formats)).toEqual([['pcap'], ['pcap']]);
});
