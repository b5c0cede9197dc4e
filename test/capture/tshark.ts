import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const TSHARK = '/usr/bin/tshark';
const EDITCAP = '/usr/bin/editcap';
export const hasTshark = existsSync(TSHARK) && existsSync(EDITCAP);

/** One row of fields per packet, as tshark reads the file. A damaged file ends in an exit code; what was read before it counts. */
export async function tsharkFields(file: string, fields: readonly string[], options: readonly string[] = []): Promise<string[][]> {
  const run = promisify(execFile)(TSHARK, ['-r', file, ...options, '-T', 'fields', ...fields.flatMap((field) => ['-e', field])], { maxBuffer: 1 << 26 });
  const { stdout } = await run.catch((error: { stdout?: string }) => ({ stdout: error.stdout ?? '' }));
  return stdout.split('\n').filter((line) => line !== '').map((line) => line.split('\t'));
}

/** The capture in another of the formats that editcap writes. */
export async function editcap(from: string, to: string, format: string): Promise<void> {
  await promisify(execFile)(EDITCAP, ['-F', format, from, to]);
}

/** Runs with a file of these bytes, which is gone afterwards. */
export async function withFile<T>(bytes: Uint8Array, use: (file: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'smb-verdict-'));
  const file = join(folder, 'capture');
  try {
    writeFileSync(file, bytes);
    return await use(file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
