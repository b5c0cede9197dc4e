import type { Smb1Header } from './messages.ts';
import { u16At, u32At } from './little-endian.ts';

export const SMB1_HEADER_LENGTH = 32;
const FLAGS_REPLY = 0x80;

/** [MS-CIFS] 2.2.3.1. The caller checked that 32 bytes are there. */
export function readSmb1Header(bytes: Uint8Array): Smb1Header {
  return {
    command: bytes[4] ?? 0,
    status: u32At(bytes, 5),
    flags: bytes[9] ?? 0,
    flags2: u16At(bytes, 10),
    pidHigh: u16At(bytes, 12),
    signature: bytes.subarray(14, 22),
    tid: u16At(bytes, 24),
    pid: u16At(bytes, 26),
    uid: u16At(bytes, 28),
    mid: u16At(bytes, 30),
  };
}

/** The direction is the header's own word; ports lie. */
export function isSmb1Response(header: Smb1Header): boolean {
  return (header.flags & FLAGS_REPLY) !== 0;
}
