import type { Writer } from './writer.ts';

/** What is not given is 0. [MS-CIFS] 2.2.3.1 */
export interface Smb1HeaderFields {
  /** SMB_COM_NEGOTIATE where not given. */
  readonly command?: number;
  readonly status?: number;
  readonly flags?: number;
  readonly flags2?: number;
  readonly pidHigh?: number;
  readonly signature?: Uint8Array;
  readonly tid?: number;
  readonly pid?: number;
  readonly uid?: number;
  readonly mid?: number;
}

/** What is not given is 0. [MS-SMB2] 2.2.1.2 */
export interface Smb2HeaderFields {
  readonly creditCharge?: number;
  readonly status?: number;
  readonly command?: number;
  readonly credits?: number;
  readonly flags?: number;
  readonly nextCommand?: number;
  readonly messageId?: bigint;
  readonly processId?: number;
  readonly treeId?: number;
  readonly sessionId?: bigint;
  readonly signature?: Uint8Array;
}

const SMB1_MAGIC = 0x424d_53ff;
const SMB2_MAGIC = 0x424d_53fe;
const SMB1_NEGOTIATE = 0x72;
const SMB2_HEADER_LENGTH = 64;

export function writeSmb1Header(out: Writer, header: Smb1HeaderFields): void {
  out.u32(SMB1_MAGIC).u8(header.command ?? SMB1_NEGOTIATE).u32(header.status ?? 0).u8(header.flags ?? 0).u16(header.flags2 ?? 0).u16(header.pidHigh ?? 0);
  fixed(out, header.signature, 8);
  out.u16(0).u16(header.tid ?? 0).u16(header.pid ?? 0).u16(header.uid ?? 0).u16(header.mid ?? 0);
}

export function writeSmb2Header(out: Writer, header: Smb2HeaderFields): void {
  out.u32(SMB2_MAGIC).u16(SMB2_HEADER_LENGTH).u16(header.creditCharge ?? 0).u32(header.status ?? 0).u16(header.command ?? 0).u16(header.credits ?? 0);
  out.u32(header.flags ?? 0).u32(header.nextCommand ?? 0).u64(header.messageId ?? 0n).u32(header.processId ?? 0).u32(header.treeId ?? 0).u64(header.sessionId ?? 0n);
  fixed(out, header.signature, 16);
}

/** A field of `length` bytes: zeros where not given, cut or filled up where its length differs. */
export function fixed(out: Writer, bytes: Uint8Array | undefined, length: number): void {
  if (bytes === undefined) out.zeros(length);
  else if (bytes.length >= length) out.bytes(bytes.subarray(0, length));
  else out.bytes(bytes).zeros(length - bytes.length);
}
