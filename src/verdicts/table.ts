import type { Facts } from './facts.ts';
import type { Smb1Use, VerdictCode } from './verdict.ts';

export interface Row {
  /** Number in the product's table of verdicts. */
  readonly row: string;
  readonly code: VerdictCode;
  /** What this says of SMB1 on the connection. */
  readonly smb1: Smb1Use | ((facts: Facts) => Smb1Use);
  holds(facts: Facts): boolean;
}

const offered = (facts: Facts): Smb1Use =>
  facts.offer === 'smb1-only' || facts.offer === 'multi-protocol' ? 'offered'
  : facts.offer === 'smb2-only' ? 'none' : 'unknown';

/** The server refused: it said so, or it ended the connection without an answer. */
const refusedByServer = ({ answer, endedBy }: Facts): boolean =>
  answer === 'reset' || answer === 'closed' || answer === 'smb1-none' || answer === 'smb1-error' || answer === 'smb2-error' ||
  (answer === 'smb2-wildcard' && endedBy === 'server');

const offeredSmb2 = ({ offer, answer }: Facts): boolean =>
  offer === 'multi-protocol' || offer === 'smb2-only' ||
  (offer === 'not-captured' && (answer === 'smb2-error' || answer === 'smb2-wildcard'));

const unanswered = ({ answer, endedBy, waited }: Facts): boolean =>
  answer === 'silence' && (endedBy === 'client' || waited);

/** Commands were asked for in earlier rows. */
const noSmb = ({ offer, answer }: Facts): boolean => (offer === 'none' || offer === 'not-captured') && answer === 'none';

/** One verdict for every connection: the first row that holds. The last one always does. */
export const TRUTH_TABLE: readonly Row[] = [
  { row: '1', code: 'smb-over-quic', smb1: 'none', holds: (f) => f.quic },
  { row: '2', code: 'smb1-in-use', smb1: 'in-use', holds: (f) => f.smb1Ran },
  { row: '3a', code: 'malformed-negotiation', smb1: 'unknown', holds: (f) => f.smb2 === 'success-not-offered' && !f.smb2Command },
  { row: '3b', code: 'smb2-negotiated-after-decoy', smb1: 'decoy', holds: (f) => f.smb2 !== 'none' && f.decoy },
  { row: '3c', code: 'smb2-negotiated', smb1: (f) => (f.smb1Selected ? 'selected' : 'none'), holds: (f) => f.smb2 !== 'none' },
  { row: '4', code: 'smb2-negotiated-after-decoy', smb1: 'decoy', holds: (f) => f.smb2Command && f.decoy },
  { row: '4', code: 'session-in-progress', smb1: 'unknown', holds: (f) => f.smb2Command },
  {
    row: '5', code: 'smb1-only-server-found', smb1: 'server-needs-it',
    holds: (f) => f.smb1Selected && f.offer === 'multi-protocol' && f.endedBy === 'client',
  },
  { row: '5', code: 'smb1-selected', smb1: 'selected', holds: (f) => f.smb1Selected },
  { row: '6', code: 'netbios-session-refused', smb1: 'unknown', holds: (f) => f.answer === 'netbios-refused' },
  {
    row: '7', code: 'no-common-dialect', smb1: offered,
    holds: (f) => (f.notSupported && (f.answer === 'smb2-error' || f.answer === 'smb1-error')) ||
      (f.answer === 'smb1-none' && f.offer === 'multi-protocol'),
  },
  {
    row: '8', code: 'smb1-only-client-rejected', smb1: 'client-needs-it',
    holds: (f) => refusedByServer(f) && f.offer === 'smb1-only',
  },
  { row: '8', code: 'negotiation-refused', smb1: offered, holds: (f) => refusedByServer(f) && offeredSmb2(f) },
  { row: '9', code: 'negotiation-abandoned', smb1: 'decoy', holds: (f) => f.answer === 'smb2-wildcard' && f.endedBy === 'client' },
  {
    row: '10', code: 'smb1-only-client-unanswered', smb1: 'client-needs-it',
    holds: (f) => unanswered(f) && f.offer === 'smb1-only',
  },
  {
    row: '10', code: 'negotiation-unanswered', smb1: offered,
    holds: (f) => unanswered(f) && (f.offer === 'multi-protocol' || f.offer === 'smb2-only'),
  },
  { row: '11', code: 'malformed-negotiation', smb1: 'unknown', holds: (f) => f.malformed },
  { row: '12', code: 'connection-refused', smb1: 'unknown', holds: (f) => noSmb(f) && f.tcp === 'refused' },
  { row: '12', code: 'connection-unanswered', smb1: 'unknown', holds: (f) => noSmb(f) && f.tcp === 'unanswered' },
  { row: '12', code: 'transport-race-lost', smb1: 'unknown', holds: (f) => noSmb(f) && f.tcp === 'connected' && f.raceLost },
  { row: '12', code: 'connection-without-negotiation', smb1: 'unknown', holds: (f) => noSmb(f) && f.tcp === 'connected' },
  { row: '13', code: 'inconclusive', smb1: 'unknown', holds: () => true },
];

export function decide(facts: Facts): { readonly code: VerdictCode; readonly smb1: Smb1Use } {
  const row = TRUTH_TABLE.find((candidate) => candidate.holds(facts))!;
  return { code: row.code, smb1: typeof row.smb1 === 'function' ? row.smb1(facts) : row.smb1 };
}
