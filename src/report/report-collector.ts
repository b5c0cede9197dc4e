import type { Analysis } from './analysis.ts';
import { buildHead, type ReportIdentity } from './build-head.ts';
import { ConnectionTexts } from './connection-texts.ts';
import { HostTable } from './hosts.ts';
import type { JudgedConnection } from './judged-connection.ts';
import type { Detail } from './detail.ts';
import { type Explanations, Foresight, type Ticket } from './foresight.ts';
import { MostSevere } from './most-severe.ts';
import type { Connection, ReportHead } from './schema.ts';
import { ServerHistories } from './server-histories.ts';
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

/** Collects a report in bounded memory while the capture is still being read. */
export class ReportCollector {
  readonly #texts: ConnectionTexts;
  readonly #hosts: HostTable;
  readonly #tally = new Tally();
  readonly #kept: MostSevere<{ readonly text: string; readonly ticket: Ticket | null }>;
  readonly #foresight: Foresight;
  readonly #histories: ServerHistories;
  /** Records say what was predicted. */
  readonly #foretells: boolean;

  constructor(options: { limits: { hosts: number; jsonConnections: number }; detail: Detail; explanations?: Explanations }) {
    this.#foresight = new Foresight(options.explanations);
    this.#kept = new MostSevere(options.limits.jsonConnections);
    this.#texts = new ConnectionTexts(options.detail);
    this.#hosts = new HostTable(options.limits.hosts);
    this.#histories = new ServerHistories(options.limits.hosts, this.#foresight);
    this.#foretells = options.detail !== 'summary';
  }

  /** `digits` is the resolution of the capture's times. */
  add(judged: JudgedConnection, digits: TimeDigits): void {
    this.#tally.observe(judged);
    this.#hosts.observe(judged);
    this.#histories.observe(judged);
    const ticket = this.#foretells ? this.#foresight.observe(judged) : null;
    this.#kept.add(judged.id, judged.judgement.code, () => ({ text: this.#texts.textOf(judged, digits), ticket }));
  }

  finish(analysis: Analysis, identity: ReportIdentity): CollectedReport {
    return { head: buildHead(analysis, identity, { tally: this.#tally, hostTable: this.#hosts, histories: this.#histories, connectionsOmitted: this.#kept.omitted }), connections: this.#kept.inOrder().map((one) => this.#textOf(one)) };
  }

  /** Only now all connections of its server are known. */
  #textOf({ text, ticket }: { readonly text: string; readonly ticket: Ticket | null }): string {
    return ticket === null ? text : this.#foresight.addTo(text, ticket);
  }
}
