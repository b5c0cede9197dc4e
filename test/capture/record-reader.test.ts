import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concat, fields, pcapFile } from '../build/pcap.ts';
import { block, pcapngFile, sectionBlock, interfaceBlock } from '../build/pcapng.ts';
import { read, readCapture } from './read-capture.ts';

const A = Uint8Array.of(1, 2, 3);
const B = Uint8Array.of(4, 5, 6, 7);
const three = [
  { bytes: A, seconds: 100, micros: 5 },
  { bytes: B, seconds: 101, micros: 999_999, originalLength: 60 },
  { bytes: Uint8Array.of(), seconds: 4_294_967_295 },
];
const asRead = [
  { number: 1, time: '100.000005000', captured: '010203', originalLength: 3, linkType: 1, offset: 24 },
  { number: 2, time: '101.999999000', captured: '04050607', originalLength: 60, linkType: 1, offset: 43 },
  { number: 3, time: '4294967295.000000000', captured: '', originalLength: 0, linkType: 1, offset: 63 },
];
const bytes = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

describe('pcap', () => {
  it.each([
    ['little-endian', {}],
    ['big-endian', { bigEndian: true }],
    ['with a snaplen of 0', { snaplen: 0 }],
    ['with FCS bits over the link type', { linkType: 0x24000001 }],
    ['of version 2.2, lengths swapped', { version: [2, 2] as [number, number], lengthsSwapped: true }],
    ['of version 2.3, lengths swapped', { version: [2, 3] as [number, number], lengthsSwapped: true }],
    ['of version 543.0, as DG/UX writes', { version: [543, 0] as [number, number], lengthsSwapped: true }],
  ])('reads a file %s', (_, options) => {
    const capture = read(pcapFile(three, options));
    expect(capture.frames).toEqual(asRead);
    expect(capture).toMatchObject({ status: 'ok', packets: 3, formats: ['pcap'], linkTypes: [1], timeDigits: 6, faults: [] });
  });

  it('reads nanoseconds', () => {
    const capture = read(pcapFile([{ bytes: A, seconds: 7, nanos: 123_456_789 }], { nanos: true, bigEndian: true }));
    expect(capture.frames[0]?.time).toBe('7.123456789');
    expect(capture.timeDigits).toBe(9);
  });

  it.each([[0xa1b2cd34, 'pcap-modified', 24 + 24 + 3], [0x1c0001ac, 'pcap-ixia', 28 + 16 + 3], [0x1c0001ab, 'pcap-ixia', 28 + 16 + 3]])('reads the variant with magic %i', (magic, format, second) => {
    const capture = read(pcapFile(three, { magic }));
    expect(capture.frames.map((frame) => frame.captured)).toEqual(['010203', '04050607', '']);
    expect(capture.frames[1]?.offset).toBe(second);
    expect(capture.formats).toEqual([format]);
  });

  it('takes AIX link types and nanoseconds for what they are', () => {
    const capture = read(pcapFile([{ bytes: A, seconds: 1, micros: 999_999_999 }], { version: [2, 2], linkType: 6, lengthsSwapped: true }));
    expect(capture.frames[0]).toMatchObject({ time: '1.999999999', linkType: 1 });
    expect(capture).toMatchObject({ formats: ['pcap-aix'], timeDigits: 9 });
  });

  it('carries a fraction of more than a second into the seconds, as Wireshark shows it', () => {
    expect(read(pcapFile([{ bytes: A, seconds: 1000, micros: 1_234_567 }])).frames[0]?.time).toBe('1001.234567000');
  });

  it('stops at an impossible length and keeps what came before', () => {
    const bad = fields(false, [4, 1], [4, 2], [4, 1_048_577], [4, 1_048_577]);
    const capture = read(concat(pcapFile(three), bad, new Uint8Array(50)));
    expect(capture).toMatchObject({ status: 'damaged', packets: 3 });
    expect(capture.faults).toMatchObject([{ code: 'bad-record-length', packets: [4], offset: 79, file: 0 }]);
  });

  it.each([1, 15, 16, 18])('reports a last record of which only %i bytes are there', (length) => {
    const capture = read(pcapFile(three).subarray(0, 24 + length));
    expect(capture).toMatchObject({ status: 'damaged', packets: 0 });
    expect(capture.faults).toMatchObject([{ code: 'truncated-record', packets: [1], offset: 24, file: 0 }]);
  });

  it.each([1, 3, 4, 23])('refuses a header of %i bytes', (length) => {
    expect(read(pcapFile(three).subarray(0, length))).toMatchObject({ status: 'refused', refusal: { code: 'bad-header' } });
  });

  it('refuses version 1', () => {
    expect(read(pcapFile(three, { version: [1, 2] })).refusal).toMatchObject({ code: 'bad-header', format: 'pcap' });
  });

  it('keeps a link type of a class that nobody knows apart from the usual ones', () => {
    expect(read(pcapFile(three, { linkType: 0x00200001 })).linkTypes).toEqual([0x200001]);
  });
});

