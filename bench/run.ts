import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleCli } from './bundle-cli.ts';
import { checkOurs } from './check/check-ours.ts';
import { measureGrowth } from './growth.ts';
import { type HttpResult, measureHttp } from './http/measure-http.ts';
import { type CachedLoad, cachedLoad } from './load/cache.ts';
import { type Load, loadNamed } from './load/loads.ts';
import { ours, peers, type Product, YARDSTICKS } from './measure/contenders.ts';
import { measureLoad } from './measure/measure-load.ts';
import { type BenchOptions, readOptions, USAGE } from './options.ts';
import { writeGenerated } from './report/generated-part.ts';
import { judgeGoals } from './report/goals.ts';
import { renderPerformance, renderReadmeTable } from './report/render-markdown.ts';
import { renderGrowth } from './report/render-svg.ts';
import type { LoadResult, Results } from './report/results.ts';
import { surroundings } from './surroundings.ts';

/** This file is bench/dist/run.js. */
const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const PROGRAMS = fileURLToPath(new URL('.', import.meta.url));
const TEMPLATES = join(ROOT, 'bench/templates');
const RESULTS = join(ROOT, 'bench/results.json');
const SMALL_CAPTURE = { load: 'w4', connections: 1 };

const log = (text: string): void => void process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${text}\n`);

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  if (options === 'help') return void process.stdout.write(USAGE);
  if (options === 'render') return writePages(JSON.parse(readFileSync(RESULTS, 'utf8')) as Results);
  const results = await measure(options);
  process.stdout.write(`${renderPerformance(results)}\n`);
  writeFileSync(join(options.cache, 'results.json'), `${JSON.stringify(results, null, 2)}\n`);
  if (options.keep) {
    writeFileSync(RESULTS, `${JSON.stringify(results, null, 2)}\n`);
    writePages(results);
  }
  const missed = judgeGoals(results).filter(({ reached }) => !reached).length;
  log(missed === 0 ? 'all answers right, all goals that were measured are reached' : `all answers right, ${missed} goals missed`);
}

function writePages(results: Results): void {
  writeGenerated(join(ROOT, 'docs/performance.md'), renderPerformance(results));
  writeGenerated(join(ROOT, 'README.md'), renderReadmeTable(results));
  writeFileSync(join(ROOT, 'docs/performance-growth.svg'), renderGrowth(results.growth));
}

async function measure(options: BenchOptions): Promise<Results> {
  const product = await prepare(options);
  const rivals = options.peers ? peers(product) : peers(product).filter(({ name }) => name === 'tcpdump');
  const loads: LoadResult[] = [];
  for (const load of options.loads) loads.push(await oneLoad(load, options, [...YARDSTICKS, ...ours(product), ...rivals].filter((each) => each.loads?.includes(load.name) !== false)));
  const growth = options.growth ? await measureGrowth({ cli: join(product.dist, 'cli.js'), generator: join(PROGRAMS, 'load/generate.js'), templates: TEMPLATES, quick: options.quick, log }) : [];
  const http = options.http ? await overHttp(product, options) : null;
  const w4 = options.loads.some(({ name }) => name === 'w4');
  return {
    date: new Date().toISOString(), quick: options.quick, ...surroundings(ROOT, rivals.map(({ name }) => name)),
    loads, stringifyAlone: w4 ? await stringifyAlone(product, options) : null, growth, http,
  };
}

async function prepare({ dist = join(ROOT, 'dist'), cache }: BenchOptions): Promise<Product> {
  const scratch = join(cache, 'scratch');
  rmSync(scratch, { recursive: true, force: true });
  mkdirSync(scratch, { recursive: true });
  await bundleCli(ROOT, join(scratch, 'bundle'));
  return { dist, bundle: join(scratch, 'bundle/smb-verdict.mjs'), scratch };
}

function cached(load: Load, size: number, { cache }: BenchOptions): CachedLoad {
  return cachedLoad(load, size, { folder: cache, generator: join(PROGRAMS, 'load/generate.js'), templates: TEMPLATES, log });
}

const sizeOf = (load: Load, { quick }: BenchOptions): number => (quick ? load.quickSize : load.size);

/** Starting takes so short a time that more rounds cost nothing. */
const STARTING_ROUNDS = 4;

/** Answers first: a fast wrong one is worth nothing. Throws when one is wrong. */
async function oneLoad(load: Load, options: BenchOptions, contenders: Parameters<typeof measureLoad>[0]['contenders']): Promise<LoadResult> {
  const made = cached(load, sizeOf(load, options), options);
  log(`${load.title}: checking answers`);
  for (const own of contenders.filter(({ name }) => name.startsWith('smb-verdict'))) {
    const wrong = await checkOurs(own, made, answerFile(own.name, options));
    if (wrong.length > 0) throw new Error(`WRONG ANSWERS of ${own.shown}\n${wrong.slice(0, 20).join('\n')}\n${wrong.length} in all`);
  }
  const rounds = load.name === 'w5' ? options.rounds * STARTING_ROUNDS : options.rounds;
  const rows = await measureLoad({ file: made.file, rounds, contenders, log });
  const { bytes, packets, connections, sha256 } = made.truth;
  return { name: load.name, title: load.title, size: sizeOf(load, options), unit: load.unit, bytes, packets, connections, sha256, rows };
}

const answerFile = (name: string, { cache }: BenchOptions): string => join(cache, 'scratch', `${name.replaceAll(/\W+/g, '-')}.answer`);

async function stringifyAlone({ dist }: Product, options: BenchOptions): Promise<number> {
  const own = ours({ dist, bundle: '', scratch: '' }).find(({ name }) => name === 'smb-verdict, NDJSON');
  if (own === undefined) throw new Error('NDJSON is not measured');
  const { stderr } = spawnSync(process.execPath, [join(PROGRAMS, 'measure/stringify-alone.js'), answerFile(own.name, options)], { stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' });
  return Number(stderr);
}

async function overHttp({ dist }: Product, options: BenchOptions): Promise<HttpResult> {
  const large = loadNamed('w2');
  return measureHttp({
    server: join(PROGRAMS, 'http/bench-server.js'), decompressor: join(PROGRAMS, 'http/decompress-alone.js'), dist,
    large: cached(large, sizeOf(large, options), options),
    small: cached(loadNamed(SMALL_CAPTURE.load), SMALL_CAPTURE.connections, options).file,
    rounds: options.rounds, seconds: options.quick ? 1 : 4, log,
  });
}

await main();
