import { Fault } from '../bytes/fault.ts';
import { u16At } from './little-endian.ts';
import { malformed } from './malformed.ts';
import type { MalformedMessage, Oddity, Smb1Header, Smb1NegotiateRequest } from './messages.ts';
import { oem } from './wire-text.ts';

/** A request that cannot be read to its end still says what it offered up to there. */
export interface MalformedSmb1Request extends MalformedMessage {
  readonly dialects: readonly string[];
}

/** Offsets from the first byte of the header. */
const AT = { wordCount: 32, byteCount: 33, dialects: 35 } as const;
const DIALECT_BUFFER_FORMAT = 0x02;
/** No client offers more than 12 strings; one per two bytes of a hostile 64 KiB would cost more than it tells. */
const DIALECT_LIMIT = 1024;

/** [MS-CIFS] 2.2.4.52.1. `cut`: the capture ends before the message does. */
export function readSmb1NegotiateRequest(bytes: Uint8Array, header: Smb1Header, cut: boolean): Smb1NegotiateRequest | MalformedSmb1Request {
  if (bytes.length <= AT.wordCount) return refuse('truncated', AT.wordCount, 'WordCount');
  if (bytes[AT.wordCount] !== 0) return refuse('unexpected-value', AT.wordCount, 'WordCount');
  if (bytes.length < AT.dialects) return refuse('truncated', AT.byteCount, 'ByteCount');

  const byteCount = u16At(bytes, AT.byteCount);
  const declaredEnd = AT.dialects + byteCount;
  const oddities: Oddity[] = [];
  if (declaredEnd < bytes.length) oddities.push({ code: 'trailing-bytes', field: 'ByteCount', offset: declaredEnd });
  const list = readDialects(bytes.subarray(0, declaredEnd), cut && declaredEnd > bytes.length);
  // Which of two faults is told: the count is the cause of a string that has no end.
  if (declaredEnd > bytes.length && !cut) return refuse('out-of-bounds', AT.byteCount, 'ByteCount', list.dialects);
  if (list.fault !== null) return refuse(list.fault.code, list.fault.offset, list.fault.field, list.dialects);
  if (declaredEnd > bytes.length) oddities.push({ code: 'cut', field: 'Dialects', offset: list.end });
  if (byteCount < 2) oddities.push({ code: 'no-dialects', field: 'ByteCount', offset: AT.byteCount });
  return { kind: 'smb1-negotiate-request', header, wordCount: 0, byteCount, dialects: list.dialects, oddities };
}

function refuse(code: Fault['code'], offset: number, field: string, dialects: readonly string[] = []): MalformedSmb1Request {
  return { ...malformed('smb1-negotiate-request', new Fault(code, offset, field)), dialects };
}

interface DialectList {
  readonly dialects: readonly string[];
  readonly end: number;
  readonly fault: Fault | null;
}

/** Repeated { 0x02, string, NUL }. [MS-CIFS] 2.2.4.52.1 */
function readDialects(bytes: Uint8Array, cut: boolean): DialectList {
  const dialects: string[] = [];
  let at: number = AT.dialects;
  const stop = (fault: Fault | null): DialectList => ({ dialects, end: at, fault });
  while (at < bytes.length) {
    if (dialects.length === DIALECT_LIMIT) return stop(new Fault('limit', at, 'Dialects'));
    if (bytes[at] !== DIALECT_BUFFER_FORMAT) return stop(new Fault('unexpected-value', at, 'BufferFormat'));
    const nul = bytes.indexOf(0, at + 1);
    if (nul < 0) return stop(cut ? null : new Fault('truncated', bytes.length, 'DialectString'));
    dialects.push(oem(bytes.subarray(at + 1, nul)));
    at = nul + 1;
  }
  return stop(null);
}
