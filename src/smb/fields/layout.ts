import { filetimeText } from '../../bytes/filetime.ts';
import { guidText } from '../../bytes/text.ts';
import { u16At, u32At, u64At } from '../little-endian.ts';
import { bytesField, errorField, type Extras, type Field, field, shortBy } from './field.ts';

/** The names of a field's bits. */
export interface BitTable {
  readonly names: Readonly<Record<number, string>>;
  readonly wireshark?: Readonly<Record<number, string>>;
  /** What bits other than flags say, and what is said instead of "none set". */
  readonly meaning?: (value: number) => string | undefined;
}

/** One line of a structure's table in the specification. */
export interface Row {
  readonly name: string;
  readonly length: number;
  readonly read: (bytes: Uint8Array, at: number, row: Row) => Field;
  readonly wireshark?: string | undefined;
  readonly meaning?: ((value: number) => string | undefined) | undefined;
  readonly bits?: BitTable | undefined;
}

interface NumberExtras {
  readonly meaning?: (value: number) => string | undefined;
  readonly bits?: BitTable;
}

type NumberReader = (bytes: Uint8Array, at: number) => number;
type NumberRow = (name: string, wireshark?: string, extras?: NumberExtras) => Row;

/** Little-endian unless the name says BE. The reader of rows checks bounds before any of these reads. */
export const u8: NumberRow = numberRow(1, (bytes, at) => bytes[at] ?? 0);
export const u16: NumberRow = numberRow(2, u16At);
export const u32: NumberRow = numberRow(4, u32At);
export const i16: NumberRow = numberRow(2, (bytes, at) => (u16At(bytes, at) << 16) >> 16);
export const u16BE: NumberRow = numberRow(2, (bytes, at) => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0));
export const u24BE: NumberRow = numberRow(3, (bytes, at) => ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0));

function numberRow(length: number, readNumber: NumberReader): NumberRow {
  return (name, wireshark, extras = {}) => ({ name, length, wireshark, ...extras, read: (bytes, at, row) => numberField(row, at, readNumber(bytes, at)) });
}

function numberField({ name, length, wireshark, meaning, bits }: Row, at: number, value: number): Field {
  if (bits === undefined) return field(name, at, length, value, { wireshark, meaning: meaning?.(value) });
  const children = bitFields(bits, at, length, value);
  const said = bits.meaning?.(value);
  const set = children.filter((bit) => bit.value !== 0).map((bit) => bit.name);
  if (said !== undefined) set.push(said);
  return field(name, at, length, value, { wireshark, meaning: set.join(', ') || 'no bit set', children });
}

/** Every named bit, set or not, and the unnamed ones that are set. */
function bitFields({ names, wireshark }: BitTable, offset: number, length: number, value: number): Field[] {
  const fields: Field[] = [];
  let rest = value;
  for (const [key, name] of Object.entries(names)) {
    const mask = Number(key);
    rest = (rest & ~mask) >>> 0;
    fields.push(field(name, offset, length, (value & mask) === 0 ? 0 : 1, { wireshark: wireshark?.[mask], mask }));
  }
  if (rest !== 0) fields.push(field('unnamed bits', offset, length, rest, { mask: rest }));
  return fields;
}

export function u64(name: string, wireshark?: string): Row {
  return { name, length: 8, wireshark, read: (bytes, at) => field(name, at, 8, u64At(bytes, at).toString(), { wireshark }) };
}

export function filetime(name: string, wireshark?: string): Row {
  const read = (bytes: Uint8Array, at: number): Field => {
    const value = u64At(bytes, at);
    return field(name, at, 8, value.toString(), { wireshark, meaning: filetimeText(value) ?? (value === 0n ? 'not given' : 'not a date') });
  };
  return { name, length: 8, wireshark, read };
}

/** The meaning is what nearly every reader wants to know of a GUID: nothing set, or letters (Samba's name, a tool's random text). */
export function guid(name: string, wireshark?: string): Row {
  const read = (bytes: Uint8Array, at: number): Field => field(name, at, 16, guidText(bytes.subarray(at, at + 16)), { wireshark, meaning: guidMeaning(bytes.subarray(at, at + 16)) });
  return { name, length: 16, wireshark, read };
}

function guidMeaning(bytes: Uint8Array): string | undefined {
  if (bytes.every((byte) => byte === 0)) return 'all zero';
  const text = String.fromCharCode(...bytes).replace(/\0+$/, '');
  return /^[\x20-\x7e]{2,}$/.test(text) ? `the text "${text}"` : undefined;
}

export function raw(name: string, length: number, wireshark?: string, meaning?: (bytes: Uint8Array) => string | undefined): Row {
  const read = (bytes: Uint8Array, at: number): Field => bytesField(bytes, at, length, name, { wireshark, meaning: meaning?.(bytes.subarray(at, at + length)) });
  return { name, length, wireshark, read };
}

/** Bytes that say nothing. */
export function reserved(name: string, length: number, wireshark?: string): Row {
  return raw(name, length, wireshark, (bytes) => (bytes.every((byte) => byte === 0) ? undefined : 'not zero, as it should be'));
}

/** Reads rows one after another in [at, end); once one does not fit, its rest becomes a piece of it, an `error` follows, and nothing more is read. */
export class FieldReader {
  readonly bytes: Uint8Array;
  readonly end: number;
  readonly fields: Field[] = [];
  #at: number;
  #stopped = false;

  constructor(bytes: Uint8Array, at: number, end: number) {
    this.bytes = bytes;
    this.#at = at;
    this.end = Math.min(end, bytes.length);
  }

  get at(): number {
    return this.#at;
  }

  get remaining(): number {
    return this.end - this.#at;
  }

  /** Something did not fit. */
  get stopped(): boolean {
    return this.#stopped;
  }

  rows(rows: readonly Row[]): this {
    for (const row of rows) {
      if (this.#stopped) return this;
      if (row.length > this.remaining) this.#cut(row.name, row.length);
      else this.push(row.read(this.bytes, this.#at, row));
    }
    return this;
  }

  /** `count` times the same row, at most `limit` of them. */
  list(row: Row, count: number, limit: number): this {
    for (let index = 0; index < count && !this.#stopped; index++) {
      if (index === limit) {
        const rest = Math.min((count - limit) * row.length, this.remaining);
        this.take(rest, `more ${row.name}`);
        this.fields.push(errorField('limit', this.#at, `${count} ${row.name}, of which the first ${limit} are listed`));
        return this;
      }
      this.rows([row]);
    }
    return this;
  }

  /** The next `length` bytes as one field; nothing for 0. */
  take(length: number, name: string, extras: Extras = {}): this {
    if (this.#stopped || length === 0) return this;
    if (length > this.remaining) this.#cut(name, length);
    else this.push(bytesField(this.bytes, this.#at, length, name, extras));
    return this;
  }

  /** A field that was read elsewhere and begins here. */
  push(next: Field): this {
    this.fields.push(next);
    this.#at = next.offset + next.length;
    return this;
  }

  fail(error: Field): this {
    this.fields.push(error);
    return this;
  }

  /** The value of a number that was read; 0 where it was not. */
  number(name: string): number {
    const found = this.fields.find((candidate) => candidate.name === name)?.value;
    return typeof found === 'number' ? found : 0;
  }

  #cut(name: string, due: number): void {
    const there = this.remaining;
    if (there > 0) this.push(bytesField(this.bytes, this.#at, there, name, { meaning: `cut: ${shortBy(due, there)}` }));
    this.fields.push(errorField('truncated', this.#at, `${name}: ${shortBy(due, there)}`));
    this.#stopped = true;
  }
}
