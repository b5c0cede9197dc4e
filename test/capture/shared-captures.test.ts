import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { read, readCapture } from './read-capture.ts';

const shared = new URL('../../../shared/', import.meta.url);
const present = existsSync(shared);
const suffix = present ? '' : ' (skipped: the captures are not beside the checkout)';

interface Row {
  file: string;
  packets?: number;
  tshark?: { packets: number; rc: number; err: string[] };
  format: { type: string; ts?: string };
  linktypes: string[];
}

/** Files in which Wireshark stops at a link type that it does not know, where we only count. */
const stopsAtLinkType = (row: Row): boolean => row.tshark?.err.some((line) => line.includes('network type')) ?? false;

const rows = (folder: string): { row: Row; bytes: Uint8Array }[] =>
  readFileSync(new URL(`${folder}/index.jsonl`, shared), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Row)
    .map((row) => {
      const raw = readFileSync(new URL(`${folder}/files/${row.file}`, shared));
      return { row, bytes: raw[0] === 0x1f && raw[1] === 0x8b ? gunzipSync(raw) : raw };
    });

it.skipIf(!present).each(['captures', 'odd'])('reads as many packets, of the same link types, as tshark did in every file of %s' + suffix, (folder) => {
  const wrong: unknown[] = [];
  for (const { row, bytes } of rows(folder)) {
    const capture = read(bytes);
    if (row.format.type === 'netmon2') {
      if (capture.refusal?.format !== 'netmon') wrong.push([row.file, capture.refusal]);
      continue;
    }
    const expected = row.packets ?? row.tshark?.packets;
    const linkTypes = row.linktypes.map((name) => Number(/\((\d+)\)/.exec(name)?.[1])).sort();
    const read_ = capture.linkTypes.map((linkType) => linkType & 0xffff).sort();
    if (capture.packets !== expected && !stopsAtLinkType(row)) wrong.push([row.file, capture.packets, expected, capture.faults]);
    if (JSON.stringify(read_) !== JSON.stringify(linkTypes)) wrong.push([row.file, capture.linkTypes, row.linktypes]);
    if (capture.timeDigits !== (row.format.ts === 'ns' ? 9 : 6)) wrong.push([row.file, capture.timeDigits, row.format]);
    if (capture.formats[0] !== row.format.type) wrong.push([row.file, capture.formats, row.format.type]);
  }
  expect(wrong).toEqual([]);
});

it.skipIf(!present)('reads nine-byte chunks of a real capture as it reads the whole' + suffix, () => {
  for (const { row, bytes } of rows('odd')) {
    if (bytes.length > 60_000) continue;
    const chunks = Array.from({ length: Math.ceil(bytes.length / 9) }, (_, index) => bytes.subarray(index * 9, index * 9 + 9));
    const whole = read(bytes);
    const cut = readCapture([chunks]);
    expect(cut, row.file).toEqual(whole);
  }
});



