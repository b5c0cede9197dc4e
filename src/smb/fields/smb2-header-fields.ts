import { smb2CommandName } from '../commands.ts';
import { u32At } from '../little-endian.ts';
import { statusOf } from '../smb2-error.ts';
import { SMB2_HEADER_LENGTH } from '../smb2-header.ts';
import { type Field, structure } from './field.ts';
import { type BitTable, FieldReader, raw, reserved, type Row, u16, u32, u64 } from './layout.ts';

const SERVER_TO_REDIR = 0x1;
const ASYNC_COMMAND = 0x2;
const PRIORITY = 0x70;

/** [MS-SMB2] 2.2.1.2 Flags; the priority is a number of three bits. */
const FLAGS: BitTable = {
  names: {
    [SERVER_TO_REDIR]: 'SMB2_FLAGS_SERVER_TO_REDIR', [ASYNC_COMMAND]: 'SMB2_FLAGS_ASYNC_COMMAND', 0x4: 'SMB2_FLAGS_RELATED_OPERATIONS', 0x8: 'SMB2_FLAGS_SIGNED',
    [PRIORITY]: 'SMB2_FLAGS_PRIORITY_MASK', 0x10000000: 'SMB2_FLAGS_DFS_OPERATIONS', 0x20000000: 'SMB2_FLAGS_REPLAY_OPERATION',
  },
  wireshark: {
    [SERVER_TO_REDIR]: 'smb2.flags.response', [ASYNC_COMMAND]: 'smb2.flags.async', 0x4: 'smb2.flags.chained', 0x8: 'smb2.flags.signature',
    [PRIORITY]: 'smb2.flags.priority_mask', 0x10000000: 'smb2.flags.dfs', 0x20000000: 'smb2.flags.replay',
  },
  meaning: (flags) => ((flags & PRIORITY) === 0 ? undefined : `priority ${(flags & PRIORITY) >> 4}`),
};

const start = (creditCharge: Row, status: readonly Row[], credits: Row): readonly Row[] => [
  raw('ProtocolId', 4, 'smb2.protocol_id', () => 'SMB2 or SMB3'),
  u16('StructureSize', 'smb2.header_len'),
  creditCharge,
  ...status,
  u16('Command', 'smb2.cmd', { meaning: smb2CommandName }),
  credits,
  u32('Flags', 'smb2.flags', { bits: FLAGS }),
  u32('NextCommand', 'smb2.chain_offset', { meaning: (offset) => (offset === 0 ? 'the last or only one' : 'where the next one begins') }),
  u64('MessageId', 'smb2.msg_id'),
];
const CREDIT_CHARGE = u16('CreditCharge', 'smb2.credit.charge');

/** Below SMB 3 these four bytes of a request are Status, which is 0. */
const REQUEST = start(CREDIT_CHARGE, [u16('ChannelSequence', 'smb2.channel_sequence'), reserved('Reserved', 2, 'smb2.reserved')], u16('CreditRequest', 'smb2.credits.requested'));
const RESPONSE = start(CREDIT_CHARGE, [u32('Status', 'smb2.nt_status', { meaning: (value) => statusOf(value).name })], u16('CreditResponse', 'smb2.credits.granted'));

/** [MS-SMB2] 2.2.1.1 */
const ASYNC: readonly Row[] = [u64('AsyncId', 'smb2.aid')];
/** [MS-SMB2] 2.2.1.2; clients use the first as the process id. */
const SYNC: readonly Row[] = [u32('Reserved', 'smb2.pid', { meaning: () => 'process id' }), u32('TreeId', 'smb2.tid')];
const TAIL: readonly Row[] = [u64('SessionId', 'smb2.sesid'), raw('Signature', 16, 'smb2.signature')];

const AT_FLAGS = 16;

/** [MS-SMB2] 2.2.1: Flags say direction and form. */
export function smb2HeaderField(bytes: Uint8Array, at: number, end: number): Field {
  const flags = u32At(bytes, at + AT_FLAGS);
  const reader = new FieldReader(bytes, at, Math.min(at + SMB2_HEADER_LENGTH, end));
  reader.rows((flags & SERVER_TO_REDIR) === 0 ? REQUEST : RESPONSE).rows((flags & ASYNC_COMMAND) === 0 ? SYNC : ASYNC).rows(TAIL);
  return structure('SMB2 header', at, reader.fields);
}
