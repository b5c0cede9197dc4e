import { SMB1_NEGOTIATE, SMB2_IOCTL, SMB2_NEGOTIATE, smb2CommandName } from '../commands.ts';
import { u16At, u32At } from '../little-endian.ts';
import { NBSS } from '../nbss.ts';
import { SMB1_HEADER_LENGTH } from '../smb1-header.ts';
import { SMB2_HEADER_LENGTH } from '../smb2-header.ts';
import { errorField, type Field, shortBy, structure } from './field.ts';
import { FieldReader } from './layout.ts';
import { controlFields, PREFIX_LENGTH, prefixField } from './nbss-fields.ts';
import { gap } from './pieces.ts';
import { smb1HeaderField } from './smb1-header-fields.ts';
import { smb1CommandFields, smb1NegotiateRequestFields, smb1NegotiateResponseFields } from './smb1-negotiate-fields.ts';
import { smb2ErrorFields } from './smb2-error-fields.ts';
import { smb2HeaderField } from './smb2-header-fields.ts';
import { ioctlFields } from './smb2-ioctl-fields.ts';
import { smb2NegotiateRequestFields, smb2NegotiateResponseFields } from './smb2-negotiate-fields.ts';
import { sessionSetupFields, treeConnectFields } from './smb2-session-fields.ts';
import { compressionTransformFields, transformFields } from './transform-fields.ts';

/**
 * Every field of one transport message: every byte of `bytes` lies in exactly one field without structure, in order. Never throws.
 * `framed`: the bytes begin with the 4-byte prefix; `bare`: with an SMB header. What is missing or wrong is a field called `error`.
 */
export function fieldsOf(bytes: Uint8Array, form: 'framed' | 'bare' = 'framed'): Field[] {
  if (form === 'bare') return messageFields(bytes, 0, bytes.length);
  const { field: prefix, type, declared } = prefixField(bytes);
  if (bytes.length < PREFIX_LENGTH) return [prefix];
  const end = Math.min(bytes.length, PREFIX_LENGTH + declared);
  const body = type === NBSS.sessionMessage ? messageFields(bytes, PREFIX_LENGTH, end) : controlFields(bytes, type, PREFIX_LENGTH, end);
  const there = end - PREFIX_LENGTH;
  const short = there < declared ? [errorField('truncated', end, `LENGTH: ${shortBy(declared, there)}`)] : [];
  return [prefix, ...body, ...short, ...new FieldReader(bytes, end, bytes.length).take(bytes.length - end, 'bytes behind the message').fields];
}

/** ProtocolId, the four bytes read little-endian. [MS-CIFS] 2.2.3.1, [MS-SMB2] 2.2.1.2, 2.2.41, 2.2.42 */
function messageFields(bytes: Uint8Array, at: number, end: number): Field[] {
  if (end === at) return [];
  if (end - at < 4) return [...gap(bytes, at, end), errorField('truncated', end, `ProtocolId: ${shortBy(4, end - at)}`)];
  switch (u32At(bytes, at)) {
    case 0x424d_53ff: return smb1Fields(bytes, at, end);
    case 0x424d_53fe: return chainFields(bytes, at, end);
    case 0x424d_53fd: return transformFields(bytes, at, end);
    case 0x424d_53fc: return compressionTransformFields(bytes, at, end);
    default: return [...new FieldReader(bytes, at, end).take(end - at, 'unclaimed bytes').fields, errorField('unexpected-value', at, 'ProtocolId is not that of an SMB message')];
  }
}

const AT = { smb1Command: 4, smb1Flags: 9, status: 8, command: 12, flags: 16, nextCommand: 20 } as const;

function smb1Fields(bytes: Uint8Array, at: number, end: number): Field[] {
  const header = smb1HeaderField(bytes, at, end);
  const body = at + SMB1_HEADER_LENGTH;
  if (end < body) return [header];
  const response = ((bytes[at + AT.smb1Flags] ?? 0) & 0x80) !== 0;
  if (bytes[at + AT.smb1Command] !== SMB1_NEGOTIATE) return [header, structure(`SMB1 ${response ? 'response' : 'request'}`, body, smb1CommandFields(bytes, body, end))];
  const fields = response ? smb1NegotiateResponseFields(bytes, body, end) : smb1NegotiateRequestFields(bytes, body, end);
  return [header, structure(`SMB_COM_NEGOTIATE ${response ? 'response' : 'request'}`, body, fields)];
}

