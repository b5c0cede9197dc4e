import { compressionOf } from '../algorithms.ts';
import { u16At } from '../little-endian.ts';
import { errorField, type Field, structure } from './field.ts';
import { FieldReader, raw, reserved, type Row, u16, u32, u64, u8 } from './layout.ts';

/** [MS-SMB2] 2.2.41 */
const TRANSFORM: readonly Row[] = [
  raw('ProtocolId', 4, 'smb2.protocol_id', () => 'encrypted SMB3'),
  raw('Signature', 16, 'smb2.header.transform.signature'), raw('Nonce', 16, 'smb2.header.transform.nonce'),
  u32('OriginalMessageSize', 'smb2.header.transform.msg_size'), reserved('Reserved', 2, 'smb2.header.transform.reserved'),
  u16('Flags', 'smb2.header.transform.flags', { bits: { names: { 1: 'Encrypted' }, wireshark: { 1: 'smb2.header.transform.flags.encrypted' } } }),
  u64('SessionId', 'smb2.sesid'),
];

export function transformFields(bytes: Uint8Array, at: number, end: number): Field[] {
  const reader = new FieldReader(bytes, at, end).rows(TRANSFORM);
  const header = structure('SMB2 TRANSFORM_HEADER', at, reader.fields);
  const data = new FieldReader(bytes, reader.at, end);
  data.take(data.remaining, 'EncryptedMessage', { wireshark: 'smb2.header.transform.enc_data' });
  const missing = reader.stopped ? 0 : reader.number('OriginalMessageSize') - (data.end - reader.at);
  if (missing > 0) data.fail(errorField('truncated', data.end, `OriginalMessageSize: ${missing} bytes more are due`));
  return [header, ...data.fields];
}

const ALGORITHM = u16('CompressionAlgorithm', 'smb2.header.comp_transform.comp_alg', { meaning: (id) => compressionOf(id).name });
const FLAGS = u16('Flags', 'smb2.header.comp_transform.flags', { meaning: (flags) => (flags === 0 ? 'SMB2_COMPRESSION_FLAG_NONE' : flags === 1 ? 'SMB2_COMPRESSION_FLAG_CHAINED' : undefined) });
const HEAD: readonly Row[] = [raw('ProtocolId', 4, 'smb2.protocol_id', () => 'compressed SMB 3.1.1'), u32('OriginalCompressedSegmentSize', 'smb2.header.comp_transform.original_size')];
/** [MS-SMB2] 2.2.42.1 */
const UNCHAINED: readonly Row[] = [ALGORITHM, FLAGS, u32('Offset', 'smb2.header.comp_transform.offset', { meaning: (offset) => `${offset} bytes before the compressed ones are not compressed` })];
/** [MS-SMB2] 2.2.42.2.1 */
const PAYLOAD: readonly Row[] = [ALGORITHM, FLAGS, u32('Length', 'smb2.header.comp_transform.length')];
const ORIGINAL_SIZE = u32('OriginalPayloadSize', 'smb2.header.comp_transform.orig_payload_size');
/** [MS-SMB2] 2.2.42.2.2 */
const PATTERN: readonly Row[] = [
  u8('Pattern', 'smb2.pattern_v1.pattern'), reserved('Reserved1', 1, 'smb2.pattern_v1.reserved1'), reserved('Reserved2', 2, 'smb2.pattern_v1.reserved2'),
  u32('Repetitions', 'smb2.pattern_v1.repetitions'),
];
const PATTERN_V1 = 4;
/** LZNT1, LZ77, LZ77+Huffman and LZ4 have it. */
const WITH_ORIGINAL_SIZE = new Set([1, 2, 3, 5]);
const CHAINED = 1;
const PAYLOAD_LIMIT = 1024;
const AT_FLAGS = 10;

/** [MS-SMB2] 2.2.42: the first Flags say whether payloads are chained. */
export function compressionTransformFields(bytes: Uint8Array, at: number, end: number): Field[] {
  const chained = u16At(bytes, at + AT_FLAGS) === CHAINED;
  const reader = new FieldReader(bytes, at, end).rows(HEAD);
  if (!chained) {
    reader.rows(UNCHAINED);
    const data = new FieldReader(bytes, reader.at, end);
    const plain = Math.min(reader.number('Offset'), data.remaining);
    data.take(plain, 'UncompressedData').take(data.remaining, 'CompressedData');
    return [structure('SMB2 COMPRESSION_TRANSFORM_HEADER', at, reader.fields), ...data.fields];
  }
  const fields = [structure('SMB2 COMPRESSION_TRANSFORM_HEADER', at, reader.fields)];
  for (let from = reader.at; from < reader.end;) {
    if (fields.length > PAYLOAD_LIMIT) {
      return [...fields, ...new FieldReader(bytes, from, end).take(reader.end - from, 'more payloads').fields, errorField('limit', reader.end, `more than ${PAYLOAD_LIMIT} payloads`)];
    }
    const payload = payloadField(bytes, from, end);
    fields.push(payload);
    from = payload.offset + payload.length;
  }
  return fields;
}

/** Length counts OriginalPayloadSize where there is one. */
function payloadField(bytes: Uint8Array, at: number, end: number): Field {
  const reader = new FieldReader(bytes, at, end).rows(PAYLOAD);
  const algorithm = reader.number('CompressionAlgorithm');
  const length = reader.number('Length');
  if (!reader.stopped) {
    const data = new FieldReader(bytes, reader.at, Math.min(end, reader.at + length));
    if (algorithm === PATTERN_V1) data.rows(PATTERN);
    else if (WITH_ORIGINAL_SIZE.has(algorithm)) data.rows([ORIGINAL_SIZE]);
    if (!data.stopped) data.take(data.remaining, 'CompressedData', { wireshark: 'smb2.header.comp_transform.data' });
    for (const found of data.fields) reader.push(found);
    if (length > end - at - 8) reader.fail(errorField('truncated', reader.at, `Length is ${length}, ${end - at - 8} bytes follow`));
  }
  return structure('SMB2_COMPRESSION_CHAINED_PAYLOAD', at, reader.fields);
}
