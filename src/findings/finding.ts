import type { Exchange } from '../negotiation/exchange.ts';
import type { Evidence, Reference, Remedy, Severity } from '../verdicts/verdict.ts';

export type AtLeastOne<T> = readonly [T, ...T[]];

/** Absence of evidence is `unknown`, never `absent`. */
export type Outcome =
  | { readonly is: 'present'; readonly evidence: AtLeastOne<Evidence>; readonly severity?: Severity; readonly note?: string }
  | { readonly is: 'absent'; readonly evidence: AtLeastOne<Evidence> }
  | { readonly is: 'not-applicable'; readonly because: string }
  | { readonly is: 'unknown'; readonly because: string };

/** One question about one connection, with everything a reader needs: condition, severity, text, remedy, references. */
export interface Finding<Id extends string = string> {
  readonly id: Id;
  readonly title: string;
  readonly severity: Severity;
  readonly since: string;
  readonly explanation: string;
  readonly falsePositives: string;
  readonly remediation: readonly Remedy[];
  readonly references: readonly Reference[];
  judge(exchange: Exchange): Outcome;
}

/** What a connection's record carries. */
export interface PresentFinding {
  readonly id: string;
  readonly severity: Severity;
  readonly evidence: readonly Evidence[];
  readonly note?: string;
}

export function defineFinding<const Id extends string>(finding: Finding<Id>): Finding<Id> {
  return finding;
}
