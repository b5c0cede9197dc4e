import type { ClientSettings } from './client-offer.ts';
import type { Fingerprint } from './fingerprint.ts';
import type { PolicyFields } from './profile.ts';

/** Who may have sent a message. Bytes can be forged, so nothing is ever certain. */

/** A field that is not as the profile would send it. */
export interface Difference {
  readonly field: string;
  /** What the profile sends there, or one of the things. */
  readonly expected: string;
  readonly seen: string;
}

export interface Candidate {
  readonly profile: string;
  /** `likely`: every field is as this profile sends it unless told otherwise; `possible`: with other settings, with differences, or the profile itself is from memory. */
  readonly certainty: 'likely' | 'possible';
  /** Of a client: settings under which it sends this very request; empty for its defaults. */
  readonly settings?: ClientSettings;
  /** Of a server: settings under which it answers so; empty for its defaults. */
  readonly policy?: PolicyFields;
  /** When a client sends it, where that is not its usual way. */
  readonly when?: string;
  /** Fields of the fingerprint that are as expected. */
  readonly for: readonly string[];
  readonly against: readonly Difference[];
}

/** All profiles that the bytes do not tell apart, most likely first; none where nothing known comes near. */
export interface Recognition {
  readonly fingerprint: Fingerprint;
  /** No field speaks against them. */
  readonly exact: boolean;
  readonly candidates: readonly Candidate[];
}

/** Within each certainty in the order in which profiles are listed. */
export function likeliestFirst(candidates: readonly Candidate[]): readonly Candidate[] {
  return [...candidates.filter(({ certainty }) => certainty === 'likely'), ...candidates.filter(({ certainty }) => certainty === 'possible')];
}
