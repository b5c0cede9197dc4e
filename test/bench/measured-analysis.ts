import { readFileSync } from 'node:fs';
import { type HeapProfiler, Session } from 'node:inspector';
import { Analyser } from '../../src/analyser.ts';

/** Analyses a capture in a process of its own and tells what that took, in counts: measured-analysis.mjs MODE FILE. */
const [mode = '', file = ''] = process.argv.slice(2);
/** As the command line reads. */
const CHUNK = 1024 * 1024;
/** So many analyses until what is hot is compiled: the interpreter makes objects of numbers that compiled code keeps in registers. */
const WARM_UP = 3;
/** Bytes between two samples of the heap profiler, in the mean. */
const SAMPLE_EVERY = 4096;

export interface Measured {
  readonly packets: number;
  readonly verdicts: Readonly<Record<string, number>>;
  /** Bytes of JavaScript objects made in one analysis, those among them that were collected meanwhile; and who made most. */
  readonly allocated: number;
  readonly makers: readonly string[];
  /** Bytes moved by the methods that move bytes. */
  readonly copied: number;
  /** Most resident bytes of the whole process, the capture's own bytes not among them. */
  readonly resident: number;
}

const capture = readFileSync(file);

function analyse(): Pick<Measured, 'packets' | 'verdicts'> {
  const verdicts: Record<string, number> = {};
  const analyser = new Analyser({ seed: 1, onConnection: ({ judgement: { code } }) => { verdicts[code] = (verdicts[code] ?? 0) + 1; } });
  for (let at = 0; at < capture.length; at += CHUNK) analyser.write(capture.subarray(at, at + CHUNK));
  return { packets: analyser.end().capture.packets, verdicts };
}

/** The sampling heap profiler sees every allocation with a known probability, and forgets none of what was collected. */
function allocations<Result>(work: () => Result): Result & Pick<Measured, 'allocated' | 'makers'> {
  for (let round = 0; round < WARM_UP; round++) work();
  const session = new Session();
  session.connect();
  session.post('HeapProfiler.startSampling', { samplingInterval: SAMPLE_EVERY, includeObjectsCollectedByMajorGC: true, includeObjectsCollectedByMinorGC: true } as HeapProfiler.StartSamplingParameterType);
  const counts = work();
  const makers = new Map<string, number>();
  session.post('HeapProfiler.stopSampling', (error, result) => {
    if (error !== null) throw error;
    addUp(result.profile.head, makers);
  });
  const sorted = [...makers].toSorted(([, one], [, other]) => other - one);
  return { ...counts, allocated: sorted.reduce((sum, [, bytes]) => sum + bytes, 0), makers: sorted.slice(0, 8).map(([name, bytes]) => `${name} ${bytes}`) };
}

function addUp({ callFrame, selfSize, children }: HeapProfiler.SamplingHeapProfileNode, makers: Map<string, number>): void {
  const name = callFrame.functionName === '' ? '(anonymous)' : callFrame.functionName;
  makers.set(name, (makers.get(name) ?? 0) + selfSize);
  for (const child of children) addUp(child, makers);
}

type Method = (this: unknown, ...given: unknown[]) => unknown;

/** Counts the bytes that `set`, `slice`, `copyWithin`, `Buffer.copy` and `Buffer.concat` move. */
function copies(): Partial<Measured> {
  let copied = 0;
  const count = <Name extends string>(owner: Record<Name, Method>, name: Name, bytes: (self: Uint8Array, given: unknown[], result: unknown) => number): void => {
    const original = owner[name];
    owner[name] = function counting(this: unknown, ...given: unknown[]): unknown {
      const result = Reflect.apply(original, this, given);
      copied += bytes(this as Uint8Array, given, result);
      return result;
    };
  };
  const typed = Object.getPrototypeOf(Uint8Array.prototype) as Record<'set' | 'slice' | 'copyWithin', Method>;
  count(typed, 'set', (_self, [source]) => (source as ArrayLike<number> & { byteLength?: number }).byteLength ?? 0);
  count(typed, 'slice', (_self, _given, result) => (result as Uint8Array).byteLength);
  count(typed, 'copyWithin', (self, [, start, end]) => (Number(end ?? self.length) - Number(start)) * self.BYTES_PER_ELEMENT);
  count(Buffer.prototype as unknown as Record<'copy', Method>, 'copy', (_self, _given, result) => Number(result));
  count(Buffer as unknown as Record<'concat', Method>, 'concat', (_self, _given, result) => (result as Uint8Array).byteLength);
  return { ...analyse(), copied };
}

/** Of this process alone; maxRSS would begin with its parent's. */
function highWaterMark(): number {
  const found = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'latin1'));
  return Number(found?.[1]) * 1024;
}

/** A million objects of 32 bytes on 64-bit Node: header, properties and elements, one field. */
function knownAllocations(): { last: object } {
  let last: object = {};
  for (let index = 0; index < 1_000_000; index++) last = { index };
  return { last };
}

const counting = {
  allocations: () => allocations(analyse),
  copies,
  memory: () => ({ ...analyse(), resident: highWaterMark() - capture.length }),
  'known-allocations': () => allocations(knownAllocations),
}[mode];
if (counting === undefined) throw new Error(`no mode is called ${mode}`);
process.stdout.write(JSON.stringify(counting()));
