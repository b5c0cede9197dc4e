import { type LoadResult, netCpu, type Results, rowNamed } from './results.ts';

/** A figure that must not be more, or not be less, than its limit. */
export interface Goal {
  readonly about: string;
  readonly what: string;
  readonly most?: number;
  readonly least?: number;
  /** Undefined where this run cannot tell. */
  readonly value: (results: Results) => number | undefined;
  readonly unit: string;
}

const MEGABYTE = 1e6;
const MOST_MEMORY = 200;

const loadOf = (results: Results, name: string): LoadResult | undefined => results.loads.find((load) => load.name === name);
const divided = (one: number | undefined, other: number | undefined): number | undefined => (one === undefined || other === undefined || other === 0 ? undefined : one / other);

/** Our CPU without Node's start, over all of theirs. */
function atMost(load: string, own: string, other: string, most: number): Goal {
  return {
    about: load, what: `${own} ÷ ${other}`, most, unit: '×',
    value: (results) => divided(netCpu(loadOf(results, load), own), rowNamed(loadOf(results, load), other)?.cpu.median),
  };
}

/** Their CPU over all of ours, Node's start among it. */
function slower(load: string, other: string, own: string, least: number): Goal {
  return {
    about: load, what: `${other} ÷ ${own}`, least, unit: '×',
    value: (results) => divided(rowNamed(loadOf(results, load), other)?.cpu.median, rowNamed(loadOf(results, load), own)?.cpu.median),
  };
}

function memory(load: string, own: readonly string[]): Goal {
  const most = (results: Results): number | undefined => {
    const found = own.flatMap((name) => rowNamed(loadOf(results, load), name)?.memory ?? []);
    return found.length === 0 ? undefined : Math.max(...found) / MEGABYTE;
  };
  return { about: load, what: 'resident memory', most: MOST_MEMORY, unit: 'MB', value: most };
}

/** What a unit costs at the largest size, over what it costs at the one before: Node's start weighs nothing in either. */
function linear(load: string): Goal {
  return {
    about: `${load}, growing`, what: 'CPU a unit, largest ÷ middle', most: 1.25, unit: '×',
    value: ({ growth }) => {
      const [, middle, largest] = growth.filter((point) => point.load === load);
      return middle === undefined || largest === undefined ? undefined : largest.cpu / largest.size / (middle.cpu / middle.size);
    },
  };
}

function grownMemory(load: string): Goal {
  return {
    about: `${load}, growing`, what: 'resident memory at the largest', most: MOST_MEMORY, unit: 'MB',
    value: ({ growth }) => {
      const bytes = growth.findLast((point) => point.load === load)?.memory;
      return bytes === undefined || bytes === null ? undefined : bytes / MEGABYTE;
    },
  };
}

/** Seconds of the service over its yardstick's. */
function upload(name: string, most: number): Goal {
  return { about: 'HTTP', what: `${name} ÷ yardstick`, most, unit: '×', value: (results) => compared(results, name, (service, yardstick) => service / yardstick) };
}

/** How fast the service is, of its yardstick's speed. */
function speed(name: string, least: number, unit: 'seconds' | 'requests/s'): Goal {
  const share = unit === 'seconds' ? (service: number, yardstick: number): number => yardstick / service : (service: number, yardstick: number): number => service / yardstick;
  return { about: 'HTTP', what: `speed of ${name}, of the yardstick's`, least, unit: '×', value: (results) => compared(results, name, share) };
}

function compared({ http }: Results, name: string, ratio: (service: number, yardstick: number) => number): number | undefined {
  const found = http?.compared.find((each) => each.name.startsWith(name));
  return found === undefined ? undefined : ratio(found.service.median, found.yardstick.median);
}

const OURS = 'smb-verdict';
const SUMMARY = 'smb-verdict, summary';
const NDJSON = 'smb-verdict, NDJSON';

/** What the product must reach, as it was set before it was measured. */
export const GOALS: readonly Goal[] = [
  atMost('w1-mss', OURS, 'cat', 2.5), atMost('w1-mss', OURS, 'tcpdump', 0.8), slower('w1-mss', 'suricata', OURS, 3), slower('w1-mss', 'zeek', OURS, 4), slower('w1-mss', 'tshark', OURS, 60), memory('w1-mss', [OURS]),
  atMost('w1-gso', OURS, 'cat', 2.5), atMost('w1-gso', OURS, 'tcpdump', 2), slower('w1-gso', 'tshark', OURS, 10), memory('w1-gso', [OURS]),
  atMost('w2', OURS, 'cat', 3), atMost('w2', OURS, 'tcpdump', 1), slower('w2', 'suricata', OURS, 2), slower('w2', 'zeek', OURS, 4), slower('w2', 'tshark', OURS, 80), memory('w2', [OURS]),
  atMost('w3', OURS, 'tcpdump', 0.7), memory('w3', [OURS]),
  atMost('w4', SUMMARY, 'tcpdump', 2), atMost('w4', NDJSON, 'tcpdump', 6), slower('w4', 'suricata', NDJSON, 8), slower('w4', 'zeek', NDJSON, 8), slower('w4', 'ndpiReader', SUMMARY, 3), memory('w4', [SUMMARY, NDJSON]),
  {
    about: 'w5', what: 'start to answer as one bundle ÷ node -e 0', most: 1.3, unit: '×',
    value: (results) => divided(rowNamed(loadOf(results, 'w5'), 'smb-verdict, one bundle')?.wall.median, rowNamed(loadOf(results, 'w5'), 'node -e 0')?.wall.median),
  },
  linear('w2'), grownMemory('w2'), linear('w4'), grownMemory('w4'),
  upload('curl --data-binary', 1.25), upload('curl -F', 1.4), speed('curl -T of a gzip file', 0.7, 'seconds'), speed('curl -T of a zstd file', 0.7, 'seconds'),
  speed('captures/analyze', 0.6, 'requests/s'), speed('negotiations/analyze', 0.6, 'requests/s'), speed('negotiations/select', 0.5, 'requests/s'),
  { about: 'HTTP', what: 'p99 of /healthz during two analyses', most: 50, unit: 'ms', value: ({ http }) => http?.healthz.p99Ms },
];

export interface JudgedGoal { readonly goal: Goal; readonly value: number; readonly reached: boolean }

/** Only those that this run can tell: what was not measured is not quoted. */
export function judgeGoals(results: Results): JudgedGoal[] {
  return GOALS.flatMap((goal) => {
    const value = goal.value(results);
    if (value === undefined || Number.isNaN(value)) return [];
    return [{ goal, value, reached: value <= (goal.most ?? Infinity) && value >= (goal.least ?? -Infinity) }];
  });
}
