import type { Compared } from '../http/measure-http.ts';
import type { Row } from '../measure/measure-load.ts';
import type { Spread } from '../measure/statistics.ts';
import { judgeGoals, type JudgedGoal } from './goals.ts';
import { type LoadResult, netCpu, NODE_START, type Results, rowNamed } from './results.ts';

/** Everything of a run, for docs/performance.md and the terminal. */
export function renderPerformance(results: Results): string {
  return [...about(results), ...results.loads.flatMap(loadTable), ...stringifying(results), ...growthTable(results), ...httpTable(results), ...goalTable(judgeGoals(results))].join('\n');
}

/** The few lines of the README. */
export function renderReadmeTable(results: Results): string {
  const rows = results.loads.flatMap((load) => ownRows(load).filter(({ name }) => !name.includes('full')).map((row) => {
    const peers = load.rows.filter(({ name, rounds }) => rounds > 0 && ['tshark', 'ndpiReader', 'suricata', 'zeek'].includes(name));
    const slower = peers.map(({ name, cpu }) => `${name} ${figure(cpu.median / row.cpu.median)} ×`);
    return [`${load.title}, ${size(load.bytes)}`, command(row), seconds(row.cpu.median), megabytes(row.memory), times(ratio(load, row.name, 'cat')), times(ratio(load, row.name, 'tcpdump')), slower.join(', ')];
  }));
  return [
    `Whole process, ${results.machine.cores} cores of ${results.machine.cpu}, Node ${results.versions['node'] ?? ''}, captures in the page cache, medians; every answer was held against what its generator says must come out.`, '',
    ...table(['load', 'command', 'CPU s', 'memory', '÷ `cat`', "÷ `tcpdump 'tcp port 445'`", 'CPU of others'], rows), '',
    "The two ratios are without Node's own start; the CPU of others is over all of ours. More, and how it was measured: [docs/performance.md](docs/performance.md).",
  ].join('\n');
}

function about({ date, commit, machine, versions, quick }: Results): string[] {
  const programs = Object.entries(versions).map(([name, version]) => `${name} ${version}`).join(', ');
  return [
    ...(quick ? ['**Small loads, for trying out: not to be quoted.**', ''] : []),
    `Measured on ${date.slice(0, 10)} at commit ${commit.slice(0, 12)}: ${machine.cores} cores of ${machine.cpu}, ${size(machine.memory)} of memory, ${machine.kernel}. ${programs}.`, '',
  ];
}

function loadTable(load: LoadResult): string[] {
  const rows = load.rows.map((row) => {
    const own = isOurs(row);
    return [
      command(row), String(row.rounds), row.rounds === 0 ? row.trouble.join(', ') : `${spread(row.cpu)}${row.trouble.length === 0 ? '' : ` (${row.trouble.join(', ')})`}`, row.rounds === 0 ? '' : spread(row.wall), megabytes(row.memory),
      times(own ? ratio(load, row.name, 'cat') : plain(load, row, 'cat')), times(own ? ratio(load, row.name, 'tcpdump') : plain(load, row, 'tcpdump')),
    ];
  });
  return [
    `### ${load.title}`, '',
    `${size(load.bytes)}, ${count(load.packets)} packets, ${count(load.connections)} ${load.connections === 1 ? 'connection' : 'connections'} to report; SHA-256 \`${load.sha256}\`. All answers of ours were right.`, '',
    ...table(['command', 'rounds', 'CPU s', 'wall s', 'memory', '÷ cat', '÷ tcpdump'], rows), '',
  ];
}

function stringifying({ stringifyAlone, loads }: Results): string[] {
  const ndjson = rowNamed(loads.find(({ name }) => name === 'w4'), 'smb-verdict, NDJSON');
  if (stringifyAlone === null || ndjson === undefined) return [];
  return [`\`JSON.stringify\` and writing alone, for as many lines like those of W4's NDJSON: ${seconds(stringifyAlone)} s of CPU; the whole analysis with its lines: ${seconds(ndjson.cpu.median)} s.`, ''];
}

