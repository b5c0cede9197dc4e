import { nextBoundary } from '../negotiate-contexts.ts';
import { errorField, type Field, structure } from './field.ts';
import { FieldReader, type Row, u32, u8 } from './layout.ts';
import { gap } from './pieces.ts';
import { STRUCTURE_SIZE } from './smb2-rows.ts';

/** [MS-SMB2] 2.2.2 */
const ERROR: readonly Row[] = [STRUCTURE_SIZE, u8('ErrorContextCount', 'smb2.error.context_count'), u8('Reserved', 'smb2.error.reserved'), u32('ByteCount', 'smb2.error.byte_count')];

const ERROR_IDS: Readonly<Record<number, string>> = { 0: 'SMB2_ERROR_ID_DEFAULT', 0x72645253: 'SMB2_ERROR_ID_SHARE_REDIRECT' };

/** [MS-SMB2] 2.2.2.1 */
const CONTEXT: readonly Row[] = [u32('ErrorDataLength', 'smb2.error.context.length'), u32('ErrorId', 'smb2.error.context.id', { meaning: (id) => ERROR_IDS[id] })];

/** The body in [at, end). Contexts (3.1.1) are aligned to 8 bytes, counted from the first; ByteCount 0 may be followed by a byte that says nothing. */
export function smb2ErrorFields(bytes: Uint8Array, at: number, end: number): Field[] {
  const reader = new FieldReader(bytes, at, end).rows(ERROR);
  if (reader.stopped) return reader.fields;
  const count = reader.number('ErrorContextCount');
  const first = reader.at;
  for (let index = 0; index < count && reader.remaining > 0 && !reader.stopped; index++) {
    const aligned = Math.min(first + nextBoundary(reader.at - first), reader.end);
    for (const padding of gap(bytes, reader.at, aligned)) reader.push(padding);
    contextField(reader, index);
  }
  if (!reader.stopped && count === 0) reader.take(Math.min(Math.max(reader.number('ByteCount'), 1), reader.remaining), 'ErrorData', { wireshark: 'smb2.error.data' });
  for (const padding of gap(bytes, reader.at, reader.end)) reader.push(padding);
  const missing = reader.number('ByteCount') - (reader.end - first);
  return missing > 0 ? [...reader.fields, errorField('out-of-bounds', reader.end, `ByteCount is ${reader.number('ByteCount')}, ${reader.end - first} follow`)] : reader.fields;
}

function contextField(reader: FieldReader, index: number): void {
  const inner = new FieldReader(reader.bytes, reader.at, reader.end).rows(CONTEXT);
  if (!inner.stopped) inner.take(inner.number('ErrorDataLength'), 'ErrorContextData');
  if (inner.fields.length > 0) reader.push(structure(`SMB2_ERROR_CONTEXT ${index + 1}`, reader.at, inner.fields));
}
