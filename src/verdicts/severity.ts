import type { Severity } from './verdict.ts';

/** The written rule by which every verdict and finding gets its severity. */
export const SEVERITY_RULE: Readonly<Record<Severity, string>> = {
  critical: 'Whoever can read or touch the traffic gains passwords or control at once, or the traffic was changed on its way.',
  high: 'A protocol without modern protection is in use or needed, or the host is exposed to those who should not reach it.',
  medium: 'Something does not work for somebody, or one protection that the peers could have is missing.',
  low: 'A weaker choice than necessary that costs little to better.',
  info: 'A fact worth knowing; nothing is wrong.',
};

const RANKS: Readonly<Record<Severity, number>> = { critical: 0, high: 1, medium: 2, low: 3, info: 4 };

/** 0 for the most severe. */
export function severityRank(severity: Severity): number {
  return RANKS[severity];
}
