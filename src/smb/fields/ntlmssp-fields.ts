import { u16At, u32At } from '../little-endian.ts';
import { oem, utf16 } from '../wire-text.ts';
import { avPairFields } from './ntlm-av-pairs.ts';
import { bytesField, type Field, field, structure } from './field.ts';
import { type BitTable, FieldReader, filetime, raw, reserved, type Row, u16, u32, u8 } from './layout.ts';
import { type Piece, placePieces } from './pieces.ts';

const NEGOTIATE_VERSION = 0x0200_0000;
const NEGOTIATE_UNICODE = 0x1;

/** [MS-NLMP] 2.2.2.5 */
const FLAGS: BitTable = {
  names: {
    [NEGOTIATE_UNICODE]: 'NTLMSSP_NEGOTIATE_UNICODE', 0x2: 'NTLM_NEGOTIATE_OEM', 0x4: 'NTLMSSP_REQUEST_TARGET', 0x10: 'NTLMSSP_NEGOTIATE_SIGN', 0x20: 'NTLMSSP_NEGOTIATE_SEAL',
    0x40: 'NTLMSSP_NEGOTIATE_DATAGRAM', 0x80: 'NTLMSSP_NEGOTIATE_LM_KEY', 0x200: 'NTLMSSP_NEGOTIATE_NTLM', 0x800: 'ANONYMOUS', 0x1000: 'NTLMSSP_NEGOTIATE_OEM_DOMAIN_SUPPLIED',
    0x2000: 'NTLMSSP_NEGOTIATE_OEM_WORKSTATION_SUPPLIED', 0x8000: 'NTLMSSP_NEGOTIATE_ALWAYS_SIGN', 0x10000: 'NTLMSSP_TARGET_TYPE_DOMAIN', 0x20000: 'NTLMSSP_TARGET_TYPE_SERVER',
    0x80000: 'NTLMSSP_NEGOTIATE_EXTENDED_SESSIONSECURITY', 0x100000: 'NTLMSSP_NEGOTIATE_IDENTIFY', 0x400000: 'NTLMSSP_REQUEST_NON_NT_SESSION_KEY',
    0x800000: 'NTLMSSP_NEGOTIATE_TARGET_INFO', [NEGOTIATE_VERSION]: 'NTLMSSP_NEGOTIATE_VERSION', 0x20000000: 'NTLMSSP_NEGOTIATE_128', 0x40000000: 'NTLMSSP_NEGOTIATE_KEY_EXCH',
    0x80000000: 'NTLMSSP_NEGOTIATE_56',
  },
  wireshark: {
    [NEGOTIATE_UNICODE]: 'ntlmssp.negotiateunicode', 0x2: 'ntlmssp.negotiateoem', 0x4: 'ntlmssp.requesttarget', 0x10: 'ntlmssp.negotiatesign', 0x20: 'ntlmssp.negotiateseal',
    0x40: 'ntlmssp.negotiatedatagram', 0x80: 'ntlmssp.negotiatelmkey', 0x200: 'ntlmssp.negotiatentlm', 0x800: 'ntlmssp.negotiateanonymous', 0x1000: 'ntlmssp.negotiateoemdomainsupplied',
    0x2000: 'ntlmssp.negotiateoemworkstationsupplied', 0x8000: 'ntlmssp.negotiatealwayssign', 0x10000: 'ntlmssp.targettypedomain', 0x20000: 'ntlmssp.targettypeserver',
    0x80000: 'ntlmssp.negotiatentlm2', 0x100000: 'ntlmssp.negotiateidentify', 0x400000: 'ntlmssp.requestnonntsession', 0x800000: 'ntlmssp.negotiatetargetinfo',
    [NEGOTIATE_VERSION]: 'ntlmssp.negotiateversion', 0x20000000: 'ntlmssp.negotiate128', 0x40000000: 'ntlmssp.negotiatekeyexch', 0x80000000: 'ntlmssp.negotiate56',
  },
};

const TYPES: Readonly<Record<number, string>> = { 1: 'NEGOTIATE', 2: 'CHALLENGE', 3: 'AUTHENTICATE' };
const HEAD: readonly Row[] = [raw('Signature', 8, 'ntlmssp.identifier', () => 'NTLMSSP'), u32('MessageType', 'ntlmssp.messagetype', { meaning: (type) => TYPES[type] })];
const NEGOTIATE_FLAGS = u32('NegotiateFlags', 'ntlmssp.negotiateflags', { bits: FLAGS });

