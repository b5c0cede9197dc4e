import { type Code, codes } from '../bytes/codes.ts';
import { type Cursor, decode } from '../bytes/cursor.ts';
import { Fault } from '../bytes/fault.ts';
import { malformed } from './malformed.ts';
import type { MalformedMessage, Smb2Header, Smb2NegotiateError } from './messages.ts';
import { SMB2_HEADER_LENGTH } from './smb2-header.ts';

/** NT status values met in answers to a negotiate and in what follows it. [MS-ERREF] 2.3.1, [MS-SMB2] 3.3.5.4, [MS-CIFS] 2.2.2.4 */
export const statusOf: (value: number) => Code = codes({
  0x00000000: 'STATUS_SUCCESS',
  0x00000103: 'STATUS_PENDING',
  0x0000010c: 'STATUS_NOTIFY_ENUM_DIR',
  0x00010002: 'STATUS_INVALID_SMB',
  0x80000005: 'STATUS_BUFFER_OVERFLOW',
  0x80000006: 'STATUS_NO_MORE_FILES',
  0x8000002d: 'STATUS_STOPPED_ON_SYMLINK',
  0xc0000001: 'STATUS_UNSUCCESSFUL',
  0xc0000002: 'STATUS_NOT_IMPLEMENTED',
  0xc0000008: 'STATUS_INVALID_HANDLE',
  0xc000000d: 'STATUS_INVALID_PARAMETER',
  0xc000000f: 'STATUS_NO_SUCH_FILE',
  0xc0000010: 'STATUS_INVALID_DEVICE_REQUEST',
  0xc0000011: 'STATUS_END_OF_FILE',
  0xc0000016: 'STATUS_MORE_PROCESSING_REQUIRED',
  0xc0000022: 'STATUS_ACCESS_DENIED',
  0xc0000023: 'STATUS_BUFFER_TOO_SMALL',
  0xc0000033: 'STATUS_OBJECT_NAME_INVALID',
  0xc0000034: 'STATUS_OBJECT_NAME_NOT_FOUND',
  0xc0000035: 'STATUS_OBJECT_NAME_COLLISION',
  0xc000003a: 'STATUS_OBJECT_PATH_NOT_FOUND',
  0xc0000043: 'STATUS_SHARING_VIOLATION',
  0xc0000061: 'STATUS_PRIVILEGE_NOT_HELD',
  0xc0000064: 'STATUS_NO_SUCH_USER',
  0xc000006a: 'STATUS_WRONG_PASSWORD',
  0xc000006d: 'STATUS_LOGON_FAILURE',
  0xc000006e: 'STATUS_ACCOUNT_RESTRICTION',
  0xc000006f: 'STATUS_INVALID_LOGON_HOURS',
  0xc0000070: 'STATUS_INVALID_WORKSTATION',
  0xc0000071: 'STATUS_PASSWORD_EXPIRED',
  0xc0000072: 'STATUS_ACCOUNT_DISABLED',
  0xc000009a: 'STATUS_INSUFFICIENT_RESOURCES',
  0xc00000ac: 'STATUS_PIPE_NOT_AVAILABLE',
  0xc00000b5: 'STATUS_IO_TIMEOUT',
  0xc00000ba: 'STATUS_FILE_IS_A_DIRECTORY',
  0xc00000bb: 'STATUS_NOT_SUPPORTED',
  0xc00000c9: 'STATUS_NETWORK_NAME_DELETED',
  0xc00000cb: 'STATUS_BAD_DEVICE_TYPE',
  0xc00000cc: 'STATUS_BAD_NETWORK_NAME',
  0xc00000d0: 'STATUS_REQUEST_NOT_ACCEPTED',
  0xc0000103: 'STATUS_NOT_A_DIRECTORY',
  0xc0000120: 'STATUS_CANCELLED',
  0xc0000128: 'STATUS_FILE_CLOSED',
  0xc0000133: 'STATUS_TIME_DIFFERENCE_AT_DC',
  0xc000015b: 'STATUS_LOGON_TYPE_NOT_GRANTED',
  0xc0000193: 'STATUS_ACCOUNT_EXPIRED',
  0xc000019c: 'STATUS_FS_DRIVER_REQUIRED',
  0xc0000203: 'STATUS_USER_SESSION_DELETED',
  0xc000020c: 'STATUS_CONNECTION_DISCONNECTED',
  0xc0000224: 'STATUS_PASSWORD_MUST_CHANGE',
  0xc0000225: 'STATUS_NOT_FOUND',
  0xc0000234: 'STATUS_ACCOUNT_LOCKED_OUT',
  0xc0000257: 'STATUS_PATH_NOT_COVERED',
  0xc000035c: 'STATUS_NETWORK_SESSION_EXPIRED',
  0xc05d0000: 'STATUS_SMB_NO_PREAUTH_INTEGRITY_HASH_OVERLAP',
});

/** ERROR response to a negotiate. [MS-SMB2] 2.2.2 */
export function readSmb2NegotiateError(bytes: Uint8Array, header: Smb2Header): Smb2NegotiateError | MalformedMessage {
  const error = decode(bytes, (cursor) => read(cursor, header));
  return error instanceof Fault ? malformed('smb2-negotiate-response', error) : error;
}

function read(cursor: Cursor, header: Smb2Header): Smb2NegotiateError {
  cursor.seek(SMB2_HEADER_LENGTH, 'StructureSize');
  const structureSize = cursor.u16('StructureSize');
  const errorContextCount = cursor.u8('ErrorContextCount');
  cursor.skip(1, 'Reserved');
  return { kind: 'smb2-negotiate-error', header, status: statusOf(header.status), structureSize, errorContextCount, byteCount: cursor.u32('ByteCount') };
}
