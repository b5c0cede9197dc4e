import { NBSS, nbssErrorName, netbiosNameEnd, readNetbiosName } from '../nbss.ts';
import { bytesField, errorField, type Field, field, structure } from './field.ts';
import { FieldReader, raw, type Row, u16BE, u24BE, u8 } from './layout.ts';

export const PREFIX_LENGTH = 4;

const TYPES: Readonly<Record<number, string>> = {
  [NBSS.sessionMessage]: 'session message', [NBSS.sessionRequest]: 'session request', [NBSS.positive]: 'positive session response',
  [NBSS.negative]: 'negative session response', [NBSS.retarget]: 'retarget session response', [NBSS.keepalive]: 'session keep alive',
};

const TYPE = u8('TYPE', 'nbss.type', { meaning: (type) => TYPES[type] });

/** [MS-SMB2] 2.1; of NetBIOS over TCP the same three bytes are seven zero bits and a length of 17. */
const MESSAGE_PREFIX: readonly Row[] = [TYPE, u24BE('LENGTH', 'nbss.length')];

/** RFC 1002 4.3.1. E is bit 16 of the length. */
const CONTROL_PREFIX: readonly Row[] = [
  TYPE,
  u8('FLAGS', 'nbss.flags', { bits: { names: { 0x01: 'E' }, wireshark: { 0x01: 'nbss.flags.e' } } }),
  u16BE('LENGTH', 'nbss.length'),
];

/** RFC 1002 4.3.5 */
const RETARGET: readonly Row[] = [
  { name: 'RETARGET_IP_ADDRESS', length: 4, read: (bytes, at, row) => field(row.name, at, 4, bytes.subarray(at, at + 4).join('.'), { wireshark: 'nbss.retarget_ip_address' }) },
  u16BE('PORT', 'nbss.retarget_port'),
];

/** RFC 1002 4.3.4 */
const ERROR_CODE = u8('ERROR_CODE', 'nbss.error_code', { meaning: nbssErrorName });

export interface Prefix {
  readonly field: Field;
  readonly type: number;
  /** Bytes that follow, by the prefix's own word. */
  readonly declared: number;
}

/** The four bytes before every message on TCP. */
export function prefixField(bytes: Uint8Array): Prefix {
  const type = bytes[0] ?? 0;
  const rows = type === NBSS.sessionMessage ? MESSAGE_PREFIX : CONTROL_PREFIX;
  const reader = new FieldReader(bytes, 0, PREFIX_LENGTH).rows(rows);
  const declared = type === NBSS.sessionMessage ? reader.number('LENGTH') : ((reader.number('FLAGS') & 1) << 16) | reader.number('LENGTH');
  return { field: structure('Session packet header', 0, reader.fields), type, declared };
}

/** What follows the prefix of a session control packet, in [at, end). RFC 1002 4.3.2 to 4.3.6 */
export function controlFields(bytes: Uint8Array, type: number, at: number, end: number): Field[] {
  const reader = new FieldReader(bytes, at, end);
  switch (type) {
    case NBSS.sessionRequest:
      nameField(reader, 'CALLED_NAME', 'nbss.called_name');
      nameField(reader, 'CALLING_NAME', 'nbss.calling_name');
      break;
    case NBSS.negative: reader.rows([ERROR_CODE]); break;
    case NBSS.retarget: reader.rows(RETARGET); break;
    case NBSS.positive: case NBSS.keepalive: break;
    default: reader.fail(errorField('unexpected-value', at, `TYPE ${type} is none of the session service's`));
  }
  return reader.take(reader.remaining, 'unclaimed bytes').fields;
}

/** The 16th character of a NetBIOS name. [MS-NBTE] 2.2.1 and the registered suffixes */
const SUFFIXES: Readonly<Record<number, string>> = {
  0x00: 'workstation', 0x03: 'messenger', 0x1b: 'domain master browser', 0x1c: 'domain controllers', 0x1d: 'master browser', 0x1e: 'browser elections', 0x20: 'file server',
};

/** First-level encoding with its length, scope and final NUL. RFC 1001 14.1, RFC 1002 4.1 */
function nameField(reader: FieldReader, name: string, wireshark: string): void {
  if (reader.stopped) return;
  const { at, remaining } = reader;
  const rest = reader.bytes.subarray(at, reader.end);
  const length = netbiosNameEnd(rest, 0);
  if (length === null || length > remaining) {
    reader.rows([raw(name, Math.max(remaining + 1, 34))]);
    return;
  }
  const decoded = readNetbiosName(rest, 0);
  if (decoded === null) {
    reader.push(bytesField(reader.bytes, at, length, name, { wireshark })).fail(errorField('unexpected-value', reader.at, `${name} is no encoded NetBIOS name`));
    return;
  }
  const suffix = decoded.suffix.toString(16).padStart(2, '0');
  reader.push(field(name, at, length, `${decoded.name}<${suffix}>`, { wireshark, meaning: SUFFIXES[decoded.suffix] }));
}
