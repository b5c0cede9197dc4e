import { writeBulk } from './bulk.ts';
import type { CaptureWriter } from './capture-writer.ts';
import { writeMixed } from './mixed.ts';
import { writeScans } from './scans.ts';
import { writeSessions } from './sessions.ts';
import { writeSmall } from './small.ts';
import type { TruthCollector } from './truth.ts';

export interface Load {
  readonly name: string;
  readonly title: string;
  /** What `size` counts, and how much of it. */
  readonly unit: 'bytes' | 'packets' | 'connections';
  readonly size: number;
  /** For `--quick`. */
  readonly quickSize: number;
  readonly write: (writer: CaptureWriter, truth: TruthCollector, size: number, templates: string) => void;
}

/** What is measured; each is the same bytes on every machine. */
export const LOADS: readonly Load[] = [
  {
    name: 'w1-mss', title: 'W1 bulk, 1460-byte segments', unit: 'bytes', size: 1.1e9, quickSize: 5e7,
    write: (writer, truth, bytes, templates) => writeBulk(writer, truth, { templates, bytes, segment: 1460 }),
  },
  {
    name: 'w1-gso', title: 'W1 bulk, offloaded frames of up to 64 kB', unit: 'bytes', size: 1.1e9, quickSize: 5e7,
    write: (writer, truth, bytes, templates) => writeBulk(writer, truth, { templates, bytes, segment: 44 * 1460 }),
  },
  {
    name: 'w2', title: 'W2 mixed HTTP, TLS and UDP, 1 % SMB', unit: 'bytes', size: 1.05e9, quickSize: 5e7,
    write: (writer, truth, bytes, templates) => writeMixed(writer, truth, { templates, bytes }),
  },
  {
    name: 'w3', title: 'W3 tiny packets, > 1 M flows', unit: 'packets', size: 5e6, quickSize: 3e5,
    write: (writer, truth, packets) => writeScans(writer, truth, { packets }),
  },
  {
    name: 'w4', title: 'W4 short SMB connections', unit: 'connections', size: 200_000, quickSize: 12_000,
    write: (writer, truth, connections, templates) => writeSessions(writer, truth, { templates, connections }),
  },
  {
    name: 'w5', title: 'W5 two sessions, 17 kB', unit: 'connections', size: 2, quickSize: 2,
    write: (writer, truth, _size, templates) => writeSmall(writer, truth, { templates }),
  },
];

export function loadNamed(name: string): Load {
  const load = LOADS.find((each) => each.name === name);
  if (load === undefined) throw new Error(`no load is called ${name}: ${LOADS.map((each) => each.name).join(', ')}`);
  return load;
}
