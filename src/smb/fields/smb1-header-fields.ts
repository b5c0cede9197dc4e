import { smb1CommandName } from '../commands.ts';
import { u16At } from '../little-endian.ts';
import { statusOf } from '../smb2-error.ts';
import { SMB1_HEADER_LENGTH } from '../smb1-header.ts';
import { type Field, structure } from './field.ts';
import { type BitTable, FieldReader, raw, reserved, type Row, u16, u32, u8 } from './layout.ts';

/** [MS-CIFS] 2.2.3.1 Flags. */
const FLAGS: BitTable = {
  names: {
    0x01: 'SMB_FLAGS_LOCK_AND_READ_OK', 0x02: 'SMB_FLAGS_BUF_AVAIL', 0x08: 'SMB_FLAGS_CASE_INSENSITIVE', 0x10: 'SMB_FLAGS_CANONICALIZED_PATHS',
    0x20: 'SMB_FLAGS_OPLOCK', 0x40: 'SMB_FLAGS_OPBATCH', 0x80: 'SMB_FLAGS_REPLY',
  },
  wireshark: {
    0x01: 'smb.flags.lock', 0x02: 'smb.flags.receive_buffer', 0x08: 'smb.flags.caseless', 0x10: 'smb.flags.canon',
    0x20: 'smb.flags.oplock', 0x40: 'smb.flags.notify', 0x80: 'smb.flags.response',
  },
};

const NT_STATUS = 0x4000;

/** [MS-CIFS] 2.2.3.1, [MS-SMB] 2.2.3.1 Flags2. */
const FLAGS2: BitTable = {
  names: {
    0x0001: 'SMB_FLAGS2_LONG_NAMES', 0x0002: 'SMB_FLAGS2_EAS', 0x0004: 'SMB_FLAGS2_SMB_SECURITY_SIGNATURE', 0x0008: 'SMB_FLAGS2_COMPRESSED',
    0x0010: 'SMB_FLAGS2_SMB_SECURITY_SIGNATURE_REQUIRED', 0x0040: 'SMB_FLAGS2_IS_LONG_NAME', 0x0400: 'SMB_FLAGS2_REPARSE_PATH', 0x0800: 'SMB_FLAGS2_EXTENDED_SECURITY',
    0x1000: 'SMB_FLAGS2_DFS', 0x2000: 'SMB_FLAGS2_PAGING_IO', [NT_STATUS]: 'SMB_FLAGS2_NT_STATUS', 0x8000: 'SMB_FLAGS2_UNICODE',
  },
  wireshark: {
    0x0001: 'smb.flags2.long_names_allowed', 0x0002: 'smb.flags2.ea', 0x0004: 'smb.flags2.sec_sig', 0x0008: 'smb.flags2.compressed', 0x0010: 'smb.flags2.sec_sig_required',
    0x0040: 'smb.flags2.long_names_used', 0x0400: 'smb.flags2.reparse_path', 0x0800: 'smb.flags2.esn', 0x1000: 'smb.flags2.dfs', 0x2000: 'smb.flags2.roe',
    [NT_STATUS]: 'smb.flags2.nt_error', 0x8000: 'smb.flags2.string',
  },
};

/** [MS-CIFS] 2.2.2.4 */
const ERROR_CLASSES: Readonly<Record<number, string>> = { 0x00: 'SUCCESS', 0x01: 'ERRDOS', 0x02: 'ERRSRV', 0x03: 'ERRHRD', 0xff: 'ERRCMD' };

const BEFORE_STATUS: readonly Row[] = [raw('Protocol', 4, 'smb.server_component', () => 'SMB1'), u8('Command', 'smb.cmd', { meaning: smb1CommandName })];
const STATUS: readonly Row[] = [u32('Status', 'smb.nt_status', { meaning: (value) => statusOf(value).name })];
const DOS_ERROR: readonly Row[] = [
  u8('ErrorClass', 'smb.error_class', { meaning: (value) => ERROR_CLASSES[value] }),
  reserved('Reserved', 1, 'smb.reserved'),
  u16('ErrorCode', 'smb.error_code'),
];
const BEHIND_STATUS: readonly Row[] = [
  u8('Flags', 'smb.flags', { bits: FLAGS }),
  u16('Flags2', 'smb.flags2', { bits: FLAGS2 }),
  u16('PIDHigh', 'smb.pid.high'),
  raw('SecurityFeatures', 8, 'smb.signature'),
  reserved('Reserved', 2, 'smb.reserved'),
  u16('TID', 'smb.tid'), u16('PIDLow', 'smb.pid'), u16('UID', 'smb.uid'), u16('MID', 'smb.mid'),
];

const AT_FLAGS2 = 10;

/** [MS-CIFS] 2.2.3.1. Flags2, which stands behind it, says what the status is; a DOS error is three fields. */
export function smb1HeaderField(bytes: Uint8Array, at: number, end: number): Field {
  const isNtStatus = (u16At(bytes, at + AT_FLAGS2) & NT_STATUS) !== 0;
  const reader = new FieldReader(bytes, at, Math.min(at + SMB1_HEADER_LENGTH, end));
  reader.rows(BEFORE_STATUS).rows(isNtStatus ? STATUS : DOS_ERROR).rows(BEHIND_STATUS);
  return structure('SMB_Header', at, reader.fields);
}
