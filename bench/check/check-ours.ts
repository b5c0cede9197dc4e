import { createReadStream, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { CachedLoad } from '../load/cache.ts';
import type { Contender } from '../measure/contenders.ts';
import { runMeasured } from '../measure/run-measured.ts';
import { checkHead, ConnectionCheck, type ReportedConnection, type ReportedHead } from './check-answers.ts';

/** Runs one of our commands on a load, not timed, and tells what is wrong with its answer. */
export async function checkOurs({ command, shown }: Contender, load: CachedLoad, out: string): Promise<string[]> {
  const { exitCode } = await runMeasured(command(load.file), { out });
  if (exitCode !== 0) return [`${shown}: exit code ${exitCode} on ${load.truth.load}`];
  const check = new ConnectionCheck(load.truth.load, readFileSync(load.connections, 'utf8').trimEnd().split('\n'));
  const head = shown.includes('--ndjson') ? await readLines(out, check) : readReport(out, check);
  return [...checkHead(head, load.truth), ...check.finish(head.summary.connectionsOmitted)];
}

function readReport(file: string, check: ConnectionCheck): ReportedHead {
  const report = JSON.parse(readFileSync(file, 'utf8')) as ReportedHead & { connections: ReportedConnection[] };
  for (const connection of report.connections) check.add(connection);
  return report;
}

/** Lines of connections, then one with the summary. */
async function readLines(file: string, check: ConnectionCheck): Promise<ReportedHead> {
  let head: ReportedHead | undefined;
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
    const record = JSON.parse(line) as ReportedConnection | ReportedHead;
    if ('summary' in record) head = record;
    else check.add(record);
  }
  if (head === undefined) throw new Error('the lines end without a summary');
  return head;
}
