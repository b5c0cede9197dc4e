import type { Smb2Header } from './messages.ts';
import { u16At, u32At, u64At } from './little-endian.ts';

/** Length of the header and the value of its StructureSize. */
export const SMB2_HEADER_LENGTH = 64;
const FLAGS_SERVER_TO_REDIR = 0x1;

/** [MS-SMB2] 2.2.1.2 (and 2.2.1.1: an async header's AsyncId lies where ProcessId and TreeId are). The caller checked that 64 bytes are there. */
export function readSmb2Header(bytes: Uint8Array): Smb2Header {
  return {
    structureSize: u16At(bytes, 4),
    creditCharge: u16At(bytes, 6),
    status: u32At(bytes, 8),
    command: u16At(bytes, 12),
    credits: u16At(bytes, 14),
    flags: u32At(bytes, 16),
    nextCommand: u32At(bytes, 20),
    messageId: u64At(bytes, 24),
    processId: u32At(bytes, 32),
    treeId: u32At(bytes, 36),
    sessionId: u64At(bytes, 40),
    signature: bytes.subarray(48, 64),
  };
}

export function isSmb2Response(header: Smb2Header): boolean {
  return (header.flags & FLAGS_SERVER_TO_REDIR) !== 0;
}
