import { type Cursor, decode } from '../bytes/cursor.ts';
import { Fault } from '../bytes/fault.ts';
import { malformed } from './malformed.ts';
import type { MalformedMessage, Oddity, SecurityBlob, Smb2Header, Smb2NegotiateResponse } from './messages.ts';
import { readNegotiateContexts } from './negotiate-contexts.ts';
import { SMB2_HEADER_LENGTH } from './smb2-header.ts';
import { readSecurityBlob } from './spnego.ts';

const STRUCTURE_SIZE = 65;
const SMB_3_1_1 = 0x0311;
/** From the first byte of the header. */
const AT = { securityBufferOffset: 120, securityBufferLength: 122, buffer: 128 } as const;

/** [MS-SMB2] 2.2.4. `cut`: the capture ends before the message does. */
export function readSmb2NegotiateResponse(bytes: Uint8Array, header: Smb2Header, cut: boolean): Smb2NegotiateResponse | MalformedMessage {
  const response = decode(bytes, (cursor) => read(cursor, header, cut));
  return response instanceof Fault ? malformed('smb2-negotiate-response', response) : response;
}

function read(cursor: Cursor, header: Smb2Header, cut: boolean): Smb2NegotiateResponse {
  cursor.seek(SMB2_HEADER_LENGTH, 'StructureSize');
  const structureSize = cursor.u16('StructureSize');
  if (structureSize !== STRUCTURE_SIZE) cursor.refuse('unexpected-value', 'StructureSize', SMB2_HEADER_LENGTH);
  const fixed = {
    structureSize,
    securityMode: cursor.u16('SecurityMode'),
    dialectRevision: cursor.u16('DialectRevision'),
    negotiateContextCount: cursor.u16('NegotiateContextCount'),
    serverGuid: cursor.take(16, 'ServerGuid'),
    capabilities: cursor.u32('Capabilities'),
    maxTransactSize: cursor.u32('MaxTransactSize'),
    maxReadSize: cursor.u32('MaxReadSize'),
    maxWriteSize: cursor.u32('MaxWriteSize'),
    systemTime: cursor.u64('SystemTime'),
    serverStartTime: cursor.u64('ServerStartTime'),
    securityBufferOffset: cursor.u16('SecurityBufferOffset'),
    securityBufferLength: cursor.u16('SecurityBufferLength'),
    negotiateContextOffset: cursor.u32('NegotiateContextOffset'),
  };
  const oddities: Oddity[] = [];
  const securityBlob = blobOf(cursor.bytes, fixed.securityBufferOffset, fixed.securityBufferLength, cut, oddities);
  // Below 3.1.1 both fields are reserved, and Windows up to 2008 R2 leaves old bytes there.
  const contexts = fixed.dialectRevision !== SMB_3_1_1 ? [] : readNegotiateContexts(
    { bytes: cursor.bytes, offset: fixed.negotiateContextOffset, count: fixed.negotiateContextCount, cut }, oddities);
  return { kind: 'smb2-negotiate-response', header, ...fixed, securityBlob, contexts, oddities };
}

function blobOf(bytes: Uint8Array, offset: number, length: number, cut: boolean, oddities: Oddity[]): SecurityBlob {
  if (length === 0) return readSecurityBlob(bytes.subarray(0, 0));
  if (offset < AT.buffer) {
    oddities.push({ code: 'security-buffer-offset', field: 'SecurityBufferOffset', offset: AT.securityBufferOffset });
    return { kind: 'unknown', mechTypes: [], hasMechToken: false };
  }
  if (offset + length > bytes.length) {
    oddities.push(cut ? { code: 'cut', field: 'Buffer', offset: bytes.length }
      : { code: 'security-buffer-out-of-bounds', field: 'SecurityBufferLength', offset: AT.securityBufferLength });
    if (offset >= bytes.length) return { kind: 'unknown', mechTypes: [], hasMechToken: false };
  }
  return readSecurityBlob(bytes.subarray(offset, offset + length));
}
