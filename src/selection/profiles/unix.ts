import type { ClientPart, OfferContext, Profile, Smb2Offer } from '../profile.ts';

/** The Linux kernel and macOS. PROTOCOL 5.5, 5.6 */

const PREAUTH: OfferContext = { name: 'PREAUTH_INTEGRITY', hashAlgorithms: [1], saltLength: 32 };
const NETNAME: OfferContext = { name: 'NETNAME' };
const POSIX: OfferContext = { name: 'POSIX_EXTENSIONS', data: '93ad25509cb411e7b42383de968bcd7c' };
const ciphers = (...ids: number[]): OfferContext => ({ name: 'ENCRYPTION', ciphers: ids });
const signing = (...ids: number[]): OfferContext => ({ name: 'SIGNING', signingAlgorithms: ids });

/** One SecurityMode bit; multichannel adds a capability. PROTOCOL 5.5 */
function linuxSmb2(dialects: number[], contexts: OfferContext[], credits: number, capabilities = 0x77): ClientPart {
  const smb2: Smb2Offer = { dialects, securityMode: 1, capabilities, sloppy: true, clientGuid: 'values', processId: 'values', first: { creditCharge: 0, credits }, contexts };
  return {
    behaviour: 'linux', start: 'smb2-only', smb1Usable: false, signingRequired: false, smb2, settings: ['dialect', 'signing'],
    ...(capabilities === 0x77 && { others: [{ when: 'mounted with multichannel', smb2: { ...smb2, capabilities: 0x7f } }] }),
  };
}

const linuxSmb1 = (dialects: string[], others: string[][] = []): ClientPart => ({
  behaviour: 'linux', start: 'smb1-only', smb1Usable: true, signingRequired: false, smb1: { ...LINUX_SMB1, dialects },
  others: [dialects, ...others].flatMap((list) => [0x00, 0x08].map((flags) => ({ when: list === dialects ? 'other flags' : 'with other security options', smb1: { ...LINUX_SMB1, flags, dialects: list } }))),
});
const LINUX_SMB1 = { flags: 0x08, flags2: 0xc001, tid: 0, pid: 'values', mid: 1 } as const;
const NT_ONLY = ['NT LM 0.12'];
const WEAK = ['LM1.2X002', 'LANMAN2.1', 'NT LM 0.12', 'POSIX 2'];

function linux(id: string, title: string, version: string, client: ClientPart, notes: string[] = [], certainty: Profile['certainty'] = 'source'): Profile {
  return { id, title, role: 'client', family: 'linux', version, certainty, source: ['PROTOCOL 5.5', 'Linux fs/smb/client'], ...(notes.length > 0 && { notes }), client };
}

const UP_TO_302 = [0x0210, 0x0300, 0x0302];
const UP_TO_311 = [...UP_TO_302, 0x0311];
const BY_OPTION = ['Mounted without vers=; with vers= it offers that dialect alone: set minDialect and maxDialect to it.'];

const macOsSmb1 = { dialects: ['NT LM 0.12', 'SMB 2.002', 'SMB 2.???'], flags: 0x08, flags2: 0xc801, tid: 0xffff, pid: 'values', mid: 0 } as const;

interface MacOs { readonly id: string; readonly title: string; readonly version: string; readonly certainty: Profile['certainty'] }

/** Its MID is 0 or random; protocol_vers_map 6 or 4 of nsmb.conf makes it SMB2-only. */
function macOs({ id, title, version, certainty }: MacOs, smb2: Smb2Offer, notes: string[] = []): Profile {
  const smb1 = { ...macOsSmb1, dialects: [...macOsSmb1.dialects] };
  return {
    id, title, role: 'client', family: 'macos', version, certainty, source: ['PROTOCOL 5.6'], ...(notes.length > 0 && { notes }),
    client: {
      behaviour: 'macos', start: 'multi-protocol', smb1Usable: true, signingRequired: false, smb1, smb2, settings: ['smb2-only', 'signing'],
      others: [{ when: 'with a random MID', smb1: { ...smb1, mid: 'values' } }],
    },
  };
}

const macSmb2 = (dialects: number[], capabilities: number, contexts: OfferContext[] = []): Smb2Offer =>
  ({ dialects, securityMode: 1, capabilities, clientGuid: 'values', processId: 0xfeff, first: { creditCharge: 0, credits: 0 }, contexts });

const FOUR = [0x0202, 0x0210, 0x0300, 0x0302];
const FIVE = [...FOUR, 0x0311];
const NO_COMPRESSION: OfferContext = { name: 'COMPRESSION', flags: 0, algorithms: [0] };
const SIZES = { smb2: { sizes: ['65536/65536/65536', '4194304/4194304/4194304', '8388608/8388608/8388608'] } };

