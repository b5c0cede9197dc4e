import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Load } from './loads.ts';
import type { Truth } from './truth.ts';

export interface CachedLoad { readonly file: string; readonly truth: Truth; readonly connections: string }

export interface CacheOptions { readonly folder: string; readonly generator: string; readonly templates: string; readonly log: (text: string) => void }

/** The load of this size, made now if it is not there. Made by its own process: its memory is none of the bench's. */
export function cachedLoad(load: Load, size: number, { folder, generator, templates, log }: CacheOptions): CachedLoad {
  mkdirSync(folder, { recursive: true });
  const made = `${load.name}-${size}-${digestOf([dirname(generator), templates])}`;
  const path = (extension: string): string => join(folder, `${made}.${extension}`);
  const [file, truth, connections] = [path('pcap'), path('truth.json'), path('connections.txt')];
  if (![file, truth, connections].every((each) => existsSync(each))) {
    log(`making ${file}`);
    // The truth is written last: without it nothing is there
    execFileSync(process.execPath, [generator, load.name, String(size), templates, file, truth, connections], { stdio: 'inherit' });
  }
  return { file, connections, truth: JSON.parse(readFileSync(truth, 'utf8')) as Truth };
}

/** Another generator or other recordings make another load. */
function digestOf(folders: readonly string[]): string {
  const hash = createHash('sha256');
  for (const folder of folders) {
    for (const name of readdirSync(folder).toSorted()) hash.update(readFileSync(join(folder, name)));
  }
  return hash.digest('hex').slice(0, 8);
}
