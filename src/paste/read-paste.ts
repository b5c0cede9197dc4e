import { PASTE_LIMITS } from '../limits.ts';
import { readBase64 } from './base64.ts';
import { readDump } from './dump.ts';
import { readEscapedString } from './escaped-string.ts';
import { isFrame } from './frame.ts';
import { readJsonFields } from './json-fields.ts';
import { type Line, linesOf } from './lines.ts';
import { readNumberList } from './number-list.ts';
import { type Paste, PasteFault } from './paste.ts';
import { readPlainHex } from './plain-hex.ts';
import { holdsSmb } from './smb-start.ts';
import { readYamlStream } from './yaml-stream.ts';

export const ACCEPTED =
  'Accepted are: plain hex; hex dumps of Wireshark, tshark -x, tcpdump -X, xxd, hexdump, od and Format-Hex; byte arrays and lists of C, Python, PowerShell and others; ' +
  'strings with \\x00; base64; a stream that Wireshark followed; JSON of Suricata, Zeek and tshark.';

type Reader = (lines: readonly Line[]) => Paste | PasteFault | null;

/** A text that has one of these shapes, offsets that fit or escaped bytes, is meant so. */
const SHAPED: readonly Reader[] = [readYamlStream, readJsonFields, readDump, readEscapedString];
/** The same letters can be several of these. */
const LOOSE: readonly Reader[] = [readNumberList, readPlainHex, readBase64];
const MOST_WARNINGS = 16;

/**
 * Bytes out of whatever people paste. Where several readings are possible, the first one that yields SMB or a packet counts, else the first one;
 * a warning says when another is as good. Never throws; time grows with the text's length, which PASTE_LIMITS bounds.
 */
export function readPaste(text: string): Paste | PasteFault {
  if (text.length > PASTE_LIMITS.characters) return new PasteFault('too-large', `A pasted text may have ${PASTE_LIMITS.characters} characters.`);
  const lines = linesOf(text);
  for (const read of SHAPED) {
    const found = read(lines);
    if (found instanceof PasteFault) return found;
    if (found !== null) return bounded(found, []);
  }
  const possible: Paste[] = [];
  let fault: PasteFault | null = null;
  for (const read of LOOSE) {
    const found = read(lines);
    if (found instanceof PasteFault) fault ??= found;
    else if (found !== null && tellsSomething(found)) return bounded(found, []);
    else if (found !== null && found.chunks.length > 0) possible.push(found);
  }
  // A reading of every line goes before one that passes over some: the last line of wrapped base64 may look like hex.
  const [first, second] = possible.toSorted((left, right) => Math.min(left.ignored.length, 1) - Math.min(right.ignored.length, 1));
  if (fault !== null && (first === undefined || (first.form === 'base64' && (first.ignored.length > 0 || hexShare(text) >= MISTYPED_HEX)))) return fault;
  if (first === undefined) return new PasteFault('unrecognised', `There are no bytes in this text. ${ACCEPTED}`);
  return bounded(first, second === undefined ? [] : [`It can be read as ${first.form} or as ${second.form}, and neither holds SMB: it was taken for ${first.form}.`]);
}

/** With so many hex digits among its letters a text is sooner mistyped hex than base64. */
const MISTYPED_HEX = 0.75;

function hexShare(text: string): number {
  return text.replace(/[^0-9A-Fa-f]/g, '').length / Math.max(1, text.replace(/[^0-9A-Za-z]/g, '').length);
}

function tellsSomething({ chunks }: Paste): boolean {
  return holdsSmb(chunks) || chunks.some(({ bytes }) => isFrame(bytes));
}

function bounded({ chunks, warnings, ...paste }: Paste, more: readonly string[]): Paste {
  const all = [...new Set([...warnings, ...more])];
  const dropped = chunks.length - PASTE_LIMITS.chunks;
  if (dropped > 0) all.unshift(`Only the first ${PASTE_LIMITS.chunks} pieces were taken; ${dropped} were not.`);
  const told = all.length > MOST_WARNINGS ? [...all.slice(0, MOST_WARNINGS), `${all.length - MOST_WARNINGS} more warnings like these.`] : all;
  return { ...paste, chunks: chunks.slice(0, PASTE_LIMITS.chunks), warnings: told };
}

