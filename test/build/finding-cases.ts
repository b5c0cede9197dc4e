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
}

/** A finding's table of cases. */
export function describeFinding(finding: Finding, cases: readonly Case[]): void {
  describe(finding.id, () => {
    for (const { when, given, is, evidence, severity } of cases) {
      it(`is ${is} when ${when}`, () => {
        const outcome = finding.judge(given);
        expect(outcome.is).toBe(is);
        if (outcome.is === 'present' || outcome.is === 'absent') {
          expect(outcome.evidence[0].packet).toBeGreaterThan(0);
          if (evidence !== undefined) expect(outcome.evidence.map(({ packet, field, value }) => [packet, field, value])).toEqual(evidence);
        } else {
          expect(outcome.because).not.toBe('');
        }
        if (severity !== undefined) expect(outcome.is === 'present' ? (outcome.severity ?? finding.severity) : null).toBe(severity);
      });
    }
  });
}
