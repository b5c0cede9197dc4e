import { closeSync, openSync, readSync } from 'node:fs';
import { UsageError } from './terminal.ts';

/** Pasted texts have some thousand bytes; what is longer is something else. */
const MOST_BYTES = 4 * 1024 * 1024;
const PIECE = 64 * 1024;

/** A whole small file, or what comes through a pipe (`-`). Throws UsageError for more than a paste may have, or a file system's error. */
export async function readInput(file: string): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of file === '-' ? process.stdin as AsyncIterable<Buffer> : piecesOf(file)) {
    pieces.push(piece);
    length += piece.length;
    if (length > MOST_BYTES) throw new UsageError(`${file === '-' ? 'The input' : file} has more than ${MOST_BYTES} bytes: that is no pasted text. Captures of any size: smb-verdict FILE.`);
  }
  return Buffer.concat(pieces);
}

function* piecesOf(file: string): Generator<Buffer> {
  const descriptor = openSync(file, 'r');
  try {
    for (;;) {
      const buffer = Buffer.allocUnsafe(PIECE);
      const length = readSync(descriptor, buffer);
      if (length === 0) return;
      yield buffer.subarray(0, length);
    }
  } finally {
    closeSync(descriptor);
  }
}

/** PowerShell and Notepad write UTF-16. */
export function textOf(bytes: Buffer): string {
  return bytes.toString(bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf16le' : 'utf8').replace(/^\ufeff/, '');
}
