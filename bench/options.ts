import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { LOADS, type Load } from './load/loads.ts';

export interface BenchOptions {
  readonly quick: boolean;
  readonly rounds: number;
  readonly loads: readonly Load[];
  /** Sizes growing through a pipe, and the service. */
  readonly growth: boolean;
  readonly http: boolean;
  /** Where loads are kept between runs. */
  readonly cache: string;
  /** Compiled product; another one can be compared with it. */
  readonly dist: string | undefined;
  readonly peers: boolean;
}

export const USAGE = `npm run bench -- [options]

  --quick          small loads, three rounds; results are shown and not kept
  --loads w2,w4    only these (w1-mss, w1-gso, w2, w3, w4, w5; w1 is both)
  --rounds N       of each command (5)
  --only PART      loads, growth or http
  --no-peers       only ours, cat, node and tcpdump
  --cache DIR      where loads are kept (${join(tmpdir(), 'smb-verdict-bench')})
  --dist DIR       a compiled product other than this checkout's
  --render         write the pages again from bench/results.json, without measuring

Only a whole run, without --quick, --loads, --only, --no-peers and --dist, writes bench/results.json, docs/performance.md and the README.
`;

const OPTIONS = {
  quick: { type: 'boolean' }, loads: { type: 'string' }, rounds: { type: 'string' }, only: { type: 'string' }, 'no-peers': { type: 'boolean' },
  cache: { type: 'string' }, dist: { type: 'string' }, render: { type: 'boolean' }, help: { type: 'boolean', short: 'h' },
} as const;

/** `keep`: a whole run, whose results may be quoted. */
export function readOptions(args: string[]): (BenchOptions & { readonly keep: boolean }) | 'help' | 'render' {
  const { values } = parseArgs({ args, options: OPTIONS });
  if (values.help === true) return 'help';
  if (values.render === true) return 'render';
  const quick = values.quick === true;
  const rounds = Number(values.rounds ?? (quick ? 3 : 5));
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error('--rounds is a whole number');
  const { only } = values;
  if (only !== undefined && !['loads', 'growth', 'http'].includes(only)) throw new Error('--only is loads, growth or http');
  return {
    quick,
    rounds,
    loads: only === undefined || only === 'loads' ? chosen(values.loads) : [],
    growth: only === 'growth' || (only === undefined && values.loads === undefined),
    http: only === 'http' || (only === undefined && values.loads === undefined),
    cache: resolve(values.cache ?? join(tmpdir(), 'smb-verdict-bench')),
    dist: values.dist === undefined ? undefined : resolve(values.dist),
    peers: values['no-peers'] !== true,
    keep: !quick && [values.loads, only, values.dist, values['no-peers']].every((each) => each === undefined),
  };
}

function chosen(names: string | undefined): readonly Load[] {
  if (names === undefined) return LOADS;
  return names.split(',').flatMap((name) => {
    const found = LOADS.filter((load) => load.name === name || load.name.startsWith(`${name}-`));
    if (found.length === 0) throw new Error(`no load is called ${name}`);
    return found;
  });
}
