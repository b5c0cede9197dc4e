import type { ClientPart, OfferContext, OtherRequest, Profile, Smb2Offer } from '../profile.ts';
import { ANSWERS_2000, ANSWERS_2003, ANSWERS_7, ANSWERS_8, ANSWERS_VISTA, ANSWERS_XP } from './windows-answers.ts';

/** Redirectors of Windows. PROTOCOL 5.1, 5.2 */

const CORE = 'PC NETWORK PROGRAM 1.0';
const DOS_LIST = [CORE, 'MICROSOFT NETWORKS 3.0', 'DOS LM1.2X002', 'DOS LANMAN2.1', 'Windows for Workgroups 3.1a'];
const NT4_LIST = [CORE, 'XENIX CORE', 'MICROSOFT NETWORKS 1.03', 'LANMAN1.0', 'Windows for Workgroups 3.1a', 'LM1.2X002', 'LANMAN2.1', 'NT LM 0.12'];
const SIX = [CORE, 'LANMAN1.0', 'Windows for Workgroups 3.1a', 'LM1.2X002', 'LANMAN2.1', 'NT LM 0.12'];
const SEVEN = [...SIX, 'SMB 2.002'];
const EIGHT = [...SEVEN, 'SMB 2.???'];
const THREE = ['NT LM 0.12', 'SMB 2.002', 'SMB 2.???'];

const PREAUTH: OfferContext = { name: 'PREAUTH_INTEGRITY', hashAlgorithms: [1], saltLength: 32 };
const NETNAME: OfferContext = { name: 'NETNAME' };
const ciphers = (...ids: number[]): OfferContext => ({ name: 'ENCRYPTION', ciphers: ids });
const compression = (flags: number, ...algorithms: number[]): OfferContext => ({ name: 'COMPRESSION', flags, algorithms });
const SIGNING: OfferContext = { name: 'SIGNING', signingAlgorithms: [2, 1, 0] };
const RDMA: OfferContext = { name: 'RDMA_TRANSFORM', transformIds: [1, 2] };

const FIRST_311 = [PREAUTH, ciphers(2, 1)];
const WITH_COMPRESSION = [PREAUTH, ciphers(2, 1), compression(0, 2, 3, 1), NETNAME];
const WITH_CHAINING = [PREAUTH, ciphers(2, 1), compression(1, 4, 2, 3, 1), NETNAME];
const WITH_256 = [PREAUTH, ciphers(2, 1, 4, 3), compression(1, 4, 2, 3, 1), SIGNING, NETNAME, RDMA];
const WITH_LZ4 = [PREAUTH, ciphers(2, 1, 4, 3), compression(1, 4, 2, 3, 1, 5), SIGNING, NETNAME, RDMA];

const UP_TO_210 = [0x0202, 0x0210];
const UP_TO_300 = [...UP_TO_210, 0x0300];
const UP_TO_302 = [...UP_TO_300, 0x0302];
const UP_TO_311 = [...UP_TO_302, 0x0311];

type Smb2Step = Pick<Smb2Offer, 'dialects' | 'capabilities' | 'contexts'> & { readonly credits: number };
const step = (dialects: number[], capabilities: number, contexts: OfferContext[] = [], credits = 31): Smb2Step => ({ dialects, capabilities, contexts, credits });

function smb2Offer({ dialects, capabilities, contexts, credits }: Smb2Step): Smb2Offer {
  return {
    dialects, securityMode: 1, capabilities, clientGuid: 'values', processId: 0xfeff, first: { creditCharge: 1, credits }, second: { creditCharge: 0, credits: 0 }, contexts,
  };
}

const VISTA = step([0x0202], 0);
const SEVEN_STEP = step(UP_TO_210, 0);
const EIGHT_STEP = step(UP_TO_300, 0x7f);
const EIGHT_ONE_STEP = step(UP_TO_302, 0x7f);
const TEN_STEP = step(UP_TO_311, 0x7f, FIRST_311);
const TEN_1809_STEP = step(UP_TO_311, 0x7f, FIRST_311, 33);
const TEN_1903_STEP = step(UP_TO_311, 0x7f, WITH_COMPRESSION, 33);
const TEN_2004_STEP = step(UP_TO_311, 0x7f, WITH_CHAINING, 33);
const ELEVEN_STEP = step(UP_TO_311, 0x7f, WITH_256, 33);
const ELEVEN_24H2_STEP = step(UP_TO_311, 0xff, WITH_LZ4, 33);

interface Generation {
  readonly strings: string[];
  readonly smb2: Smb2Step | null;
  /** SMB1 is there without being added by hand. */
  readonly smb1Usable: boolean;
  readonly signingRequired?: boolean;
  readonly others?: readonly OtherRequest[];
  readonly answers: Profile['alsoAnswers'];
}

