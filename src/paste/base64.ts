import { IgnoredLines } from './ignored-lines.ts';
import type { Line } from './lines.ts';
import type { Paste } from './paste.ts';
import { joinPieces, type Piece } from './pieces.ts';

/** Any short word is base64 of something. */
const FEWEST = 4;

/** Base64 of RFC 4648, both alphabets, wrapped or not. A blank line, padding or other text ends a piece; null where there is none. */
export function readBase64(lines: readonly Line[]): Paste | null {
  const ignored = new IgnoredLines();
  const pieces: Piece[] = [];
  let text = '';
  let from = 1;
  const close = (): boolean => {
    const bytes = text === '' ? null : base64Bytes(text);
    if (text !== '' && bytes === null) return false;
    text = '';
    if (bytes !== null) pieces.push({ bytes, line: from });
    return true;
  };
  for (const line of lines) {
    const content = line.text.trim().replace(/^data:[\w/.+-]{0,80};base64,/, '');
    if (content !== '' && isBase64(content)) {
      if (text === '') from = line.number;
      text += content;
      if (!content.endsWith('=')) continue;
    } else if (content !== '') {
      if (!MARKER.test(content)) return null;
      ignored.add(line.number, 'a frame around the base64');
    }
    if (!close()) return null;
  }
  if (!close()) return null;
  const length = pieces.reduce((sum, { bytes }) => sum + bytes.length, 0);
  return length < FEWEST ? null : { form: 'base64', chunks: joinPieces(pieces), ignored: ignored.list(), warnings: [] };
}

/** uuencode -m, PEM-like frames, Markdown fences. */
const MARKER = /^(?:-{5}[A-Z ]{1,60}-{5}|begin-base64 .*|={4}|```\w*)$/;
const LETTERS = /^[A-Za-z0-9+/_-]+={0,2}$/;

export function isBase64(text: string): boolean {
  return LETTERS.test(text);
}

/** Null where the text has letters outside both alphabets, or a length that no bytes have. */
export function base64Bytes(text: string): Uint8Array | null {
  if (!isBase64(text)) return null;
  let length = text.length;
  while (length > 0 && text[length - 1] === '=') length--;
  if (length % 4 === 1 || (length < text.length && text.length % 4 !== 0)) return null;
  const bytes = new Uint8Array(Math.floor((length * 3) / 4));
  let held = 0;
  let bits = 0;
  let at = 0;
  for (let index = 0; index < length; index++) {
    held = ((held << 6) | sextet(text.charCodeAt(index))) & 0xffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes[at++] = (held >> bits) & 0xff;
  }
  return bytes;
}

function sextet(code: number): number {
  if (code >= 97) return code - 71;
  if (code === 95) return 63;
  if (code >= 65) return code - 65;
  if (code >= 48) return code + 4;
  return code === 43 || code === 45 ? 62 : 63;
}
