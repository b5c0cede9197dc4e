import { dosTime } from '../../smb/build/dos-time.ts';
import type { Smb1HeaderFields } from '../../smb/build/header.ts';
import type { LanmanWords, NtWords, Smb1Words } from '../../smb/build/smb1-negotiate.ts';
import { SMB1_CAP } from '../../smb/capabilities.ts';
import { SMB1_NEGOTIATE } from '../../smb/commands.ts';
import { u16At } from '../../smb/little-endian.ts';
import { readSmb1Header, SMB1_HEADER_LENGTH } from '../../smb/smb1-header.ts';
import { oem } from '../../smb/wire-text.ts';
import type { Smb1Header } from '../../smb/messages.ts';
import { LEVEL } from '../dialect-level.ts';
import type { ConnectionState, Reaction } from '../family.ts';
import { hangUp, smb1SessionReply } from '../smb2-reply.ts';
import type { Values } from '../values.ts';
import { guidOf, NONE_CHOSEN, type SambaServer } from './samba-server.ts';
import { smb2AnswerToSmb1 } from './samba-smb2.ts';

interface Preference {
  readonly name: string;
  readonly level: number;
  readonly form: 'wildcard' | '202' | 'nt' | 'lanman';
}

/** Most preferred first; the first that the client listed and that lies in the range wins. */
const PREFERENCES: readonly Preference[] = [
  { name: 'SMB 2.???', level: LEVEL.smb210, form: 'wildcard' },
  { name: 'SMB 2.002', level: LEVEL.smb202, form: '202' },
  { name: 'NT LANMAN 1.0', level: LEVEL.nt1, form: 'nt' },
  { name: 'NT LM 0.12', level: LEVEL.nt1, form: 'nt' },
  { name: 'POSIX 2', level: LEVEL.nt1, form: 'nt' },
  { name: 'LANMAN2.1', level: LEVEL.lanman2, form: 'lanman' },
  { name: 'LM1.2X002', level: LEVEL.lanman2, form: 'lanman' },
  { name: 'Samba', level: LEVEL.lanman2, form: 'lanman' },
  { name: 'DOS LM1.2X002', level: LEVEL.lanman2, form: 'lanman' },
  { name: 'LANMAN1.0', level: LEVEL.lanman1, form: 'lanman' },
  { name: 'MICROSOFT NETWORKS 3.0', level: LEVEL.lanman1, form: 'lanman' },
];
const RANK: ReadonlyMap<string, number> = new Map(PREFERENCES.map(({ name }, rank) => [name.toLowerCase(), rank]));

const FLAGS = { reply: 0x80, caseless: 0x08, lockAndRead: 0x01 } as const;
/** LONG_NAMES, EAS, NT_STATUS: what every reply has; signature bits and UNICODE are the client's. [MS-CIFS] 2.2.3.1 */
const FLAGS2 = { ofReply: 0x4003, ofDosError: 0x0003, echoed: 0x8014, extendedSecurity: 0x0800 } as const;
/** ERRDOS, code 87 (ERROR_INVALID_PARAMETER), as the four status bytes. */
const ERRDOS_87 = 0x0057_0001;
const MAX_RAW_SIZE = 65_536;
/** LARGE_FILES, NT_SMBS, RPC_REMOTE_APIS, LEVEL_II_OPLOCKS, LOCK_AND_READ, NT_FIND. */
const CAPS_ALWAYS = 0x0000_03b8;
const CAP = { raw: 0x1, status32: 0x40, dfs: 0x1000, infoLevelPassthru: 0x2000, largeRead: 0x4000, largeWrite: 0x8000, unix: 0x0080_0000 } as const;

/** An SMB1 message, as the first or a later one. */
export function answerSmb1(server: SambaServer, bytes: Uint8Array, connection: ConnectionState, values: Values): Reaction {
  const { rules } = server;
  const at = dialectsAt(bytes);
  if (at === null) return hangUp(rules['smb1-malformed']);
  if (bytes[4] !== SMB1_NEGOTIATE) return connection.negotiated === 'smb1' ? smb1SessionReply(bytes, rules['smb1-session']) : hangUp(rules['smb1-malformed']);
  return connection.negotiated === null ? negotiate(server, bytes, at, connection, values) : hangUp(rules['smb1-again']);
}

function negotiate(server: SambaServer, bytes: Uint8Array, at: number, connection: ConnectionState, values: Values): Reaction {
  const { rules, policy } = server;
  const header = readSmb1Header(bytes);
  const list = bytes.subarray(at, at + u16At(bytes, at - 2));
  if (list.length === 0 || list.at(-1) !== 0) {
    const error = { ...replyHeader(header), status: ERRDOS_87, flags2: (header.flags2 & FLAGS2.echoed) | FLAGS2.ofDosError };
    return { reply: { kind: 'smb1-negotiate-response', header: error, words: null }, after: 'open', rule: rules['smb1-unterminated'] };
  }
  const dialects = readDialects(list);
  const choice = choose(dialects, Math.min(policy.min, LEVEL.smb210), Math.min(policy.max, LEVEL.smb210));
  if (choice === null) return { ...smb1Reply(header, { form: 'index', index: NONE_CHOSEN }), after: 'closed', rule: rules['smb1-none'] };
  switch (choice.form) {
    case 'wildcard': return smb2AnswerToSmb1(server, 0x02ff, connection, values);
    case '202': return smb2AnswerToSmb1(server, 0x0202, connection, values);
    case 'nt': return { ...ntReply(server, header, choice.index, values), dialect: dialects[choice.index] ?? '', rule: rules['smb1-nt1'] };
    case 'lanman':
      if (policy.signing === 'required') return hangUp(rules['smb1-lanman-signing']);
      return { ...lanmanReply(server, header, choice.index, values), dialect: dialects[choice.index] ?? '', rule: rules['smb1-lanman'] };
  }
}

