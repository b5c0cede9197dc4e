import { expect, it } from 'vitest';
import { concat, fields } from '../build/pcap.ts';
import { block, pcapngFile } from '../build/pcapng.ts';
import { read } from './read-capture.ts';
import { hasTshark, tsharkFields, withFile } from './tshark.ts';

const suffix = hasTshark ? '' : ' (skipped: tshark is not installed)';
const A = Uint8Array.from({ length: 60 }, (_, index) => index);
const text = (value: string): Uint8Array => new TextEncoder().encode(value);

function theirs(bytes: Uint8Array): Promise<string[][]> {
  return withFile(bytes, (path) => tsharkFields(path, ['frame.number', 'frame.time_epoch', 'frame.len']));
}

function ours(bytes: Uint8Array): string[][] {
  return read(bytes).frames.map(({ number, time, originalLength }) => [String(number), time ?? '', String(originalLength)]);
}

// Larger counts overflow in tshark where the resolution is finer than nanoseconds.
it.skipIf(!hasTshark).each([5n, 1_234_567_890n, 9_876_543_210n])('tells the time of all 256 resolutions as tshark does, of the count %s' + suffix, async (ticks) => {
  const interfaces = Array.from({ length: 256 }, (_, resolution) => ({ resolution }));
  const bytes = pcapngFile(interfaces.map((_, index) => ({ bytes: A, interface: index, ticks })), { interfaces });
  expect(ours(bytes)).toEqual(await theirs(bytes));
  expect(read(bytes).packets).toBe(256);
});

it.skipIf(!hasTshark)('adds negative and positive offsets as tshark does' + suffix, async () => {
  const interfaces = [{ offset: -1000 }, { offset: 1_600_000_000 }, { offset: 0 }, { offset: 5, resolution: 9 }];
  const bytes = pcapngFile(interfaces.map((_, index) => ({ bytes: A, interface: index, ticks: 1_234_567_890n })), { interfaces });
  expect(ours(bytes)).toEqual(await theirs(bytes));
});

/** Types and bodies of blocks that are no packets. */
const JOURNAL = text('__REALTIME_TIMESTAMP=1600000000000000\nMESSAGE=smb\n\n');
const BETWEEN: readonly (readonly [string, number, Uint8Array])[] = [
  ['name resolution', 4, concat(fields(false, [2, 1], [2, 8]), Uint8Array.of(10, 0, 0, 5), text('nas\0'), fields(false, [2, 0], [2, 0]))],
  ['interface statistics', 5, concat(fields(false, [4, 0], [4, 0], [4, 5]), fields(false, [2, 4], [2, 8], [4, 9], [4, 0], [2, 0], [2, 0]))],
  ['decryption secrets', 10, concat(fields(false, [4, 0x544c534b], [4, 4]), text('# \n\n'))],
  ['systemd journal', 9, JOURNAL],
  ['Sysdig event', 0x204, new Uint8Array(28)],
  ['Sysdig event, second version', 0x216, new Uint8Array(28)],
  ['Sysdig event, large', 0x221, new Uint8Array(28)],
  ['custom', 0xbad, fields(false, [4, 32473], [4, 1], [4, 2])],
  ['custom, not to be copied', 0x40000bad, fields(false, [4, 32473], [4, 1], [4, 2])],
  ['unknown', 77, new Uint8Array(28)],
  ['local', 0x80000bad, new Uint8Array(28)],
];

it.skipIf(!hasTshark).each(BETWEEN)('numbers packets as tshark does behind a block of the kind: %s' + suffix, async (_, type, body) => {
  for (const bigEndian of type === 77 ? [false, true] : [false]) {
    const bytes = pcapngFile([{ bytes: A, seconds: 1 }, { bytes: A, seconds: 2 }], { between: [block(bigEndian, type, body)], bigEndian });
    const last = (await theirs(bytes)).at(-1);
    expect(ours(bytes).at(-1)).toEqual(last);
    expect(last?.[2]).toBe('60');
    expect(read(bytes)).toMatchObject({ status: 'ok', faults: [] });
  }
});
