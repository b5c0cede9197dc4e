import type { Profile } from './profile.ts';
import { DEVICES } from './profiles/devices.ts';
import { LIBRARIES } from './profiles/libraries.ts';
import { SAMBA } from './profiles/samba.ts';
import { SPECIFIED } from './profiles/specification.ts';
import { TOOLS } from './profiles/tools.ts';
import { UNIX } from './profiles/unix.ts';
import { WINDOWS } from './profiles/windows.ts';

/** Every known client and server, in the order in which they are listed. */
export const PROFILES: readonly Profile[] = [...WINDOWS, ...SAMBA, ...UNIX, ...TOOLS, ...LIBRARIES, ...DEVICES, ...SPECIFIED];

const BY_ID: ReadonlyMap<string, Profile> = new Map(PROFILES.map((profile) => [profile.id, profile]));

export function profileOf(id: string): Profile | undefined {
  return BY_ID.get(id);
}
