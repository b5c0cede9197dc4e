import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');

/** The service as it is installed: threads and processes cannot be started from TypeScript on every Node that we support. */
export function compile(): { readonly folder: string; remove(): void } {
  const cache = join(ROOT, 'node_modules/.cache');
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, 'compiled-'));
  const { status, stdout } = spawnSync('npx', ['tsc', '-p', 'tsconfig.build.json', '--outDir', folder], { cwd: ROOT, encoding: 'utf8' });
  if (status !== 0) throw new Error(stdout);
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
