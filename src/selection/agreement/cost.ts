import { LEVEL } from '../dialect-level.ts';
import type { Cost } from './setting.ts';

const cost = (severity: Cost['severity'], text: string): Cost => ({ severity, text });

/** What it costs that a least dialect goes down to this level. PROTOCOL 3.10, 4.5 */
export function costOfLeast(level: number): Cost {
  if (level <= LEVEL.lanman2) return cost('high', 'It opens SMB1 in its oldest dialects: no signing, passwords in the clear or as LANMAN hashes.');
  if (level === LEVEL.nt1) return cost('high', 'It opens SMB1: nothing protects the negotiation, there is no encryption, signing is weak and often off, and worms have used its faults.');
  if (level < LEVEL.smb300) return cost('medium', 'It opens SMB 2.x: no encryption, and signing only with HMAC-SHA256. Whoever sits between may bring newer clients down to it.');
  return cost('low', 'It opens 3.0 or 3.0.2: no preauthentication integrity, so a downgrade is found only afterwards, and encryption with AES-128-CCM alone.');
}

export const SMB1_COST = costOfLeast(LEVEL.nt1);

/** Newer dialects only add protection. */
export const NO_COST = cost('info', 'Nothing: what it opens is safer than what is there.');

export const CLEAR_COST = cost('medium', 'Files and names may cross the network in the clear where encryption was required until now.');

export const ALGORITHM_COST = cost('low', 'AES-CCM and HMAC-SHA256 come back: slower than AES-GCM and AES-GMAC, though not broken.');

export const UNSIGNED_COST = cost('medium', 'Unsigned sessions come back, and with them relaying of logons and changes under way.');
