import { hexNumber, toHex } from '../bytes/text.ts';
import type { Field } from '../smb/fields/field.ts';
import { printable } from './render-text.ts';

/** Bytes of one field that the text shows; the value has all of them. */
const BYTES_SHOWN = 8;
/** Codes that nobody knows in decimal. */
const IN_HEX = new Set(['Status', 'CtlCode', 'Dialect', 'DialectRevision', 'Command', 'ErrorId', 'ContextType']);
const BYTES_WIDTH = BYTES_SHOWN * 3;

/** The fields as an indented tree: offset, bytes, name, value, meaning. `bytes` are those that the fields were read from. */
export function renderFields(bytes: Uint8Array, fields: readonly Field[]): string {
  const lines: string[] = [];
  for (const each of fields) append(lines, bytes, each, 0);
  return lines.map((line) => `${line}\n`).join('');
}

function append(lines: string[], bytes: Uint8Array, each: Field, depth: number): void {
  // The bits that are set stand in the meaning of their field.
  const children = (each.children ?? []).filter(({ mask }) => mask === undefined);
  const shown = children.length > 0 || each.length === 0 ? '' : hexOf(bytes, each);
  const offset = each.offset.toString(16).padStart(4, '0');
  lines.push(`${offset}  ${shown.padEnd(BYTES_WIDTH)} ${'  '.repeat(depth)}${labelOf(each)}`.trimEnd());
  for (const child of children) append(lines, bytes, child, depth + 1);
}

function hexOf(bytes: Uint8Array, { offset, length }: Field): string {
  const pairs = toHex(bytes.subarray(offset, offset + Math.min(length, BYTES_SHOWN))).match(/../g) ?? [];
  return length > BYTES_SHOWN ? `${pairs.slice(0, -1).join(' ')} ..` : pairs.join(' ');
}

function labelOf({ name, length, value, meaning, children }: Field): string {
  const said = meaning === undefined ? '' : ` (${printable(meaning)})`;
  if (name === 'error') return `!! ${value}: ${printable(meaning ?? '')}`;
  if (value === null) return `${name}${said}`;
  const inHex = IN_HEX.has(name) || children?.some(({ mask }) => mask !== undefined) === true;
  return `${name}: ${typeof value === 'number' && inHex ? hexNumber(value, 2 * length) : printable(String(value))}${said}`;
}
