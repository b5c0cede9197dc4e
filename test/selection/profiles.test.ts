import { describe, expect, it } from 'vitest';
import { BEHAVIOURS } from '../../src/selection/clients.ts';
import { FAMILIES, familyOf } from '../../src/selection/families.ts';
import type { Policy } from '../../src/selection/policy.ts';
import { Profile } from '../../src/selection/profile.ts';
import { PROFILES } from '../../src/selection/profiles.ts';

describe('every profile', () => {
  it.each(PROFILES.map((profile) => [profile.id, profile] as const))('%s has the form of one, a known family and known habits', (_id, profile) => {
    expect(Profile.safeParse(profile).error?.issues ?? []).toEqual([]);
    if (profile.client !== undefined) expect(BEHAVIOURS.map(({ name }) => name)).toContain(profile.client.behaviour);
    if (profile.server !== undefined) expect(() => familyOf(profile.family)!.server(profile.server as Policy)).not.toThrow();
  });

  it('has an id of its own', () => {
    expect(new Set(PROFILES.map(({ id }) => id)).size).toBe(PROFILES.length);
  });
});

/** Ids are a contract: they may be added to, and none may go or change. */
const IDS = [
  'windows-for-workgroups-3.11', 'windows-95', 'windows-98', 'windows-me', 'windows-nt-4.0', 'windows-2000', 'windows-xp', 'windows-server-2003', 'windows-vista',
  'windows-server-2008', 'windows-7', 'windows-server-2008-r2', 'windows-8', 'windows-server-2012', 'windows-8.1', 'windows-server-2012-r2', 'windows-10-1507',
  'windows-10-1511', 'windows-10-1607', 'windows-server-2016', 'windows-10-1703', 'windows-10-1709', 'windows-10-1803', 'windows-10-1809', 'windows-server-2019',
  'windows-10-1903', 'windows-10-1909', 'windows-10-2004', 'windows-10-20h2', 'windows-10-21h1', 'windows-10-21h2', 'windows-10-22h2', 'windows-server-2022',
  'windows-11-21h2', 'windows-11-22h2', 'windows-11-23h2', 'windows-11-24h2', 'windows-11-25h2', 'windows-server-2025',
  'samba-3.0', 'samba-3.4', 'samba-3.5', 'samba-3.6', 'samba-4.0', 'samba-4.2', 'samba-4.3', 'samba-4.6', 'samba-4.7', 'samba-4.10', 'samba-4.11', 'samba-4.13', 'samba-4.14',
  'samba-4.15', 'samba-4.16', 'samba-4.17', 'samba-4.18', 'samba-4.19', 'samba-4.20', 'samba-4.21', 'samba-4.22', 'samba-4.23',
  'curl-7.88', 'jcifs-1.3', 'jcifs-1.3-noextsec', 'impacket-0.10', 'impacket-0.10-smb1', 'impacket-0.10-smb2', 'nmap-7.93', 'nmap-7.93-smb1', 'nmap-7.93-smb1-noextsec',
  'go-smb2-1.1', 'npm-awo00-smb2', 'npm-marsaud-smb2', 'npm-v9u-smb2', 'npm-smb2', 'impacket-smbserver-0.10', 'impacket-smbserver-0.10-smb2', 'npm-awo00-smb2-server',
  'linux-3.0', 'linux-4.13', 'linux-4.14', 'linux-5.0', 'linux-6.0', 'linux-vers-1.0', 'macos-10.6', 'macos-10.9', 'macos-10.12', 'macos-10.15', 'macos-13', 'macos-14', 'ksmbd-6', 'macos-server-13',
  'specification', 'specification-smb1', 'specification-all',
  'windows-longhorn-5231', 'samba-3.2', 'samba-3.3', 'samba-4.1', 'samba-4.4', 'samba-4.5', 'samba-4.8', 'samba-4.9', 'samba-4.12', 'rclone-1.60', 'pysmbc',
  'linux-4.4-vers-3.0', 'linux-4.18-vers-3.1.1', 'linux-5.0-vers-3', 'linux-5.12-vers-3',
  'impacket-0.9', 'impacket-2026', 'ruby-smb-3.3', 'metasploit-rex', 'eternalblue-tooling', 'smbghost-scanner', 'zgrab2', 'smbtorture', 'nt-lm-0.12-programs', 'spincifs-1',
  'smbj-0.11', 'libsmb2-4', 'smbprotocol-1', 'jcifs-ng-2.1', 'jcifs-codelibs-3', 'smblibrary-1.5', 'pysmb-1.2', 'device-samba-2', 'device-samba-3', 'device-dec', 'os2-warp-4',
];

it('no id that was published is missing', () => {
  const ids = new Set(PROFILES.map(({ id }) => id));
  expect(IDS.filter((id) => !ids.has(id))).toEqual([]);
});

it('what is published is in the list', () => {
  expect(PROFILES.map(({ id }) => id).filter((id) => !IDS.includes(id))).toEqual([]);
});

it('no two families share a name', () => {
  expect(new Set(FAMILIES.map(({ name }) => name)).size).toBe(FAMILIES.length);
});
