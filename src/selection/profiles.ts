import type { Profile } from './profile.ts';

/** Every known client and server, in the order in which they are listed. */
export const PROFILES: readonly Profile[] = [];

export function profileOf(id: string): Profile | undefined {
  return PROFILES.find((profile) => profile.id === id);
}
