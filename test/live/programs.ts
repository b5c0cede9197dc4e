import { spawnSync } from 'node:child_process';
import { PROFILES } from '../../src/selection/profiles.ts';

/** Samba, where it is installed: the live tests ask it, and say in their names why where they cannot. */

/** `4.17.12` of `Version 4.17.12-Debian`; null where there is no smbd. */
function versionOf(): string | null {
  const { stdout } = spawnSync('smbd', ['-V'], { encoding: 'utf8', timeout: 10_000 });
  return /^Version (\d+\.\d+\.\d+)/.exec(stdout ?? '')?.[1] ?? null;
}

/** Some of them know no --version: that they could be started is enough. */
function runs(program: string): boolean {
  return spawnSync(program, ['--version'], { stdio: 'ignore', timeout: 10_000 }).error === undefined;
}

export const SMBD_VERSION = versionOf();

/** The profile of that release: without one there are no rows to hold it against. */
export const PROFILE = PROFILES.find(({ id }) => SMBD_VERSION !== null && id === `samba-${/^\d+\.\d+/.exec(SMBD_VERSION)?.[0] ?? ''}`);

function whyNot(): string | null {
  if (SMBD_VERSION === null) return 'smbd is not installed';
  if (PROFILE === undefined) return `there are no rows for Samba ${SMBD_VERSION}`;
  if (!['smbclient', 'smbpasswd', 'smbstatus'].every(runs)) return 'smbclient, smbpasswd and smbstatus are not all installed';
  return process.getuid?.() === 0 ? null : 'smbd wants to be started by root';
}

const reason = whyNot();

/** For `describe.skipIf`. */
export const skipped = reason !== null;
/** For the name of a `describe`. */
export const title = `Samba ${SMBD_VERSION ?? ''}${reason === null ? '' : ` (skipped: ${reason})`}`;
/** For the name of a test that captures. */
export const withoutCapture = !runs('tcpdump');
