import type { Line } from './lines.ts';
import type { Chunk, Sender } from './paste.ts';
import { senderOf } from './smb-start.ts';

/** Wireshark's "Follow" indents what the second side sent. */
export interface Sides {
  /** Whether two indentations tell two sides. */
  readonly parted: boolean;
  readonly of: (indent: number) => Sender | null;
  /** A port says which side serves. */
  readonly certain: boolean;
}

/** `named`: the paste's form says that it is a followed stream. Otherwise only a "Follow:" line above makes indentation speak. */
export function sidesOf(lines: readonly Line[], indents: readonly number[], named: boolean): Sides {
  const distinct = [...new Set(indents)].toSorted((left, right) => left - right);
  const [client = 0, server] = distinct;
  const followed = named || lines.some(({ text }) => text.startsWith('Follow: tcp,'));
  if (server === undefined || distinct.length !== 2 || !followed) {
    return { parted: false, of: () => null, certain: false };
  }
  const serves = nodeThatServes(lines);
  const of = (indent: number): Sender => ((indent === client) === (serves === '0') ? 'server' : 'client');
  return { parted: true, of, certain: serves !== null };
}

/** `Node 0: 192.0.2.10:49513` is the side that is not indented: usually the client, unless its port says otherwise. */
function nodeThatServes(lines: readonly Line[]): string | null {
  for (const { text } of lines) {
    const node = /^Node ([01]): \S+:(\d{1,5})$/.exec(text.trim());
    if (node !== null && isSmbPort(Number(node[2]))) return node[1] ?? null;
  }
  return null;
}

export function isSmbPort(port: number): boolean {
  return port === 445 || port === 139;
}

/** Sides that no port names are told by the first message that says whether it is an answer. */
export function byReplyBit(chunks: readonly Chunk[], { parted, certain }: Sides): Chunk[] {
  const told = parted && !certain ? chunks.find(({ bytes }) => senderOf(bytes) !== null) : undefined;
  if (told === undefined || told.direction === senderOf(told.bytes)) return [...chunks];
  return chunks.map((chunk) => ({ ...chunk, direction: chunk.direction === 'client' ? 'server' : 'client' }));
}
