import type { Missing } from '../negotiation/exchange.ts';
import type { Certainty, Smb1Use, VerdictCode } from './verdict.ts';

/** What the truth table decides; the text is made from it only when somebody reads it. */
export interface Judgement {
  readonly code: VerdictCode;
  readonly certainty: Certainty;
  readonly smb1: Smb1Use;
  readonly missing: readonly Missing[];
}