describe('several pieces', () => {
  const whole = pcapFile(three);

  it('numbers on over files, each with its own header', () => {
    const capture = readCapture([[whole], [pcapngFile([{ bytes: B, interface: 0, seconds: 5 }])], [pcapFile(three, { bigEndian: true })]]);
    expect(capture.frames.map((frame) => frame.number)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(capture.files.map(({ format, packets }) => [format, packets])).toEqual([['pcap', 3], ['pcapng', 1], ['pcap', 3]]);
    expect(capture.files[0]?.bytes).toBe(79);
  });

  it('joins a file that was cut in pieces, wherever the cut is', () => {
    for (let cut = 4; cut < whole.length; cut++) {
      const capture = readCapture([[whole.subarray(0, cut)], [whole.subarray(cut)]]);
      expect(capture.frames, `cut at ${cut}`).toEqual(asRead);
      expect(capture.files).toEqual([{ format: 'pcap', bytes: 79, packets: 3 }]);
    }
  });

  it('tells which file ends early and goes on with the next', () => {
    const capture = readCapture([[whole.subarray(0, 50)], [whole]]);
    expect(capture.packets).toBe(4);
    expect(capture.faults).toMatchObject([{ code: 'truncated-record', packets: [2], offset: 43, file: 0 }]);
    expect(capture.status).toBe('damaged');
  });

  it('keeps what it read when a later piece is no capture', () => {
    const capture = readCapture([[whole], [bytes('PK\x03\x04 and so on')]]);
    expect(capture).toMatchObject({ status: 'damaged', packets: 3, refusal: undefined });
    expect(capture.faults).toMatchObject([{ code: 'unsupported-format', file: 1 }]);
  });

  it('takes an empty piece for a fault and an empty whole for a refusal', () => {
    expect(readCapture([[whole], [], [whole]])).toMatchObject({ packets: 6, faults: [{ code: 'empty-file' }] });
    expect(readCapture([[], [new Uint8Array(0)]])).toMatchObject({ status: 'refused', refusal: { code: 'empty-body' } });
  });
});

describe('what is no capture', () => {
  it.each([
    ['\xfd7zXZ\0\0', 'xz', 'xz -dc'],
    ['BZh91AY', 'bzip2', 'bzip2 -dc'],
    ['snoop\0\0\0\0\0\0\x02', 'snoop', 'editcap -F pcap'],
    ['GMBU\x00\x02', 'netmon', 'editcap -F pcap'],
    ['PK\x03\x04\x14', 'zip', 'unzip -p'],
    ['{"packets": []}', 'json', 'pcap'],
    ['<!DOCTYPE html><p>404', 'html', 'web page'],
    ['0000  00 11 22 33 44 55 66 77  88 99 aa bb cc dd ee ff\n', 'hex-dump', 'text2pcap'],
    ['d4c3b2a102000400\n', 'hex-digits', 'xxd -r -p'],
    ['No.,Time,Source\n', 'text', 'pcap'],
    [`\0\0\x01\0${'\0'.repeat(68)}\x02\0\x02\xc0`, 'etl', 'etl2pcapng'],
  ])('names %j', (text, format, advice) => {
    const { status, refusal } = readCapture([[...bytes(text)].map((byte) => Uint8Array.of(byte))]);
    expect(status).toBe('refused');
    expect(refusal).toMatchObject({ code: 'unsupported-format', format });
    expect(refusal?.message).toContain(advice);
  });

  it('says of other bytes only that they are no capture', () => {
    expect(read(Uint8Array.of(0, 1, 2, 3, 4, 5, 250)).refusal?.code).toBe('not-a-capture');
    expect(read(bytes('hi')).refusal?.code).toBe('unsupported-format');
  });
});

describe('any bytes', () => {
  const samples = [
    pcapFile(three), pcapFile(three, { magic: 0xa1b2cd34, bigEndian: true }),
    concat(
      pcapngFile([{ bytes: A, seconds: 3 }, { bytes: B, block: 'simple' }, { bytes: B, block: 'obsolete', seconds: 9 }], { between: [block(false, 4, new Uint8Array(40)), block(false, 0xbad, A)] }),
      pcapngFile([{ bytes: B, seconds: 8 }, { bytes: B, interface: 9 }], { bigEndian: true }),
    ),
    concat(sectionBlock(), interfaceBlock(false, {}), fields(false, [4, 77], [4, 0xfffffffc]), new Uint8Array(30)),
    bytes('plain text, not a capture at all'),
  ];
  const damagedSample = fc.constantFrom(...samples).chain((sample) =>
    fc.array(fc.tuple(fc.nat(sample.length - 1), fc.nat(255)), { maxLength: 3 }).chain((changes) =>
      fc.nat(sample.length).map((length) => {
        const copy = Uint8Array.from(sample);
        for (const [at, value] of changes) copy[at] = value;
        return copy.subarray(0, length);
      }),
    ),
  );

  it('give the same however they are cut, and never throw', () => {
    fc.assert(
      fc.property(fc.oneof(damagedSample, fc.constantFrom(...samples)), fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 200 }), (sample, sizes) => {
        const chunks: Uint8Array[] = [];
        for (let at = 0, turn = 0; at < sample.length; turn++) {
          const size = sizes[turn % sizes.length] ?? 1;
          chunks.push(sample.slice(at, at + size));
          at += size;
        }
        expect(readCapture([chunks])).toEqual(read(sample));
      }),
      { numRuns: 500 },
    );
  });

  it('of every length can be read', () => {
    for (const sample of samples) for (let length = 0; length <= sample.length; length++) read(sample.subarray(0, length));
  });
});
