import { awo00 } from './families/awo00.ts';
import { impacket } from './families/impacket.ts';
import { ksmbd } from './families/ksmbd.ts';
import { macos } from './families/macos.ts';
import { samba } from './families/samba.ts';
import { specification } from './families/specification.ts';
import { windows } from './families/windows.ts';
import type { ServerFamily } from './family.ts';

/** Every server family, in the order in which they are listed. */
export const FAMILIES: readonly ServerFamily[] = [specification, windows, samba, ksmbd, macos, impacket, awo00];

export function familyOf(name: string): ServerFamily | undefined {
  return FAMILIES.find((family) => family.name === name);
}
