import { VERDICT_CATALOGUE } from '../verdicts/catalogue.ts';
import type { Severity, VerdictCode } from '../verdicts/verdict.ts';

const SEVERITIES: readonly Severity[] = ['info', 'low', 'medium', 'high', 'critical'];
const PROBES: ReadonlySet<VerdictCode> = new Set<VerdictCode>(['connection-refused', 'connection-unanswered']);

/** Probes leave a full report first, then the least severe. */
function rankOf(code: VerdictCode): number {
  return PROBES.has(code) ? 0 : 1 + SEVERITIES.indexOf(VERDICT_CATALOGUE[code].severity);
}

/** Which connections a bounded report has: so many, the most severe, in the order of their ids. */
export class MostSevere<T> {
  readonly #limit: number;
  readonly #ranks: { id: number; value: T }[][] = Array.from({ length: SEVERITIES.length + 1 }, () => []);
  #kept = 0;
  omitted = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** `value` is called only for a connection that is kept, for now. */
  add(id: number, code: VerdictCode, value: () => T): void {
    const rank = rankOf(code);
    if (this.#kept >= this.#limit && !this.#makeRoom(rank)) return;
    this.#ranks[rank]?.push({ id, value: value() });
    this.#kept += 1;
  }

  inOrder(): T[] {
    return this.#ranks.flat().toSorted((left, right) => left.id - right.id).map(({ value }) => value);
  }

  /** Drops the newest connection of a lower rank; without one the new connection is left out itself. */
  #makeRoom(rank: number): boolean {
    this.omitted += 1;
    const lowest = this.#ranks.findIndex((values) => values.length > 0);
    if (lowest < 0 || lowest >= rank) return false;
    this.#ranks[lowest]?.pop();
    this.#kept -= 1;
    return true;
  }
}
