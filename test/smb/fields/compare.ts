import type { Field } from '../../../src/smb/fields/field.ts';
import type { PdmlField } from './pdml.ts';
import { every } from './tree.ts';

export interface Comparison {
  /** Fields that both name, with equal place, length and value. */
  equal: number;
  readonly differences: string[];
}

/** What tshark shows, as our contract writes values; null: its form says nothing about ours. */
function sameValue(ours: Field, theirs: PdmlField): boolean {
  const { value } = ours;
  const hex = theirs.value.toLowerCase();
  if (value === null) return true;
  if (ours.mask !== undefined) return Number(theirs.show) === value || (theirs.show === 'True') === (value === 1);
  if (typeof value === 'number') return Number(theirs.show) === value || (hex !== '' && (littleEndian(hex) === BigInt(value) || BigInt(`0x${hex}`) === BigInt(value)));
  if (theirs.show === '' && hex === '') return true;
  if (theirs.show === value || theirs.show.replaceAll(':', '') === value || hex === value) return true;
  if (/^\d+$/.test(value) && hex.length === 16) return littleEndian(hex) === BigInt(value);
  return theirs.show.replace(/\0+$/, '') === value.replace(/\0+$/, '');
}

const littleEndian = (hex: string): bigint => BigInt(`0x${(hex.match(/../g) ?? ['0']).toReversed().join('')}`);

/** Our fields of one message against tshark's. `both`: also what only tshark has of the names that are ours. */
export function compare(ours: readonly Field[], theirs: readonly PdmlField[], both: boolean, vocabulary: ReadonlySet<string>): Comparison {
  const rest = new Map<string, PdmlField[]>();
  for (const field of theirs) rest.set(field.name, [...(rest.get(field.name) ?? []), field]);
  const result: Comparison = { equal: 0, differences: [] };
  for (const field of every(ours)) {
    const { wireshark = '', offset, length } = field;
    const same = rest.get(wireshark);
    if (same === undefined) continue;
    const index = same.findIndex((candidate) => candidate.at === offset);
    const [found] = index < 0 ? [] : same.splice(index, 1);
    if (found === undefined) result.differences.push(`${wireshark} at ${offset}: not there for tshark`);
    else if (found.size !== length) result.differences.push(`${wireshark}: ${length} bytes, for tshark ${found.size}`);
    else if (!sameValue(field, found)) result.differences.push(`${wireshark} at ${offset} (${field.name}): ${JSON.stringify(field.value)}, for tshark ${JSON.stringify(found.show)}`);
    else result.equal++;
  }
  if (both) for (const [name, fields] of rest) if (vocabulary.has(name)) for (const { at, size } of fields) if (size > 0) result.differences.push(`${name} at ${at}: only tshark has it, ${size} bytes`);
  return result;
}
