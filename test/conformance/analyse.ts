import { closeSync, existsSync, openSync, readFileSync, readSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { Analyser } from '../../src/analyser.ts';
import type { Analysis, JudgedConnection } from '../../src/report/analysis.ts';

/** The captures and oracles beside the checkout; tests that need them are skipped where they are not. */
export const SHARED = fileURLToPath(new URL('../../../shared/', import.meta.url));
export const sharedPresent = existsSync(SHARED + 'captures/index.jsonl');

export function jsonLines<T>(path: string): T[] {
  return readFileSync(path, 'utf8').split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as T);
}

export interface Result {
  readonly analysis: Analysis;
  readonly connections: JudgedConnection[];
}

/** Analyses bytes in chunks of `size`. */
export function analyseBytes(bytes: Uint8Array, size = bytes.length): Result {
  const connections: JudgedConnection[] = [];
  const onConnection = (connection: JudgedConnection): void => {
    void connection.exchange; // built now: later its bytes are another connection's
    connections.push(connection);
  };
  const analyser = new Analyser({ onConnection });
  for (let at = 0; at < bytes.length; at += size) analyser.write(bytes.subarray(at, at + size));
  return { analysis: analyser.end(), connections };
}

/** Analyses a file (gzip too) with a fresh buffer per chunk. */
export function analyseFile(path: string): Result {
  const head = Buffer.alloc(2);
  const file = openSync(path, 'r');
  readSync(file, head, 0, 2, 0);
  closeSync(file);
  const bytes = readFileSync(path);
  return analyseBytes(head[0] === 0x1f && head[1] === 0x8b ? gunzipSync(bytes) : bytes, 65_536);
}
