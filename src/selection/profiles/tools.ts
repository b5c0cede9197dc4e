import type { ClientPart, OfferContext, Profile, Smb1Offer, Smb2Offer } from '../profile.ts';
import { LIBSMBCLIENT } from './samba.ts';

/** Libraries and tools, as their own requests were recorded. PROTOCOL 5.7 */

const FIVE = [0x0202, 0x0210, 0x0300, 0x0302, 0x0311];
const THREE = ['NT LM 0.12', 'SMB 2.002', 'SMB 2.???'];
const PREAUTH: OfferContext = { name: 'PREAUTH_INTEGRITY', hashAlgorithms: [1], saltLength: 32 };
const NMAP_GUID = '31323334353637383930313233343536';

const smb1Only = (smb1: Smb1Offer): ClientPart => ({ behaviour: 'plain', start: 'smb1-only', smb1Usable: true, signingRequired: false, smb1 });
const smb2Only = (smb2: Smb2Offer, settings?: ClientPart['settings']): ClientPart =>
  ({ behaviour: 'plain', start: 'smb2-only', smb1Usable: false, signingRequired: false, smb2, ...(settings !== undefined && { settings }) });

const IMPACKET_SMB2: Smb2Offer = {
  dialects: [0x0202, 0x0210, 0x0300], securityMode: 1, capabilities: 0x40, sloppy: true, clientGuid: 'letters', processId: 0,
  first: { creditCharge: 1, credits: 0 }, contexts: [PREAUTH, { name: 'ENCRYPTION', ciphers: [1] }], padding: 0xff,
};
const NMAP_SMB2: Smb2Offer = {
  dialects: FIVE, securityMode: 1, capabilities: 0, sloppy: true, clientGuid: NMAP_GUID, processId: 0, signature: NMAP_GUID, first: { creditCharge: 0, credits: 0 },
  contexts: [
    { name: 'ENCRYPTION', ciphers: [2, 1] },
    { name: 'UNKNOWN', type: 1, data: '0200020001000100200001000000000000000000000000000000000001000000000000000000000000000000' },
  ],
};
const GO_SMB2: Smb2Offer = {
  dialects: FIVE.toReversed(), securityMode: 1, capabilities: 0x44, clientGuid: 'values', processId: 0, first: { creditCharge: 1, credits: 1 },
  contexts: [PREAUTH, { name: 'ENCRYPTION', ciphers: [2, 1] }],
};
const NPM_SMB2: Smb2Offer = {
  dialects: [0x0202, 0x0210], securityMode: 1, capabilities: 0, clientGuid: '0'.repeat(32), processId: 'values', first: { creditCharge: 0, credits: 126 }, contexts: [],
};

function recorded(id: string, title: string, family: string, version: string, client: ClientPart, notes: string[] = []): Profile {
  return { id, title, role: 'client', family, version, certainty: 'observed', source: ['PROTOCOL 5.7', 'requests recorded from the program'], ...(notes.length > 0 && { notes }), client };
}

export const TOOLS: readonly Profile[] = [
  recorded('curl-7.88', 'curl 7.88 (smb://)', 'curl', '7.88.1', smb1Only({ dialects: ['NT LM 0.12'], flags: 0x18, flags2: 0x0041, tid: 0, pid: 'values', mid: 0 })),
  recorded('jcifs-1.3', 'jCIFS 1.3', 'jcifs', '1.3.19', smb1Only({ dialects: ['NT LM 0.12'], flags: 0x18, flags2: 0xc803, tid: 0, pid: 'values', mid: 1 })),
  recorded('jcifs-1.3-noextsec', 'jCIFS 1.3 without extended security', 'jcifs', '1.3.19', smb1Only({ dialects: ['NT LM 0.12'], flags: 0x18, flags2: 0xc003, tid: 0, pid: 'values', mid: 1 })),
  recorded('impacket-0.10', 'impacket 0.10', 'impacket', '0.10.0', {
    behaviour: 'plain', start: 'multi-protocol', smb1Usable: true, signingRequired: false,
    smb1: { dialects: THREE, flags: 0x18, flags2: 0xc801, tid: 0xffff, pid: 0, mid: 0 }, smb2: IMPACKET_SMB2,
  }, ['Behind 0x02FF it offers no 3.1.1.']),
  recorded('impacket-0.10-smb1', 'impacket 0.10, preferredDialect NT LM 0.12', 'impacket', '0.10.0', smb1Only({ dialects: ['NT LM 0.12'], flags: 0x18, flags2: 0x4801, tid: 0xffff, pid: 'values', mid: 0 })),
  recorded('impacket-0.10-smb2', 'impacket 0.10, one preferredDialect of SMB2', 'impacket', '0.10.0', smb2Only({ ...IMPACKET_SMB2, dialects: FIVE }, ['dialect']), ['It sends a single dialect: set minDialect and maxDialect to it.']),
  recorded('nmap-7.93', 'nmap 7.93 (smb2 scripts)', 'nmap', '7.93', smb2Only(NMAP_SMB2, ['dialect']), ['Its smb-protocols script asks for each dialect on a connection of its own: set minDialect and maxDialect to it.']),
  recorded('nmap-7.93-smb1', 'nmap 7.93 (smb1 scripts)', 'nmap', '7.93', smb1Only({ dialects: ['NT LM 0.12', ''], flags: 0x18, flags2: 0x6845, tid: 0, pid: 'values', mid: 1 }), ['The list ends with an empty string.']),
  recorded('nmap-7.93-smb1-noextsec', 'nmap 7.93 (smb1 scripts without extended security)', 'nmap', '7.93', smb1Only({ dialects: ['NT LM 0.12', ''], flags: 0x18, flags2: 0x6045, tid: 0, pid: 'values', mid: 1 }), ['The list ends with an empty string.']),
  recorded('go-smb2-1.1', 'go-smb2', 'go-smb2', '1.1', smb2Only(GO_SMB2)),
  recorded('rclone-1.60', 'rclone 1.60', 'go-smb2', '1.60.1', smb2Only(GO_SMB2), ['Built on go-smb2.']),
  recorded('pysmbc', 'python3-smbc (libsmbclient 4.17)', 'samba', '4.17', LIBSMBCLIENT, ['What libsmbclient sends; its smb.conf decides the range.']),
  recorded('npm-awo00-smb2', 'npm @awo00/smb2', 'awo00', '1.1.1', smb2Only({ ...NPM_SMB2, clientGuid: 'values' })),
  recorded('npm-marsaud-smb2', 'npm @marsaud/smb2', 'npm-smb2', '0.18', smb2Only(NPM_SMB2)),
  recorded('npm-v9u-smb2', 'npm v9u-smb2', 'npm-smb2', '1.0.6', smb2Only(NPM_SMB2)),
  recorded('npm-smb2', 'npm smb2', 'npm-smb2', '0.2.11', smb2Only(NPM_SMB2)),
  ...([
    ['impacket-smbserver-0.10', 'impacket 0.10 smbserver', 'impacket', '0.10.0', {}],
    ['impacket-smbserver-0.10-smb2', 'impacket 0.10 smbserver -smb2support', 'impacket', '0.10.0', { options: { smb2support: 'yes' } }],
    ['npm-awo00-smb2-server', 'npm @awo00/smb2 server', 'awo00', '1.1.1', {}],
  ] as const).map(([id, title, family, version, server]): Profile => ({
    id, title, role: 'server', family, version, certainty: 'observed', source: ['PROTOCOL 5.7', 'answers recorded from the program'], server,
    // when the process was started
    ...(family === 'awo00' && { alsoAnswers: { smb2: { startTime: ['x'] } } }),
  })),
];
