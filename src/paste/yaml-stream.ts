import { base64Bytes, isBase64 } from './base64.ts';
import { IgnoredLines } from './ignored-lines.ts';
import type { Line } from './lines.ts';
import type { Chunk, Paste, Sender } from './paste.ts';
import { byReplyBit, isSmbPort } from './sides.ts';

/** Wireshark's "Follow TCP stream" as YAML, old (`peer0_0: !!binary |`) and new (`peer: 0` above `data: !!binary |`); null where the text is none. */
export function readYamlStream(lines: readonly Line[]): Paste | null {
  const ignored = new IgnoredLines();
  const chunks: Chunk[] = [];
  let peer: string | undefined;
  let serves: string | undefined;
  for (let index = 0; index < lines.length; index++) {
    const { text, number } = lines[index] ?? { text: '', number: 0 };
    peer = /^\s*(?:- )?peer: ([01])\s*$/.exec(text)?.[1] ?? peer;
    const port = /^\s*port: (\d{1,5})\s*$/.exec(text)?.[1];
    if (port !== undefined && isSmbPort(Number(port))) serves = peer;
    if (!BINARY.test(text)) {
      if (text.trim() !== '') ignored.add(number, 'no bytes');
      continue;
    }
    const from = /^\s*peer([01])_\d+:/.exec(text)?.[1] ?? peer;
    let base64 = '';
    while (isBase64(lines[index + 1]?.text.trim() ?? '')) base64 += lines[++index]?.text.trim() ?? '';
    // Cut at its end: whole bytes only
    const bytes = base64Bytes(base64) ?? base64Bytes(base64.replace(/=+$/, '').slice(0, -1));
    if (bytes === null || bytes.length === 0) ignored.add(number, 'base64 that cannot be read');
    else chunks.push({ bytes, line: number, direction: sideOf(from, serves) });
  }
  if (chunks.length === 0) return null;
  return { form: 'yaml', chunks: byReplyBit(chunks, { parted: true, certain: serves !== undefined, of: () => null }), ignored: ignored.list(), warnings: [] };
}

const BINARY = /!!binary \|\s*$/;

function sideOf(peer: string | undefined, serves = '1'): Sender | null {
  return peer === undefined ? null : peer === serves ? 'server' : 'client';
}
