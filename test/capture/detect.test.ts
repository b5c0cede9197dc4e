import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { captureKind, refusalOf, unsupportedFormat } from '../../src/capture/detect.ts';
import { concat, fields } from '../build/pcap.ts';
import { editcap, hasTshark, withFile } from './tshark.ts';

const bytes = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
const hex = (digits: string): Uint8Array => Uint8Array.from(digits.match(/[0-9a-f]{2}/g) ?? [], (pair) => Number.parseInt(pair, 16));

/** ERF, EDM11-01: timestamp in 2⁻³² s, little-endian; type 2 (Ethernet), flags, lengths big-endian, two bytes before the frame. */
function erfRecord(seconds: number): Uint8Array {
  return concat(fields(false, [4, 0], [4, seconds]), fields(true, [1, 2], [1, 4], [2, 78], [2, 0], [2, 60]), new Uint8Array(62));
}

const ERF = concat(erfRecord(1_600_000_000), erfRecord(1_600_000_001));
// WMI_BUFFER_HEADER of 72 bytes (size 64 KiB, filled 1024), then SYSTEM_TRACE_HEADER version 2, type, marker C0.
const ETL = concat(hex('00000100 00040000 00040000 00000000'), new Uint8Array(56), hex('020002c0 18010000'), new Uint8Array(200));
// [MS-EVEN6] file header: signature, first and last chunk, next record, header size 128, version 3.1, block 4096, chunks.
const EVTX = concat(bytes('ElfFile\0'), new Uint8Array(8), hex('0000000000000000 0100000000000000 80000000 0100 0300 0010 0100'), new Uint8Array(80));
const TAR = concat(new Uint8Array(257), bytes('ustar\x0000'), new Uint8Array(200));

describe('what is no pcap', () => {
  it.each([
    ['erf', ERF, 'editcap -F pcap'],
    ['etl', ETL, 'etl2pcapng'],
    ['evtx', EVTX, 'event log'],
    // RFC 1952 2.3.1; RFC 8878 3.1.1; xz-file-format 2.1.1.1; LZ4 frame format; bzip2; APPNOTE.TXT 4.3.7 (and 4.3.16 of an empty one)
    ['gzip', hex('1f8b0800000000000003'), 'gzip -dc'],
    ['zstd', hex('28b52ffd2400'), 'zstd -dc'],
    ['xz', hex('fd377a585a000004e6d6b446'), 'xz -dc'],
    ['lz4', hex('04224d186440a7'), 'lz4 -dc'],
    ['bzip2', bytes('BZh91AY&SY'), 'bzip2 -dc'],
    ['zip', hex('504b0304140000000800'), 'unzip -p'],
    ['zip', hex('504b05060000000000000000'), 'empty'],
    ['7z', hex('377abcaf271c0004'), '7z e'],
    ['tar', TAR, 'tar -xOf'],
    ['snoop', hex('736e6f6f70000000 00000002 00000004'), 'editcap -F pcap'], // RFC 1761
    ['btsnoop', hex('6274736e6f6f7000 00000001 000003ea'), 'Bluetooth'],
    ['iptrace', bytes('iptrace 2.0'), 'editcap -F pcap'],
    ['nstrace', concat(hex('01000000 40000000'), bytes('NetScaler V20 Performance Data\0')), 'editcap -F pcap'],
    ['text', bytes('10:00:00.000001 IP 10.0.0.5.50000 > 10.0.0.9.445: Flags [S], seq 1\n'), 'send the network capture'],
    ['hex-dump', bytes('\t0x0000:  4500 0034 0001 4000 4006 0000 0a00 0005\n'), 'text2pcap'],
    ['hex-dump', bytes('00000000: d4c3 b2a1 0200 0400 0000 0000 0000 0000  ................\n'), 'xxd -r'],
    ['base64', bytes('1MPyoQIABAAAAAAAAAAAAP//AAABAAAA\n'), 'base64 -d'],
    ['json', bytes('[\n  {"_index": "packets-2020-09-03"}]'), 'send the network capture'],
    ['xml', bytes('<?xml version="1.0"?>\n<pdml version="0">'), 'send the network capture'],
  ])('is named: %s', (format, head, advice) => {
    expect(captureKind(head)).toBeUndefined();
    const refusal = refusalOf(head);
    expect(refusal).toMatchObject({ code: 'unsupported-format', format });
    expect(refusal.message).toContain(advice);
  });

  it('is not named where only chance speaks for it', () => {
    const random = hex('8f3ac1d2 77e0b914 5c20f6aa 01937de4 66b8120f ced34471');
    expect(refusalOf(random).code).toBe('not-a-capture');
    expect(unsupportedFormat(ERF.subarray(0, 17))).toBeUndefined();
    expect(unsupportedFormat(new Uint8Array(512))).toBeUndefined();
    expect(unsupportedFormat(ETL.with(75, 0))).toBeUndefined();
  });
});

const SMALL = new URL('../captures/article_a.pcap', import.meta.url).pathname;
const suffix = hasTshark ? '' : ' (skipped: editcap is not installed)';

it.skipIf(!hasTshark).each([
  ['5views', '5views'],
  ['commview-ncf', 'commview'],
  ['commview-ncfx', 'commview'],
  ['k12text', 'k12text'],
  ['lanalyzer', 'lanalyzer'],
  ['netmon1', 'netmon'],
  ['netmon2', 'netmon'],
  ['nettl', 'nettl'],
  ['ngsniffer', 'sniffer'],
  ['ngwsniffer_1_1', 'netxray'],
  ['ngwsniffer_2_0', 'netxray'],
  ['observer', 'observer'],
  ['snoop', 'snoop'],
  ['visual', 'visual-networks'],
])('names what editcap writes as %s' + suffix, async (format, named) => {
  const head = await withFile(new Uint8Array(0), async (file) => {
    await editcap(SMALL, file, format);
    return new Uint8Array(readFileSync(file)).subarray(0, 512);
  });
  expect(captureKind(head)).toBeUndefined();
  expect(refusalOf(head)).toMatchObject({ code: 'unsupported-format', format: named });
  expect(refusalOf(head).message).toContain('editcap -F pcap IN OUT');
});

const SHARED = new URL('../../../shared/', import.meta.url).pathname;
const captures = ['captures/files', 'odd/files', 'lab-captures/matrix', 'lab-captures/scenarios'].filter((folder) => existsSync(SHARED + folder));

it.skipIf(captures.length < 4)('takes no capture for anything else, and only NetMon files are none' + (captures.length < 4 ? ' (skipped: the captures are not beside the checkout)' : ''), () => {
  const others: string[] = [];
  let seen = 0;
  for (const folder of captures) {
    for (const name of readdirSync(SHARED + folder)) {
      if (name.endsWith('.jsonl') || name.endsWith('.json')) continue;
      const raw = readFileSync(`${SHARED}${folder}/${name}`);
      const head = new Uint8Array(raw[0] === 0x1f && raw[1] === 0x8b ? gunzipSync(raw) : raw).subarray(0, 512);
      seen++;
      if (captureKind(head) === undefined) others.push(refusalOf(head).format ?? `nothing: ${name}`);
      // Had the magic number been lost, no other format would be seen in it either, but for what begins it.
      const named = unsupportedFormat(head)?.format;
      if (captureKind(head) !== undefined && named !== undefined) others.push(`${name} as ${named}`);
    }
  }
  expect(seen).toBeGreaterThan(1600);
  expect(others.filter((format) => format !== 'netmon')).toEqual([]);
});
