import type { Analysis } from './analysis.ts';
import { buildFinding } from './build-connection.ts';
import type { HostTable } from './hosts.ts';
import type { Capture, Host, ReportHead } from './schema.ts';
import type { ServerHistories } from './server-histories.ts';
import { buildSummary, type Tally } from './summary.ts';
import { timeText } from './time-text.ts';

/** Faults listed in one report; all are counted. */
const FAULTS_REPORTED = 1000;

/** What the shell knows and the capture does not say. */
export interface ReportIdentity {
  readonly product: { readonly version: string; readonly catalogue: string };
  readonly sensor?: string | undefined;
  readonly sha256?: string | undefined;
  /** Names of the pieces as the client gave them. Shown, never opened. */
  readonly fileNames?: readonly (string | undefined)[] | undefined;
}

/** What the connections came to. */
export interface Gathered {
  readonly tally: Tally;
  readonly hostTable: HostTable;
  readonly histories: ServerHistories;
  readonly connectionsOmitted: number;
}

/** Everything of the report but its connections. */
export function buildHead(analysis: Analysis, identity: ReportIdentity, { tally, hostTable, histories, connectionsOmitted }: Gathered): ReportHead {
  const { hosts: found, omitted } = hostTable.finish(analysis.probesBy);
  const hosts = found.map((host): Host => {
    const findings = histories.findingsOf(host.address).map(buildFinding);
    return findings.length === 0 ? host : { ...host, findings };
  });
  for (const [id, count] of histories.counts()) tally.findings.set(id, count);
  return {
    schemaVersion: '1',
    product: { ...identity.product },
    ...(identity.sensor === undefined ? {} : { sensor: identity.sensor }),
    capture: buildCapture(analysis, identity),
    summary: buildSummary({
      tally, hosts, hostsOmitted: omitted, connectionsOmitted, probes: analysis.probes, notSmb: analysis.notSmb, complete: analysis.capture.complete,
    }),
    hosts,
  };
}

function buildCapture({ capture, faults, faultCounts }: Analysis, identity: ReportIdentity): Capture {
  return {
    format: capture.format,
    bytes: capture.bytes,
    packets: capture.packets,
    start: timeText(capture.start, capture.timeDigits),
    end: timeText(capture.end, capture.timeDigits),
    linkTypes: [...capture.linkTypes],
    files: capture.files.map((file, index) => {
      const name = identity.fileNames?.[index];
      return { format: file.format, bytes: file.bytes, packets: file.packets, ...(name === undefined ? {} : { name }) };
    }),
    complete: capture.complete,
    ...(identity.sha256 === undefined ? {} : { sha256: identity.sha256 }),
    faults: faults.slice(0, FAULTS_REPORTED).map((fault) => ({ ...fault, packets: [...fault.packets] })),
    faultCounts: Object.fromEntries(faultCounts),
  };
}
