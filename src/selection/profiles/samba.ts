import type { DialectName } from '../dialect-level.ts';
import type { ClientPart, OfferContext, OtherRequest, Profile } from '../profile.ts';

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
    behaviour: 'samba', start: 'range', smb1Usable: true, signingRequired: false, minDialect: min, maxDialect: max, settings: ['range', 'signing'],
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
/** What programs on libsmbclient 4.15 and later send. */
export const LIBSMBCLIENT: ClientPart = clientPart({ version: '4.17', ...CURRENT });
const BEFORE_415 = { min: '2.0.2', max: '3.1.1', dialects: EIGHT, contexts: [PREAUTH, ciphers(1, 2), NETNAME] } as const satisfies Omit<Release, 'version'>;
const BEFORE_411 = { min: 'CORE', max: '3.1.1', dialects: EIGHT, contexts: [PREAUTH, ciphers(1, 2)] } as const satisfies Omit<Release, 'version'>;
const BEFORE_47 = { ...BEFORE_411, max: 'NT1' } as const satisfies Omit<Release, 'version'>;
const BEFORE_43 = { min: 'CORE', max: 'NT1', dialects: [0x0202, 0x0210, 0x0222, 0x0224, 0x0300], contexts: [] } as const satisfies Omit<Release, 'version'>;

/** Up to 3.6 with flags of its own; from 3.0 to 3.4 without LANMAN2.1, which some builds have. */
function oldClient(strings: string[], others: OtherRequest[] = []): ClientPart {
  return {
    behaviour: 'samba', start: 'smb1-only', smb1Usable: true, signingRequired: false, minDialect: 'CORE', maxDialect: 'NT1', settings: ['range'],
    smb1: { ...OLD_HEADER, dialects: strings, mid: 1 }, others: [{ when: 'with MID 0', smb1: { ...OLD_HEADER, dialects: strings, mid: 0 } }, ...others],
  };
}

const OLD_HEADER = { flags: 0x08, flags2: 0xc801, tid: 0, pid: 'values' } as const;
const TEN = STRINGS.slice(0, 10);
const NINE = TEN.filter((string) => string !== 'LANMAN2.1');
const WITH_TEN: OtherRequest[] = [{ when: 'some builds', smb1: { ...OLD_HEADER, dialects: TEN, mid: 1 } }];

const BLOBS_4 = ['ntlmssp@ignore', 'mskrb5.krb5.ntlmssp@ignore'];
/** "unix extensions = no", "read raw = no". */
const WITHOUT_UNIX = ['f3fd', '8000f3fd'];
const WITHOUT_RAW = ['80f3fc', '8080f3fc', 'f3fc', '8000f3fc'];
/** Servers with and without a keytab. */
const ANSWERS_3: Profile['alsoAnswers'] = { smb1: { blob: ['ntlmssp@none', 'mskrb5.krb5.ntlmssp@none', 'ntlmssp@ignore', 'mskrb5.krb5.ntlmssp@ignore', '8+1', '8+2'], maxBuffer: ['16644', '65535'], guid: ['n', 'a'], capabilities: WITHOUT_UNIX } };
const ANSWERS_4: Profile['alsoAnswers'] = {
  smb1: { blob: [...BLOBS_4, '8+2'], guid: ['n', 'a'], capabilities: [...WITHOUT_UNIX, ...WITHOUT_RAW] },
  smb2: { blob: BLOBS_4, guid: ['n', 'a'] },
};

const SOURCE = ['PROTOCOL 5.4', 'Samba release tags'];

function both(version: string, certainty: Profile['certainty'], release: Omit<Release, 'version'>, notes: string[] = []): Profile {
  return {
    id: `samba-${version}`, title: `Samba ${version}`, role: 'both', family: 'samba', version, certainty, source: SOURCE,
    ...(notes.length > 0 && { notes }), client: clientPart({ version, ...release }), server: { version }, alsoAnswers: ANSWERS_4,
  };
}

function old(version: string, client: ClientPart, notes: string[] = []): Profile {
  return {
    id: `samba-${version}`, title: `Samba ${version}`, role: 'both', family: 'samba', version, certainty: 'source', source: SOURCE, ...(notes.length > 0 && { notes }), client, server: { version },
    alsoAnswers: ANSWERS_3,
  };
}

const RANGE = ['Its client range decides the first message: from 2.0.2 on it starts in SMB2, below with an SMB1-framed list.'];

const NAS = ['Often met in NAS and printers.'];

export const SAMBA: readonly Profile[] = [
  ...['3.0', '3.2', '3.3', '3.4'].map((version) => old(version, oldClient(NINE, WITH_TEN), NAS)),
  old('3.5', oldClient(TEN)),
  old('3.6', oldClient(TEN), ['SMB2 only where "max protocol = SMB2" is set.']),
  ...['4.0', '4.1', '4.2'].map((version) => both(version, 'source', BEFORE_43)),
  ...['4.3', '4.4', '4.5', '4.6'].map((version) => both(version, 'source', BEFORE_47)),
  ...['4.7', '4.8', '4.9', '4.10'].map((version) => both(version, 'source', BEFORE_411)),
  ...['4.11', '4.12', '4.13'].map((version) => both(version, 'source', BEFORE_415, RANGE)),
  both('4.14', 'source', { ...BEFORE_415, contexts: [PREAUTH, ciphers(2, 1), NETNAME] }, RANGE),
  ...['4.15', '4.16', '4.17', '4.18', '4.19', '4.20', '4.21', '4.22', '4.23'].map((version) => both(version, version === '4.17' ? 'observed' : 'source', CURRENT, RANGE)),
];
