import type { GrowthPoint } from '../growth.ts';
import type { HttpResult } from '../http/measure-http.ts';
import type { Row } from '../measure/measure-load.ts';

/** What one run found; `bench/results.json` is the last full one. */
export interface Results {
  readonly date: string;
  /** Small loads: for trying out, not for quoting. */
  readonly quick: boolean;
  readonly commit: string;
  readonly machine: { readonly cpu: string; readonly cores: number; readonly memory: number; readonly kernel: string };
  /** Version of Node and of each peer that took part. */
  readonly versions: Readonly<Record<string, string>>;
  readonly loads: readonly LoadResult[];
  /** CPU seconds of JSON.stringify and write alone for all lines of W4, null when W4 was not measured. */
  readonly stringifyAlone: number | null;
  readonly growth: readonly GrowthPoint[];
  readonly http: HttpResult | null;
}

export interface LoadResult {
  readonly name: string;
  readonly title: string;
  readonly size: number;
  readonly unit: string;
  readonly bytes: number;
  readonly packets: number;
  readonly connections: number;
  readonly sha256: string;
  readonly rows: readonly Row[];
}

export const NODE_START = 'node -e 0';

export function rowNamed(load: LoadResult | undefined, name: string): Row | undefined {
  return load?.rows.find((row) => row.name === name && row.rounds > 0);
}

/** Median CPU of a command of ours without Node's start. */
export function netCpu(load: LoadResult | undefined, name: string): number | undefined {
  const own = rowNamed(load, name);
  const start = rowNamed(load, NODE_START);
  return own === undefined || start === undefined ? undefined : own.cpu.median - start.cpu.median;
}