function growthTable({ growth }: Results): string[] {
  if (growth.length === 0) return [];
  const rows = growth.map(({ load, unit, size: amount, bytes, packets, cpu, memory }) => [
    load.toUpperCase(), unit === 'bytes' ? size(amount) : `${count(amount)} ${unit}`, size(bytes), count(packets), seconds(cpu), figure((cpu * 1e9) / bytes), megabytes(memory),
  ]);
  return [
    '### Growth', '', 'Made while it is read, through a pipe; `--json --detail summary -`. All answers were right.', '',
    ...table(['load', 'size', 'capture', 'packets', 'CPU s', 'CPU s a GB', 'memory'], rows), '', '![CPU time grows in a straight line](performance-growth.svg)', '',
  ];
}

function httpTable({ http }: Results): string[] {
  if (http === null) return [];
  const rows = http.compared.map(({ name, unit, service, yardstick, yardstickName }: Compared) => [
    name, `${spread(service)} ${unit === 'seconds' ? 's' : '/s'}`, `${spread(yardstick)} ${unit === 'seconds' ? 's' : '/s'}`, yardstickName, `${figure(service.median / yardstick.median)} ×`,
  ]);
  const { requests, medianMs, p99Ms, mostMs } = http.healthz;
  return [
    '### HTTP', '', 'The service on loopback, the client on the same cores; the large uploads are W2.', '',
    ...table(['request', 'service', 'yardstick', 'which is', 'service ÷ yardstick'], rows), '',
    `\`/healthz\` while two analyses run: median ${figure(medianMs)} ms, p99 ${figure(p99Ms)} ms, most ${figure(mostMs)} ms, of ${count(requests)} requests. Memory of the service in all this: ${megabytes(http.memory)}.`, '',
  ];
}

function goalTable(goals: readonly JudgedGoal[]): string[] {
  const rows = goals.map(({ goal, value, reached }) => [
    goal.about.toUpperCase().replace('GROWING', 'growing'), goal.what, goal.most === undefined ? `≥ ${goal.least ?? ''} ${goal.unit}` : `≤ ${goal.most} ${goal.unit}`, `${figure(value)} ${goal.unit}`, reached ? 'reached' : '**missed**',
  ]);
  return ['### Goals', '', ...table(['load', 'what', 'goal', 'measured', ''], rows), ''];
}

const isOurs = ({ name }: Row): boolean => name.startsWith('smb-verdict');
const ownRows = (load: LoadResult): Row[] => load.rows.filter((row) => isOurs(row) && row.rounds > 0);

/** Ours without Node's start, over a yardstick. */
function ratio(load: LoadResult, own: string, other: string): number | undefined {
  const [net, yardstick] = [netCpu(load, own), rowNamed(load, other)?.cpu.median];
  return load.name === 'w5' || net === undefined || yardstick === undefined || yardstick === 0 ? undefined : net / yardstick;
}

function plain(load: LoadResult, row: Row, other: string): number | undefined {
  const yardstick = rowNamed(load, other)?.cpu.median;
  return load.name === 'w5' || row.rounds === 0 || row.name === NODE_START || yardstick === undefined || yardstick === 0 ? undefined : row.cpu.median / yardstick;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`.replaceAll('  |', ' |'));
}

const command = ({ command: text }: Row): string => `\`${text.replaceAll('|', '\\|')}\``;
const spread = ({ median, least, most }: Spread): string => `${seconds(median)} (${seconds(least)}–${seconds(most)})`;
const seconds = (value: number): string => (value >= 1000 ? count(value) : value.toFixed(value < 1 ? 3 : value < 100 ? 2 : 0));
const figure = (value: number): string => value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0);
const times = (value: number | undefined): string => (value === undefined ? '' : figure(value));
const megabytes = (bytes: number | null): string => (bytes === null ? '' : `${Math.round(bytes / 1e6)} MB`);
const count = (value: number): string => Math.round(value).toLocaleString('en').replaceAll(',', '\u202f');
const size = (bytes: number): string => (bytes >= 1e9 ? `${(bytes / 1e9).toFixed(bytes >= 1e10 ? 0 : 2)} GB` : bytes >= 1e6 ? `${Math.round(bytes / 1e6)} MB` : `${Math.round(bytes / 1e3)} kB`);
