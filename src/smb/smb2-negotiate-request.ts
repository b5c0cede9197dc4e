import { type Cursor, decode } from '../bytes/cursor.ts';
import { Fault } from '../bytes/fault.ts';
import { malformed } from './malformed.ts';
import type { MalformedMessage, Oddity, Smb2Header, Smb2NegotiateRequest } from './messages.ts';
import { nextBoundary, readNegotiateContexts } from './negotiate-contexts.ts';
import { SMB2_HEADER_LENGTH } from './smb2-header.ts';

const STRUCTURE_SIZE = 36;
const SMB_3_1_1 = 0x0311;
/** From the first byte of the header; named where a note needs its offset. */
const AT = { dialectCount: 66, reserved: 70, contextOffset: 92, dialects: 100 } as const;
/** [MS-SMB2] 3.3.5.4: Windows refuses more than 64; a list of 30 000 would tell nothing more. */
const DIALECT_LIMIT = 1024;

/** [MS-SMB2] 2.2.3. `cut`: the capture ends before the message does. */
export function readSmb2NegotiateRequest(bytes: Uint8Array, header: Smb2Header, cut: boolean): Smb2NegotiateRequest | MalformedMessage {
  const request = decode(bytes, (cursor) => read(cursor, header, cut));
  return request instanceof Fault ? malformed('smb2-negotiate-request', request) : request;
}

function read(cursor: Cursor, header: Smb2Header, cut: boolean): Smb2NegotiateRequest {
  cursor.seek(SMB2_HEADER_LENGTH, 'StructureSize');
  const structureSize = cursor.u16('StructureSize');
  if (structureSize !== STRUCTURE_SIZE) cursor.refuse('unexpected-value', 'StructureSize', SMB2_HEADER_LENGTH);
  const fixed = {
    structureSize,
    dialectCount: cursor.u16('DialectCount'),
    securityMode: cursor.u16('SecurityMode'),
    reserved: cursor.u16('Reserved'),
    capabilities: cursor.u32('Capabilities'),
    clientGuid: cursor.take(16, 'ClientGuid'),
  };
  const shared = cursor.take(8, 'NegotiateContextOffset');
  const oddities: Oddity[] = [];
  if (fixed.reserved !== 0) oddities.push({ code: 'reserved-not-zero', field: 'Reserved', offset: AT.reserved });
  const dialects = readDialects(cursor, fixed.dialectCount, cut, oddities);
  const base = { kind: 'smb2-negotiate-request', header, ...fixed, dialects, oddities } as const;

  const view = new DataView(shared.buffer, shared.byteOffset, shared.byteLength);
  if (!dialects.includes(SMB_3_1_1)) {
    // The eight bytes are a time or a pointer, depending on a dialect that may lie behind the cut.
    const unknown = cut && dialects.length < fixed.dialectCount;
    return { ...base, ...(!unknown && { clientStartTime: view.getBigUint64(0, true) }), contexts: [] };
  }
  const negotiateContextOffset = view.getUint32(0, true);
  const negotiateContextCount = view.getUint16(4, true);
  // smbj points 8 bytes too far; Samba and Windows refuse anything but the next boundary behind the dialects.
  const due = nextBoundary(AT.dialects + 2 * fixed.dialectCount);
  if (negotiateContextCount > 0 && negotiateContextOffset !== due) oddities.push({ code: 'context-offset', field: 'NegotiateContextOffset', offset: AT.contextOffset });
  const contexts = readNegotiateContexts({ bytes: cursor.bytes, offset: negotiateContextOffset, count: negotiateContextCount, cut }, oddities);
  return { ...base, negotiateContextOffset, negotiateContextCount, contexts };
}

/** As many as DialectCount says, but none past the message. A count of 0 is a server's to refuse, not ours. */
function readDialects(cursor: Cursor, dialectCount: number, cut: boolean, oddities: Oddity[]): number[] {
  const present = Math.min(dialectCount, cursor.remaining >> 1);
  if (present < dialectCount) {
    oddities.push(cut ? { code: 'cut', field: 'Dialects', offset: cursor.bytes.length } : { code: 'dialect-count-past-end', field: 'DialectCount', offset: AT.dialectCount });
  }
  if (present > DIALECT_LIMIT) oddities.push({ code: 'dialect-limit', field: 'DialectCount', offset: AT.dialectCount });
  if (dialectCount === 0) oddities.push({ code: 'no-dialects', field: 'DialectCount', offset: AT.dialectCount });
  return Array.from({ length: Math.min(present, DIALECT_LIMIT) }, () => cursor.u16('Dialects'));
}
