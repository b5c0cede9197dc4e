import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeLoad } from '../../bench/load/make-load.ts';
import type { Truth } from '../../bench/load/truth.ts';
import type { Measured } from './measured-analysis.ts';

/** Small forms of the bench's loads. Counts and not times: they are the same on a busy machine. */
const LOADS: Readonly<Record<string, number>> = { 'w1-mss': 5e7, 'w1-gso': 5e7, w2: 5e7, w3: 200_000, w4: 1000 };

/** Bytes of objects for a packet that shows nothing new: too few for one object of its own. Bulk takes 5 today. */
const OBJECT_BYTES_A_PACKET = 32;
/** Bytes of objects from the first packet of an SMB connection to its verdict and findings. 50 kB today. */
const OBJECT_BYTES_A_CONNECTION = 64 * 1024;
/** Of a capture that is mostly payload nobody needs: records that lie across two chunks are joined. 6 % with 64 kB frames today. */
const SHARE_COPIED = 0.1;
/** Whatever the load; the goal of the product. 115 MB today. */
const RESIDENT_BYTES = 200e6;

const ROOT = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'smb-verdict-counts-'));
const program = join(folder, 'measured-analysis.mjs');
const truths = new Map<string, Truth>();

beforeAll(async () => {
  for (const [name, size] of Object.entries(LOADS)) truths.set(name, makeLoad({ name, size, templates: join(ROOT, 'bench/templates'), out: join(folder, name) }));
  await build({
    root: ROOT, configFile: false, logLevel: 'error', ssr: { noExternal: true, target: 'node' },
    build: {
      ssr: join(import.meta.dirname, 'measured-analysis.ts'), target: 'node20', outDir: folder, emptyOutDir: false,
      rollupOptions: { output: { entryFileNames: 'measured-analysis.mjs', format: 'es', codeSplitting: false } },
    },
  });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** One analysis in a process of its own; its answer must be right before its counts mean anything. */
function measured(mode: 'allocations' | 'copies' | 'memory' | 'known-allocations', load: string): { counts: Measured; truth: Truth } {
  const truth = truths.get(load);
  if (truth === undefined) throw new Error(`no load is called ${load}`);
  const { stdout, stderr, status } = spawnSync(process.execPath, [program, mode, join(folder, load)], { encoding: 'utf8' });
  expect(status, stderr).toBe(0);
  const counts = JSON.parse(stdout) as Measured;
  if (mode !== 'known-allocations') expect({ packets: counts.packets, verdicts: counts.verdicts }).toEqual({ packets: truth.packets, verdicts: truth.verdicts });
  return { counts, truth };
}

describe('an analysis', () => {
  it.each(['w1-mss', 'w2', 'w4'])('makes no object for a packet that shows nothing new: %s', (load) => {
    const { counts, truth } = measured('allocations', load);
    expect(counts.allocated, counts.makers.join('\n')).toBeLessThan(truth.packets * OBJECT_BYTES_A_PACKET + truth.connections * OBJECT_BYTES_A_CONNECTION);
  });

  it.each(['w1-mss', 'w1-gso', 'w2'])('does not copy payload that nobody needs: %s', (load) => {
    const { counts, truth } = measured('copies', load);
    expect(counts.copied).toBeGreaterThan(0);
    expect(counts.copied / truth.bytes).toBeLessThan(SHARE_COPIED);
  });

  it.skipIf(!existsSync('/proc/self/status')).each(Object.keys(LOADS))('stays below its memory (needs /proc): %s', (load) => {
    const { counts } = measured('memory', load);
    expect(counts.resident).toBeGreaterThan(20e6);
    expect(counts.resident).toBeLessThan(RESIDENT_BYTES);
  });
});

describe('the count of allocations', () => {
  it('sees objects that were made and dropped at once: 1 000 000 of 32 bytes', () => {
    const { counts } = measured('known-allocations', 'w4');
    expect(counts.allocated).toBeGreaterThan(25e6);
    expect(counts.allocated).toBeLessThan(40e6);
  });
});
