import { oidText } from '../spnego.ts';
import { oem } from '../wire-text.ts';
import { bytesField, errorField, type Extras, type Field, field, shortBy, structure } from './field.ts';
import { gap } from './pieces.ts';

/** What is expected of the elements at one place of an ASN.1 structure. */
export interface DerShape {
  readonly name: string;
  readonly wireshark?: string;
  /** How the content is read; without it the content is bytes. */
  readonly content?: 'oid' | 'text' | 'number';
  readonly meaning?: (value: string | number) => string | undefined;
  /** The content is elements: what each tag stands for. */
  readonly inside?: Readonly<Record<number, DerShape>>;
  /** The content is elements of one kind, together one field of Wireshark. */
  readonly listed?: string;
  /** The content is another protocol's. */
  readonly opened?: (bytes: Uint8Array, at: number, end: number) => Field;
}

export interface DerHeader {
  readonly tag: number;
  readonly contentAt: number;
  /** By the element's own length; may lie behind the bytes. */
  readonly contentEnd: number;
}

/** Tag and definite length of up to 4 bytes. ITU-T X.690 8.1.2, 8.1.3; null where there is none. */
export function derHeader(bytes: Uint8Array, at: number, end: number): DerHeader | null {
  const tag = bytes[at] ?? 0;
  const first = bytes[at + 1] ?? 0;
  if (at + 2 > end || (tag & 0x1f) === 0x1f) return null;
  if (first < 0x80) return { tag, contentAt: at + 2, contentEnd: at + 2 + first };
  const count = first & 0x7f;
  if (count === 0 || count > 4 || at + 2 + count > end) return null;
  let length = 0;
  for (let index = 0; index < count; index++) length = length * 256 + (bytes[at + 2 + index] ?? 0);
  return { tag, contentAt: at + 2 + count, contentEnd: at + 2 + count + length };
}

/** More elements of one level are not listed; seven mechanisms are the most ever seen. */
const ELEMENT_LIMIT = 64;

/** The elements in [at, end), one after another. Depth is that of the shapes. */
export function derElements(bytes: Uint8Array, at: number, end: number, shapes: Readonly<Record<number, DerShape>>): Field[] {
  const fields: Field[] = [];
  let next = at;
  while (next < end) {
    const header = fields.length < ELEMENT_LIMIT ? derHeader(bytes, next, end) : null;
    if (header === null) {
      const why = fields.length < ELEMENT_LIMIT ? errorField('unexpected-value', next, 'no DER element begins here') : errorField('limit', next, `more than ${ELEMENT_LIMIT} elements`);
      return [...fields, ...gap(bytes, next, end), why];
    }
    const shape = shapes[header.tag] ?? { name: `element with tag 0x${header.tag.toString(16).padStart(2, '0')}` };
    fields.push(element(bytes, next, end, header, shape));
    next = Math.min(header.contentEnd, end);
  }
  return fields;
}

function element(bytes: Uint8Array, at: number, end: number, header: DerHeader, shape: DerShape): Field {
  const { contentAt } = header;
  const contentEnd = Math.min(header.contentEnd, end);
  const tagField = bytesField(bytes, at, contentAt - at, 'DER tag and length', { meaning: `${tagText(header.tag)}, ${header.contentEnd - contentAt} bytes` });
  const children = contentEnd > contentAt ? [tagField, ...content(bytes, contentAt, contentEnd, shape)] : [tagField];
  if (header.contentEnd > end) children.push(errorField('truncated', contentEnd, `${shape.name}: ${shortBy(header.contentEnd - contentAt, contentEnd - contentAt)}`));
  return structure(shape.name, at, children, { wireshark: shape.inside === undefined || shape.listed !== undefined ? undefined : shape.wireshark });
}

function content(bytes: Uint8Array, at: number, end: number, shape: DerShape): Field[] {
  const { name, wireshark, meaning, inside, listed, opened } = shape;
  if (inside !== undefined) {
    const elements = derElements(bytes, at, end, inside);
    return listed === undefined ? elements : [structure(listed, at, elements, { wireshark })];
  }
  if (opened !== undefined) return [structure(`${name} content`, at, [opened(bytes, at, end)], { wireshark })];
  return [primitive(bytes, at, end, shape, (value) => ({ wireshark, meaning: meaning?.(value) }))];
}

function primitive(bytes: Uint8Array, at: number, end: number, { name, content: kind }: DerShape, extras: (value: string | number) => Extras): Field {
  const slice = bytes.subarray(at, end);
  switch (kind) {
    case 'oid': {
      const oid = oidText(slice);
      return field(`${name} content`, at, end - at, oid, extras(oid));
    }
    case 'text': {
      const text = oem(slice);
      return field(`${name} content`, at, end - at, text, extras(text));
    }
    case 'number': {
      const value = slice.length === 1 ? (slice[0] ?? 0) : -1;
      return value === -1 ? bytesField(bytes, at, end - at, `${name} content`, extras(value)) : field(`${name} content`, at, 1, value, extras(value));
    }
    default: return bytesField(bytes, at, end - at, `${name} content`, extras(''));
  }
}

const UNIVERSAL: Readonly<Record<number, string>> = {
  0x02: 'INTEGER', 0x03: 'BIT STRING', 0x04: 'OCTET STRING', 0x06: 'OBJECT IDENTIFIER', 0x0a: 'ENUMERATED', 0x1b: 'GeneralString', 0x30: 'SEQUENCE',
};

function tagText(tag: number): string {
  if (tag >= 0xa0 && tag < 0xc0) return `[${tag & 0x1f}]`;
  if (tag >= 0x60 && tag < 0x80) return `[APPLICATION ${tag & 0x1f}]`;
  return UNIVERSAL[tag] ?? `tag 0x${tag.toString(16).padStart(2, '0')}`;
}
