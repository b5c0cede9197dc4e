/** What must come out of a load, told by its generator and never by the program under test. */
export interface Truth {
  readonly load: string;
  readonly bytes: number;
  readonly packets: number;
  readonly sha256: string;
  /** Connections that must be reported, and their verdicts by code. */
  readonly connections: number;
  readonly verdicts: Readonly<Record<string, number>>;
  /** SYNs to ports 139 and 445 without a connection, and those of them that met a reset. */
  readonly probes: { readonly syn: number; readonly refused: number };
  /** Limits that the load may reach; the product tells them among its faults. No other fault may come. */
  readonly limits: readonly string[];
}

export interface ExpectedConnection {
  readonly client: string;
  readonly clientPort: number;
  readonly server: string;
  readonly serverPort: number;
  readonly code: string;
  readonly dialect: string | null;
}

export function connectionLine({ client, clientPort, server, serverPort, code, dialect }: ExpectedConnection): string {
  return `${client} ${clientPort} ${server} ${serverPort} ${code} ${dialect ?? '-'}`;
}

/** Collects what a generator promises while it writes. */
export class TruthCollector {
  /** One line per connection; empty when only counts are kept. */
  readonly lines: string[] = [];
  readonly probes = { syn: 0, refused: 0 };
  readonly verdicts: Record<string, number> = {};
  readonly limits: string[] = [];
  connections = 0;
  readonly #keepLines: boolean;

  constructor(keepLines: boolean) {
    this.#keepLines = keepLines;
  }

  expect(connection: ExpectedConnection): void {
    this.connections++;
    this.verdicts[connection.code] = (this.verdicts[connection.code] ?? 0) + 1;
    if (this.#keepLines) this.lines.push(connectionLine(connection));
  }
}
