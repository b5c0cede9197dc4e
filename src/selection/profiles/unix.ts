import type { ClientPart, OfferContext, Profile } from '../profile.ts';

/** The Linux kernel and macOS. PROTOCOL 5.5, 5.6 */

const PREAUTH: OfferContext = { name: 'PREAUTH_INTEGRITY', hashAlgorithms: [1], saltLength: 32 };
const NETNAME: OfferContext = { name: 'NETNAME' };
const POSIX: OfferContext = { name: 'POSIX_EXTENSIONS', data: '93ad25509cb411e7b42383de968bcd7c' };
const ciphers = (...ids: number[]): OfferContext => ({ name: 'ENCRYPTION', ciphers: ids });
const signing = (...ids: number[]): OfferContext => ({ name: 'SIGNING', signingAlgorithms: ids });

function linuxSmb2(dialects: number[], contexts: OfferContext[], credits: number): ClientPart {
  return {
    behaviour: 'linux', start: 'smb2-only', smb1Usable: false, signingRequired: false,
    smb2: { dialects, securityMode: 1, capabilities: 0x77, sloppy: true, clientGuid: 'values', processId: 'values', first: { creditCharge: 0, credits }, contexts },
  };
}

const linuxSmb1 = (dialects: string[]): ClientPart => ({
  behaviour: 'linux', start: 'smb1-only', smb1Usable: true, signingRequired: false, smb1: { dialects, flags: 0x08, flags2: 0xc001, tid: 0, pid: 'values', mid: 1 },
});

function linux(id: string, title: string, version: string, client: ClientPart, notes: string[] = []): Profile {
  return { id, title, role: 'client', family: 'linux', version, certainty: 'source', source: ['PROTOCOL 5.5', 'Linux fs/smb/client'], ...(notes.length > 0 && { notes }), client };
}

const UP_TO_302 = [0x0210, 0x0300, 0x0302];
const UP_TO_311 = [...UP_TO_302, 0x0311];
const BY_OPTION = ['Mounted without vers=; with vers= it offers that dialect alone: set minDialect and maxDialect to it.'];

const macOsSmb1 = { dialects: ['NT LM 0.12', 'SMB 2.002', 'SMB 2.???'], flags: 0x08, flags2: 0xc801, tid: 0xffff, pid: 'values', mid: 0 } as const;

function macOs(id: string, title: string, version: string, certainty: Profile['certainty'], dialects: number[], capabilities: number, contexts: OfferContext[], notes: string[] = []): Profile {
  return {
    id, title, role: 'client', family: 'macos', version, certainty, source: ['PROTOCOL 5.6'], ...(notes.length > 0 && { notes }),
    client: {
      behaviour: 'macos', start: 'multi-protocol', smb1Usable: true, signingRequired: false, smb1: { ...macOsSmb1, dialects: [...macOsSmb1.dialects] },
      smb2: { dialects, securityMode: 1, capabilities, clientGuid: 'values', processId: 'values', first: { creditCharge: 1, credits: 10 }, contexts },
    },
  };
}

const FOUR = [0x0202, 0x0210, 0x0300, 0x0302];
const FIVE = [...FOUR, 0x0311];
const NO_COMPRESSION: OfferContext = { name: 'COMPRESSION', flags: 0, algorithms: [0] };
const CREDITS = ['Credits and process id are not recorded.'];

export const UNIX: readonly Profile[] = [
  linux('linux-3.0', 'Linux 3.x and 4.x before 4.13', '4.12', linuxSmb1(['NT LM 0.12', 'POSIX 2'])),
  linux('linux-4.13', 'Linux 4.13.0', '4.13', linuxSmb2([0x0300], [], 2)),
  linux('linux-4.14', 'Linux 4.13.5 to 4.20', '4.14', linuxSmb2(UP_TO_302, [], 2), BY_OPTION),
  linux('linux-5.0', 'Linux 5.0 and later', '5.0', linuxSmb2(UP_TO_311, [PREAUTH, ciphers(2, 1), NETNAME, POSIX], 10), BY_OPTION),
  linux('linux-6.0', 'Linux 6.x, enable_gcm_256', '6.0', linuxSmb2(UP_TO_311, [PREAUTH, ciphers(2, 4, 1), NETNAME, POSIX, { ...signing(1), slack: 4 }], 10), BY_OPTION),
  linux('linux-vers-1.0', 'Linux, mounted with vers=1.0', '6.0', linuxSmb1(['NT LM 0.12', 'POSIX 2'])),
  {
    id: 'macos-10.6', title: 'Mac OS X 10.5 to 10.8', role: 'client', family: 'macos', version: '10.6', certainty: 'observed', source: ['PROTOCOL 5.6'],
    client: { behaviour: 'macos', start: 'smb1-only', smb1Usable: true, signingRequired: false, smb1: { ...macOsSmb1, dialects: ['NT LM 0.12'] } },
  },
  macOs('macos-10.9', 'OS X 10.9', '10.9', 'recollection', [0x0202, 0x0210], 0, [], CREDITS),
  macOs('macos-10.12', 'OS X 10.10 to macOS 10.12', '10.12', 'observed', FOUR, 0x77, [], CREDITS),
  macOs('macos-10.15', 'macOS 10.13 to 12.2', '10.15', 'recollection', FIVE, 0x77, [PREAUTH, ciphers(2, 1), NETNAME], CREDITS),
  macOs('macos-13', 'macOS 12.3 to 13', '13', 'observed', FIVE, 0x7f, [PREAUTH, ciphers(4, 3, 2, 1), NO_COMPRESSION, NETNAME], CREDITS),
  macOs('macos-14', 'macOS 14 and later', '14', 'source', FIVE, 0x7f, [PREAUTH, ciphers(4, 3, 2, 1), NO_COMPRESSION, signing(2, 1), NETNAME], CREDITS),
  { id: 'ksmbd-6', title: 'ksmbd of Linux 6.x', role: 'server', family: 'ksmbd', version: '6', certainty: 'source', source: ['PROTOCOL 5.8', 'Linux fs/smb/server'], server: {} },
  { id: 'macos-server-13', title: 'macOS file sharing', role: 'server', family: 'macos', version: '13', certainty: 'observed', source: ['PROTOCOL 5.6'], server: {} },
];