/** [MS-NLMP] 2.2.2.10 */
const VERSION: readonly Row[] = [
  u8('ProductMajorVersion', 'ntlmssp.version.major'), u8('ProductMinorVersion', 'ntlmssp.version.minor'), u16('ProductBuild', 'ntlmssp.version.build_number'),
  reserved('Reserved', 3), u8('NTLMRevisionCurrent', 'ntlmssp.version.ntlm_current_revision'),
];
const VERSION_LENGTH = 8;
const MIC_LENGTH = 16;

/** A length, an allocated length and an offset: where a part of the payload lies. [MS-NLMP] 2.2.1 */
interface Part {
  readonly name: string;
  readonly as: 'oem' | 'text' | 'bytes' | 'pairs' | 'nt-response';
  readonly wireshark?: string;
}

const partRow = ({ name }: Part): Row => ({ name: `${name}Fields`, length: 8, read: (bytes, at) => structure(`${name}Fields`, at, new FieldReader(bytes, at, at + 8).rows(PART_ROWS).fields) });
const PART_ROWS: readonly Row[] = [u16('Len'), u16('MaxLen'), u32('BufferOffset')];

interface Layout {
  readonly parts: readonly Part[];
  readonly rows: readonly Row[];
}

function layout(parts: Readonly<Record<string, Part>>, rows: (part: (name: string) => Row) => readonly Row[]): Layout {
  return { parts: Object.values(parts), rows: rows((name) => partRow(parts[name] ?? { name, as: 'bytes' })) };
}

/** [MS-NLMP] 2.2.1.1 */
const NEGOTIATE = layout({
  DomainName: { name: 'DomainName', as: 'oem', wireshark: 'ntlmssp.negotiate.domain' },
  Workstation: { name: 'Workstation', as: 'oem', wireshark: 'ntlmssp.negotiate.callingworkstation' },
}, (part) => [NEGOTIATE_FLAGS, part('DomainName'), part('Workstation')]);

/** [MS-NLMP] 2.2.1.2 */
const CHALLENGE = layout({
  TargetName: { name: 'TargetName', as: 'text', wireshark: 'ntlmssp.challenge.target_name' },
  TargetInfo: { name: 'TargetInfo', as: 'pairs', wireshark: 'ntlmssp.challenge.target_info' },
}, (part) => [part('TargetName'), NEGOTIATE_FLAGS, raw('ServerChallenge', 8, 'ntlmssp.ntlmserverchallenge'), reserved('Reserved', 8, 'ntlmssp.reserved'), part('TargetInfo')]);

/** [MS-NLMP] 2.2.1.3 */
const AUTHENTICATE = layout({
  LmChallengeResponse: { name: 'LmChallengeResponse', as: 'bytes', wireshark: 'ntlmssp.auth.lmresponse' },
  NtChallengeResponse: { name: 'NtChallengeResponse', as: 'nt-response', wireshark: 'ntlmssp.auth.ntresponse' },
  DomainName: { name: 'DomainName', as: 'text', wireshark: 'ntlmssp.auth.domain' },
  UserName: { name: 'UserName', as: 'text', wireshark: 'ntlmssp.auth.username' },
  Workstation: { name: 'Workstation', as: 'text', wireshark: 'ntlmssp.auth.hostname' },
  EncryptedRandomSessionKey: { name: 'EncryptedRandomSessionKey', as: 'bytes', wireshark: 'ntlmssp.auth.sesskey' },
}, (part) => [
  part('LmChallengeResponse'), part('NtChallengeResponse'), part('DomainName'), part('UserName'), part('Workstation'), part('EncryptedRandomSessionKey'), NEGOTIATE_FLAGS,
]);

const LAYOUTS: Readonly<Record<number, Layout>> = { 1: NEGOTIATE, 2: CHALLENGE, 3: AUTHENTICATE };

