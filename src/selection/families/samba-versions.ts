import { LEVEL } from '../dialect-level.ts';
import { PolicyProblem } from '../policy.ts';

/** What a Samba release knows and does without settings. PROTOCOL 5.4; 4.17 as it was observed. */
export interface SambaRelease {
  readonly from: readonly [major: number, minor: number];
  /** Its own default range. */
  readonly min: number;
  readonly max: number;
  /** The greatest level that it has code for. */
  readonly greatest: number;
  readonly ciphers: readonly number[];
  /** Null: it has no signing context yet. */
  readonly signingAlgorithms: readonly number[] | null;
  readonly multiChannel: boolean;
  readonly leases: boolean;
  /** Hint of the security blob. */
  readonly hint: 'please-ignore' | 'none';
  /** The name of the server stands behind the domain in an answer without extended security. */
  readonly serverName: boolean;
}

const GCM_CCM_128 = [2, 1];
const CCM_GCM_128 = [1, 2];
const ALL_CIPHERS = [2, 1, 4, 3];
const ALL_SIGNING = [2, 1, 0];

const OLDEST = {
  min: LEVEL.core, max: LEVEL.nt1, greatest: LEVEL.nt1, ciphers: [], signingAlgorithms: null, multiChannel: false, leases: false, hint: 'none', serverName: false,
} as const;

/** Newest first. */
const RELEASES: readonly SambaRelease[] = [
  { from: [4, 15], min: LEVEL.smb202, max: LEVEL.smb311, greatest: LEVEL.smb311, ciphers: ALL_CIPHERS, signingAlgorithms: ALL_SIGNING, multiChannel: true, leases: true, hint: 'please-ignore', serverName: true },
  { from: [4, 11], min: LEVEL.smb202, max: LEVEL.smb311, greatest: LEVEL.smb311, ciphers: GCM_CCM_128, signingAlgorithms: null, multiChannel: false, leases: true, hint: 'please-ignore', serverName: true },
  { from: [4, 3], min: LEVEL.lanman1, max: LEVEL.smb311, greatest: LEVEL.smb311, ciphers: CCM_GCM_128, signingAlgorithms: null, multiChannel: false, leases: true, hint: 'please-ignore', serverName: true },
  { from: [4, 0], min: LEVEL.lanman1, max: LEVEL.smb300, greatest: LEVEL.smb300, ciphers: [1], signingAlgorithms: null, multiChannel: false, leases: false, hint: 'please-ignore', serverName: true },
  { ...OLDEST, from: [3, 6], greatest: LEVEL.smb202, hint: 'please-ignore' },
  { ...OLDEST, from: [3, 5], greatest: LEVEL.smb202, hint: 'please-ignore' },
  { ...OLDEST, from: [3, 0] },
];

/** The release whose answers were recorded. */
export const OBSERVED_VERSION = '4.17';

export function releaseOf(version: string): SambaRelease {
  const match = /^(\d+)\.(\d+)(?:\.\d+)?$/.exec(version);
  const major = Number(match?.[1]);
  const minor = Number(match?.[2]);
  const release = RELEASES.find(({ from }) => major > from[0] || (major === from[0] && minor >= from[1]));
  if (release === undefined) throw new PolicyProblem('unknown-value', 'version', `There are rules for Samba 3.0 and later, as 4.17: not for ${version}.`);
  return release;
}
