import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { pcapFile } from '../build/pcap.ts';
import { pcapngFile } from '../build/pcapng.ts';
import { hasTshark, withFile } from '../capture/tshark.ts';
import { Bench } from './dissect.ts';
import { type Encapsulation, ENCAPSULATIONS, ENCAPSULATIONS_OF_IPV6 } from './encapsulations.ts';
import { tsharkSegments } from './tshark-segments.ts';

it.each(ENCAPSULATIONS.map((each) => ({ ...each })))('lead through $name', ({ bytes, linkType }) => {
  const bench = new Bench().feed(bytes, { linkType });
  expect(bench.faults.kept).toEqual([]);
  expect(bench.seen).toMatchObject([{ source: '10.1.0.1', destination: '10.1.0.2', ports: '50000>445', payload: 'smb!', payloadLength: 4, sequence: 7, flags: 0x18, ttl: 63 }]);
});

it.each(ENCAPSULATIONS_OF_IPV6.map((each) => ({ ...each })))('lead through $name', ({ bytes, linkType }) => {
  const bench = new Bench().feed(bytes, { linkType });
  expect(bench.faults.kept).toEqual([]);
  expect(bench.seen).toMatchObject([{ source: 'fd00:0:0:0:0:0:0:1', destination: 'fd00:0:0:0:0:0:0:2', ports: '50000>445', payload: 'smb!', payloadLength: 4, sequence: 7, flags: 0x18, ttl: 62 }]);
});

it('tell the same segment or none where the capture cut the packet, and take no cut for damage', () => {
  for (const { name, bytes, linkType } of [...ENCAPSULATIONS, ...ENCAPSULATIONS_OF_IPV6]) {
    for (let captured = 0; captured < bytes.length; captured++) {
      const bench = new Bench().feed(bytes, { linkType, captured });
      const segments = bench.seen.filter(({ kind }) => kind === 'tcp');
      expect([bench.faults.kept, segments.length < 2], `${name}, cut at ${captured}`).toEqual([[], true]);
      for (const { ports, sequence, payloadLength } of segments) expect([ports, sequence, payloadLength], `${name}, cut at ${captured}`).toEqual(['50000>445', 7, 4]);
    }
  }
});

/** Names and what another program reads in one file with a link type per packet. */
async function tsharkReads(cases: readonly Encapsulation[], preferences: readonly string[]): Promise<string[]> {
  const interfaces = cases.map(({ linkType }) => ({ linkType }));
  const packets = cases.map(({ bytes }, index) => ({ bytes, interface: index, seconds: 1_600_000_000 + index }));
  const options = preferences.flatMap((preference) => ['-o', preference]);
  const rows = await withFile(pcapngFile(packets, { interfaces }), (file) => tsharkSegments(file, options));
  return cases.map(({ name }, index) => `${name}: ${rows.get(index + 1) ?? 'nothing'}`);
}

const noTshark = hasTshark ? '' : ' (skipped: tshark is not installed)';

it.skipIf(!hasTshark)('tshark finds the same segment behind the same headers' + noTshark, async () => {
  const witnessed = ENCAPSULATIONS.filter(({ witness }) => witness === undefined);
  const preferences = new Set(witnessed.map(({ preference }) => preference));
  for (const preference of preferences) {
    const cases = witnessed.filter((each) => each.preference === preference);
    const shown = await tsharkReads(cases, preference === undefined ? [] : [preference]);
    expect(shown).toEqual(cases.map(({ name }) => `${name}: 10.1.0.1 10.1.0.2 50000 445 7 24 4`));
  }
  expect(witnessed.length).toBeGreaterThan(100);
  const inSix = ENCAPSULATIONS_OF_IPV6.filter(({ witness }) => witness === undefined);
  expect(await tsharkReads(inSix, [])).toEqual(inSix.map(({ name }) => `${name}: fd00:0:0:0:0:0:0:1 fd00:0:0:0:0:0:0:2 50000 445 7 24 4`));
});

const TCPDUMP = '/usr/bin/tcpdump';
const noTcpdump = existsSync(TCPDUMP) ? '' : ' (skipped: tcpdump is not installed)';

it.skipIf(noTcpdump !== '').each(ENCAPSULATIONS.filter(({ witness }) => witness === 'tcpdump'))('tcpdump finds the same segment behind $name' + noTcpdump, async ({ bytes, linkType }) => {
  const run = (file: string): Promise<{ stdout: string }> => promisify(execFile)(TCPDUMP, ['-nn', '-S', '-r', file]);
  const { stdout } = await withFile(pcapFile([{ bytes }], { linkType }), run);
  expect(stdout).toContain('10.1.0.1.50000 > 10.1.0.2.445: Flags [P.], seq 7:11,');
});
