import { PastedFault } from './pasted.ts';
import { ENCRYPTION_WORDS, type ParameterKind, PROTOCOL_WORDS, SIGNING_WORDS } from './samba-parameters.ts';

const UNITS: Readonly<Record<string, number>> = { '': 1, 'k': 1024, 'm': 1024 ** 2, 'g': 1024 ** 3 };
const MOST = 0xffff_ffff;

/** A value in the words of a policy. Throws PastedFault where Samba refuses to start; null where it has one of its own that says nothing here. */
export function sambaValue(kind: Exclude<ParameterKind, 'list'>, name: string, value: string, line: number): string | null {
  switch (kind) {
    case 'protocol': return word(PROTOCOL_WORDS, name, value, line);
    case 'signing': return word(SIGNING_WORDS, name, value, line);
    case 'encryption': return word(ENCRYPTION_WORDS, name, value, line);
    case 'boolean': return word(BOOLEANS, name, value, line);
    case 'bytes': return bytes(name, value, line);
    case 'integer': return integer(value);
    default: return value === '' || value.includes('%') ? null : value.toUpperCase().replace(/\s+/g, ' ');
  }
}

const BOOLEANS: Readonly<Record<string, string>> = { yes: 'yes', true: 'yes', on: 'yes', 1: 'yes', no: 'no', false: 'no', off: 'no', 0: 'no' };

function word(words: Readonly<Record<string, string>>, name: string, value: string, line: number): string {
  const meant = Object.hasOwn(words, value.toLowerCase()) ? words[value.toLowerCase()] : undefined;
  if (meant !== undefined) return meant;
  throw new PastedFault('unknown-value', line, `"${name}" cannot be "${value}": Samba does not start with it. It is one of ${Object.keys(words).join(', ')}.`);
}

function bytes(name: string, value: string, line: number): string {
  const [, digits, unit = ''] = /^(\d+)([kmg]?)$/i.exec(value) ?? [];
  const size = Number(digits) * (UNITS[unit.toLowerCase()] ?? 1);
  if (digits !== undefined && size <= MOST) return String(size);
  throw new PastedFault('unknown-value', line, `"${name}" is a number of bytes, perhaps with K, M or G, not "${value}": Samba does not start with it.`);
}

/** As C reads a number with a base of its own: what stands behind it means nothing. */
function integer(value: string): string | null {
  const [, hex, octal, decimal] = /^(?:0x([0-9a-f]+)|(0[0-7]*)|([1-9]\d*))/i.exec(value) ?? [];
  const number = hex !== undefined ? Number.parseInt(hex, 16) : octal !== undefined ? Number.parseInt(octal, 8) : Number(decimal);
  return Number.isInteger(number) && number <= 0x7fff_ffff ? String(number) : null;
}

/** Names as they stand, or changes to the default: `+NAME` and `-NAME`. Further lines go on with `before`, which grows. */
export function sambaList(name: string, before: string[] | undefined, value: string, line: number): string[] {
  const names = value.split(/[\s,;]+/).filter((each) => each !== '').map((each) => each.toUpperCase());
  const [first = ''] = names;
  if (!isChange(first)) return names;
  if (!names.every(isChange)) throw new PastedFault('unknown-value', line, `"${name}" mixes changes of its default with names: Samba does not start with it.`);
  if (before === undefined) return names;
  if (!isChange(before[0] ?? '+')) return changedList(before, names);
  before.push(...names);
  return before;
}

export function isChange(name: string): boolean {
  return /^[+-]./.test(name);
}

/** What is there keeps its place, what is new comes last. */
export function changedList(list: readonly string[], changes: readonly string[]): string[] {
  const out = [...list];
  for (const change of changes) {
    const name = change.slice(1);
    const at = out.indexOf(name);
    if (change.startsWith('+') && at < 0) out.push(name);
    if (change.startsWith('-') && at >= 0) out.splice(at, 1);
  }
  return out;
}
