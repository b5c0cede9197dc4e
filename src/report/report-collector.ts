import { VERDICT_CATALOGUE } from '../verdicts/catalogue.ts';
import type { Severity, VerdictCode } from '../verdicts/verdict.ts';
import type { Analysis } from './analysis.ts';
import { buildHead, type ReportIdentity } from './build-head.ts';
import { ConnectionTexts } from './connection-texts.ts';
import { HostTable } from './hosts.ts';
import type { JudgedConnection } from './judged-connection.ts';
import type { Detail } from './detail.ts';
import type { Connection, ReportHead } from './schema.ts';
import { Tally } from './summary.ts';
import type { TimeDigits } from './time-text.ts';

/** Everything of a finished report. Connections are JSON texts: ten thousand of them as objects would take three times the memory. */
export interface CollectedReport {
  readonly head: ReportHead;
  readonly connections: readonly string[];
}

export function* readConnections(report: CollectedReport): Generator<Connection> {
  for (const text of report.connections) yield JSON.parse(text) as Connection; // written by add() below
}

const SEVERITIES: readonly Severity[] = ['info', 'low', 'medium', 'high', 'critical'];
const PROBES: ReadonlySet<VerdictCode> = new Set<VerdictCode>(['connection-refused', 'connection-unanswered']);

/** Probes leave a full report first, then the least severe. */
function rankOf(code: VerdictCode): number {
  return PROBES.has(code) ? 0 : 1 + SEVERITIES.indexOf(VERDICT_CATALOGUE[code].severity);
}

/** Collects a report in bounded memory while the capture is still being read. */
export class ReportCollector {
  readonly #limit: number;
  readonly #texts: ConnectionTexts;
  readonly #hosts: HostTable;
  readonly #tally = new Tally();
  readonly #ranks: { id: number; text: string }[][] = Array.from({ length: SEVERITIES.length + 1 }, () => []);
  #kept = 0;
  #omitted = 0;

  constructor(options: { limits: { hosts: number; jsonConnections: number }; detail: Detail }) {
    this.#limit = options.limits.jsonConnections;
    this.#texts = new ConnectionTexts(options.detail);
    this.#hosts = new HostTable(options.limits.hosts);
  }

  /** `digits` is the resolution of the capture's times. */
  add(judged: JudgedConnection, digits: TimeDigits): void {
    this.#tally.observe(judged);
    this.#hosts.observe(judged);
    const rank = rankOf(judged.judgement.code);
    if (this.#kept >= this.#limit && !this.#makeRoom(rank)) return;
    this.#ranks[rank]?.push({ id: judged.id, text: this.#texts.textOf(judged, digits) });
    this.#kept += 1;
  }

  /** Drops the newest connection of a lower rank; without one the new connection is left out itself. */
  #makeRoom(rank: number): boolean {
    this.#omitted += 1;
    const lowest = this.#ranks.findIndex((texts) => texts.length > 0);
    if (lowest < 0 || lowest >= rank) return false;
    this.#ranks[lowest]?.pop();
    this.#kept -= 1;
    return true;
  }

  finish(analysis: Analysis, identity: ReportIdentity): CollectedReport {
    const connections = this.#ranks.flat().toSorted((left, right) => left.id - right.id).map(({ text }) => text);
    return { head: buildHead(analysis, identity, this.#tally, this.#hosts, this.#omitted), connections };
  }
}
