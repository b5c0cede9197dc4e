import { utf16 } from '../wire-text.ts';
import { bytesField, type Field, field } from './field.ts';
import { type BitTable, FieldReader, reserved, type Row, u16, u32, u64, u8 } from './layout.ts';
import { placePieces } from './pieces.ts';
import { blobPiece } from './smb2-negotiate-fields.ts';
import { CAPABILITIES_ROW, SECURITY_MODE_BYTE, STRUCTURE_SIZE } from './smb2-rows.ts';

const BLOB: readonly Row[] = [u16('SecurityBufferOffset', 'smb2.olb.offset'), u16('SecurityBufferLength', 'smb2.olb.length')];

/** [MS-SMB2] 2.2.5 */
const SESSION_REQUEST: readonly Row[] = [
  STRUCTURE_SIZE,
  u8('Flags', 'smb2.ses_req_flags', { bits: { names: { 1: 'SMB2_SESSION_FLAG_BINDING' }, wireshark: { 1: 'smb2.ses_req_flags.session_binding' } } }),
  SECURITY_MODE_BYTE, CAPABILITIES_ROW, u32('Channel', 'smb2.channel'), ...BLOB,
];
const PREVIOUS_SESSION_ID = u64('PreviousSessionId', 'smb2.previous_sesid');

const SESSION_FLAGS: BitTable = {
  names: { 1: 'SMB2_SESSION_FLAG_IS_GUEST', 2: 'SMB2_SESSION_FLAG_IS_NULL', 4: 'SMB2_SESSION_FLAG_ENCRYPT_DATA' },
  wireshark: { 1: 'smb2.ses_flags.guest', 2: 'smb2.ses_flags.null', 4: 'smb2.ses_flags.encrypt' },
};

/** [MS-SMB2] 2.2.6 */
const SESSION_RESPONSE: readonly Row[] = [STRUCTURE_SIZE, u16('SessionFlags', 'smb2.session_flags', { bits: SESSION_FLAGS }), ...BLOB];

/** The body in [at, end). `base`: of the SMB2 header. */
export function sessionSetupFields(bytes: Uint8Array, base: number, at: number, end: number, response: boolean): Field[] {
  const reader = new FieldReader(bytes, at, end).rows(response ? SESSION_RESPONSE : SESSION_REQUEST);
  // Clients from before Vista's release put the buffer where PreviousSessionId stands.
  const blob = blobPiece(reader, base);
  if (!response && (blob.length === 0 || blob.offset !== reader.at)) reader.rows([PREVIOUS_SESSION_ID]);
  return reader.stopped ? reader.fields : [...reader.fields, ...placePieces(bytes, reader.at, reader.end, [blob])];
}

const EXTENSION_PRESENT = 4;
const TREE_FLAGS: BitTable = {
  names: { 1: 'SMB2_TREE_CONNECT_FLAG_CLUSTER_RECONNECT', 2: 'SMB2_TREE_CONNECT_FLAG_REDIRECT_TO_OWNER', [EXTENSION_PRESENT]: 'SMB2_TREE_CONNECT_FLAG_EXTENSION_PRESENT' },
  wireshark: { 1: 'smb2.tc.cluster_reconnect', 2: 'smb2.tc.redirect_to_owner', [EXTENSION_PRESENT]: 'smb2.tc.extension_present' },
};

/** [MS-SMB2] 2.2.9 */
const TREE_REQUEST: readonly Row[] = [STRUCTURE_SIZE, u16('Flags', 'smb2.tc.flags', { bits: TREE_FLAGS }), u16('PathOffset', 'smb2.olb.offset'), u16('PathLength', 'smb2.olb.length')];

const SHARE_TYPES: Readonly<Record<number, string>> = { 1: 'SMB2_SHARE_TYPE_DISK', 2: 'SMB2_SHARE_TYPE_PIPE', 3: 'SMB2_SHARE_TYPE_PRINT' };

/** [MS-SMB2] 2.2.10 */
const TREE_RESPONSE: readonly Row[] = [
  STRUCTURE_SIZE, u8('ShareType', 'smb2.share_type', { meaning: (type) => SHARE_TYPES[type] }), reserved('Reserved', 1, 'smb2.reserved'),
  u32('ShareFlags', 'smb2.share_flags', { bits: { names: { 0x8000: 'SMB2_SHAREFLAG_ENCRYPT_DATA' }, wireshark: { 0x8000: 'smb2.share_flags.encrypt_data' } } }),
  u32('Capabilities', 'smb2.share_caps'), u32('MaximalAccess', 'smb.access_mask'),
];

/** The body in [at, end). `base`: of the SMB2 header. */
export function treeConnectFields(bytes: Uint8Array, base: number, at: number, end: number, response: boolean): Field[] {
  const reader = new FieldReader(bytes, at, end).rows(response ? TREE_RESPONSE : TREE_REQUEST);
  if (reader.stopped) return reader.fields;
  if (response) return reader.take(reader.remaining, 'unclaimed bytes').fields;
  const extended = (reader.number('Flags') & EXTENSION_PRESENT) !== 0;
  const path = { name: 'PathName', offset: base + reader.number('PathOffset'), length: reader.number('PathLength'), read: pathField };
  // The extension's own offset counts from the path's structure. [MS-SMB2] 2.2.9.1
  if (extended) return reader.take(reader.remaining, 'SMB2_TREE_CONNECT_REQUEST_EXTENSION').fields;
  return [...reader.fields, ...placePieces(bytes, reader.at, reader.end, [path])];
}

function pathField(bytes: Uint8Array, at: number, end: number): Field {
  if ((end - at) % 2 !== 0) return bytesField(bytes, at, end - at, 'PathName', { meaning: 'an odd number of bytes is no UTF-16' });
  return field('PathName', at, end - at, utf16(bytes.subarray(at, end)), { wireshark: 'smb2.tree' });
}
