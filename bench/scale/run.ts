/** `npm run simulate`: what a day costs, how old the queue gets, and what gives way first. Writes docs/operation/scale.md and scale.svg. */
import { writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { costsOf, total } from './costs.ts';
import { readFigures } from './figures.ts';
import { simulate, type Outcome } from './model.ts';
import { renderAges } from './render-ages.ts';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '../../..');
const { figures, rates } = readFigures(ROOT);
const { quotas, assumed } = figures;

const SIZES = [{ share: 0.8, bytes: 100e3 }, { share: 0.19, bytes: 10e6 }, { share: 0.01, bytes: 1e9 }];
const BURST = { share: 0.1, seconds: 600 };
const DAYS = [1000, 100_000, 10_000_000];
const CONCURRENCIES = [10, 100, 1000];

const rate = Math.min(rates.bytesPerSecond, assumed.s3ToLambdaBytesPerSecond.value);
const seconds = (bytes: number): number => assumed.secondsPerCapture.value + bytes / rate;

interface Row { readonly captures: number; readonly concurrency: number; readonly outcome: Outcome; readonly cost: number }

const rows = DAYS.flatMap((captures) => CONCURRENCIES.map((concurrency): Row => {
  const outcome = simulate({
    capturesPerDay: captures, sizes: SIZES, burst: BURST, concurrency, seconds,
    startAt: quotas.sqsPollersAtStart.value, morePerMinute: quotas.sqsPollersPerMinute.value,
  });
  return { captures, concurrency, outcome, cost: total(costsOf({ captures, bytes: outcome.bytes, functionSeconds: outcome.functionSeconds }, figures)) };
}));

const amount = (value: number): string => value.toLocaleString('en-US', { maximumFractionDigits: 0 });
const dollars = (value: number): string => `$${value < 10 ? value.toFixed(2) : amount(value)}`;

function span(value: number): string {
  if (value < 60) return `${Math.round(value)} s`;
  if (value < 3600) return `${Math.round(value / 60)} min`;
  return `${(value / 3600).toFixed(1)} h`;
}

function gives({ captures, concurrency, outcome }: Row): string {
  const atNoon = (captures * BURST.share) / BURST.seconds;
  if (outcome.load > 1) return `functions: ${outcome.load.toFixed(1)} times what ${concurrency} can do; the queue grows for ever`;
  const said: string[] = [];
  if (concurrency >= quotas.lambdaConcurrency.value) said.push(`the account's quota of ${amount(quotas.lambdaConcurrency.value)} functions, which the API needs some of`);
  if (atNoon * assumed.apiRequestsPerCapture.value > quotas.httpApiRequestsPerSecond.value) said.push('API throttled in the burst');
  if (atNoon * 2 > quotas.s3PutsPerSecond.value) said.push('more writes in the burst than one prefix of S3 takes');
  if (outcome.greatestAge > 3600) said.push('the burst is worked off for hours');
  return said.length === 0 ? 'nothing' : said.join('; ');
}

const oneThousand = costsOf({ captures: 1000, bytes: 1000 * 100e3, functionSeconds: 1000 * seconds(100e3) }, figures);
const oneTerabyte = costsOf({ captures: 1000, bytes: 1e12, functionSeconds: 1000 * seconds(1e9) }, figures);
const mean = SIZES.reduce((sum, { share, bytes }) => sum + share * bytes, 0);

writeFileSync(join(ROOT, 'docs/operation/scale.md'), `# How far it goes on AWS, and what it costs

Written by \`npm run simulate\` from [prices and quotas](aws-figures.json) (${figures.region}, ${figures.asOf}, with sources and what was assumed) and from [rates that were measured locally](measured-rates.json). The slowest of them is taken, a capture that is nothing but SMB sessions, ${amount(rates.bytesPerSecond / 1e6)} MB/s; what S3 gives one function is less. It is a calculation, not a measurement on AWS; \`npm run measure:aws\` measures there.

| | functions | API | store | queue | logs | together |
|---|---|---|---|---|---|---|
| 1000 captures of 100 kB | ${[...Object.values(oneThousand), total(oneThousand)].map(dollars).join(' | ')} |
| 1 TB in captures of 1 GB | ${[...Object.values(oneTerabyte), total(oneTerabyte)].map(dollars).join(' | ')} |

Beside that, whatever is done: alarms and keys, about ${dollars(figures.prices.alarmMonth.usd * 8 + figures.prices.secretMonth.usd)} a month. Reports that leave AWS cost $0.09 a GB.

## A day

Four fifths of the captures have 100 kB, 19 % 10 MB, 1 % 1 GB: ${amount(mean / 1e6)} MB on average. Twice as many come by day as by night, and a tenth of the day's captures within ten minutes at noon. *Functions* is the parameter \`workerConcurrency\`: most analyses at once.

| captures a day | functions | oldest in the queue | waiting at midnight | a day costs | what gives way first |
|---|---|---|---|---|---|
${rows.map((row) => `| ${amount(row.captures)} | ${amount(row.concurrency)} | ${span(row.outcome.greatestAge)} | ${amount(row.outcome.left)} | ${dollars(row.cost)} | ${gives(row)} |`).join('\n')}

![Age of the oldest capture in the queue over the day](scale.svg)

The cost of a day does not depend on how many functions run at once, only the waiting does. More memory for a function buys nothing beyond one processor, since one capture is analysed by one thread. What moves the limits, in the order in which they are met: \`workerConcurrency\`, then the account's quota of functions at once (ask AWS), then several buckets or prefixes.
`);
writeFileSync(join(ROOT, 'docs/operation/scale.svg'), renderAges(rows.filter(({ concurrency, captures }) => (captures === 1000 && concurrency === 10) || (captures === 100_000 && concurrency <= 100) || (captures === 10_000_000 && concurrency >= 1000)).map(({ captures, concurrency, outcome }) => ({ name: `${amount(captures)} a day, ${amount(concurrency)} functions`, age: outcome.age }))));
