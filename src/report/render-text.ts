import type { Connection, Host, ReportHead } from './schema.ts';

/** The report as a table for people with curl or a terminal. */
export function* renderText(head: ReportHead, connections: Iterable<Connection>, colours = false): Generator<string> {
  const paint = colours ? painted : plain;
  yield `${paint('bold', head.summary.answer)}\n\n`;
  yield `${captureLine(head)}\n`;
  let any = false;
  for (const connection of connections) {
    if (!any) yield `\n${paint('bold', 'CONNECTIONS')}\n`;
    any = true;
    yield connectionText(connection, paint);
  }
  const { connectionsOmitted, probes, notSmb } = head.summary;
  if (connectionsOmitted > 0) yield `  … and ${connectionsOmitted} more, of the least severe, that the report leaves out\n`;
  yield hostTable(head.hosts, paint);
  if (head.summary.hostsOmitted > 0) yield `  … and ${head.summary.hostsOmitted} more hosts\n`;
  if (probes.syn > 0) yield `\nConnection attempts without more: ${probes.syn} (${probes.refused} refused)\n`;
  if (notSmb > 0) yield `\nConnections on 139/445 with another protocol: ${notSmb}\n`;
  yield faultText(head, paint);
}

type Style = 'bold' | 'red' | 'yellow' | 'green' | 'dim';
type Paint = (style: Style, text: string) => string;

const CODES: Readonly<Record<Style, number>> = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33 };
const painted: Paint = (style, text) => `\u001b[${CODES[style]}m${text}\u001b[0m`;
const plain: Paint = (_style, text) => text;

/** Names and dialect strings come from the capture: control characters in them must not reach a terminal. */
export function printable(text: string): string {
  // C0, DEL, C1, and the marks that turn the direction of text
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, '\ufffd');
}

function captureLine({ capture }: ReportHead): string {
  const times = capture.start === null ? '' : `, ${capture.start} to ${capture.end}`;
  const state = capture.complete ? '' : ', NOT COMPLETE';
  return `${printable(capture.format)}, ${capture.packets} packets, ${capture.bytes} bytes${times}${state}`;
}

function severityStyle(severity: string): Style {
  if (severity === 'high' || severity === 'critical') return 'red';
  if (severity === 'medium') return 'yellow';
  return severity === 'low' ? 'dim' : 'green';
}

function connectionText(connection: Connection, paint: Paint): string {
  const { client, server, verdict } = connection;
  const ends = `${endText(client)} -> ${endText(server)}`;
  const lines = [`\n  ${paint(severityStyle(verdict.severity), verdict.severity.toUpperCase().padEnd(8))} ${ends}  ${paint('bold', verdict.code)} (${verdict.certainty})`];
  const facts = [`offered ${offerText(connection)}`, `answer ${answerText(connection)}`, endedText(connection)].filter((fact) => fact !== '');
  if (connection.offer !== undefined) lines.push(`           ${facts.join('; ')}`);
  if (verdict.explanation !== undefined) lines.push(wrapped(verdict.explanation));
  if (verdict.missing !== undefined && verdict.missing.length > 0) lines.push(`           not seen: ${verdict.missing.join(', ')}`);
  if (verdict.evidence !== undefined && verdict.evidence.length > 0) {
    lines.push(`           evidence: ${verdict.evidence.map((item) => `packet ${item.packet} ${item.field}=${printable(item.value)}`).join(', ')}`);
  }
  for (const event of verdict.expectedEvents ?? []) {
    lines.push(wrapped(`event ${event.id} on the ${event.side} (${event.channel}): ${event.when}`));
  }
  for (const remedy of verdict.remediation ?? []) {
    lines.push(wrapped(`${remedy.for}: ${remedy.text}`));
    for (const line of remedy.command?.split('\n') ?? []) lines.push(`             ${printable(line)}`);
  }
  if (connection.findings.length > 0) lines.push(`           findings: ${connection.findings.map((finding) => `${finding.code} (${finding.severity})`).join(', ')}`);
  return `${lines.join('\n')}\n`;
}

function endText({ address, port }: { address: string; port: number }): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

function offerText({ offer }: Connection): string {
  if (offer === undefined) return 'unknown';
  const dialects = [...(offer.smb1Dialects ?? []), ...(offer.smb2Dialects ?? [])].map((dialect) => printable(dialect));
  return dialects.length === 0 ? offer.kind : `${offer.kind}: ${dialects.join(', ')}`;
}

function answerText({ answer }: Connection): string {
  if (answer === undefined) return 'unknown';
  const what = [answer.dialect, answer.status].filter((part) => part !== undefined).map((part) => printable(part));
  return [answer.kind, ...what].join(' ') + (answer.waitSeconds === null ? '' : ` after ${answer.waitSeconds} s`);
}

function endedText({ ended }: Connection): string {
  if (ended === undefined || ended.how === 'continued' || ended.how === 'capture-end') return '';
  return `${ended.how} by ${ended.by ?? 'unknown'}`;
}

const WIDTH = 108;

function wrapped(text: string): string {
  const lines: string[] = [];
  let current = '';
  for (const word of printable(text).split(' ')) {
    if (current !== '' && current.length + word.length >= WIDTH) {
      lines.push(current);
      current = '';
    }
    current += current === '' ? word : ` ${word}`;
  }
  return [...lines, current].map((part) => `           ${part}`).join('\n');
}

function hostTable(hosts: readonly Host[], paint: Paint): string {
  if (hosts.length === 0) return '';
  const rows = hosts.map((host) => [
    host.address, host.names.map(printable).join(','), host.smb1.asClient, host.smb1.asServer, host.dialects.negotiatedHighest ?? '-', host.probes === 0 ? '' : String(host.probes),
  ].map((cell) => printable(cell)));
  const table = [['ADDRESS', 'NAMES', 'SMB1 AS CLIENT', 'SMB1 AS SERVER', 'HIGHEST', 'PROBES'], ...rows];
  const widths = table[0]?.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0))) ?? [];
  const lines = table.map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd());
  return `\n${paint('bold', 'HOSTS')}\n\n${lines.join('\n')}\n`;
}

function faultText({ capture }: ReportHead, paint: Paint): string {
  if (capture.faults.length === 0 && Object.keys(capture.faultCounts).length === 0) return '';
  const counts = Object.entries(capture.faultCounts).map(([code, count]) => `${code} ${count}`).join(', ');
  const lines = capture.faults.slice(0, 20).map((fault) => {
    const where = [fault.packets[0] === undefined ? '' : `packet ${fault.packets[0]}`, fault.offset === undefined ? '' : `offset ${fault.offset}`].filter((part) => part !== '').join(', ');
    return `  ${fault.code}${where === '' ? '' : ` (${where})`}: ${printable(fault.message)}`;
  });
  return `\n${paint('bold', 'FAULTS')}  ${counts}\n\n${lines.join('\n')}\n`;
}
