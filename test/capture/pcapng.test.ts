import { expect, it } from 'vitest';
import { concat, fields } from '../build/pcap.ts';
import { block, interfaceBlock, packetBlock, pcapngFile, sectionBlock } from '../build/pcapng.ts';
import { read, readCapture } from './read-capture.ts';

const A = Uint8Array.of(1, 2, 3);
const B = Uint8Array.of(4, 5, 6, 7, 8);

it.each([false, true])('reads all three kinds of packet block (big-endian: %s)', (bigEndian) => {
  const capture = read(
    pcapngFile(
      [
        { bytes: A, seconds: 100, micros: 1, interface: 1 },
        { bytes: B.subarray(0, 4), block: 'simple', originalLength: 9 },
        { bytes: B, block: 'obsolete', seconds: 102, micros: 3, originalLength: 60 },
      ],
      { bigEndian, interfaces: [{ snaplen: 4 }, { linkType: 113 }] },
    ),
  );
  expect(capture.frames).toMatchObject([
    { number: 1, time: '100.000001000', captured: '010203', linkType: 113, originalLength: 3 },
    { number: 2, time: undefined, captured: '04050607', linkType: 1, originalLength: 9 },
    { number: 3, time: '102.000003000', captured: '0405060708', linkType: 1, originalLength: 60 },
  ]);
  expect(capture).toMatchObject({ status: 'ok', linkTypes: [1, 113], timeDigits: 6, faults: [] });
});

it.each([
  [undefined, 1_600_000_000_123_456n, '1600000000.123456000', 6],
  [0, 1_600_000_000n, '1600000000.000000000', 6],
  [3, 1_600_000_000_123n, '1600000000.123000000', 6],
  [6, 1_600_000_000_123_456n, '1600000000.123456000', 6],
  [9, 1_600_000_000_123_456_789n, '1600000000.123456789', 9],
  [9, 18_446_744_073_709_551_615n, '18446744073.709551615', 9],
  [12, 1_600_000_000_123_456n, '1600.000000123', 9],
  [0x8a, 1024n * 5n + 512n, '5.500000000', 6],
  [0xa0, (1_600_000_000n << 32n) | 0x80000001n, '1600000000.500000000', 9],
  [0x7f, 5n, '0.000000000', 9],
])('takes the time resolution %s exactly', (resolution, ticks, time, digits) => {
  const capture = read(pcapngFile([{ bytes: A, ticks }], { interfaces: [resolution === undefined ? {} : { resolution }] }));
  expect(capture.frames[0]?.time).toBe(time);
  expect(capture.timeDigits).toBe(digits);
});

it('adds the time offset, and drops a time that no calendar has', () => {
  const times = (offset: number) => read(pcapngFile([{ bytes: A, seconds: 10, micros: 7 }], { interfaces: [{ offset }] })).frames[0]?.time;
  expect(times(1_600_000_000)).toBe('1600000010.000007000');
  expect(times(-5)).toBe('5.000007000');
  expect(times(-11)).toBeUndefined();
  expect(times(1e15)).toBeUndefined();
});

it('starts afresh with each section: byte order and interfaces', () => {
  const capture = read(concat(pcapngFile([{ bytes: A }], { interfaces: [{ linkType: 113 }, {}] }), pcapngFile([{ bytes: B }, { bytes: B, interface: 1 }], { bigEndian: true })));
  expect(capture.frames.map(({ linkType }) => linkType)).toEqual([113, 1]);
  expect(capture.faults).toMatchObject([{ code: 'unknown-interface', offset: 192 }]);
  expect(capture.status).toBe('ok');
});

it('numbers the blocks that Wireshark numbers and passes over the others', () => {
  const between = [4, 5, 10, 0x208, 0x80000bad, 9, 0x204, 0x216, 0x221, 0xbad, 0x40000bad].map((type) => block(false, type, new Uint8Array(28)));
  const capture = read(pcapngFile([{ bytes: A }], { between }));
  expect(capture.frames[0]?.number).toBe(7);
  expect(capture.packets).toBe(7);
});

it('passes over a block of 4 GB without keeping it', () => {
  const length = 0xfffffffc;
  const start = concat(sectionBlock(), interfaceBlock(false, {}), fields(false, [4, 77], [4, length]));
  const zeros = new Uint8Array(16 * 1024 * 1024);
  const chunks = [start];
  for (let left = length - 12; left > 0; left -= zeros.length) chunks.push(zeros.subarray(0, left));
  chunks.push(fields(false, [4, length]), packetBlock(false, { bytes: A, seconds: 1 }, 0));
  const capture = readCapture([chunks]);
  expect(capture).toMatchObject({ status: 'ok', packets: 1, faults: [] });
  expect(capture.frames[0]?.offset).toBe(start.length - 8 + length);
});

it.each([
  ['the two lengths differ', concat(fields(false, [4, 77], [4, 16], [4, 0], [4, 20])), 'block-length-mismatch'],
  ['the two lengths of a packet differ', concat(packetBlock(false, { bytes: A }, 0).subarray(0, -4), fields(false, [4, 40])), 'block-length-mismatch'],
  ['a length is no multiple of four', fields(false, [4, 77], [4, 13], [4, 13], [4, 0]), 'bad-block-length'],
  ['a length is too short', fields(false, [4, 77], [4, 8], [4, 8]), 'bad-block-length'],
  ['a packet block is larger than any may be', fields(false, [4, 6], [4, 0x7ffffffc], [4, 8]), 'bad-record-length'],
])('stops where %s', (_, damage, code) => {
  const capture = read(concat(pcapngFile([{ bytes: A }]), damage, packetBlock(false, { bytes: B }, 1)));
  expect(capture).toMatchObject({ status: 'damaged', packets: 1 });
  expect(capture.faults).toMatchObject([{ code, packets: [2], offset: 84, file: 0 }]);
});