function clientPart({ strings, smb2, smb1Usable, signingRequired = false, others = [] }: Generation): ClientPart {
  const more = [...others, ...(smb2 === null ? [] : furtherChannels(smb2))];
  return {
    behaviour: 'windows', start: smb2 === null ? 'smb1-only' : 'multi-protocol', smb1Usable, signingRequired,
    smb1: { dialects: strings, flags: 0x18, flags2: 0xc853, tid: smb2 === null ? 0 : 0xffff, pid: 0xfeff, mid: 0 },
    ...(smb2 !== null && { smb2: smb2Offer(smb2), settings: ['signing' as const, 'smb2-only' as const] }),
    ...(more.length > 0 && { others: more }),
  };
}

/** Up to 10 1511: the old redirector asks on port 139 too, for itself. PROTOCOL 5.1 */
const OLD_REDIRECTOR: OtherRequest = { when: 'legacy redirector, beside an SMB2 connection', smb1: { dialects: SIX, flags: 0x18, flags2: 0xc843, tid: 0, pid: 0xfeff, mid: 0 } };

/** A further channel of a 3.1.1 session offers what the first one ended on. [MS-SMB2] 3.2.4.2.2.2 */
function furtherChannels(smb2: Smb2Step): OtherRequest[] {
  const offered = smb2.contexts.find((context) => context.name === 'ENCRYPTION');
  if (offered === undefined) return [];
  return offered.ciphers.map((cipher) => ({
    when: 'further channel of a session',
    smb2: smb2Offer({ ...smb2, dialects: [0x0311], contexts: smb2.contexts.map((context) => (context === offered ? ciphers(cipher) : context)) }),
  }));
}

/** Seen now and then from 2004 on: a TRANSPORT context behind the others. PROTOCOL 5.2 */
function withTransport(smb2: Smb2Step): OtherRequest[] {
  const contexts: OfferContext[] = [...smb2.contexts, { name: 'TRANSPORT', flags: 0 }];
  return [{ when: 'with a TRANSPORT context', smb2: smb2Offer({ ...smb2, contexts }) }, ...furtherChannels({ ...smb2, contexts })];
}

const SOURCE = ['PROTOCOL 5.1', 'PROTOCOL 5.2'];

function profile(id: string, title: string, version: string, certainty: Profile['certainty'], client: ClientPart, notes: string[] = []): Profile {
  return { id, title, role: 'client', family: 'windows', version, certainty, source: SOURCE, ...(notes.length > 0 && { notes }), client };
}

/** Client and server in one; the server part goes by the id. PROTOCOL 5.3 */
function withServer(found: Profile, answers: Profile['alsoAnswers']): Profile {
  return { ...found, role: 'both', source: [...found.source, 'PROTOCOL 5.3'], server: { version: found.id.replace('windows-', '') }, ...(answers !== undefined && { alsoAnswers: answers }) };
}

function modern(id: string, title: string, version: string, certainty: Profile['certainty'], generation: Generation, notes: string[] = []): Profile {
  return withServer(profile(id, title, version, certainty, clientPart(generation), notes), generation.answers);
}

const OLD = { flags: 0x00, flags2: 0x0000, tid: 0, mid: 'values' } as const;
const dos = (dialects: string[]): ClientPart => ({ behaviour: 'windows', start: 'smb1-only', smb1Usable: true, signingRequired: false, smb1: { ...OLD, dialects, pid: 'values' }, others: [{ when: 'with process id 0', smb1: { ...OLD, dialects, pid: 0 } }] });
const NT4: ClientPart = { behaviour: 'windows', start: 'smb1-only', smb1Usable: true, signingRequired: false, smb1: { dialects: NT4_LIST, flags: 0x18, flags2: 0x0003, tid: 0, pid: 0xcafe, mid: 0 } };

const NO_SMB1 = ['SMB1 is not installed; where it was added by hand, set smb1 to true.'];
const HOME = ['Home editions keep SMB1 until it was unused for 15 days.'];
const UNSEEN = ['Never seen on the wire: taken from its neighbours.'];
const SIGNS = ['Enterprise, Pro and Education require signing; Home does not (set signing to default).', ...NO_SMB1];

const W2000: Generation = { strings: SIX, smb2: null, smb1Usable: true, answers: ANSWERS_2000 };
const XP: Generation = { strings: SIX, smb2: null, smb1Usable: true, answers: ANSWERS_XP };
const W2003: Generation = { strings: SIX, smb2: null, smb1Usable: true, answers: ANSWERS_2003 };
/** A test client of that time. */
const LONGHORN: ClientPart = {
  behaviour: 'windows', start: 'smb2-only', smb1Usable: true, signingRequired: false,
  smb2: { dialects: [0x0000], securityMode: 0, capabilities: 0, clientGuid: '0'.repeat(32), processId: 0xfeff, first: { creditCharge: 0, credits: 63 }, contexts: [] },
};

