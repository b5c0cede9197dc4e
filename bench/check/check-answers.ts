import { connectionLine, type ExpectedConnection, type Truth } from '../load/truth.ts';

/** The parts of a report that are held against the truth. */
export interface ReportedConnection {
  readonly client: { readonly address: string; readonly port: number };
  readonly server: { readonly address: string; readonly port: number };
  readonly dialect: string | null;
  readonly verdict: { readonly code: string };
}

export interface ReportedHead {
  readonly capture: { readonly bytes: number; readonly packets: number; readonly complete: boolean; readonly faultCounts: Readonly<Record<string, number>> };
  readonly summary: {
    readonly connections: number;
    readonly connectionsOmitted: number;
    readonly notSmb: number;
    readonly verdicts: Readonly<Record<string, number>>;
    readonly probes: { readonly syn: number; readonly refused: number };
  };
}

/** What is wrong with the counts of an answer, as sentences; none when all is right. */
export function checkHead({ capture, summary }: ReportedHead, truth: Truth): string[] {
  const wrong: string[] = [];
  const compare = (what: string, found: unknown, expected: unknown): void => {
    if (JSON.stringify(found) !== JSON.stringify(expected)) wrong.push(`${truth.load}: ${what} is ${JSON.stringify(found)}, must be ${JSON.stringify(expected)}`);
  };
  compare('capture.complete', capture.complete, true);
  compare('capture.bytes', capture.bytes, truth.bytes);
  compare('capture.packets', capture.packets, truth.packets);
  compare('capture.faultCounts', Object.fromEntries(Object.entries(capture.faultCounts).filter(([code]) => !truth.limits.includes(code))), {});
  compare('summary.connections', summary.connections, truth.connections);
  compare('summary.verdicts', sorted(summary.verdicts), sorted(truth.verdicts));
  compare('summary.probes', sorted(summary.probes), sorted(truth.probes));
  compare('summary.notSmb', summary.notSmb, 0);
  return wrong;
}

/** Holds each reported connection against the expected ones, and each expected one against the reported. */
export class ConnectionCheck {
  readonly #load: string;
  readonly #expected: Set<string>;
  readonly #wrong: string[] = [];
  #reported = 0;

  constructor(load: string, lines: readonly string[]) {
    this.#load = load;
    this.#expected = new Set(lines);
    if (this.#expected.size !== lines.length) this.#wrong.push(`${load}: a connection is expected twice`);
  }

  add({ client, server, verdict, dialect }: ReportedConnection): void {
    this.#reported++;
    const found: ExpectedConnection = { client: client.address, clientPort: client.port, server: server.address, serverPort: server.port, code: verdict.code, dialect };
    const line = connectionLine(found);
    if (!this.#expected.delete(line)) this.#wrong.push(`${this.#load}: was not expected, or comes twice: ${line}`);
  }

  /** `omitted`: how many the report says it has left out. */
  finish(omitted: number): string[] {
    const missing = this.#expected.size;
    if (missing !== omitted) this.#wrong.push(`${this.#load}: ${missing} connections are missing from ${this.#reported}, ${omitted} are said to be omitted`);
    return this.#wrong;
  }
}

const sorted = (counts: Readonly<Record<string, number>>): [string, number][] => Object.entries(counts).toSorted(([one], [other]) => (one < other ? -1 : 1));