export const UNIX: readonly Profile[] = [
  linux('linux-3.0', 'Linux 3.x and 4.x before 4.13', '4.12', linuxSmb1(['NT LM 0.12', 'POSIX 2'], [NT_ONLY, WEAK])),
  linux('linux-4.4-vers-3.0', 'Linux 3.x and 4.x, mounted with vers=3.0', '4.4', linuxSmb2([0x0300], [], 2, 0x57), [], 'observed'),
  linux('linux-4.13', 'Linux 4.13.0', '4.13', linuxSmb2([0x0300], [], 2)),
  linux('linux-4.14', 'Linux 4.13.5 to 4.20', '4.14', linuxSmb2(UP_TO_302, [], 2), BY_OPTION),
  linux('linux-4.18-vers-3.1.1', 'Linux 4.18 to 4.20, mounted with vers=3.1.1', '4.18', linuxSmb2([0x0311], [PREAUTH, ciphers(2, 1), { name: 'POSIX_EXTENSIONS', data: '0'.repeat(16) }], 2), ['Contexts as remembered: only the zeros of the last one are recorded.'], 'recollection'),
  linux('linux-5.0', 'Linux 5.0 and later', '5.0', linuxSmb2(UP_TO_311, [PREAUTH, ciphers(2, 1), NETNAME, POSIX], 10), BY_OPTION, 'observed'),
  linux('linux-5.0-vers-3', 'Linux 5.0 to 5.11, mounted with vers=3', '5.0', linuxSmb2([0x0300, 0x0302], [], 10)),
  linux('linux-5.12-vers-3', 'Linux 5.12 and later, mounted with vers=3', '5.12', linuxSmb2([0x0300, 0x0302, 0x0311], [PREAUTH, ciphers(2, 1), NETNAME, POSIX], 10)),
  linux('linux-6.0', 'Linux 6.x, enable_gcm_256', '6.0', linuxSmb2(UP_TO_311, [PREAUTH, ciphers(2, 4, 1), NETNAME, POSIX, { ...signing(1), slack: 4 }], 10), BY_OPTION),
  linux('linux-vers-1.0', 'Linux, mounted with vers=1.0', '6.0', linuxSmb1(['NT LM 0.12', 'POSIX 2'], [NT_ONLY])),
  {
    id: 'macos-10.6', title: 'Mac OS X 10.5 to 10.8', role: 'client', family: 'macos', version: '10.6', certainty: 'observed', source: ['PROTOCOL 5.6'],
    client: { behaviour: 'macos', start: 'smb1-only', smb1Usable: true, signingRequired: false, smb1: { ...macOsSmb1, dialects: ['NT LM 0.12'] } },
  },
  macOs({ id: 'macos-10.9', title: 'OS X 10.9', version: '10.9', certainty: 'recollection' }, macSmb2([0x0202, 0x0210], 0)),
  macOs({ id: 'macos-10.12', title: 'OS X 10.10 to macOS 10.12', version: '10.12', certainty: 'observed' }, macSmb2(FOUR, 0x77)),
  macOs({ id: 'macos-10.15', title: 'macOS 10.13 to 12.2', version: '10.15', certainty: 'observed' }, macSmb2(FIVE, 0x7f, [PREAUTH, ciphers(1), NO_COMPRESSION, NETNAME]), ['Which of these releases was recorded is not known.']),
  macOs({ id: 'macos-13', title: 'macOS 12.3 to 13', version: '13', certainty: 'observed' }, macSmb2(FIVE, 0x7f, [PREAUTH, ciphers(4, 3, 2, 1), NO_COMPRESSION, NETNAME])),
  macOs({ id: 'macos-14', title: 'macOS 14 and later', version: '14', certainty: 'source' }, macSmb2(FIVE, 0x7f, [PREAUTH, ciphers(4, 3, 2, 1), NO_COMPRESSION, signing(2, 1), NETNAME])),
  { id: 'ksmbd-6', title: 'ksmbd of Linux 6.x', role: 'server', family: 'ksmbd', version: '6', certainty: 'source', source: ['PROTOCOL 5.8', 'Linux fs/smb/server'], server: {}, alsoAnswers: SIZES },
  { id: 'macos-server-13', title: 'macOS file sharing', role: 'server', family: 'macos', version: '13', certainty: 'observed', source: ['PROTOCOL 5.6'], server: {}, alsoAnswers: { smb2: { credits: ['0/0'], guid: ['x'] } } },
];
