import type { ClientBehaviour } from './client-behaviour.ts';
import { linuxClient } from './clients/linux.ts';
import { macosClient } from './clients/macos.ts';
import { plainClient } from './clients/plain.ts';
import { sambaClient } from './clients/samba.ts';
import { windowsClient } from './clients/windows.ts';

/** Every code base of clients whose habits are known. */
export const BEHAVIOURS: readonly ClientBehaviour[] = [windowsClient, sambaClient, linuxClient, macosClient, plainClient];

/** Those of this name; a profile's name is checked by a test, an offer without one is plain. */
export function behaviourOf(name: string): ClientBehaviour {
  return BEHAVIOURS.find((behaviour) => behaviour.name === name) ?? plainClient;
}
