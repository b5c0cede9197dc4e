import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { RunFigures } from './analysis/run.ts';
import type { WorkerPool } from './analysis/worker-pool.ts';
import type { Gate } from './gate.ts';
import type { Load } from './load.ts';

/** Problems that mean that a limit was reached. Faults of that kind end in `-limit`. */
const LIMITS = new Set(['too-many-analyses', 'overloaded', 'too-large', 'upload-idle', 'upload-too-long', 'upload-too-slow', 'client-not-reading', 'decompression-limit', 'analysis-failed']);
/** Seconds: from a small capture to a live one of minutes. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

export interface Watched {
  readonly gate: Gate;
  readonly load: Load;
  readonly workers?: WorkerPool | undefined;
}

export interface RequestFigures {
  readonly method: string;
  readonly route: string;
  readonly status: number;
  readonly seconds: number;
  readonly problem: string | null;
}

/** What Prometheus reads. Labels hold codes and routes, never anything from a capture. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #requests = this.#counter('requests_total', 'Requests that were answered, or broken off (status 499).', ['method', 'route', 'status']);
  readonly #seconds = new Histogram({ name: 'smb_verdict_request_seconds', help: 'Time from the first header to the last byte of the answer.', labelNames: ['route'], buckets: BUCKETS, registers: [this.#registry] });
  readonly #analyses = this.#counter('analyses_total', 'Analyses that came to a report, by the thread that did them.', ['where']);
  readonly #uploaded = this.#counter('upload_bytes_total', 'Bytes of captures as they were uploaded.', []);
  readonly #bytes = this.#counter('capture_bytes_total', 'Bytes of captures that were analysed, unpacked.', []);
  readonly #packets = this.#counter('packets_total', 'Packets that were analysed.', []);
  readonly #verdicts = this.#counter('verdicts_total', 'Connections by verdict.', ['code']);
  readonly #faults = this.#counter('faults_total', 'Faults of captures by code.', ['code']);
  readonly #limits = this.#counter('limits_reached_total', 'How often a limit was reached, by its name.', ['limit']);

  constructor(watched: Watched) {
    const { gate, load, workers } = watched;
    this.#gauge('smb_verdict_analyses_running', 'Analyses that have a place now.', () => gate.running);
    this.#gauge('smb_verdict_analyses_waiting', 'Analyses that wait for a place.', () => gate.waiting);
    this.#gauge('smb_verdict_event_loop_delay_seconds', 'Mean delay of the event loop over the last second.', () => load.delay.mean / 1000);
    this.#gauge('smb_verdict_event_loop_delay_p99_seconds', 'The same, 99th percentile.', () => load.delay.p99 / 1000);
    this.#gauge('process_resident_memory_bytes', 'Resident memory, workers included.', () => process.memoryUsage.rss());
    this.#gauge('smb_verdict_workers', 'Threads that analyse.', () => workers?.heaps.length ?? 0);
    this.#gauge('smb_verdict_worker_deaths', 'Threads that died since the start.', () => workers?.deaths ?? 0);
    const heap: Gauge = new Gauge({
      name: 'smb_verdict_heap_bytes', help: "V8's heap in use, by thread.", labelNames: ['thread'], registers: [this.#registry],
      collect: () => {
        heap.reset();
        heap.set({ thread: 'main' }, process.memoryUsage().heapUsed);
        workers?.heaps.forEach((bytes, index) => heap.set({ thread: `worker-${index}` }, bytes));
      },
    });
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  text(): Promise<string> {
    return this.#registry.metrics();
  }

  request({ method, route, status, seconds, problem }: RequestFigures): void {
    this.#requests.inc({ method, route, status });
    this.#seconds.observe({ route }, seconds);
    if (problem !== null && LIMITS.has(problem)) this.#limits.inc({ limit: problem });
  }

  analysis(where: string, uploaded: number, figures: RunFigures): void {
    this.#analyses.inc({ where });
    this.#uploaded.inc(uploaded);
    this.#bytes.inc(figures.bytes);
    this.#packets.inc(figures.packets);
    for (const [code, count] of Object.entries(figures.verdicts)) this.#verdicts.inc({ code }, count);
    for (const [code, count] of Object.entries(figures.faults)) {
      this.#faults.inc({ code }, count);
      if (code.endsWith('-limit')) this.#limits.inc({ limit: code }, count);
    }
    if (figures.connectionsOmitted > 0) this.#limits.inc({ limit: 'connections-omitted' });
    if (figures.hostsOmitted > 0) this.#limits.inc({ limit: 'hosts-omitted' });
  }

  #counter<Label extends string>(name: string, help: string, labelNames: Label[]): Counter<Label> {
    return new Counter({ name: `smb_verdict_${name}`, help, labelNames, registers: [this.#registry] });
  }

  #gauge(name: string, help: string, read: () => number): void {
    const gauge: Gauge = new Gauge({ name, help, registers: [this.#registry], collect: () => gauge.set(read()) });
  }
}