/** The NTLMSSP message in [at, end). [MS-NLMP] 2.2.1 */
export function ntlmsspField(bytes: Uint8Array, at: number, end: number): Field {
  const reader = new FieldReader(bytes, at, end).rows(HEAD);
  const type = reader.number('MessageType');
  const chosen = LAYOUTS[type];
  const name = `NTLMSSP ${TYPES[type] ?? 'message'}`;
  if (chosen === undefined || reader.stopped) return structure(name, at, reader.take(reader.remaining, 'unclaimed bytes').fields);
  reader.rows(chosen.rows);
  if (reader.stopped) return structure(name, at, reader.fields);
  const flags = reader.number('NegotiateFlags');
  const pieces = piecesOf(reader, at, chosen.parts, (flags & NEGOTIATE_UNICODE) !== 0);
  // Old clients begin their payload where newer ones have version and MIC: the first part's offset tells.
  const payload = Math.min(end, ...pieces.map(({ offset, length }) => (length > 0 && offset >= reader.at ? offset : end)));
  if (reader.at + VERSION_LENGTH <= payload) reader.push(versionField(bytes, reader.at, (flags & NEGOTIATE_VERSION) !== 0));
  if (type === 3 && reader.at + MIC_LENGTH <= payload) reader.push(bytesField(bytes, reader.at, MIC_LENGTH, 'MIC', { wireshark: 'ntlmssp.authenticate.mic' }));
  return structure(name, at, [...reader.fields, ...placePieces(bytes, reader.at, end, pieces)]);
}

function versionField(bytes: Uint8Array, at: number, announced: boolean): Field {
  const { fields } = new FieldReader(bytes, at, at + VERSION_LENGTH).rows(VERSION);
  const text = `${bytes[at] ?? 0}.${bytes[at + 1] ?? 0}, build ${u16At(bytes, at + 2)}`;
  return structure('Version', at, fields, { wireshark: 'ntlmssp.version', meaning: announced ? text : `${text}; the flags say that there is none` });
}

function piecesOf(reader: FieldReader, base: number, parts: readonly Part[], unicode: boolean): Piece[] {
  return parts.map((part) => {
    const at = reader.fields.find((candidate) => candidate.name === `${part.name}Fields`)?.offset ?? 0;
    return {
      name: part.name,
      offset: base + u32At(reader.bytes, at + 4),
      length: u16At(reader.bytes, at),
      read: (bytes, from, to) => partField(bytes, from, to, part, unicode),
    };
  });
}

function partField(bytes: Uint8Array, at: number, end: number, { name, as, wireshark }: Part, unicode: boolean): Field {
  switch (as) {
    case 'oem': return field(name, at, end - at, oem(bytes.subarray(at, end)), { wireshark });
    case 'text': return field(name, at, end - at, (unicode ? utf16 : oem)(bytes.subarray(at, end)), { wireshark });
    case 'pairs': return structure(name, at, avPairFields(bytes, at, end, 'ntlmssp.challenge.target_info'), { wireshark });
    case 'nt-response': return ntResponseField(bytes, at, end, name, wireshark);
    default: return bytesField(bytes, at, end - at, name, { wireshark });
  }
}

/** [MS-NLMP] 2.2.2.8 and 2.2.2.7; the 24 bytes of NTLMv1 are one field. */
const NTLMV2_RESPONSE: readonly Row[] = [
  raw('Response', 16, 'ntlmssp.ntlmv2_response.ntproofstr'),
  u8('RespType', 'ntlmssp.ntlmv2_response.rversion'), u8('HiRespType', 'ntlmssp.ntlmv2_response.hirversion'), reserved('Reserved1', 2), reserved('Reserved2', 4),
  filetime('TimeStamp', 'ntlmssp.ntlmv2_response.time'), raw('ChallengeFromClient', 8, 'ntlmssp.ntlmv2_response.chal'), reserved('Reserved3', 4),
];
const NTLMV1_RESPONSE_LENGTH = 24;

function ntResponseField(bytes: Uint8Array, at: number, end: number, name: string, wireshark: string | undefined): Field {
  if (end - at <= NTLMV1_RESPONSE_LENGTH) return bytesField(bytes, at, end - at, name, { wireshark, meaning: 'NTLMv1' });
  const reader = new FieldReader(bytes, at, end).rows(NTLMV2_RESPONSE);
  const pairs = reader.stopped ? [] : avPairFields(bytes, reader.at, end, 'ntlmssp.ntlmv2_response');
  return structure(name, at, [...reader.fields, ...pairs], { wireshark, meaning: 'NTLMv2' });
}