/** Members of one compound that are listed, as many as the decoder reads. */
const CHAIN_LIMIT = 32;

/** Compounded messages: NextCommand counts from the header that it stands in. [MS-SMB2] 3.3.5.2.7 */
function chainFields(bytes: Uint8Array, at: number, end: number): Field[] {
  const fields: Field[] = [];
  let base = at;
  for (let member = 0; member < CHAIN_LIMIT; member++) {
    const next = end - base < SMB2_HEADER_LENGTH ? 0 : u32At(bytes, base + AT.nextCommand);
    const linked = next >= SMB2_HEADER_LENGTH && next < end - base;
    fields.push(...smb2Fields(bytes, base, linked ? base + next : end));
    if (!linked) return next === 0 ? fields : [...fields, errorField('out-of-bounds', end, `NextCommand is ${next}, the message has ${end - base} bytes from there`)];
    base += next;
    if (end - base < 4 || u32At(bytes, base) !== 0x424d_53fe) return [...fields, ...gap(bytes, base, end), errorField('unexpected-value', base, 'NextCommand points at what is no SMB2 header')];
  }
  const rest = new FieldReader(bytes, base, end).take(end - base, 'more compounded messages').fields;
  return [...fields, ...rest, errorField('limit', end, `more than ${CHAIN_LIMIT} compounded messages`)];
}

function smb2Fields(bytes: Uint8Array, base: number, end: number): Field[] {
  const header = smb2HeaderField(bytes, base, end);
  const body = base + SMB2_HEADER_LENGTH;
  if (end < body) return [header];
  const response = (u32At(bytes, base + AT.flags) & 1) !== 0;
  const command = u16At(bytes, base + AT.command);
  const wrong = response && isError(u32At(bytes, base + AT.status), command, u16At(bytes, body));
  const name = `${smb2CommandName(command) ?? 'unknown command'} ${wrong ? 'ERROR Response' : response ? 'Response' : 'Request'}`;
  return [header, structure(`SMB2 ${name}`, body, wrong ? smb2ErrorFields(bytes, body, end) : bodyFields(bytes, base, end, command, response))];
}

const SESSION_SETUP = 1;
const TREE_CONNECT = 3;
const ERROR_STRUCTURE_SIZE = 9;
const CHANGE_NOTIFY = 15;
const STATUS_BUFFER_OVERFLOW = 0x8000_0005;
const STATUS_NOTIFY_ENUM_DIR = 0x0000_010c;
const STATUS_MORE_PROCESSING_REQUIRED = 0xc000_0016;

/** The statuses that are no failure come with the command's own body. [MS-SMB2] 3.3.4.4 */
function isError(status: number, command: number, structureSize: number): boolean {
  if (status === 0 || structureSize !== ERROR_STRUCTURE_SIZE || status === STATUS_BUFFER_OVERFLOW) return false;
  if (command === CHANGE_NOTIFY && status === STATUS_NOTIFY_ENUM_DIR) return false;
  return !(command === SESSION_SETUP && status === STATUS_MORE_PROCESSING_REQUIRED);
}

function bodyFields(bytes: Uint8Array, base: number, end: number, command: number, response: boolean): Field[] {
  const at = base + SMB2_HEADER_LENGTH;
  switch (command) {
    case SMB2_NEGOTIATE: return (response ? smb2NegotiateResponseFields : smb2NegotiateRequestFields)(bytes, base, at, end);
    case SESSION_SETUP: return sessionSetupFields(bytes, base, at, end, response);
    case TREE_CONNECT: return treeConnectFields(bytes, base, at, end, response);
    case SMB2_IOCTL: return ioctlFields(bytes, base, at, end, response);
    default: return new FieldReader(bytes, at, end).take(end - at, 'Body').fields;
  }
}