/** Where the bytes behind ByteCount begin; null where words or bytes run past the message, which Samba does not forgive. */
function dialectsAt(bytes: Uint8Array): number | null {
  const at = SMB1_HEADER_LENGTH + 1 + 2 * (bytes[SMB1_HEADER_LENGTH] ?? 0) + 2;
  return at <= bytes.length && at + u16At(bytes, at - 2) <= bytes.length ? at : null;
}

/** Every byte in front of a string is taken for its format byte, whatever it is. */
function readDialects(list: Uint8Array): string[] {
  const dialects: string[] = [];
  for (let at = 1; at < list.length;) {
    const end = list.indexOf(0, at);
    dialects.push(oem(list.subarray(at, end)));
    at = end + 2;
  }
  return dialects;
}

/** Of a repeated string the last index counts. */
function choose(dialects: readonly string[], min: number, max: number): { readonly index: number; readonly form: Preference['form'] } | null {
  let best: Preference | null = null;
  let bestRank = PREFERENCES.length;
  let index = 0;
  for (const [at, dialect] of dialects.entries()) {
    const rank = RANK.get(dialect.toLowerCase());
    const preference = rank === undefined ? undefined : PREFERENCES[rank];
    if (rank === undefined || preference === undefined || rank > bestRank || preference.level < min || preference.level > max) continue;
    [best, bestRank, index] = [preference, rank, at];
  }
  return best === null ? null : { index, form: best.form };
}

function replyHeader(request: Smb1Header): Smb1HeaderFields {
  return {
    flags: FLAGS.reply | (request.flags & FLAGS.caseless),
    flags2: (request.flags2 & FLAGS2.echoed) | FLAGS2.ofReply,
    tid: request.tid, pid: request.pid, uid: request.uid, mid: request.mid,
  };
}

type Selected = Pick<Reaction, 'reply' | 'after' | 'state'>;

function smb1Reply(request: Smb1Header, words: Smb1Words, header: Smb1HeaderFields = {}): Selected {
  return {
    reply: { kind: 'smb1-negotiate-response', header: { ...replyHeader(request), ...header }, words },
    after: 'open',
    state: { negotiated: 'smb1' },
  };
}

function ntReply({ policy, blob, serverName, domain }: SambaServer, request: Smb1Header, index: number, values: Values): Selected {
  const extended = policy.encryptPasswords && (request.flags2 & FLAGS2.extendedSecurity) !== 0;
  const signed = policy.signing === 'auto' || policy.signing === 'required';
  const capabilities = CAPS_ALWAYS
    | (policy.readRaw && policy.writeRaw && !signed ? CAP.raw : 0)
    | (policy.unicode ? SMB1_CAP.unicode : 0)
    | (policy.status32 ? CAP.status32 : 0)
    | (policy.dfs ? CAP.dfs : 0)
    | (policy.largeReadWrite ? CAP.infoLevelPassthru | CAP.largeRead | CAP.largeWrite : 0)
    | (policy.unixExtensions ? CAP.unix : 0)
    | (extended ? SMB1_CAP.extendedSecurity : 0);
  const names = [domain(values), ...(policy.release.serverName ? [serverName(values)] : [])];
  const words: NtWords = {
    form: 'nt', index, capabilities: capabilities >>> 0,
    securityMode: 1 | (policy.encryptPasswords ? 2 : 0) | (signed ? 4 : 0) | (policy.signing === 'required' ? 8 : 0),
    maxMpxCount: policy.maxMux, maxNumberVcs: 1, maxBufferSize: policy.maxXmit, maxRawSize: MAX_RAW_SIZE,
    sessionKey: values.sessionKey, systemTime: values.time, timeZoneMinutes: 0,
    data: extended ? { serverGuid: guidOf(serverName(values), values), securityBlob: blob } : { challenge: challengeOf(policy.encryptPasswords, values), names, unicode: true },
  };
  return smb1Reply(request, words, extended ? { flags2: request.flags2 } : {});
}

function lanmanReply({ policy }: SambaServer, request: Smb1Header, index: number, values: Values): Selected {
  const { time, date } = dosTime(values.time);
  const words: LanmanWords = {
    form: 'lanman', index, securityMode: 1 | (policy.encryptPasswords ? 2 : 0),
    maxBufferSize: policy.maxXmit, maxMpxCount: policy.maxMux, maxNumberVcs: 1, rawMode: (policy.readRaw ? 1 : 0) | (policy.writeRaw ? 2 : 0),
    sessionKey: values.sessionKey, serverTimeDos: time, serverDateDos: date, timeZoneMinutes: 0,
    challenge: challengeOf(policy.encryptPasswords, values),
  };
  return smb1Reply(request, words, { flags: FLAGS.reply | FLAGS.lockAndRead });
}

function challengeOf(encrypted: boolean, values: Values): Uint8Array {
  return encrypted ? values.challenge : new Uint8Array(0);
}
