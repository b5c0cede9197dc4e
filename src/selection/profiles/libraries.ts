import type { ClientPart, OfferContext, Profile, Smb1Offer, Smb2Offer } from '../profile.ts';

/** Libraries and scanners by their source, and by what captures show of them. PROTOCOL 5.7 */

const FIVE = [0x0202, 0x0210, 0x0300, 0x0302, 0x0311];
const EIGHT = [0x0202, 0x0210, 0x0222, 0x0224, 0x0300, 0x0302, 0x0310, 0x0311];
const SIX = ['PC NETWORK PROGRAM 1.0', 'LANMAN1.0', 'Windows for Workgroups 3.1a', 'LM1.2X002', 'LANMAN2.1', 'NT LM 0.12'];
const THREE = ['NT LM 0.12', 'SMB 2.002', 'SMB 2.???'];
const ZERO_GUID = '0'.repeat(32);
const PREAUTH: OfferContext = { name: 'PREAUTH_INTEGRITY', hashAlgorithms: [1], saltLength: 32 };
const ciphers = (...ids: number[]): OfferContext => ({ name: 'ENCRYPTION', ciphers: ids });
const compression = (flags: number, ...algorithms: number[]): OfferContext => ({ name: 'COMPRESSION', flags, algorithms });

const HEADER = { flags: 0x18, tid: 0, pid: 'values', mid: 0 } as const;
const SMB2 = { securityMode: 1, capabilities: 0, clientGuid: 'values', processId: 0, first: { creditCharge: 0, credits: 1 }, contexts: [] } as const satisfies Omit<Smb2Offer, 'dialects' | 'contexts'> & { contexts: readonly [] };

const smb1 = (offer: Smb1Offer): ClientPart => ({ behaviour: 'plain', start: 'smb1-only', smb1Usable: true, signingRequired: false, smb1: offer });
const smb2 = (offer: Partial<Smb2Offer> & Pick<Smb2Offer, 'dialects'>, settings?: ClientPart['settings']): ClientPart => ({
  behaviour: 'plain', start: 'smb2-only', smb1Usable: false, signingRequired: false, smb2: { ...SMB2, contexts: [], ...offer }, ...(settings !== undefined && { settings }),
});

interface About { readonly id: string; readonly title: string; readonly family: string; readonly version: string }
type Source = readonly [certainty: Profile['certainty'], ...source: string[]];

const client = ({ id, title, family, version }: About, [certainty, ...source]: Source, part: ClientPart, notes: string[] = []): Profile =>
  ({ id, title, role: 'client', family, version, certainty, source: ['PROTOCOL 5.7', ...source], ...(notes.length > 0 && { notes }), client: part });

const HEADER_UNSEEN = ['Read in its source, never recorded: header values are not told there.'];
const CAPTURES: Source = ['observed', 'public captures'];

const IMPACKET: ClientPart = {
  behaviour: 'plain', start: 'multi-protocol', smb1Usable: true, signingRequired: false, smb1: { ...HEADER, dialects: THREE, flags2: 0xc801, tid: 0xffff, pid: 0 },
  smb2: { ...SMB2, dialects: FIVE, capabilities: 0x40, sloppy: true, clientGuid: 'letters', first: { creditCharge: 1, credits: 0 }, contexts: [PREAUTH, ciphers(2, 1)], padding: 0xff },
};

