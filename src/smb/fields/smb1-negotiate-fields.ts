import { smb1SecurityModeNames, SMB1_CAP, SMB1_CAPABILITIES, SMB1_SECURITY_MODE } from '../capabilities.ts';
import { oem, utf16 } from '../wire-text.ts';
import { bytesField, counted, errorField, type Field, field, shortBy } from './field.ts';
import { type BitTable, FieldReader, filetime, guid, i16, raw, reserved, type Row, u16, u32, u8 } from './layout.ts';
import { securityBlobField } from './spnego-fields.ts';

const DIALECT_BUFFER_FORMAT = 0x02;
/** As many as the decoder reads. */
const DIALECT_LIMIT = 1024;

const WORD_COUNT = u8('WordCount', 'smb.wct');
const BYTE_COUNT = u16('ByteCount', 'smb.bcc');
const DIALECT_INDEX = u16('DialectIndex', 'smb.dialect.index', { meaning: (index) => (index === 0xffff ? 'no dialect of the request is acceptable' : `entry ${index + 1} of the request's list`) });

/** [MS-CIFS] 2.2.4.52.1, the bytes behind the header. */
export function smb1NegotiateRequestFields(bytes: Uint8Array, at: number, end: number): Field[] {
  const reader = new FieldReader(bytes, at, end).rows([WORD_COUNT]);
  words(reader);
  const dataEnd = dataOf(reader);
  for (let index = 0; reader.at < dataEnd && !reader.stopped; index++) {
    if (index === DIALECT_LIMIT) {
      reader.take(dataEnd - reader.at, 'more Dialects').fail(errorField('limit', reader.at, `of the dialects the first ${DIALECT_LIMIT} are listed`));
      break;
    }
    if (!dialect(reader, dataEnd)) break;
  }
  return behindData(reader, dataEnd);
}

/** One { BufferFormat, DialectString }. False: the list cannot be followed further. */
function dialect(reader: FieldReader, dataEnd: number): boolean {
  const { at, bytes } = reader;
  const format = bytes[at] ?? 0;
  if (format !== DIALECT_BUFFER_FORMAT) {
    reader.take(dataEnd - at, 'Dialects').fail(errorField('unexpected-value', at, `BufferFormat is ${format}, it should be ${DIALECT_BUFFER_FORMAT}`));
    return false;
  }
  const formatField = field('BufferFormat', at, 1, format, { wireshark: 'smb.buffer_format', meaning: 'dialect' });
  const nul = bytes.subarray(0, dataEnd).indexOf(0, at + 1);
  if (nul < 0) {
    reader.push(formatField).take(dataEnd - at - 1, 'DialectString').fail(errorField('truncated', dataEnd, 'DialectString has no NUL at its end'));
    return false;
  }
  const text = oem(bytes.subarray(at + 1, nul));
  const string = field('DialectString', at + 1, nul - at, text, { wireshark: 'smb.dialect.name', meaning: text === '' ? 'an empty string, which counts as a dialect' : undefined });
  reader.push(field('SMB_Dialect', at, nul + 1 - at, text, { wireshark: 'smb.dialect', children: [formatField, string] }));
  return true;
}

/** [MS-CIFS] 2.2.4.52.2 and [MS-SMB] 2.2.4.5.2 SecurityMode; a clear first bit is share level, a clear second plaintext. */
const SECURITY_MODE: BitTable = {
  names: SMB1_SECURITY_MODE,
  wireshark: { 0x01: 'smb.sm.mode', 0x02: 'smb.sm.password', 0x04: 'smb.sm.signatures', 0x08: 'smb.sm.sig_required' },
  meaning: (value) => (smb1SecurityModeNames(value).length === 0 ? 'share level, plaintext passwords, no signing' : undefined),
};

const CAPABILITIES: BitTable = {
  names: SMB1_CAPABILITIES,
  wireshark: {
    0x00000001: 'smb.server_cap.raw_mode', 0x00000002: 'smb.server_cap.mpx_mode', 0x00000004: 'smb.server_cap.unicode', 0x00000008: 'smb.server_cap.large_files',
    0x00000010: 'smb.server_cap.nt_smbs', 0x00000020: 'smb.server_cap.rpc_remote_apis', 0x00000040: 'smb.server_cap.nt_status', 0x00000080: 'smb.server_cap.level_2_oplocks',
    0x00000100: 'smb.server_cap.lock_and_read', 0x00000200: 'smb.server_cap.nt_find', 0x00001000: 'smb.server_cap.dfs', 0x00002000: 'smb.server_cap.infolevel_passthru',
    0x00004000: 'smb.server_cap.large_readx', 0x00008000: 'smb.server_cap.large_writex', 0x00010000: 'smb.server_cap.lwio', 0x00800000: 'smb.server_cap.unix',
    0x02000000: 'smb.server_cap.compressed_data', 0x20000000: 'smb.server_cap.dynamic_reauth', 0x80000000: 'smb.server_cap.extended_security',
  },
};

