import { HttpProblem } from './errors.ts';

/**
 * Bytes out of whatever people paste: plain hex, a Wireshark hex stream or dump, `tcpdump -X`, `xxd`, `hexdump -C`, byte arrays of C
 * and PowerShell, `\x` strings. A dump whose offsets begin anew gives one piece for each beginning.
 */
export function readHexText(text: string): Uint8Array[] {
  const dump = readDump(text);
  if (dump.length > 0) return dump;
  const escaped = [...text.matchAll(/\\x([0-9a-f]{2})/gi)].map((match) => match[1] ?? '');
  if (escaped.length > 0) return [Buffer.from(escaped.join(''), 'hex')];
  const array = readArray(text);
  return [array ?? readPlainHex(text)];
}

/** `0x0000:  4500 0034  E..4` (tcpdump) and `00000000: 4500 0034  E..4` (xxd): text stands behind two spaces. */
const GROUPED_LINE = /^\s*(?:0x)?([0-9a-f]{4,}):\s+((?:[0-9a-f]{2}){1,16}(?: (?:[0-9a-f]{2}){1,16})*)(?:\s{2,}.*|\s*)$/i;
/** `00000000  45 00 00 34  |E..4|` (hexdump -C) and `0000   45 00 00 34   E..4` (Wireshark). */
const SPACED_LINE = /^\s*([0-9a-f]{4,8})\s{2,}((?:[0-9a-f]{2}\s{1,2}){0,15}[0-9a-f]{2})(?:\s.*)?$/i;

function readDump(text: string): Uint8Array[] {
  const pieces: string[] = [];
  for (const line of text.split(/\r?\n/)) {
    const match = GROUPED_LINE.exec(line) ?? SPACED_LINE.exec(line);
    if (match === null) continue; // tcpdump's own line above each packet, the last offset of hexdump
    const digits = (match[2] ?? '').replace(/\s/g, '');
    if (Number.parseInt(match[1] ?? '0', 16) === 0 || pieces.length === 0) pieces.push('');
    pieces.push((pieces.pop() ?? '') + digits);
  }
  return pieces.map((digits) => Buffer.from(digits, 'hex'));
}

/** `{ 0x00, 0x85 }`, `[byte[]](0x0,0x85)`; null where there are not two such numbers. */
function readArray(text: string): Uint8Array | null {
  const code = text.replace(/\/\*[^]*?\*\/|\/\/[^\n]*/g, ' ');
  const numbers = [...code.matchAll(/\b0x([0-9a-f]{1,2})\b/gi)].map((match) => Number.parseInt(match[1] ?? '0', 16));
  return numbers.length < 2 ? null : Uint8Array.from(numbers);
}

/** Spaces, commas, colons and the like between digits mean nothing. Anything else is an error with its place. */
export function readPlainHex(text: string): Uint8Array {
  const start = /^\s*0x/i.exec(text)?.[0].length ?? 0;
  let digits = '';
  for (let at = start; at < text.length; at += 1) {
    const letter = text.charAt(at);
    if (/[0-9a-f]/i.test(letter)) digits += letter;
    else if (!/[\s,:;."'_-]/.test(letter)) throw badHex(`There is something at position ${at} that is no hex digit.`, at);
  }
  if (digits === '') throw badHex('There is no hex digit.', 0);
  if (digits.length % 2 !== 0) throw badHex(`The number of hex digits is odd (${digits.length}): one is missing or too many.`, text.length);
  return Buffer.from(digits, 'hex');
}

function badHex(detail: string, offset: number): HttpProblem {
  return new HttpProblem(400, 'bad-hex', `${detail} Paste plain hex, a hex dump or a byte array.`, { offset });
}
