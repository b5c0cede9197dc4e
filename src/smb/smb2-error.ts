import { type Code, codes } from '../bytes/codes.ts';
import { type Cursor, decode } from '../bytes/cursor.ts';
import { Fault } from '../bytes/fault.ts';
import { malformed } from './malformed.ts';
import type { MalformedMessage, Smb2Header, Smb2NegotiateError } from './messages.ts';
import { SMB2_HEADER_LENGTH } from './smb2-header.ts';

/** NT status values met in answers to a negotiate. [MS-ERREF] 2.3.1, [MS-SMB2] 3.3.5.4, [MS-CIFS] 2.2.2.4 */
export const statusOf: (value: number) => Code = codes({
  0x00000000: 'STATUS_SUCCESS',
  0x00010002: 'STATUS_INVALID_SMB',
  0xc0000001: 'STATUS_UNSUCCESSFUL',
  0xc0000002: 'STATUS_NOT_IMPLEMENTED',
  0xc000000d: 'STATUS_INVALID_PARAMETER',
  0xc0000010: 'STATUS_INVALID_DEVICE_REQUEST',
  0xc0000016: 'STATUS_MORE_PROCESSING_REQUIRED',
  0xc0000022: 'STATUS_ACCESS_DENIED',
  0xc000009a: 'STATUS_INSUFFICIENT_RESOURCES',
  0xc00000bb: 'STATUS_NOT_SUPPORTED',
  0xc00000cc: 'STATUS_BAD_NETWORK_NAME',
  0xc00000d0: 'STATUS_REQUEST_NOT_ACCEPTED',
  0xc000020c: 'STATUS_CONNECTION_DISCONNECTED',
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
