import { SMB2_CAPABILITIES, SMB2_SECURITY_MODE } from '../capabilities.ts';
import { smb2DialectText } from '../dialects.ts';
import type { BitTable, Row } from './layout.ts';
import { u16, u32, u8 } from './layout.ts';

/** [MS-SMB2] 2.2.3 and 2.2.4 Capabilities, in negotiations, session setup and validation. */
const CAPABILITIES: BitTable = {
  names: SMB2_CAPABILITIES,
  wireshark: {
    0x01: 'smb2.capabilities.dfs', 0x02: 'smb2.capabilities.leasing', 0x04: 'smb2.capabilities.large_mtu', 0x08: 'smb2.capabilities.multi_channel',
    0x10: 'smb2.capabilities.persistent_handles', 0x20: 'smb2.capabilities.directory_leasing', 0x40: 'smb2.capabilities.encryption',
  },
};
const SECURITY_MODE: BitTable = { names: SMB2_SECURITY_MODE, wireshark: { 1: 'smb2.sec_mode.sign_enabled', 2: 'smb2.sec_mode.sign_required' } };

export const CAPABILITIES_ROW: Row = u32('Capabilities', 'smb2.capabilities', { bits: CAPABILITIES });
/** Wireshark counts only the first of the two bytes. */
export const SECURITY_MODE_ROW: Row = u16('SecurityMode', 'smb2.sec_mode', { bits: SECURITY_MODE });
/** SESSION_SETUP has one byte. [MS-SMB2] 2.2.5 */
export const SECURITY_MODE_BYTE: Row = u8('SecurityMode', 'smb2.sec_mode', { bits: SECURITY_MODE });

/** The wildcard's meaning in words, since "2.???" looks like damage. */
const dialectMeaning = (code: number): string | undefined => {
  const text = smb2DialectText(code);
  if (code === 0x02ff) return 'SMB 2.???: any of 2.1 or later, a second negotiate follows';
  return text.startsWith('0x') ? undefined : `SMB ${text}`;
};
export const DIALECT_ROW: Row = u16('Dialect', 'smb2.dialect', { meaning: dialectMeaning });
export const DIALECT_REVISION_ROW: Row = u16('DialectRevision', 'smb2.dialect', { meaning: dialectMeaning });

export const STRUCTURE_SIZE: Row = u16('StructureSize', 'smb2.buffer_code');
/** [MS-SMB2] 3.3.5.4 lets 64 pass at most. */
export const DIALECT_LIMIT = 1024;
