import type { Exchange } from '../negotiation/exchange.ts';
import { severityRank } from '../verdicts/severity.ts';
import { FINDINGS } from './catalogue.ts';
import type { Finding, Outcome, PresentFinding } from './finding.ts';

/** A finding that failed; the connection keeps all others. */
export type FindingError = (id: string, error: unknown) => void;

/** What is present on this connection: most severe first, then in the catalogue's order. One bug costs one finding. */
export function judgeFindings(exchange: Exchange, onError?: FindingError, findings: readonly Finding[] = FINDINGS): PresentFinding[] {
  const found: PresentFinding[] = [];
  for (const finding of findings) {
    const outcome = outcomeOf(finding, exchange, onError);
    if (outcome !== null && outcome.is === 'present') found.push(record(finding, outcome));
  }
  // Stable: equals keep the catalogue's order.
  return found.toSorted((left, right) => severityRank(left.severity) - severityRank(right.severity));
}

function outcomeOf(finding: Finding, exchange: Exchange, onError: FindingError | undefined): Outcome | null {
  try {
    return finding.judge(exchange);
  } catch (error) {
    onError?.(finding.id, error);
    return null;
  }
}

function record(finding: Finding, outcome: Extract<Outcome, { is: 'present' }>): PresentFinding {
  const severity = outcome.severity ?? finding.severity;
  const found = { id: finding.id, severity, evidence: outcome.evidence };
  return outcome.note === undefined ? found : { ...found, note: outcome.note };
}
