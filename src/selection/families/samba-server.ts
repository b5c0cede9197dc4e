import { negTokenInit, PLEASE_IGNORE } from '../../smb/build/spnego.ts';
import type { Policy } from '../policy.ts';
import type { Values } from '../values.ts';
import { readSambaPolicy, type SambaPolicy } from './samba-policy.ts';
import { inheritedRules, SAMBA_RULES, type SambaRules } from './samba-rules.ts';

/** What one smbd knows beside the connection. */
export interface SambaServer {
  readonly policy: SambaPolicy;
  readonly rules: SambaRules;
  /** A standalone server's: NTLMSSP alone. */
  readonly blob: Uint8Array;
  readonly serverName: (values: Values) => string;
  readonly domain: (values: Values) => string;
}

/** DialectIndex of no dialect. [MS-CIFS] 2.2.4.52.2 */
export const NONE_CHOSEN = 0xffff;

export function sambaServer(given: Policy): SambaServer {
  const policy = readSambaPolicy(given);
  return {
    policy,
    rules: policy.observed ? SAMBA_RULES : inheritedRules(),
    blob: negTokenInit({ mechTypes: ['NTLMSSP'], hint: policy.release.hint === 'none' ? 'NONE' : PLEASE_IGNORE }),
    serverName: (values) => (policy.serverName ?? values.serverName).toUpperCase().slice(0, 15),
    domain: (values) => (policy.domain ?? values.domain).toUpperCase().slice(0, 15),
  };
}

/** Its NetBIOS name in lower case, filled up with NULs. */
export function guidOf(serverName: string, values: Values): Uint8Array {
  if (values.serverGuid !== null) return values.serverGuid;
  const guid = new Uint8Array(16);
  const name = serverName.toLowerCase();
  for (let index = 0; index < Math.min(15, name.length); index++) guid[index] = name.charCodeAt(index);
  return guid;
}
