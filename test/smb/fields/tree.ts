import type { Field } from '../../../src/smb/fields/field.ts';

/** The fields that claim bytes themselves: no structures, no bits, no errors. */
export function leaves(fields: readonly Field[], into: Field[] = []): Field[] {
  for (const field of fields) {
    const [first] = field.children ?? [];
    if (first !== undefined && first.mask === undefined) leaves(field.children ?? [], into);
    else if (field.length > 0) into.push(field);
  }
  return into;
}

/** All fields, structures and bits included. */
export function every(fields: readonly Field[], into: Field[] = []): Field[] {
  for (const field of fields) {
    into.push(field);
    if (field.children !== undefined) every(field.children, into);
  }
  return into;
}

export const errors = (fields: readonly Field[]): Field[] => every(fields).filter(({ name }) => name === 'error');
export const named = (fields: readonly Field[], name: string): Field[] => every(fields).filter((field) => field.name === name);
export const values = (fields: readonly Field[], name: string): unknown[] => named(fields, name).map(({ value }) => value);

/** What is wrong with the tree, as sentences; none where every byte is told once, in order, with its value. */
export function flaws(bytes: Uint8Array, fields: readonly Field[]): string[] {
  const found: string[] = [];
  let at = 0;
  for (const leaf of leaves(fields)) {
    if (leaf.offset !== at) found.push(`${leaf.name} begins at ${leaf.offset}, not at ${at}`);
    at = leaf.offset + leaf.length;
    const flaw = valueFlaw(bytes, leaf);
    if (flaw !== undefined) found.push(flaw);
  }
  if (at !== bytes.length) found.push(`the fields end at ${at}, the bytes at ${bytes.length}`);
  for (const field of every(fields)) nodeFlaws(field, bytes.length, found);
  return found;
}

/** A number is its bytes in one of the two orders, bytes are their hex. */
function valueFlaw(bytes: Uint8Array, { name, offset, length, value }: Field): string | undefined {
  if (typeof value === 'number') {
    let forward = 0;
    let backward = 0;
    for (let index = 0; index < length; index++) {
      forward = forward * 256 + (bytes[offset + index] ?? 0);
      backward = backward * 256 + (bytes[offset + length - 1 - index] ?? 0);
    }
    const wrapped = value < 0 ? value + 256 ** length : value;
    return wrapped === forward || wrapped === backward ? undefined : `${name} is ${value}, its bytes are ${forward.toString(16)}`;
  }
  return typeof value === 'string' ? undefined : `${name} has no value`;
}

function nodeFlaws(field: Field, length: number, found: string[]): void {
  const end = field.offset + field.length;
  if (field.offset < 0 || end > length) found.push(`${field.name} lies outside`);
  for (const child of field.children ?? []) {
    if (child.offset < field.offset || child.offset + child.length > end) found.push(`${child.name} lies outside ${field.name}`);
    if (child.mask !== undefined && (child.offset !== field.offset || child.length !== field.length)) found.push(`the bit ${child.name} is not in its field`);
  }
  if (field.name === 'error' && (field.length !== 0 || field.meaning === undefined)) found.push('an error has no sentence, or claims bytes');
}
