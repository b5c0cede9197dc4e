import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runMeasured, Stopped } from '../../bench/measure/run-measured.ts';

const folder = mkdtempSync(join(tmpdir(), 'smb-verdict-run-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const holding = (bytes: number): string[] => [process.execPath, '-e', `globalThis.held = Buffer.alloc(${bytes}, 1); setTimeout(() => {}, 400)`];

describe('a measured command', () => {
  it('reads its input, writes its output and gives its exit code', async () => {
    const [input, out] = [join(folder, 'in'), join(folder, 'out')];
    writeFileSync(input, 'told through a pipe\n');
    expect((await runMeasured(['bash', '-c', 'cat; exit 3'], { input, out })).exitCode).toBe(3);
    expect(readFileSync(out, 'utf8')).toBe('told through a pipe\n');
  });

  it('has the CPU time of its children', async () => {
    const busy = 'while (process.cpuUsage().user < 300000);';
    const { cpu } = await runMeasured(['bash', '-c', `"${process.execPath}" -e '${busy}'; true`]);
    expect(cpu).toBeGreaterThanOrEqual(0.3);
  });

  it.skipIf(!existsSync('/proc/self/status'))('has its high-water mark of memory (needs /proc)', async () => {
    const { memory } = await runMeasured(holding(200e6));
    expect(memory).toBeGreaterThan(200e6);
    expect(memory).toBeLessThan(400e6);
  });

  it.skipIf(!existsSync('/proc/self/status'))('is stopped when it takes more memory than allowed (needs /proc)', async () => {
    await expect(runMeasured(holding(500e6), { mostMemory: 2e8 })).rejects.toThrow(new Stopped('stopped above 0.2 GB'));
  });

  it('is stopped when it takes longer than allowed', async () => {
    await expect(runMeasured(['sleep', '3600'], { timeoutSeconds: 0.2 })).rejects.toThrow(new Stopped('stopped after 0.2 s'));
  });
});
