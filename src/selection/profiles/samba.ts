import type { DialectName } from '../dialect-level.ts';
import type { ClientPart, OfferContext, Profile } from '../profile.ts';

/** Samba's server and client by release. PROTOCOL 5.4 */

const STRINGS = [
  'PC NETWORK PROGRAM 1.0', 'MICROSOFT NETWORKS 1.03', 'MICROSOFT NETWORKS 3.0', 'LANMAN1.0', 'LM1.2X002', 'DOS LANMAN2.1', 'LANMAN2.1', 'Samba',
  'NT LANMAN 1.0', 'NT LM 0.12', 'SMB 2.002', 'SMB 2.???',
];
const OLDER = { 'CORE': { flags: 0x00, flags2: 0x0000 }, 'LANMAN1': { flags: 0x18, flags2: 0x0000 }, 'LANMAN2': { flags: 0x18, flags2: 0x0003 } } as const;

const PREAUTH: OfferContext = { name: 'PREAUTH_INTEGRITY', hashAlgorithms: [1], saltLength: 32 };
const NETNAME: OfferContext = { name: 'NETNAME' };
const SIGNING: OfferContext = { name: 'SIGNING', signingAlgorithms: [2, 1, 0] };
const ciphers = (...ids: number[]): OfferContext => ({ name: 'ENCRYPTION', ciphers: ids });

interface Release {
  readonly version: string;
  readonly min: DialectName;
  readonly max: DialectName;
  readonly dialects: number[];
  readonly contexts: OfferContext[];
}

const FIVE = [0x0202, 0x0210, 0x0300, 0x0302, 0x0311];
const EIGHT = [0x0202, 0x0210, 0x0222, 0x0224, 0x0300, 0x0302, 0x0310, 0x0311];

function clientPart({ min, max, dialects, contexts }: Release): ClientPart {
  return {
    behaviour: 'samba', start: 'range', smb1Usable: true, signingRequired: false, minDialect: min, maxDialect: max,
    smb1: { dialects: STRINGS, flags: 0x18, flags2: 0xc843, tid: 0, pid: 0xfffe, mid: 0, older: OLDER },
    ...(dialects.length > 0 && {
      smb2: {
        dialects, securityMode: 1, securityModeRequired: 3, capabilities: 0x7f, clientGuid: 'values' as const, processId: 0,
        first: { creditCharge: 0, credits: 31 }, contexts,
      },
    }),
  };
}

const CURRENT = { min: '2.0.2', max: '3.1.1', dialects: FIVE, contexts: [PREAUTH, ciphers(2, 1, 4, 3), SIGNING, NETNAME] } as const satisfies Omit<Release, 'version'>;
const BEFORE_415 = { min: '2.0.2', max: '3.1.1', dialects: EIGHT, contexts: [PREAUTH, ciphers(1, 2), NETNAME] } as const satisfies Omit<Release, 'version'>;
const BEFORE_411 = { min: 'CORE', max: '3.1.1', dialects: EIGHT, contexts: [PREAUTH, ciphers(1, 2)] } as const satisfies Omit<Release, 'version'>;
const BEFORE_47 = { ...BEFORE_411, max: 'NT1' } as const satisfies Omit<Release, 'version'>;
const BEFORE_43 = { min: 'CORE', max: 'NT1', dialects: [0x0202, 0x0210, 0x0222, 0x0224, 0x0300], contexts: [] } as const satisfies Omit<Release, 'version'>;

const SOURCE = ['PROTOCOL 5.4', 'Samba release tags'];

function both(version: string, certainty: Profile['certainty'], release: Omit<Release, 'version'>, notes: string[] = []): Profile {
  return {
    id: `samba-${version}`, title: `Samba ${version}`, role: 'both', family: 'samba', version, certainty, source: SOURCE,
    ...(notes.length > 0 && { notes }), client: clientPart({ version, ...release }), server: { version },
  };
}

function server(version: string, certainty: Profile['certainty'], notes: string[] = []): Profile {
  return { id: `samba-${version}`, title: `Samba ${version}`, role: 'server', family: 'samba', version, certainty, source: SOURCE, ...(notes.length > 0 && { notes }), server: { version } };
}

const RANGE = ['Its client range decides the first message: from 2.0.2 on it starts in SMB2, below with an SMB1-framed list.'];

export const SAMBA: readonly Profile[] = [
  server('3.0', 'source', ['Often met in NAS and printers.']),
  server('3.4', 'source', ['Often met in NAS and printers.']),
  server('3.5', 'source'),
  server('3.6', 'source', ['SMB2 only where "max protocol = SMB2" is set.']),
  both('4.0', 'source', BEFORE_43),
  both('4.2', 'source', BEFORE_43),
  both('4.3', 'source', BEFORE_47),
  both('4.6', 'source', BEFORE_47),
  both('4.7', 'source', BEFORE_411),
  both('4.10', 'source', BEFORE_411),
  both('4.11', 'source', BEFORE_415, RANGE),
  both('4.13', 'source', BEFORE_415, RANGE),
  both('4.14', 'source', { ...BEFORE_415, contexts: [PREAUTH, ciphers(2, 1), NETNAME] }, RANGE),
  both('4.15', 'source', CURRENT, RANGE),
  both('4.16', 'source', CURRENT, RANGE),
  both('4.17', 'observed', CURRENT, RANGE),
  both('4.18', 'source', CURRENT, RANGE),
  both('4.19', 'source', CURRENT, RANGE),
  both('4.20', 'source', CURRENT, RANGE),
  both('4.21', 'source', CURRENT, RANGE),
  both('4.22', 'source', CURRENT, RANGE),
  both('4.23', 'source', CURRENT, RANGE),
];