export const LIBRARIES: readonly Profile[] = [
  client({ id: 'impacket-0.9', title: 'impacket 0.9 and exploits made of it', family: 'impacket', version: '0.9' }, CAPTURES, {
    ...IMPACKET, smb1: { ...HEADER, dialects: THREE, flags2: 0x4801, tid: 0xffff, pid: 0 },
    smb2: { ...SMB2, dialects: [0x0202, 0x0210], capabilities: 0x40, sloppy: true, clientGuid: ZERO_GUID, first: { creditCharge: 1, credits: 127 }, contexts: [] },
  }, ['That it is impacket is remembered, not recorded.']),
  client({ id: 'impacket-2026', title: 'impacket of 2026', family: 'impacket', version: '2026' }, ['source', 'impacket, impacket/smb3.py'], IMPACKET),
  client({ id: 'ruby-smb-3.3', title: 'ruby_smb 3.3 (Metasploit)', family: 'ruby_smb', version: '3.3.22' }, ['source', 'rapid7/ruby_smb, lib/ruby_smb/client/negotiation.rb'], {
    behaviour: 'plain', start: 'multi-protocol', smb1Usable: true, signingRequired: false, smb1: { ...HEADER, dialects: THREE, flags2: 0xc801, tid: 0 },
    smb2: { ...SMB2, dialects: FIVE, capabilities: 0x40, contexts: [PREAUTH, ciphers(4, 3, 2, 1), compression(0, 1, 2, 3, 4)] }, settings: ['smb2-only'],
  }, HEADER_UNSEEN),
  client({ id: 'metasploit-rex', title: 'Metasploit (rex) and older scanners', family: 'metasploit', version: '4' }, CAPTURES, {
    ...smb1({ ...HEADER, dialects: ['LANMAN1.0', 'LM1.2X002', 'NT LANMAN 1.0', 'NT LM 0.12'], flags2: 0x2801 }),
    others: [{ when: 'NT LM 0.12 alone', smb1: { ...HEADER, dialects: ['NT LM 0.12'], flags2: 0x6801 } }],
  }),
  client({ id: 'eternalblue-tooling', title: 'EternalBlue and WannaCry tooling', family: 'eternalblue', version: '2017' }, CAPTURES, {
    ...smb1({ ...HEADER, dialects: SIX, flags2: 0xc053, pid: 0xfeff }), others: [{ when: 'with another MID', smb1: { ...HEADER, dialects: SIX, flags2: 0xc053, pid: 0xfeff, mid: 'values' } }],
  }),
  client({ id: 'smbghost-scanner', title: 'SMBGhost scanners', family: 'smbghost', version: '2020' }, CAPTURES, {
    ...smb2({ dialects: EIGHT, capabilities: 0x7f, clientGuid: ZERO_GUID, first: { creditCharge: 0, credits: 31 }, contexts: [PREAUTH, compression(1, 1)] }),
    others: [{ when: 'with two algorithms', smb2: { ...SMB2, dialects: EIGHT, capabilities: 0x7f, clientGuid: ZERO_GUID, first: { creditCharge: 0, credits: 31 }, contexts: [PREAUTH, compression(1, 2, 3)] } }],
  }),
  client({ id: 'zgrab2', title: 'zgrab2 and scanners of its shape', family: 'zgrab2', version: '2' }, CAPTURES, {
    ...smb2({ dialects: [0x0202, 0x0210], securityMode: 0, clientGuid: ZERO_GUID, first: { creditCharge: 0, credits: 1, messageId: 1 } }),
    others: [{ when: 'its SMB1 step', smb1: { ...HEADER, dialects: ['NT LM 0.12'], flags: 0x00, flags2: 0x0000, pid: 0 } }],
  }),
  client({ id: 'smbtorture', title: 'smbtorture and other programs on Samba 4\'s raw library', family: 'samba', version: '4' }, CAPTURES, smb1({
    ...HEADER, flags: 0x08, flags2: 0xc843, pid: 0, mid: 1,
    dialects: ['PC NETWORK PROGRAM 1.0', 'MICROSOFT NETWORKS 1.03', 'MICROSOFT NETWORKS 3.0', 'LANMAN1.0', 'Windows for Workgroups 3.1a', 'LM1.2X002', 'DOS LANMAN2.1', 'LANMAN2.1', 'Samba', 'NT LANMAN 1.0', 'NT LM 0.12'],
  })),
  client({ id: 'nt-lm-0.12-programs', title: 'Programs on Windows 2000 and XP that offer NT LM 0.12 alone', family: 'programs', version: '1' }, CAPTURES, {
    ...smb1({ ...HEADER, dialects: ['NT LM 0.12'], flags: 0x00, flags2: 0x0000 }),
    others: [{ when: 'with flags of Windows', smb1: { ...HEADER, dialects: ['NT LM 0.12'], flags2: 0xc053, pid: 0xfeff } }, { when: 'with a MID', smb1: { ...HEADER, dialects: ['NT LM 0.12'], flags2: 0x0000, mid: 'values' } }],
  }),
  client({ id: 'spincifs-1', title: 'SpinCifsClient 1', family: 'spincifs', version: '1' }, CAPTURES, smb1({ ...HEADER, dialects: ['NT LM 0.12'], flags2: 0xd805, tid: 0xffff, mid: 1 }), ['It names itself in the session setup; whose program it is was not found out.']),
  client({ id: 'smbj-0.11', title: 'smbj', family: 'smbj', version: '0.11' }, ['source', 'hierynomus/smbj, SMB2NegotiateRequest.java'], {
    ...smb2({ dialects: FIVE.toReversed(), capabilities: 0x40, first: { creditCharge: 0, credits: 1 }, contexts: [PREAUTH, ciphers(2, 1)] }, ['dialect']),
    others: [{ when: 'multi-protocol start', smb1: { ...HEADER, dialects: ['SMB 2.002', 'SMB 2.???'], flags2: 0xc801, tid: 0 } }],
  }, HEADER_UNSEEN),
  client({ id: 'libsmb2-4', title: 'libsmb2', family: 'libsmb2', version: '4' }, ['source', 'sahlberg/libsmb2, lib/smb2-cmd-negotiate.c'], smb2({
    dialects: FIVE, capabilities: 0x44, contexts: [PREAUTH, { name: 'ENCRYPTION', ciphers: [1], slack: 4 }],
  }, ['dialect']), HEADER_UNSEEN),
  client({ id: 'smbprotocol-1', title: 'smbprotocol (Python)', family: 'smbprotocol', version: '1' }, ['source', 'jborean93/smbprotocol, connection.py'], {
    ...smb2({
      dialects: FIVE, capabilities: 0x45, securityMode: 2,
      contexts: [PREAUTH, ciphers(4, 3, 2, 1), { name: 'NETNAME' }, { name: 'SIGNING', signingAlgorithms: [2, 1, 0] }],
    }, ['dialect']),
    signingRequired: true,
  }, HEADER_UNSEEN),
  client({ id: 'jcifs-ng-2.1', title: 'jcifs-ng 2.1', family: 'jcifs', version: '2.1' }, ['source', 'AgNO3/jcifs-ng, Smb2NegotiateRequest.java'], {
    behaviour: 'plain', start: 'multi-protocol', smb1Usable: true, signingRequired: false, smb1: { ...HEADER, dialects: ['NT LM 0.12', 'SMB 2.???', 'SMB 2.002'], flags2: 0xc803, tid: 0 },
    smb2: { ...SMB2, dialects: [0x0202, 0x0210], capabilities: 0x01, sloppy: true, contexts: [] }, settings: ['smb2-only'],
  }, HEADER_UNSEEN),
  client({ id: 'jcifs-codelibs-3', title: 'jcifs of codelibs', family: 'jcifs', version: '3' }, ['source', 'codelibs/jcifs'], {
    behaviour: 'plain', start: 'multi-protocol', smb1Usable: true, signingRequired: false, smb1: { ...HEADER, dialects: ['NT LM 0.12', 'SMB 2.???', 'SMB 2.002'], flags2: 0xc803, tid: 0 },
    smb2: { ...SMB2, dialects: FIVE, capabilities: 0x01, sloppy: true, contexts: [{ ...PREAUTH, slack: 2 }] }, settings: ['smb2-only'],
  }, HEADER_UNSEEN),
  client({ id: 'smblibrary-1.5', title: 'SMBLibrary (C#)', family: 'smblibrary', version: '1.5' }, ['source', 'TalAloni/SMBLibrary, SMB2Client.cs'], {
    ...smb2({ dialects: [0x0202, 0x0210, 0x0300], capabilities: 0x40, sloppy: true }), others: [{ when: 'its SMB1 client', smb1: { ...HEADER, dialects: ['NT LM 0.12'], flags2: 0xc801, tid: 0 } }],
  }, [...HEADER_UNSEEN, 'It sends the time of its start, which is not part of a fingerprint.']),
  client({ id: 'pysmb-1.2', title: 'pysmb', family: 'pysmb', version: '1.2' }, ['source', 'miketeo/pysmb, smb2_structs.py'], smb2({ dialects: [0x0202, 0x0210], processId: 'values' }), ['Its SMB1-framed first step was not read.']),
];
