import { u32At, u64At } from '../little-endian.ts';
import { filetimeText } from '../../bytes/filetime.ts';
import { utf16 } from '../wire-text.ts';
import { bytesField, errorField, type Extras, type Field, field, structure } from './field.ts';
import { FieldReader, type Row, u16 } from './layout.ts';
import { gap } from './pieces.ts';

/** [MS-NLMP] 2.2.2.1: AvId, and the end of Wireshark's name, which has one set for challenges and one for responses. */
const IDS: Readonly<Record<number, { readonly name: string; readonly wireshark: string; readonly as: 'text' | 'flags' | 'time' | 'bytes' | 'none' }>> = {
  0: { name: 'MsvAvEOL', wireshark: 'end', as: 'none' },
  1: { name: 'MsvAvNbComputerName', wireshark: 'nb_computer_name', as: 'text' },
  2: { name: 'MsvAvNbDomainName', wireshark: 'nb_domain_name', as: 'text' },
  3: { name: 'MsvAvDnsComputerName', wireshark: 'dns_computer_name', as: 'text' },
  4: { name: 'MsvAvDnsDomainName', wireshark: 'dns_domain_name', as: 'text' },
  5: { name: 'MsvAvDnsTreeName', wireshark: 'dns_tree_name', as: 'text' },
  6: { name: 'MsvAvFlags', wireshark: 'flags', as: 'flags' },
  7: { name: 'MsvAvTimestamp', wireshark: 'timestamp', as: 'time' },
  8: { name: 'MsvAvSingleHost', wireshark: 'restrictions', as: 'bytes' },
  9: { name: 'MsvAvTargetName', wireshark: 'target_name', as: 'text' },
  10: { name: 'MsvAvChannelBindings', wireshark: 'channel_bindings', as: 'bytes' },
};
const END_OF_LIST = 0;
/** Eleven kinds exist. */
const PAIR_LIMIT = 64;

/** The AV_PAIRs in [at, end) and what follows their end. [MS-NLMP] 2.2.2.1 */
export function avPairFields(bytes: Uint8Array, at: number, end: number, wireshark: string): Field[] {
  const rows: readonly Row[] = [u16('AvId', `${wireshark}.item.type`, { meaning: (id) => IDS[id]?.name }), u16('AvLen', `${wireshark}.item.length`)];
  const fields: Field[] = [];
  let next = at;
  while (next < end) {
    if (fields.length === PAIR_LIMIT) return [...fields, ...gap(bytes, next, end), errorField('limit', end, `more than ${PAIR_LIMIT} AV_PAIRs`)];
    const reader = new FieldReader(bytes, next, end).rows(rows);
    const id = reader.number('AvId');
    if (!reader.stopped) value(reader, id, reader.number('AvLen'), wireshark);
    fields.push(structure(IDS[id]?.name ?? 'AV_PAIR', next, reader.fields));
    next = reader.at;
    if (reader.stopped) return fields;
    if (id === END_OF_LIST) return [...fields, ...gap(bytes, next, end)];
  }
  return [...fields, errorField('truncated', end, 'the AV_PAIRs have no MsvAvEOL')];
}

function value(reader: FieldReader, id: number, length: number, wireshark: string): void {
  const { bytes, at } = reader;
  const kind = IDS[id];
  const extras: Extras = { wireshark: kind === undefined ? undefined : `${wireshark}.${kind.wireshark}` };
  if (length === 0) return;
  if (length > reader.remaining) reader.take(length, 'Value', extras);
  else if (kind?.as === 'text') reader.push(field('Value', at, length, utf16(bytes.subarray(at, at + length)), extras));
  else if (kind?.as === 'flags' && length === 4) reader.push(field('Value', at, 4, u32At(bytes, at), { ...extras, meaning: flagsMeaning(u32At(bytes, at)) }));
  else if (kind?.as === 'time' && length === 8) reader.push(field('Value', at, 8, u64At(bytes, at).toString(), { ...extras, meaning: filetimeText(u64At(bytes, at)) }));
  else reader.push(bytesField(bytes, at, length, 'Value', extras));
}

function flagsMeaning(flags: number): string | undefined {
  return (flags & 2) !== 0 ? 'a MIC is present' : undefined;
}
