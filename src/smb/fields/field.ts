import type { ReadFaultCode } from '../../bytes/fault.ts';
import { toHex } from '../../bytes/text.ts';

/** One field of a message, as a person would look it up. Together the fields without bytes-bearing children cover every byte once, in order. */
export interface Field {
  /** The specification's name. `error` says what is missing or wrong: `value` is the fault's code, `meaning` the sentence. */
  readonly name: string;
  /** Wireshark's display filter name, where it has one for this field. */
  readonly wireshark?: string;
  /** Of the first byte, from the first byte that was given. */
  readonly offset: number;
  /** In bytes; 0 for an `error`. */
  readonly length: number;
  /** Numbers up to 32 bits as such, 64 bits as decimal text, bytes as lower-case hex, GUIDs in Windows' text form; null for a structure. */
  readonly value: string | number | null;
  /** The value in words. */
  readonly meaning?: string;
  /** Only for a bit: which bits of the parent it is. Its offset and length are the parent's. */
  readonly mask?: number;
  readonly children?: readonly Field[];
}

/** What a field may have beside its place and value; undefined stands for "has none". */
export interface Extras {
  readonly wireshark?: string | undefined;
  readonly meaning?: string | undefined;
  readonly mask?: number | undefined;
  readonly children?: readonly Field[] | undefined;
}

export function field(name: string, offset: number, length: number, value: Field['value'], extras: Extras = {}): Field {
  // Assigned one by one: a message has some hundred of these, and spreads cost four times as much.
  const made: { -readonly [Key in keyof Field]: Field[Key] } = { name, offset, length, value };
  if (extras.wireshark !== undefined) made.wireshark = extras.wireshark;
  if (extras.meaning !== undefined) made.meaning = extras.meaning;
  if (extras.mask !== undefined) made.mask = extras.mask;
  if (extras.children !== undefined && extras.children.length > 0) made.children = extras.children;
  return made;
}

/** A structure: its length is that of its fields, which follow each other without a gap. */
export function structure(name: string, offset: number, children: readonly Field[], extras: Extras = {}): Field {
  const end = children.reduce((furthest, child) => Math.max(furthest, child.offset + child.length), offset);
  return field(name, offset, end - offset, null, { ...extras, children });
}

/** Bytes of one field that are written out; a field of a message can have 16 MiB. */
const HEX_LIMIT = 4096;

/** The bytes [at, at + length) as one field. A longer one than the limit says so. */
export function bytesField(bytes: Uint8Array, at: number, length: number, name: string, extras: Extras = {}): Field {
  if (length <= HEX_LIMIT) return field(name, at, length, toHex(bytes.subarray(at, at + length)), extras);
  const shown = `${length} bytes, the first ${HEX_LIMIT} of them shown`;
  const meaning = extras.meaning === undefined ? shown : `${extras.meaning}; ${shown}`;
  return field(name, at, length, toHex(bytes.subarray(at, at + HEX_LIMIT)), { ...extras, meaning });
}

/** What is missing or wrong at `at`. */
export function errorField(code: ReadFaultCode, at: number, meaning: string): Field {
  return { name: 'error', offset: at, length: 0, value: code, meaning };
}

export function isError(candidate: Field): boolean {
  return candidate.name === 'error';
}

export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** "4 bytes are due, 1 is there" */
export function shortBy(due: number, there: number): string {
  return `${counted(due, 'byte')} ${due === 1 ? 'is' : 'are'} due, ${there} ${there === 1 ? 'is' : 'are'} there`;
}