const zone = (minutes: number): string => `UTC = server's local time ${minutes < 0 ? '-' : '+'} ${Math.abs(minutes)} minutes`;

/** [MS-CIFS] 2.2.4.52.2, NT LAN Manager dialect (WordCount 17). */
const NT_WORDS: readonly Row[] = [
  DIALECT_INDEX,
  u8('SecurityMode', 'smb.sm', { bits: SECURITY_MODE }),
  u16('MaxMpxCount', 'smb.max_mpx_count'), u16('MaxNumberVcs', 'smb.max_vcs'), u32('MaxBufferSize', 'smb.max_bufsize'), u32('MaxRawSize', 'smb.max_raw'),
  u32('SessionKey', 'smb.session_key'),
  u32('Capabilities', 'smb.server_cap', { bits: CAPABILITIES }),
  filetime('SystemTime', 'smb.system.time'),
  i16('ServerTimeZone', 'smb.server_timezone', { meaning: zone }),
  u8('ChallengeLength', 'smb.challenge_length'),
];

const two = (value: number): string => String(value).padStart(2, '0');
/** [MS-CIFS] 2.2.1.4.1 and 2.2.1.4.2: SMB_DATE and SMB_TIME */
const dosTime = (value: number): string => `${two(value >> 11)}:${two((value >> 5) & 0x3f)}:${two((value & 0x1f) * 2)} local time`;
const dosDate = (value: number): string => `${(value >> 9) + 1980}-${two((value >> 5) & 0x0f)}-${two(value & 0x1f)}`;

/** [MS-CIFS] 2.2.4.52.2, LAN Manager dialects (WordCount 13). */
const LANMAN_WORDS: readonly Row[] = [
  DIALECT_INDEX,
  u16('SecurityMode', 'smb.sm', { bits: { ...SECURITY_MODE, names: { 0x01: 'USER_SECURITY', 0x02: 'ENCRYPT_PASSWORDS' } } }),
  u16('MaxBufferSize', 'smb.max_bufsize'), u16('MaxMpxCount', 'smb.max_mpx_count'), u16('MaxNumberVcs', 'smb.max_vcs'),
  u16('RawMode', 'smb.rm', { bits: { names: { 1: 'READ_RAW', 2: 'WRITE_RAW' }, wireshark: { 1: 'smb.rm.read', 2: 'smb.rm.write' } } }),
  u32('SessionKey', 'smb.session_key'),
  u16('ServerTime', 'smb.server_date_time.smb_time', { meaning: dosTime }),
  u16('ServerDate', 'smb.server_date_time.smb_date', { meaning: dosDate }),
  i16('ServerTimeZone', 'smb.server_timezone', { meaning: zone }),
  u16('EncryptionKeyLength', 'smb.challenge_length'),
  reserved('Reserved', 2, 'smb.reserved'),
];

const FORMS: Readonly<Record<number, { readonly rows: readonly Row[]; readonly meaning: string }>> = {
  0: { rows: [], meaning: 'an error, or no answer to the dialects' },
  1: { rows: [DIALECT_INDEX], meaning: 'core protocol, or no dialect' },
  13: { rows: LANMAN_WORDS, meaning: 'a LAN Manager dialect' },
  17: { rows: NT_WORDS, meaning: 'NT LM 0.12' },
};
const RESPONSE_WORD_COUNT = u8('WordCount', 'smb.wct', { meaning: (count) => FORMS[count]?.meaning });

/** [MS-CIFS] 2.2.4.52.2, [MS-SMB] 2.2.4.5.2, the bytes behind the header. */
export function smb1NegotiateResponseFields(bytes: Uint8Array, at: number, end: number): Field[] {
  const reader = new FieldReader(bytes, at, end).rows([RESPONSE_WORD_COUNT]);
  const wordCount = reader.number('WordCount');
  const form = FORMS[wordCount];
  if (form === undefined) {
    words(reader);
    reader.fail(errorField('unexpected-value', reader.at, `WordCount ${wordCount} is no form of this response`));
  } else reader.rows(form.rows);
  const dataEnd = dataOf(reader);
  if (wordCount === 17) ntData(reader, dataEnd);
  if (wordCount === 13) lanmanData(reader, dataEnd);
  return behindData(reader, dataEnd);
}

