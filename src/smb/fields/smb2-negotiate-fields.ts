import type { Field } from './field.ts';
import { FieldReader, filetime, guid, reserved, type Row, u16, u32 } from './layout.ts';
import { contextPieces } from './negotiate-context-fields.ts';
import { type Piece, placePieces } from './pieces.ts';
import { CAPABILITIES_ROW, DIALECT_LIMIT, DIALECT_REVISION_ROW, DIALECT_ROW, SECURITY_MODE_ROW, STRUCTURE_SIZE } from './smb2-rows.ts';
import { securityBlobField } from './spnego-fields.ts';
import { u16At } from '../little-endian.ts';

const SMB_3_1_1 = 0x0311;

/** [MS-SMB2] 2.2.3 */
const REQUEST: readonly Row[] = [
  STRUCTURE_SIZE, u16('DialectCount', 'smb2.dialect_count'), SECURITY_MODE_ROW, reserved('Reserved', 2, 'smb2.reserved'), CAPABILITIES_ROW, guid('ClientGuid', 'smb2.client_guid'),
];
const CONTEXT_OFFSET = u32('NegotiateContextOffset', 'smb2.negotiate_context.offset');
const CONTEXT_COUNT = u16('NegotiateContextCount', 'smb2.negotiate_context.count');
const WITH_CONTEXTS: readonly Row[] = [CONTEXT_OFFSET, CONTEXT_COUNT, reserved('Reserved2', 2, 'smb2.reserved')];
/** Where 3.1.1 is not offered. */
const WITHOUT_CONTEXTS: readonly Row[] = [filetime('ClientStartTime')];
const CONTEXT_FIELDS_LENGTH = 8;

/** The body in [at, end). `base`: of the SMB2 header. */
export function smb2NegotiateRequestFields(bytes: Uint8Array, base: number, at: number, end: number): Field[] {
  const reader = new FieldReader(bytes, at, end).rows(REQUEST);
  const count = reader.number('DialectCount');
  const modern = offers311(bytes, reader.at + CONTEXT_FIELDS_LENGTH, end, count);
  reader.rows(modern ? WITH_CONTEXTS : WITHOUT_CONTEXTS).list(DIALECT_ROW, count, DIALECT_LIMIT);
  if (reader.stopped) return reader.fields;
  const { pieces, errors } = modern ? contextPieces(bytes, base, reader.number('NegotiateContextOffset'), reader.number('NegotiateContextCount'), reader.end) : { pieces: [], errors: [] };
  return [...reader.fields, ...placePieces(bytes, reader.at, reader.end, pieces), ...errors];
}

/** The dialects, which stand behind them, say what the eight bytes before them are. */
function offers311(bytes: Uint8Array, at: number, end: number, count: number): boolean {
  const last = Math.min(at + 2 * Math.min(count, DIALECT_LIMIT), Math.min(end, bytes.length) - 1);
  for (let next = at; next < last; next += 2) if (u16At(bytes, next) === SMB_3_1_1) return true;
  return false;
}

const responseRows = (countOrReserved: Row, offsetOrReserved: Row): readonly Row[] => [
  STRUCTURE_SIZE, SECURITY_MODE_ROW, DIALECT_REVISION_ROW, countOrReserved, guid('ServerGuid', 'smb2.server_guid'), CAPABILITIES_ROW,
  u32('MaxTransactSize', 'smb2.max_trans_size'), u32('MaxReadSize', 'smb2.max_read_size'), u32('MaxWriteSize', 'smb2.max_write_size'),
  filetime('SystemTime', 'smb2.current_time'), filetime('ServerStartTime', 'smb2.boot_time'),
  u16('SecurityBufferOffset', 'smb2.olb.offset'), u16('SecurityBufferLength', 'smb2.olb.length'), offsetOrReserved,
];

/** [MS-SMB2] 2.2.4 */
const RESPONSE_311 = responseRows(CONTEXT_COUNT, CONTEXT_OFFSET);
/** Below 3.1.1; Windows up to 2008 R2 leaves old bytes in Reserved2. */
const RESPONSE = responseRows(reserved('Reserved', 2, 'smb2.reserved'), reserved('Reserved2', 4, 'smb2.reserved'));
const AT_DIALECT_REVISION = 4;

export function smb2NegotiateResponseFields(bytes: Uint8Array, base: number, at: number, end: number): Field[] {
  const modern = u16At(bytes, at + AT_DIALECT_REVISION) === SMB_3_1_1;
  const reader = new FieldReader(bytes, at, end).rows(modern ? RESPONSE_311 : RESPONSE);
  if (reader.stopped) return reader.fields;
  const { pieces, errors } = modern ? contextPieces(bytes, base, reader.number('NegotiateContextOffset'), reader.number('NegotiateContextCount'), reader.end) : { pieces: [], errors: [] };
  return [...reader.fields, ...placePieces(bytes, reader.at, reader.end, [blobPiece(reader, base), ...pieces]), ...errors];
}

/** The buffer that SecurityBufferOffset and SecurityBufferLength name. */
export function blobPiece(reader: FieldReader, base: number): Piece {
  return {
    name: 'SecurityBuffer',
    offset: base + reader.number('SecurityBufferOffset'),
    length: reader.number('SecurityBufferLength'),
    read: (bytes, from, to) => securityBlobField(bytes, from, to, 'smb2.security_blob'),
  };
}
