import { flagNames } from '../bytes/codes.ts';

/** [MS-CIFS] 2.2.4.52.2, [MS-SMB] 2.2.4.5.2.1 */
export const SMB1_CAP = { unicode: 0x0000_0004, extendedSecurity: 0x8000_0000 } as const;

export const SMB1_CAPABILITIES: Readonly<Record<number, string>> = {
  0x00000001: 'RAW_MODE', 0x00000002: 'MPX_MODE', 0x00000004: 'UNICODE', 0x00000008: 'LARGE_FILES', 0x00000010: 'NT_SMBS', 0x00000020: 'RPC_REMOTE_APIS',
  0x00000040: 'STATUS32', 0x00000080: 'LEVEL_II_OPLOCKS', 0x00000100: 'LOCK_AND_READ', 0x00000200: 'NT_FIND', 0x00000400: 'BULK_TRANSFER',
  0x00000800: 'COMPRESSED', 0x00001000: 'DFS', 0x00002000: 'INFOLEVEL_PASSTHRU', 0x00004000: 'LARGE_READX', 0x00008000: 'LARGE_WRITEX', 0x00010000: 'LWIO',
  0x00800000: 'UNIX', 0x02000000: 'COMPRESSED_DATA', 0x20000000: 'DYNAMIC_REAUTH', 0x40000000: 'PERSISTENT_HANDLES', 0x80000000: 'EXTENDED_SECURITY',
};

/** [MS-CIFS] 2.2.4.52.2 SecurityMode; a clear bit 1 is share level, a clear bit 2 plaintext passwords. */
export const SMB1_SECURITY_MODE: Readonly<Record<number, string>> = {
  0x01: 'USER_SECURITY', 0x02: 'ENCRYPT_PASSWORDS', 0x04: 'SECURITY_SIGNATURES_ENABLED', 0x08: 'SECURITY_SIGNATURES_REQUIRED',
};

/** [MS-SMB2] 2.2.3 and 2.2.4 Capabilities. */
export const SMB2_CAPABILITIES: Readonly<Record<number, string>> = {
  0x01: 'DFS', 0x02: 'LEASING', 0x04: 'LARGE_MTU', 0x08: 'MULTI_CHANNEL', 0x10: 'PERSISTENT_HANDLES', 0x20: 'DIRECTORY_LEASING', 0x40: 'ENCRYPTION', 0x80: 'NOTIFICATIONS',
};

export const SMB2_SECURITY_MODE: Readonly<Record<number, string>> = { 1: 'SIGNING_ENABLED', 2: 'SIGNING_REQUIRED' };

export const smb1CapabilityNames = (value: number): string[] => flagNames(SMB1_CAPABILITIES, value);
export const smb1SecurityModeNames = (value: number): string[] => flagNames(SMB1_SECURITY_MODE, value);
export const smb2CapabilityNames = (value: number): string[] => flagNames(SMB2_CAPABILITIES, value);
export const smb2SecurityModeNames = (value: number): string[] => flagNames(SMB2_SECURITY_MODE, value);
