import type { JudgedConnection } from './judged-connection.ts';
import type { Host, Summary } from './schema.ts';

/** Counts of everything that was judged, listed or not. */
export class Tally {
  connections = 0;
  readonly verdicts = new Map<string, number>();
  readonly findings = new Map<string, number>();
  readonly smb1 = new Map<string, number>();

  observe({ judgement, shape }: JudgedConnection): void {
    this.connections += 1;
    increase(this.verdicts, judgement.code);
    increase(this.smb1, judgement.smb1);
    for (const finding of shape.findings) increase(this.findings, finding.id);
  }
}

function increase(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

export interface SummaryInput {
  readonly tally: Tally;
  readonly hosts: readonly Host[];
  readonly hostsOmitted: number;
  readonly connectionsOmitted: number;
  readonly probes: { readonly syn: number; readonly refused: number };
  readonly notSmb: number;
  readonly complete: boolean;
}

export function buildSummary(input: SummaryInput): Summary {
  return {
    answer: answerSentences(input).join(' '),
    connections: input.tally.connections,
    verdicts: Object.fromEntries(input.tally.verdicts),
    findings: Object.fromEntries(input.tally.findings),
    probes: { ...input.probes },
    notSmb: input.notSmb,
    connectionsOmitted: input.connectionsOmitted,
    hostsOmitted: input.hostsOmitted,
  };
}

/** Is SMB1 really in use, and what should be done? The gravest fact first; doubts last. */
function answerSentences(input: SummaryInput): string[] {
  return [...mainAnswer(input), ...doubts(input)];
}

function mainAnswer({ tally, hosts, probes, notSmb }: SummaryInput): string[] {
  const use = (kind: string): number => tally.smb1.get(kind) ?? 0;
  const users = hosts.filter((host) => host.smb1.asServer === 'in-use');
  const servers = hosts.filter((host) => host.smb1.asServer === 'needs-it');
  const clients = hosts.filter((host) => host.smb1.asClient === 'needs-it');
  const sentences: string[] = [];
  if (use('in-use') > 0) {
    sentences.push(
      `SMB1 is really in use: ${count(use('in-use'), 'connection')} ran SMB1 commands${users.length === 0 ? '' : ` with the ${named('server', users)}`}.`,
      'Move these to SMB2 or later (update, reconfigure or replace the server, or its client) before you turn SMB1 off.',
    );
  }
  if (servers.length > 0) {
    sentences.push(`SMB1 is all that the ${named('server', servers)} showed: clients without SMB1 cannot use ${it(servers)}. Update or replace ${it(servers)} before you turn SMB1 off.`);
  }
  if (clients.length > 0) {
    sentences.push(`SMB1 is all that the ${named('client', clients)} offered: servers without SMB1 turn ${it(clients)} away. Update or replace ${it(clients)}.`);
  }
  if (use('selected') > 0) {
    sentences.push(`SMB1 was selected on ${count(use('selected'), 'connection')}, and no SMB1 command was seen after it: it still works there, so look at what these servers allow.`);
  }
  if (sentences.length > 0) return sentences;
  if (use('decoy') > 0) {
    const others = use('offered') + use('client-needs-it') + use('server-needs-it');
    if (others === 0) return ['SMB1 is offered only as a decoy: no host here needs it. Turning it off breaks nothing that this capture shows.'];
    return [`SMB1 is offered as a decoy on ${count(use('decoy'), 'connection')} and was offered without success on ${others} more; no host here was seen to need it.`];
  }
  if (use('offered') + use('client-needs-it') + use('server-needs-it') > 0) {
    return ['SMB1 was offered, but never agreed on: no host here was seen to use it. Look at the connections to learn why they failed.'];
  }
  if (use('none') > 0) return ['No SMB1 was seen: every negotiation that could be judged is SMB2 or later. Nothing here stands in the way of turning SMB1 off.'];
  if (tally.connections > 0) return ['Nothing here says whether SMB1 is in use: no negotiation was captured in full. Capture the start of the connections (tcpdump -w f.pcap "port 445 or port 139").'];
  if (probes.syn > 0) return ['No SMB negotiation was captured: there were only connection attempts to ports 139 and 445.'];
  if (notSmb > 0) return ['No SMB negotiation was captured: ports 139 and 445 carried other protocols.'];
  return ['No SMB was captured, so nothing can be said about SMB1. Capture while clients connect (tcpdump -w f.pcap "port 445 or port 139").'];
}

function doubts({ tally, complete }: SummaryInput): string[] {
  const unknown = tally.smb1.get('unknown') ?? 0;
  const sentences: string[] = [];
  if (unknown > 0 && unknown < tally.connections) sentences.push(`${count(unknown, 'connection')} of ${tally.connections} could not be judged for SMB1.`);
  if (!complete) sentences.push('The capture was not read to its end: what is missing may change this.');
  return sentences;
}

function count(number: number, noun: string): string {
  return number === 1 ? `one ${noun}` : `${number} ${noun}s`;
}

const NAMED = 3;

/** "server 10.0.0.9", "servers 10.0.0.9, 10.0.0.10 and 5 more". */
function named(noun: string, hosts: readonly Host[]): string {
  const first = hosts.slice(0, NAMED).map((host) => host.address).join(', ');
  return `${noun}${hosts.length === 1 ? '' : 's'} ${first}${hosts.length > NAMED ? ` and ${hosts.length - NAMED} more` : ''}`;
}

function it(hosts: readonly Host[]): 'it' | 'them' {
  return hosts.length === 1 ? 'it' : 'them';
}