function ntData(reader: FieldReader, dataEnd: number): void {
  const capabilities = reader.number('Capabilities');
  const data = new FieldReader(reader.bytes, reader.at, dataEnd);
  if (!reader.stopped && dataEnd > reader.at) {
    if ((capabilities & SMB1_CAP.extendedSecurity) !== 0) {
      data.rows([guid('ServerGUID', 'smb.server_guid')]);
      if (!data.stopped && data.remaining > 0) data.push(securityBlobField(data.bytes, data.at, dataEnd, 'smb.security_blob'));
    } else {
      data.take(reader.number('ChallengeLength'), 'Challenge', { wireshark: 'smb.challenge' });
      // Windows 2000 and later send UTF-16 whatever Flags2 says; Samba 2.2 has no CAP_UNICODE and sends OEM.
      const unicode = (capabilities & SMB1_CAP.unicode) !== 0 && data.bytes[data.at + 1] === 0;
      name(data, 'DomainName', 'smb.primary_domain', unicode);
      name(data, 'ServerName', 'smb.server', unicode);
    }
  }
  for (const found of data.fields) reader.push(found);
}

function lanmanData(reader: FieldReader, dataEnd: number): void {
  const data = new FieldReader(reader.bytes, reader.at, dataEnd);
  if (!reader.stopped && dataEnd > reader.at) {
    data.take(reader.number('EncryptionKeyLength'), 'EncryptionKey', { wireshark: 'smb.challenge' });
    name(data, 'PrimaryDomain', 'smb.primary_domain', false);
  }
  for (const found of data.fields) reader.push(found);
}

/** A NUL-terminated name, where bytes are left for one. */
function name(data: FieldReader, called: string, wireshark: string, unicode: boolean): void {
  if (data.stopped || data.remaining === 0) return;
  const { bytes, at, end } = data;
  const step = unicode ? 2 : 1;
  const isNul = (from: number): boolean => bytes[from] === 0 && (!unicode || bytes[from + 1] === 0);
  let nul = at;
  while (nul + step <= end && !isNul(nul)) nul += step;
  if (nul + step > end) {
    data.push(bytesField(bytes, at, end - at, called)).fail(errorField('truncated', end, `${called} has no NUL at its end`));
    return;
  }
  const text = (unicode ? utf16 : oem)(bytes.subarray(at, nul));
  data.push(field(called, at, nul + step - at, text, { wireshark, meaning: text === '' ? 'empty' : undefined }));
}

/** Any other SMB1 command, the bytes behind the header. [MS-CIFS] 2.2.3.2, 2.2.3.3 */
export function smb1CommandFields(bytes: Uint8Array, at: number, end: number): Field[] {
  const reader = new FieldReader(bytes, at, end).rows([WORD_COUNT]);
  words(reader);
  const dataEnd = dataOf(reader);
  return behindData(reader, dataEnd);
}

/** The words of a form that is not known. */
function words(reader: FieldReader): void {
  const count = reader.number('WordCount');
  if (!reader.stopped && count > 0) reader.rows([raw('Words', count * 2)]);
}

/** ByteCount; where the bytes that it counts end, as far as they are there. */
function dataOf(reader: FieldReader): number {
  reader.rows([BYTE_COUNT]);
  return reader.stopped ? reader.at : Math.min(reader.at + reader.number('ByteCount'), reader.end);
}

/** What is left of the counted bytes and behind them, and whether the count was too great. */
function behindData(reader: FieldReader, dataEnd: number): Field[] {
  const start = reader.fields.find((candidate) => candidate.name === 'ByteCount');
  if (start === undefined || start.length !== 2) return reader.fields;
  const rest = (to: number, called: string): void => {
    if (to > reader.at) reader.push(bytesField(reader.bytes, reader.at, to - reader.at, called));
  };
  rest(dataEnd, 'Bytes');
  rest(reader.end, 'bytes behind ByteCount');
  const declared = reader.number('ByteCount');
  const there = dataEnd - start.offset - 2;
  if (there < declared) reader.fail(errorField('out-of-bounds', reader.at, `ByteCount: ${shortBy(declared, there)}`));
  else if (reader.end > dataEnd) reader.fail(errorField('unexpected-value', reader.at, `${counted(reader.end - dataEnd, 'byte')} behind what ByteCount counts`));
  return reader.fields;
}
