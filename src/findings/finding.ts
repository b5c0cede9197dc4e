import type { Exchange } from '../negotiation/exchange.ts';
import type { ServerHistory } from './server-history.ts';
import type { Evidence, Reference, Remedy, Severity } from '../verdicts/verdict.ts';

export type AtLeastOne<T> = readonly [T, ...T[]];

/** Absence of evidence is `unknown`, never `absent`. */
export type Outcome =
  | { readonly is: 'present'; readonly evidence: AtLeastOne<Evidence>; readonly severity?: Severity; readonly note?: string }
  | { readonly is: 'absent'; readonly evidence: AtLeastOne<Evidence> }
  | { readonly is: 'not-applicable'; readonly because: string }
  | { readonly is: 'unknown'; readonly because: string };

/** Everything a reader needs of a finding: severity, text, remedy, references. */
export interface FindingEntry<Id extends string = string> {
  readonly id: Id;
  readonly title: string;
  readonly severity: Severity;
  readonly since: string;
  readonly explanation: string;
  readonly falsePositives: string;
  readonly remediation: readonly Remedy[];
  readonly references: readonly Reference[];
}

/** One question about one connection. */
export interface Finding<Id extends string = string> extends FindingEntry<Id> {
  judge(exchange: Exchange): Outcome;
}

/** One question about a server that only several of its connections together answer. */
export interface HostFinding<Id extends string = string> extends FindingEntry<Id> {
  judge(history: ServerHistory): Outcome;
}

/** What the record of a connection or a host carries. */
export interface PresentFinding {
  readonly id: string;
  readonly severity: Severity;
  readonly evidence: readonly Evidence[];
  readonly note?: string;
}

export function defineFinding<const Id extends string>(finding: Finding<Id>): Finding<Id> {
  return finding;
}

export function defineHostFinding<const Id extends string>(finding: HostFinding<Id>): HostFinding<Id> {
  return finding;
}
