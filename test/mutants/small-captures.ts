import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { SHARED } from '../conformance/analyse.ts';
import { readPcap, type Editable } from './edit-capture.ts';

const OWN = fileURLToPath(new URL('../captures/', import.meta.url));
const LAB = SHARED + 'lab-captures/scenarios/';

export interface SmallCapture extends Editable {
  readonly name: string;
}

function capturesIn(folder: string, most: number): SmallCapture[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).filter((name) => name.endsWith('.pcap') && statSync(folder + name).size <= most).flatMap((name) => {
    const read = readPcap(readFileSync(folder + name));
    return read === null ? [] : [{ name, ...read }];
  });
}

/** One of `every` of the lab's exchanges of each client with each server. */
export function matrixCaptures(every: number): SmallCapture[] {
  return capturesIn(SHARED + 'lab-captures/matrix/', 12_000).filter((_, index) => index % every === 0);
}

/** Real captures of at most `most` bytes: the repository's own, and the lab's where it is present. */
export function smallCaptures(most: number): SmallCapture[] {
  return [...capturesIn(OWN, most), ...capturesIn(LAB, most)];
}
