import { filetimeText } from '../bytes/filetime.ts';
import { guidText, hexNumber, toHex } from '../bytes/text.ts';
import { smb2DialectText } from '../negotiation/dialects.ts';
import type { Message } from '../smb/messages.ts';
import type { DecodedMessage } from './schema.ts';

const GUID_FIELDS = new Set(['clientGuid', 'serverGuid', 'guid']);
const DIALECT_FIELDS = new Set(['dialects', 'dialectRevision']);

/** One decoded message as the contract writes it: nothing is left out, only numbers and bytes get a text form. */
export function buildMessage(message: Message): DecodedMessage {
  return { ...record(message), kind: message.kind };
}

function record(value: object): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const [key, field] of Object.entries(value)) put(out, key, field);
  return out;
}

function put(out: Record<string, unknown>, key: string, value: unknown): void {
  if (value === undefined) return;
  if (value instanceof Uint8Array && GUID_FIELDS.has(key) && value.length === 16) {
    out[key] = guidText(value);
    out[`${key}Raw`] = toHex(value);
  } else if (typeof value === 'bigint') {
    out[key] = value.toString();
    const text = key.endsWith('Time') ? filetimeText(value) : undefined;
    if (text !== undefined) out[`${key}Text`] = text;
  } else if (key === 'status') {
    putStatus(out, value);
  } else {
    out[key] = DIALECT_FIELDS.has(key) ? dialects(value) : plain(value);
  }
}

/** A header has the bare number; an error answer has number and name. */
function putStatus(out: Record<string, unknown>, value: unknown): void {
  if (typeof value === 'number') {
    out['status'] = hexNumber(value, 8);
  } else if (typeof value === 'object' && value !== null && 'value' in value) {
    out['status'] = hexNumber(Number(value.value), 8);
    if ('name' in value && value.name !== undefined) out['statusName'] = value.name;
  }
}

function dialects(value: unknown): unknown {
  if (typeof value === 'number') return smb2DialectText(value);
  return Array.isArray(value) ? value.map((item: unknown) => (typeof item === 'number' ? smb2DialectText(item) : plain(item))) : plain(value);
}

function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return toHex(value);
  if (typeof value === 'bigint') return value.toString();
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === 'object' && value !== null) return record(value);
  return value;
}
