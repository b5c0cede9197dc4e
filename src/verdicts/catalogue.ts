import type { VerdictEntry } from './entry.ts';
import { REFUSED_TEXTS } from './texts/refused.ts';
import { SMB1_TEXTS } from './texts/smb1.ts';
import { SMB2_TEXTS } from './texts/smb2.ts';
import { UNANSWERED_TEXTS } from './texts/unanswered.ts';
import { UNCLEAR_TEXTS } from './texts/unclear.ts';
import type { VerdictCode } from './verdict.ts';

/** Every verdict with its texts; a code without one does not compile. */
export const VERDICT_CATALOGUE: Record<VerdictCode, VerdictEntry> = {
  ...SMB1_TEXTS, ...SMB2_TEXTS, ...REFUSED_TEXTS, ...UNANSWERED_TEXTS, ...UNCLEAR_TEXTS,
};
