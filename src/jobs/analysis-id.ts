import { createHmac, randomBytes } from 'node:crypto';

/**
 * Names one analysis: whose it is, when it was asked for (newest first in a sorted list), and 100 random bits, so that it cannot be
 * guessed. Lower-case hex only: some file systems do not tell cases apart.
 */
export type AnalysisId = string;

const OWNER_DIGITS = 12;
const TIME_DIGITS = 11;
const RANDOM_DIGITS = 25;
const LATEST = 16 ** TIME_DIGITS - 1;
const FORM = /^[0-9a-f]{48}$/;

export function newAnalysisId(owner: string, milliseconds: number): AnalysisId {
  const time = (LATEST - Math.max(0, Math.trunc(milliseconds))).toString(16).padStart(TIME_DIGITS, '0');
  return owner + time + randomBytes(13).toString('hex').slice(0, RANDOM_DIGITS);
}

/** The first digits of all ids of one key. Whoever does not have the secret learns nothing of the key. */
export function ownerOf(secret: Uint8Array, apiKey: string): string {
  return createHmac('sha256', secret).update('owner\0').update(apiKey).digest('hex').slice(0, OWNER_DIGITS);
}

export function isAnalysisId(text: string): text is AnalysisId {
  return FORM.test(text);
}

export function isOwnedBy(id: AnalysisId, owner: string): boolean {
  return id.startsWith(owner);
}

/** Milliseconds since 1970 when the analysis was asked for, by the clock of then. */
export function askedAt(id: AnalysisId): number {
  return LATEST - Number.parseInt(id.slice(OWNER_DIGITS, OWNER_DIGITS + TIME_DIGITS), 16);
}

/** Sorts the analyses of all owners, oldest first. */
export function byAge(left: AnalysisId, right: AnalysisId): number {
  return left.slice(OWNER_DIGITS) < right.slice(OWNER_DIGITS) ? 1 : -1;
}