it('leaves out a packet that claims more than its block holds, and goes on', () => {
  const bad = block(false, 6, fields(false, [4, 0], [4, 0], [4, 0], [4, 5], [4, 5], [4, 0]));
  const capture = read(concat(pcapngFile([{ bytes: A }]), bad, packetBlock(false, { bytes: B }, 1)));
  expect(capture.frames.map(({ captured }) => captured)).toEqual(['010203', '0405060708']);
  expect(capture.faults).toMatchObject([{ code: 'bad-record-length' }]);
});

it('limits the interfaces of a section', () => {
  const capture = read(pcapngFile([{ bytes: A, interface: 2 }, { bytes: B, interface: 1 }], { interfaces: [{}, {}, {}, {}] }), { interfaces: 2 });
  expect(capture.faults.map(({ code }) => code)).toEqual(['too-many-interfaces', 'unknown-interface']);
  expect(capture.packets).toBe(1);
});

it('tells half a packet from half of another block', () => {
  const start = pcapngFile([{ bytes: A }]);
  expect(read(concat(start, packetBlock(false, { bytes: B }, 1).subarray(0, 30))).faults).toMatchObject([{ code: 'truncated-record', packets: [2], offset: 84 }]);
  expect(read(concat(start, block(false, 5, B).subarray(0, 15))).faults).toMatchObject([{ code: 'truncated-block', packets: [], offset: 84 }]);
});

it.each([[8, 'bad-header'], [27, 'bad-header']])('refuses a section header of %i bytes', (length, code) => {
  expect(read(sectionBlock().subarray(0, length)).refusal?.code).toBe(code);
});

it('refuses a first section without byte-order mark or of another version', () => {
  const section = sectionBlock();
  expect(read(section.with(8, 0)).refusal?.code).toBe('bad-header');
  expect(read(section.with(12, 2)).refusal?.code).toBe('bad-header');
});

it('needs an interface before a packet', () => {
  const packets = [packetBlock(false, { bytes: A }, 0), packetBlock(false, { bytes: A, block: 'simple' }, 0), packetBlock(false, { bytes: A, block: 'obsolete' }, 0)];
  const capture = read(concat(sectionBlock(), ...packets, interfaceBlock(false, {}), packetBlock(false, { bytes: B }, 0)));
  expect(capture.faults.map(({ code, offset }) => [code, offset])).toEqual([['unknown-interface', 28], ['unknown-interface', 64], ['unknown-interface', 84]]);
  expect(capture.frames).toMatchObject([{ number: 1, captured: '0405060708' }]);
});

it.each([
  ['its own bytes', fields(false, [2, 9], [2, 400], [4, 3])],
  ['the block by one byte', fields(false, [2, 9], [2, 5], [4, 3])],
])('says that an option is longer than %s, and reads the packets', (_, option) => {
  const on = block(false, 1, concat(fields(false, [2, 1], [2, 0], [4, 0]), option));
  const capture = read(concat(sectionBlock(), on, packetBlock(false, { bytes: A, seconds: 7 }, 0)));
  expect(capture.faults).toMatchObject([{ code: 'bad-option-length', offset: 28, packets: [] }]);
  expect(capture.frames[0]?.time).toBe('7.000000000');
});

it('reads options of an interface up to their end mark, and any number of them', () => {
  const comment = fields(false, [2, 1], [2, 3], [4, 0x00414141]);
  const many = Array.from({ length: 10_000 }, () => comment);
  const resolution = fields(false, [2, 9], [2, 1], [4, 9]);
  const on = (...options: Uint8Array[]): Uint8Array => block(false, 1, concat(fields(false, [2, 1], [2, 0], [4, 0]), ...options));
  const times = (described: Uint8Array): unknown => read(concat(sectionBlock(), described, packetBlock(false, { bytes: A, ticks: 5_000_000_001n }, 0))).frames[0]?.time;
  expect(times(on(...many, resolution))).toBe('5.000000001');
  expect(times(on(fields(false, [2, 0], [2, 0]), resolution))).toBe('5000.000001000');
});

it('passes over packet options that overrun: only the packet is read', () => {
  const [head, trailer] = [packetBlock(false, { bytes: A, seconds: 3 }, 0).subarray(8, -4), fields(false, [2, 1], [2, 60_000])];
  expect(read(concat(sectionBlock(), interfaceBlock(false, {}), block(false, 6, concat(head, trailer)))).frames).toMatchObject([{ time: '3.000000000', captured: '010203' }]);
});

it('reads a section whatever length it gives itself', () => {
  for (const [low, high] of [[0, 0], [8, 0], [0xffffffff, 0x7fffffff]] as const) {
    const section = block(false, 0x0a0d0d0a, fields(false, [4, 0x1a2b3c4d], [2, 1], [2, 2], [4, low], [4, high]));
    expect(read(concat(section, interfaceBlock(false, {}), packetBlock(false, { bytes: A }, 0)))).toMatchObject({ packets: 1, status: 'ok', faults: [] });
  }
});

it('checks the length of a block that it passes over', () => {
  const lying = concat(block(false, 10, new Uint8Array(40)).subarray(0, -4), fields(false, [4, 56]));
  const capture = read(concat(pcapngFile([{ bytes: A }]), lying, packetBlock(false, { bytes: B }, 1)));
  expect(capture).toMatchObject({ packets: 1, status: 'damaged', faults: [{ code: 'block-length-mismatch', offset: 84 }] });
});
