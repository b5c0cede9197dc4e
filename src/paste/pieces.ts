import { concatenate } from './digits.ts';
import { isFrame, readFrame } from './frame.ts';
import type { Chunk, Sender } from './paste.ts';
import { beginsMessage, endsWithPrefix } from './smb-start.ts';

/** Bytes between two places where a new message may begin: the ends of lines, strings, arrays. */
export interface Piece {
  readonly bytes: Uint8Array;
  readonly line: number;
  readonly direction?: Sender | null;
}

/** Headers of lower layers are shorter. */
const LONGEST_HEADERS = 256;

/** A piece that begins like a message or a packet stands alone; others go on with the one before: a blank line within a message means nothing. */
export function joinPieces(pieces: readonly Piece[]): Chunk[] {
  const chunks: { parts: Uint8Array[]; length: number; line: number; direction: Sender | null }[] = [];
  for (const { bytes, line, direction = null } of pieces) {
    const last = chunks.at(-1);
    if (bytes.length === 0) continue;
    if (last === undefined || last.direction !== direction || startsAnew(last, bytes)) {
      chunks.push({ parts: [bytes], length: bytes.length, line, direction });
    } else {
      last.parts.push(bytes);
      last.length += bytes.length;
    }
  }
  return chunks.map(({ parts, line, direction }) => ({ bytes: concatenate(parts), line, direction }));
}

/** What begins where a line ends may yet be the middle of a packet: behind its headers, or behind the prefix of its message. */
function startsAnew({ parts, length }: { readonly parts: readonly Uint8Array[]; readonly length: number }, bytes: Uint8Array): boolean {
  if (beginsMessage(bytes)) {
    if (endsWithPrefix(parts.at(-1) ?? bytes)) return false;
    if (length > LONGEST_HEADERS) return true;
    const headers = readFrame(concatenate(parts));
    return headers?.payload.start !== length;
  }
  return isFrame(bytes);
}
