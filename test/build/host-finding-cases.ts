import { describe, expect, it } from 'vitest';
import type { HostFinding, Outcome } from '../../src/findings/finding.ts';
import { ServerHistory, type Sighting } from '../../src/findings/server-history.ts';

/** A connection that ended on 3.1.1; a case states what differs. */
export const sighting = (over: Partial<Sighting>): Sighting => ({
  packet: 5, answered: 0x0311, offered: [0x0202, 0x0210, 0x0300, 0x0302, 0x0311], smb1: null, smb2: true, limit: 0x0311, clientGuid: null, ...over,
});

export interface HostCase {
  readonly when: string;
  /** The connections of one server in their order. */
  readonly given: readonly Sighting[];
  readonly is: Outcome['is'];
  readonly evidence?: readonly (readonly [number, string, string])[];
}

/** A finding's table of cases. */
export function describeHostFinding(finding: HostFinding, cases: readonly HostCase[]): void {
  describe(finding.id, () => {
    for (const { when, given, is, evidence } of cases) {
      it(`is ${is} when ${when}`, () => {
        const history = new ServerHistory();
        for (const each of given) history.add(each);
        const outcome = finding.judge(history);
        expect(outcome.is).toBe(is);
        if (outcome.is !== 'present' && outcome.is !== 'absent') expect(outcome.because).not.toBe('');
        else if (evidence !== undefined) expect(outcome.evidence.map(({ packet, field, value }) => [packet, field, value])).toEqual(evidence);
      });
    }
  });
}
