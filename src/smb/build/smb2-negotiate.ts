import { type ContextFields, writeContexts } from './contexts.ts';
import { fixed, type Smb2HeaderFields, writeSmb2Header } from './header.ts';
import { NBSS } from '../nbss.ts';
import { Writer } from './writer.ts';

const SMB_3_1_1 = 0x0311;

/** [MS-SMB2] 2.2.3. The context fields are written where 0x0311 is offered, ClientStartTime elsewhere. */
export interface Smb2RequestFields {
  readonly header: Smb2HeaderFields;
  readonly securityMode: number;
  readonly capabilities: number;
  readonly clientGuid: Uint8Array;
  /** In wire order. */
  readonly dialects: readonly number[];
  readonly contexts?: readonly ContextFields[];
  readonly clientStartTime?: bigint;
  /** The byte between contexts; zero where not given. */
  readonly padding?: number;
}

/** [MS-SMB2] 2.2.4 */
export interface Smb2ResponseFields {
  readonly kind: 'smb2-negotiate-response';
  readonly header: Smb2HeaderFields;
  readonly securityMode: number;
  readonly dialectRevision: number;
  readonly serverGuid: Uint8Array;
  readonly capabilities: number;
  readonly maxTransactSize: number;
  readonly maxReadSize: number;
  readonly maxWriteSize: number;
  readonly systemTime: bigint;
  readonly serverStartTime?: bigint;
  readonly securityBlob: Uint8Array;
  /** Written for 3.1.1 only. */
  readonly contexts?: readonly ContextFields[];
  /** What stands where 3.1.1 has the offset of its contexts: Windows up to 2008 R2 leaves old bytes there. */
  readonly reserved2?: number;
  /** 0 where not given and no blob is there is what some servers send. */
  readonly securityBufferOffset?: number;
}

/** [MS-SMB2] 2.2.2 */
export interface Smb2ErrorFields {
  readonly kind: 'smb2-error';
  /** With the status. */
  readonly header: Smb2HeaderFields;
  /** Behind a ByteCount of 0 one byte is due; null where a server leaves it out. */
  readonly padding: number | null;
}

/** With the 4-byte prefix. */
export function buildSmb2NegotiateRequest(fields: Smb2RequestFields): Uint8Array {
  const { dialects, contexts = [] } = fields;
  const out = new Writer();
  writeSmb2Header(out, fields.header);
  out.u16(36).u16(dialects.length).u16(fields.securityMode).u16(0).u32(fields.capabilities);
  fixed(out, fields.clientGuid, 16);
  const at = out.length;
  out.u64(fields.clientStartTime ?? 0n).u16s(dialects);
  if (!dialects.includes(SMB_3_1_1)) return out.framed(NBSS.sessionMessage);
  if (contexts.length > 0) out.align(8, fields.padding);
  out.setU32(at, contexts.length === 0 ? 0 : out.length);
  out.setU16(at + 4, contexts.length);
  writeContexts(out, contexts, fields.padding);
  return out.framed(NBSS.sessionMessage);
}

/** With the 4-byte prefix. */
export function buildSmb2NegotiateResponse(fields: Smb2ResponseFields): Uint8Array {
  const { securityBlob, dialectRevision } = fields;
  const contexts = dialectRevision === SMB_3_1_1 ? fields.contexts ?? [] : [];
  const out = new Writer(512);
  writeSmb2Header(out, fields.header);
  out.u16(65).u16(fields.securityMode).u16(dialectRevision).u16(contexts.length);
  fixed(out, fields.serverGuid, 16);
  out.u32(fields.capabilities).u32(fields.maxTransactSize).u32(fields.maxReadSize).u32(fields.maxWriteSize);
  out.u64(fields.systemTime).u64(fields.serverStartTime ?? 0n).u16(fields.securityBufferOffset ?? 128).u16(securityBlob.length);
  const at = out.length;
  out.u32(fields.reserved2 ?? 0).bytes(securityBlob);
  if (contexts.length === 0) return out.framed(NBSS.sessionMessage);
  out.align(8);
  out.setU32(at, out.length);
  writeContexts(out, contexts);
  return out.framed(NBSS.sessionMessage);
}

/** With the 4-byte prefix. */
export function buildSmb2Error({ header, padding }: Smb2ErrorFields): Uint8Array {
  const out = new Writer(80);
  writeSmb2Header(out, header);
  out.u16(9).u16(0).u32(0);
  if (padding !== null) out.u8(padding);
  return out.framed(NBSS.sessionMessage);
}
