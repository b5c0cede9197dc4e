import { type Cursor, decode } from '../bytes/cursor.ts';
import { Fault } from '../bytes/fault.ts';
import { u16At } from './little-endian.ts';
import type { NegotiateContext, Oddity } from './messages.ts';
import { utf16 } from './wire-text.ts';

const HEADER_LENGTH = 8;
/** Ten kinds exist; a message of 64 KiB could claim 8 000 of them. */
const CONTEXT_LIMIT = 64;

/** Distributes over the union, which a plain Omit would flatten. */
type Body<C> = C extends NegotiateContext ? Omit<C, 'type' | 'offset' | 'dataLength'> : never;
type ContextBody = Body<NegotiateContext>;

export interface ContextList {
  readonly bytes: Uint8Array;
  /** NegotiateContextOffset and NegotiateContextCount. */
  readonly offset: number;
  readonly count: number;
  /** The capture ends before the message does: a context that is not there whole is no oddity of its sender. */
  readonly cut: boolean;
}

/** The list of negotiate contexts. [MS-SMB2] 2.2.3.1. One that cannot be read never loses the others. */
export function readNegotiateContexts(list: ContextList, oddities: Oddity[]): NegotiateContext[] {
  const contexts: NegotiateContext[] = [];
  const note = (code: string, field: string, offset: number): void => void oddities.push({ code, field, offset });
  let at = list.offset;
  for (let index = 0; index < list.count; index++) {
    if (index === CONTEXT_LIMIT) {
      note('context-limit', 'NegotiateContextCount', at);
      break;
    }
    if (at + HEADER_LENGTH > list.bytes.length) {
      note(list.cut ? 'cut' : 'context-out-of-bounds', index === 0 ? 'NegotiateContextOffset' : 'NegotiateContextCount', at);
      break;
    }
    const context = readContext(list, at, note);
    if (context === null) break;
    contexts.push(context);
    at = nextBoundary(at + HEADER_LENGTH + context.dataLength);
  }
  return contexts;
}

/** Each context but the last is padded to 8 bytes, counted from the header. */
export function nextBoundary(offset: number): number {
  return Math.ceil(offset / 8) * 8;
}

type Note = (code: string, field: string, offset: number) => void;

function readContext({ bytes, cut }: ContextList, offset: number, note: Note): NegotiateContext | null {
  const type = u16At(bytes, offset);
  const dataLength = u16At(bytes, offset + 2);
  const from = offset + HEADER_LENGTH;
  const data = bytes.subarray(from, from + dataLength);
  const fixed = { type, offset, dataLength };
  if (data.length < dataLength) {
    note(cut ? 'cut' : 'context-out-of-bounds', 'DataLength', offset + 2);
    return cut ? null : { ...fixed, name: 'UNREADABLE', data };
  }
  let used = dataLength;
  const body = decode(data, (cursor) => {
    const read = readBody(type, cursor);
    used = cursor.position;
    return read;
  });
  if (body instanceof Fault) {
    note('context-unreadable', body.field, from + body.offset);
    return { ...fixed, name: 'UNREADABLE', data };
  }
  // libsmb2, jcifs and Linux count padding in; nmap leaves bytes of an earlier context behind.
  if (used < dataLength) note('context-slack', 'DataLength', from + used);
  return { ...fixed, ...body };
}

function readBody(type: number, cursor: Cursor): ContextBody {
  switch (type) {
    case 0x0001: {
      const count = cursor.u16('HashAlgorithmCount');
      const saltLength = cursor.u16('SaltLength');
      return { name: 'PREAUTH_INTEGRITY', hashAlgorithms: ids(cursor, count, 'HashAlgorithms'), saltLength, salt: cursor.take(saltLength, 'Salt') };
    }
    case 0x0002:
      return { name: 'ENCRYPTION', ciphers: ids(cursor, cursor.u16('CipherCount'), 'Ciphers') };
    case 0x0003: {
      const count = cursor.u16('CompressionAlgorithmCount');
      cursor.skip(2, 'Padding');
      return { name: 'COMPRESSION', flags: cursor.u32('Flags'), algorithms: ids(cursor, count, 'CompressionAlgorithms') };
    }
    case 0x0005:
      return { name: 'NETNAME', netName: utf16(cursor.take(cursor.remaining & ~1, 'NetName')) };
    case 0x0006:
      return { name: 'TRANSPORT', flags: cursor.u32('Flags') };
    case 0x0007: {
      const count = cursor.u16('TransformCount');
      cursor.skip(6, 'Reserved');
      return { name: 'RDMA_TRANSFORM', transformIds: ids(cursor, count, 'RDMATransformIds') };
    }
    case 0x0008:
      return { name: 'SIGNING', signingAlgorithms: ids(cursor, cursor.u16('SigningAlgorithmCount'), 'SigningAlgorithms') };
    case 0x0100:
      return { name: 'POSIX_EXTENSIONS', data: cursor.take(cursor.remaining, 'Data') };
    default:
      return { name: 'UNKNOWN', data: cursor.take(cursor.remaining, 'Data') };
  }
}

function ids(cursor: Cursor, count: number, field: string): number[] {
  const bytes = cursor.take(count * 2, field);
  return Array.from({ length: count }, (_, index) => u16At(bytes, index * 2));
}
