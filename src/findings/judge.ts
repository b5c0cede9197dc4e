import type { Exchange } from '../negotiation/exchange.ts';
import { severityRank } from '../verdicts/severity.ts';
import { FINDINGS, HOST_FINDINGS } from './catalogue.ts';
import type { Finding, FindingEntry, HostFinding, Outcome, PresentFinding } from './finding.ts';
import type { ServerHistory } from './server-history.ts';

/** A finding that failed; the connection keeps all others. */
export type FindingError = (id: string, error: unknown) => void;

/** What is present on this connection: most severe first, then in the catalogue's order. One bug costs one finding. */
export function judgeFindings(exchange: Exchange, onError?: FindingError, findings: readonly Finding[] = FINDINGS): PresentFinding[] {
  return presentOf(findings, exchange, onError);
}

/** What the connections of a server show together. */
export function judgeHost(history: ServerHistory, onError?: FindingError, findings: readonly HostFinding[] = HOST_FINDINGS): PresentFinding[] {
  return presentOf(findings, history, onError);
}

function presentOf<Subject>(findings: readonly (FindingEntry & { judge(subject: Subject): Outcome })[], subject: Subject, onError: FindingError | undefined): PresentFinding[] {
  const found: PresentFinding[] = [];
  for (const finding of findings) {
    const outcome = outcomeOf(finding, subject, onError);
    if (outcome !== null && outcome.is === 'present') found.push(record(finding, outcome));
  }
  // Stable: equals keep the catalogue's order.
  return found.toSorted((left, right) => severityRank(left.severity) - severityRank(right.severity));
}

function outcomeOf<Subject>(finding: FindingEntry & { judge(subject: Subject): Outcome }, subject: Subject, onError: FindingError | undefined): Outcome | null {
  try {
    return finding.judge(subject);
  } catch (error) {
    onError?.(finding.id, error);
    return null;
  }
}

function record(finding: FindingEntry, outcome: Extract<Outcome, { is: 'present' }>): PresentFinding {
  const severity = outcome.severity ?? finding.severity;
  const found = { id: finding.id, severity, evidence: outcome.evidence };
  return outcome.note === undefined ? found : { ...found, note: outcome.note };
}
