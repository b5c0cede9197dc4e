import type { DumpRow } from './dump-row.ts';
import type { Scale } from './dump-scale.ts';
import type { Line } from './lines.ts';
import type { PasteForm } from './paste.ts';

export interface DumpTraits {
  readonly rows: readonly DumpRow[];
  readonly scale: Scale;
  readonly lines: readonly Line[];
}

/** Whose output has this shape. Only a name for the answer: nothing is read differently because of it. */
export function dumpForm({ rows: [first], scale, lines }: DumpTraits): PasteForm {
  if (first === undefined) return 'hex-dump';
  const { label, colon, prefixed, gap, size, line } = first;
  const barred = /\|\s*$/.test(line.text.slice(-2));
  if (prefixed && colon) return 'tcpdump';
  if (colon) return label.length === 8 ? 'xxd' : 'hex-dump';
  if (label.length === 16 || lines.some(({ text }) => HEX_HEADING.test(text))) return 'format-hex';
  if (scale.groups !== 'hex' || scale.offsets !== 16) return 'od';
  if (label.length === 8 && gap === 2) return barred ? 'hexdump-canonical' : 'wireshark-follow';
  if (label.length === 7 && size === 4) return 'hexdump-words';
  if (label.length === 6 || label.length === 7) return 'od';
  return label.length === 4 && gap >= 2 ? 'wireshark-dump' : 'hex-dump';
}

const HEX_HEADING = /^\s+00 01 02 03 04 05 06 07 08 09 0[Aa] 0[Bb] 0[Cc] 0[Dd] 0[Ee] 0[Ff]\s*$/;
