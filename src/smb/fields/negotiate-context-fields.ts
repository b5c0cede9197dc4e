import { flagNames } from '../../bytes/codes.ts';
import { cipherOf, compressionOf, hashAlgorithmOf, rdmaTransformOf, signingAlgorithmOf } from '../algorithms.ts';
import { u16At } from '../little-endian.ts';
import { nextBoundary } from '../negotiate-contexts.ts';
import { utf16 } from '../wire-text.ts';
import { errorField, type Field, field, structure } from './field.ts';
import { FieldReader, reserved, type Row, u16, u32 } from './layout.ts';
import type { Piece } from './pieces.ts';

const HEADER_LENGTH = 8;
/** As many as the decoder reads. */
const CONTEXT_LIMIT = 64;
const ID_LIMIT = 1024;

interface Kind {
  readonly name: string;
  readonly read: (reader: FieldReader) => void;
}

const ids = (rows: readonly Row[], count: string, id: Row) => (reader: FieldReader): void => void reader.rows(rows).list(id, reader.number(count), ID_LIMIT);

const HASH = u16('HashAlgorithm', 'smb2.negotiate_context.hash_algorithm', { meaning: (id) => hashAlgorithmOf(id).name });
const CIPHER = u16('Cipher', 'smb2.negotiate_context.cipher_id', { meaning: (id) => cipherOf(id).name });
const COMPRESSION = u16('CompressionAlgorithm', 'smb2.negotiate_context.comp_alg_id', { meaning: (id) => compressionOf(id).name });
const SIGNING = u16('SigningAlgorithm', 'smb2.negotiate_context.signing_id', { meaning: (id) => signingAlgorithmOf(id).name });
const TRANSFORM = u16('RDMATransformId', 'smb2.negotiate_context.rdma_transform_id', { meaning: (id) => rdmaTransformOf(id).name });

const COMPRESSION_FLAGS = { 1: 'SMB2_COMPRESSION_CAPABILITIES_FLAG_CHAINED' };
const TRANSPORT_FLAGS = { 1: 'SMB2_ACCEPT_TRANSPORT_LEVEL_SECURITY' };

/** [MS-SMB2] 2.2.3.1.1 to 2.2.3.1.7; 0x100 is Samba's and Linux' own. */
const KINDS: Readonly<Record<number, Kind>> = {
  0x0001: {
    name: 'SMB2_PREAUTH_INTEGRITY_CAPABILITIES',
    read: (reader) => {
      reader.rows([u16('HashAlgorithmCount', 'smb2.negotiate_context.hash_alg_count'), u16('SaltLength', 'smb2.negotiate_context.salt_length')]);
      reader.list(HASH, reader.number('HashAlgorithmCount'), ID_LIMIT).take(reader.number('SaltLength'), 'Salt', { wireshark: 'smb2.negotiate_context.salt' });
    },
  },
  0x0002: { name: 'SMB2_ENCRYPTION_CAPABILITIES', read: ids([u16('CipherCount', 'smb2.negotiate_context.cipher_count')], 'CipherCount', CIPHER) },
  0x0003: {
    name: 'SMB2_COMPRESSION_CAPABILITIES',
    read: ids([
      u16('CompressionAlgorithmCount', 'smb2.negotiate_context.comp_alg_count'), reserved('Padding', 2),
      u32('Flags', 'smb2.negotiate_context.comp_alg_flags', { bits: { names: COMPRESSION_FLAGS, wireshark: { 1: 'smb2.negotiate_context.comp_alg_flags.chained' } } }),
    ], 'CompressionAlgorithmCount', COMPRESSION),
  },
  0x0005: { name: 'SMB2_NETNAME_NEGOTIATE_CONTEXT_ID', read: netName },
  0x0006: {
    name: 'SMB2_TRANSPORT_CAPABILITIES',
    read: (reader) => void reader.rows([u32('Flags', 'smb2.negotiate_context.transport_flags', { meaning: (flags) => flagNames(TRANSPORT_FLAGS, flags).join(', ') || 'no bit set' })]),
  },
  0x0007: {
    name: 'SMB2_RDMA_TRANSFORM_CAPABILITIES',
    read: ids([
      u16('TransformCount', 'smb2.negotiate_context.rdma_transform_count'),
      u16('Reserved1', 'smb2.negotiate_context.rdma_transform_reserved1'), u32('Reserved2', 'smb2.negotiate_context.rdma_transform_reserved2'),
    ], 'TransformCount', TRANSFORM),
  },
  0x0008: { name: 'SMB2_SIGNING_CAPABILITIES', read: ids([u16('SigningAlgorithmCount', 'smb2.negotiate_context.signing_alg_count')], 'SigningAlgorithmCount', SIGNING) },
  0x0100: { name: 'SMB2_POSIX_EXTENSIONS_AVAILABLE', read: (reader) => void reader.take(reader.remaining, 'Tag', { wireshark: 'smb2.negotiate_context.posix_reserved' }) },
};

/** [MS-SMB2] 2.2.3.1 */
const HEADER: readonly Row[] = [
  u16('ContextType', 'smb2.negotiate_context.type', { meaning: (type) => KINDS[type]?.name ?? 'not known; a receiver ignores it' }),
  u16('DataLength', 'smb2.negotiate_context.data_length'),
  reserved('Reserved', 4, 'smb2.reserved'),
];

function netName(reader: FieldReader): void {
  const { bytes, at, remaining } = reader;
  const length = remaining & ~1;
  if (length > 0) reader.push(field('NetName', at, length, utf16(bytes.subarray(at, at + length)), { wireshark: 'smb2.negotiate_context.netname' }));
}

export interface ContextPieces {
  readonly pieces: readonly Piece[];
  readonly errors: readonly Field[];
}

/** Where the contexts lie. `base`: of the SMB2 header, from which offsets count. */
export function contextPieces(bytes: Uint8Array, base: number, offset: number, count: number, end: number): ContextPieces {
  const pieces: Piece[] = [];
  let at = offset;
  for (let index = 0; index < count; index++) {
    if (index === CONTEXT_LIMIT) return { pieces, errors: [errorField('limit', end, `NegotiateContextCount is ${count}, the first ${CONTEXT_LIMIT} are listed`)] };
    if (base + at + HEADER_LENGTH > end) {
      const where = index === 0 ? 'NegotiateContextOffset' : 'NegotiateContextCount';
      return { pieces, errors: [errorField('out-of-bounds', end, `${where}: context ${index + 1} of ${count} should begin at ${base + at}, and the bytes end at ${end}`)] };
    }
    const length = HEADER_LENGTH + u16At(bytes, base + at + 2);
    pieces.push({ name: `NegotiateContext ${index + 1}`, offset: base + at, length, read: contextField });
    at = nextBoundary(at + length);
  }
  return { pieces, errors: [] };
}

function contextField(bytes: Uint8Array, at: number, end: number): Field {
  const header = new FieldReader(bytes, at, end).rows(HEADER);
  const kind = KINDS[header.number('ContextType')];
  const data = new FieldReader(bytes, header.at, end);
  if (kind !== undefined) kind.read(data);
  // libsmb2, jcifs and Linux count padding in; nmap leaves bytes of an earlier context behind.
  data.take(data.stopped ? 0 : data.remaining, kind === undefined ? 'Data' : 'bytes behind the ids', kind === undefined ? { wireshark: 'smb2.unknown' } : {});
  return structure(kind?.name ?? 'SMB2_NEGOTIATE_CONTEXT', at, [...header.fields, ...data.fields]);
}
