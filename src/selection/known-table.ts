import type { ClientSettings } from './client-offer.ts';
import type { PolicyFields } from './profile.ts';

/** The form of known-forms.ts. Numbers are places in the lists beside. */

export interface KnownClients {
  /** Id, and whether the profile is from memory. */
  readonly profiles: readonly (readonly [id: string, fromMemory: 0 | 1])[];
  /** Settings under which a request is sent, and when, where that is not the usual way. */
  readonly ways: readonly (readonly [settings: ClientSettings, when: string | null])[];
  readonly groups: readonly (readonly number[])[];
  /** Every request by its fingerprint, and in which way which profiles send it. */
  readonly forms: readonly (readonly [fingerprint: string, senders: readonly (readonly [way: number, group: number])[]])[];
}

export interface KnownServers {
  /** Id, whether the profile is from memory, and the levels of its range by default. */
  readonly profiles: readonly (readonly [id: string, fromMemory: 0 | 1, min: number, max: number])[];
  /** Settings that are needed for an answer. */
  readonly policies: readonly PolicyFields[];
  /** Values that a field has. */
  readonly values: readonly (readonly string[])[];
  readonly groups: readonly (readonly number[])[];
  /** By transport and class of answer: who answers so, and what the fields of the fingerprint are then. */
  readonly classes: Readonly<Record<string, readonly (readonly [group: number, policy: number, fields: readonly (readonly [name: string, values: number])[]])[]>>;
}
