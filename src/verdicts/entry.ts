import type { Exchange } from '../negotiation/exchange.ts';
import type { Certainty, Evidence, ExpectedEvent, Reference, Remedy, Severity, VerdictCode } from './verdict.ts';

/** Everything about one verdict code in one place: for the catalogue, and for a connection that got it. */
export interface VerdictEntry {
  readonly code: VerdictCode;
  readonly title: string;
  readonly severity: Severity;
  /** When it holds, one sentence. DESIGN 2.3 */
  readonly condition: string;
  /** What it means in general. */
  readonly meaning: string;
  readonly remediation: readonly Remedy[];
  readonly references: readonly Reference[];
  /** Two to four sentences with this connection's own facts. */
  explain(exchange: Exchange, certainty: Certainty): string;
  evidence(exchange: Exchange): readonly Evidence[];
  expectedEvents(exchange: Exchange): readonly ExpectedEvent[];
}
