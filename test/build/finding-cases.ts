import { describe, expect, it } from 'vitest';
import type { Finding, Outcome } from '../../src/findings/finding.ts';
import type { Exchange } from '../../src/negotiation/exchange.ts';
import type { Severity } from '../../src/verdicts/verdict.ts';

export interface Case {
  readonly when: string;
  readonly given: Exchange;
  readonly is: Outcome['is'];
  /** Packet, field and value of each piece of evidence. */
  readonly evidence?: readonly (readonly [number, string, string])[];
  readonly severity?: Severity;
  /** Part of what this connection adds; null where it adds nothing. */
  readonly note?: string | null;
}

/** A finding's table of cases. */
export function describeFinding(finding: Finding, cases: readonly Case[]): void {
  describe(finding.id, () => {
    for (const { when, given, is, evidence, severity, note } of cases) {
      it(`is ${is} when ${when}`, () => {
        const outcome = finding.judge(given);
        expect(outcome.is).toBe(is);
        if (outcome.is === 'present' || outcome.is === 'absent') {
          expect(outcome.evidence[0].packet).toBeGreaterThan(0);
          if (evidence !== undefined) expect(outcome.evidence.map(({ packet, field, value }) => [packet, field, value])).toEqual(evidence);
        } else {
          expect(outcome.because).not.toBe('');
        }
        const added = outcome.is === 'present' ? (outcome.note ?? null) : null;
        if (note === null) expect(added).toBeNull();
        else if (note !== undefined) expect(added).toContain(note);
        if (severity !== undefined) expect(outcome.is === 'present' ? (outcome.severity ?? finding.severity) : null).toBe(severity);
      });
    }
  });
}
