import { FSCTL_VALIDATE_NEGOTIATE_INFO } from '../validate-negotiate.ts';
import { bytesField, type Field, structure } from './field.ts';
import { FieldReader, guid, reserved, type Row, u16, u32 } from './layout.ts';
import { type Piece, placePieces } from './pieces.ts';
import { CAPABILITIES_ROW, DIALECT_LIMIT, DIALECT_ROW, SECURITY_MODE_ROW, STRUCTURE_SIZE } from './smb2-rows.ts';

const HEAD: readonly Row[] = [
  STRUCTURE_SIZE, reserved('Reserved', 2, 'smb2.reserved'),
  u32('CtlCode', 'smb2.ioctl.function', { meaning: (code) => (code === FSCTL_VALIDATE_NEGOTIATE_INFO ? 'FSCTL_VALIDATE_NEGOTIATE_INFO' : undefined) }),
  { ...guid('FileId', 'smb2.fid'), read: (bytes, at, row) => withoutMeaning(guid(row.name, row.wireshark).read(bytes, at, row)) },
  u32('InputOffset', 'smb2.olb.offset'), u32('InputCount', 'smb2.olb.length'),
];
const OUTPUT: readonly Row[] = [u32('OutputOffset', 'smb2.olb.offset'), u32('OutputCount', 'smb2.olb.length')];

/** [MS-SMB2] 2.2.31 */
const REQUEST: readonly Row[] = [
  ...HEAD, u32('MaxInputResponse', 'smb2.max_ioctl_in_size'), ...OUTPUT, u32('MaxOutputResponse', 'smb2.max_ioctl_out_size'),
  u32('Flags', 'smb2.ioctl.flags', { bits: { names: { 1: 'SMB2_0_IOCTL_IS_FSCTL' }, wireshark: { 1: 'smb2.ioctl.is_fsctl' } } }), reserved('Reserved2', 4, 'smb2.reserved'),
];
/** [MS-SMB2] 2.2.32 */
const RESPONSE: readonly Row[] = [...HEAD, ...OUTPUT, u32('Flags', 'smb2.flags'), reserved('Reserved2', 4, 'smb2.reserved')];

/** [MS-SMB2] 2.2.31.4 */
const VALIDATE_REQUEST: readonly Row[] = [CAPABILITIES_ROW, guid('Guid', 'smb2.client_guid'), SECURITY_MODE_ROW, u16('DialectCount', 'smb2.dialect_count')];
/** [MS-SMB2] 2.2.32.6 */
const VALIDATE_RESPONSE: readonly Row[] = [CAPABILITIES_ROW, guid('Guid', 'smb2.server_guid'), SECURITY_MODE_ROW, DIALECT_ROW];

/** The body in [at, end). `base`: of the SMB2 header. Of the control codes only the one that validates the negotiation is opened. */
export function ioctlFields(bytes: Uint8Array, base: number, at: number, end: number, response: boolean): Field[] {
  const reader = new FieldReader(bytes, at, end).rows(response ? RESPONSE : REQUEST);
  if (reader.stopped) return reader.fields;
  const validates = reader.number('CtlCode') === FSCTL_VALIDATE_NEGOTIATE_INFO;
  const piece = (name: string, opened: boolean): Piece => ({
    name,
    offset: base + reader.number(`${name}Offset`),
    length: reader.number(`${name}Count`),
    read: (all, from, to) => (opened ? validateField(all, from, to, response) : bytesField(all, from, to - from, name, { wireshark: `smb2.ioctl.${name === 'Input' ? 'in' : 'out'}` })),
  });
  return [...reader.fields, ...placePieces(bytes, reader.at, reader.end, [piece('Input', validates && !response), piece('Output', validates && response)])];
}

function validateField(bytes: Uint8Array, at: number, end: number, response: boolean): Field {
  const reader = new FieldReader(bytes, at, end).rows(response ? VALIDATE_RESPONSE : VALIDATE_REQUEST);
  if (!response) reader.list(DIALECT_ROW, reader.number('DialectCount'), DIALECT_LIMIT);
  if (!reader.stopped) reader.take(reader.remaining, 'unclaimed bytes');
  return structure(`VALIDATE_NEGOTIATE_INFO ${response ? 'Response' : 'Request'}`, at, reader.fields, { wireshark: response ? 'smb2.ioctl.out' : 'smb2.ioctl.in' });
}

function withoutMeaning({ meaning: _meaning, ...rest }: Field): Field {
  return rest;
}