export const WINDOWS: readonly Profile[] = [
  profile('windows-for-workgroups-3.11', 'Windows for Workgroups 3.11', '3.11', 'source', dos(DOS_LIST)),
  profile('windows-95', 'Windows 95', '4.00', 'observed', dos([...DOS_LIST, 'NT LM 0.12'])),
  profile('windows-98', 'Windows 98', '4.10', 'observed', dos([...DOS_LIST, 'NT LM 0.12'])),
  profile('windows-me', 'Windows Me', '4.90', 'observed', dos([...DOS_LIST, 'NT LM 0.12'])),
  profile('windows-nt-4.0', 'Windows NT 4.0', '4.0', 'source', NT4, ['Process id and flags are remembered, not recorded.']),
  modern('windows-2000', 'Windows 2000, Professional and Server', '5.0', 'observed', W2000),
  modern('windows-xp', 'Windows XP', '5.1', 'observed', XP),
  modern('windows-server-2003', 'Windows Server 2003', '5.2', 'observed', W2003),
  profile('windows-longhorn-5231', 'Windows Longhorn, build 5231', '6.0.5231', 'observed', LONGHORN, ['It offers the dialect 0x0000, which no release knows.']),
  modern('windows-vista', 'Windows Vista SP1', '6.0.6001', 'observed', { strings: SEVEN, smb2: VISTA, smb1Usable: true, answers: ANSWERS_VISTA }),
  modern('windows-server-2008', 'Windows Server 2008', '6.0.6001', 'observed', { strings: SEVEN, smb2: VISTA, smb1Usable: true, answers: ANSWERS_VISTA }),
  modern('windows-7', 'Windows 7', '6.1.7601', 'observed', { strings: EIGHT, smb2: SEVEN_STEP, smb1Usable: true, others: [OLD_REDIRECTOR], answers: ANSWERS_7 }),
  modern('windows-server-2008-r2', 'Windows Server 2008 R2', '6.1.7601', 'observed', { strings: EIGHT, smb2: SEVEN_STEP, smb1Usable: true, others: [OLD_REDIRECTOR], answers: ANSWERS_7 }),
  modern('windows-8', 'Windows 8', '6.2.9200', 'specification', { strings: EIGHT, smb2: EIGHT_STEP, smb1Usable: true, others: [OLD_REDIRECTOR], answers: ANSWERS_8 }),
  modern('windows-server-2012', 'Windows Server 2012', '6.2.9200', 'specification', { strings: EIGHT, smb2: EIGHT_STEP, smb1Usable: true, others: [OLD_REDIRECTOR], answers: ANSWERS_8 }),
  modern('windows-8.1', 'Windows 8.1', '6.3.9600', 'observed', { strings: EIGHT, smb2: EIGHT_ONE_STEP, smb1Usable: true, others: [OLD_REDIRECTOR], answers: ANSWERS_8 }),
  modern('windows-server-2012-r2', 'Windows Server 2012 R2', '6.3.9600', 'observed', { strings: EIGHT, smb2: EIGHT_ONE_STEP, smb1Usable: true, others: [OLD_REDIRECTOR], answers: ANSWERS_8 }),
  modern('windows-10-1507', 'Windows 10 1507', '10.0.10240', 'observed', { strings: EIGHT, smb2: TEN_STEP, smb1Usable: true, others: [OLD_REDIRECTOR], answers: ANSWERS_8 }),
  modern('windows-10-1511', 'Windows 10 1511', '10.0.10586', 'observed', { strings: EIGHT, smb2: TEN_STEP, smb1Usable: true, others: [OLD_REDIRECTOR], answers: ANSWERS_8 }),
  modern('windows-10-1607', 'Windows 10 1607', '10.0.14393', 'observed', { strings: EIGHT, smb2: TEN_STEP, smb1Usable: true, answers: ANSWERS_8 }),
  modern('windows-server-2016', 'Windows Server 2016', '10.0.14393', 'observed', { strings: EIGHT, smb2: TEN_STEP, smb1Usable: true, answers: ANSWERS_8 }),
  modern('windows-10-1703', 'Windows 10 1703', '10.0.15063', 'recollection', { strings: EIGHT, smb2: TEN_STEP, smb1Usable: true, answers: ANSWERS_8 }, UNSEEN),
  modern('windows-10-1709', 'Windows 10 1709', '10.0.16299', 'recollection', { strings: THREE, smb2: TEN_1809_STEP, smb1Usable: false, answers: ANSWERS_8 }, [...UNSEEN, ...HOME]),
  modern('windows-10-1803', 'Windows 10 1803', '10.0.17134', 'recollection', { strings: THREE, smb2: TEN_1809_STEP, smb1Usable: false, answers: ANSWERS_8 }, [...UNSEEN, ...HOME]),
  modern('windows-10-1809', 'Windows 10 1809', '10.0.17763', 'observed', { strings: THREE, smb2: TEN_1809_STEP, smb1Usable: false, answers: ANSWERS_8 }, [...NO_SMB1, ...HOME]),
  modern('windows-server-2019', 'Windows Server 2019', '10.0.17763', 'observed', { strings: THREE, smb2: TEN_1809_STEP, smb1Usable: false, answers: ANSWERS_8 }, NO_SMB1),
  modern('windows-10-1903', 'Windows 10 1903', '10.0.18362', 'observed', { strings: THREE, smb2: TEN_1903_STEP, smb1Usable: false, answers: ANSWERS_8 }, NO_SMB1),
  modern('windows-10-1909', 'Windows 10 1909', '10.0.18363', 'observed', { strings: THREE, smb2: TEN_1903_STEP, smb1Usable: false, answers: ANSWERS_8 }, NO_SMB1),
  modern('windows-10-2004', 'Windows 10 2004', '10.0.19041', 'observed', { strings: THREE, smb2: TEN_2004_STEP, smb1Usable: false, others: withTransport(TEN_2004_STEP), answers: ANSWERS_8 }, NO_SMB1),
  modern('windows-10-20h2', 'Windows 10 20H2', '10.0.19042', 'observed', { strings: THREE, smb2: TEN_2004_STEP, smb1Usable: false, others: withTransport(TEN_2004_STEP), answers: ANSWERS_8 }, NO_SMB1),
  modern('windows-10-21h1', 'Windows 10 21H1', '10.0.19043', 'observed', { strings: THREE, smb2: TEN_2004_STEP, smb1Usable: false, others: withTransport(TEN_2004_STEP), answers: ANSWERS_8 }, NO_SMB1),
  modern('windows-10-21h2', 'Windows 10 21H2', '10.0.19044', 'observed', { strings: THREE, smb2: TEN_2004_STEP, smb1Usable: false, others: withTransport(TEN_2004_STEP), answers: ANSWERS_8 }, NO_SMB1),
  modern('windows-10-22h2', 'Windows 10 22H2', '10.0.19045', 'observed', { strings: THREE, smb2: TEN_2004_STEP, smb1Usable: false, others: withTransport(TEN_2004_STEP), answers: ANSWERS_8 }, NO_SMB1),
  modern('windows-server-2022', 'Windows Server 2022', '10.0.20348', 'observed', { strings: THREE, smb2: ELEVEN_STEP, smb1Usable: false, others: withTransport(ELEVEN_STEP), answers: ANSWERS_8 }, NO_SMB1),
  modern('windows-11-21h2', 'Windows 11 21H2', '10.0.22000', 'specification', { strings: THREE, smb2: ELEVEN_STEP, smb1Usable: false, others: withTransport(ELEVEN_STEP), answers: ANSWERS_8 }, NO_SMB1),
  modern('windows-11-22h2', 'Windows 11 22H2', '10.0.22621', 'specification', { strings: THREE, smb2: ELEVEN_STEP, smb1Usable: false, others: withTransport(ELEVEN_STEP), answers: ANSWERS_8 }, NO_SMB1),
  modern('windows-11-23h2', 'Windows 11 23H2', '10.0.22631', 'specification', { strings: THREE, smb2: ELEVEN_STEP, smb1Usable: false, others: withTransport(ELEVEN_STEP), answers: ANSWERS_8 }, NO_SMB1),
  modern('windows-11-24h2', 'Windows 11 24H2', '10.0.26100', 'specification', { strings: THREE, smb2: ELEVEN_24H2_STEP, smb1Usable: false, signingRequired: true, others: withTransport(ELEVEN_24H2_STEP), answers: ANSWERS_8 }, SIGNS),
  modern('windows-11-25h2', 'Windows 11 25H2', '10.0.26200', 'specification', { strings: THREE, smb2: ELEVEN_24H2_STEP, smb1Usable: false, signingRequired: true, others: withTransport(ELEVEN_24H2_STEP), answers: ANSWERS_8 }, SIGNS),
  modern('windows-server-2025', 'Windows Server 2025', '10.0.26100', 'specification', { strings: THREE, smb2: ELEVEN_24H2_STEP, smb1Usable: false, signingRequired: true, others: withTransport(ELEVEN_24H2_STEP), answers: ANSWERS_8 }, NO_SMB1),
];
