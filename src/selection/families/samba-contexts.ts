import { u16At, u32At } from '../../smb/little-endian.ts';
import { firstCommon } from '../smb2-reply.ts';

/** What Samba reads of the contexts of a 3.1.1 offer; null where a kind is not there. */
export interface OfferedContexts {
  readonly hashes: readonly number[];
  readonly ciphers: readonly number[] | null;
  readonly signingAlgorithms: readonly number[] | null;
  /** A kind is there twice: the first counted. */
  readonly repeated: boolean;
}

const AT = { contextOffset: 92, contextCount: 96 } as const;
const TYPE = { preauth: 1, encryption: 2, signing: 8 } as const;

/** Null where anything is wrong with the list or with a context that Samba knows. `end`: behind the dialects. */
export function readSambaContexts(bytes: Uint8Array, end: number): OfferedContexts | null {
  const count = u16At(bytes, AT.contextCount);
  const due = (end + 7) & ~7;
  if (u32At(bytes, AT.contextOffset) !== due) return null;
  const found = new Map<number, Uint8Array>();
  let repeated = false;
  for (let index = 0, at = due; index < count; index++) {
    if (at + 8 > bytes.length) return null;
    const dataEnd = at + 8 + u16At(bytes, at + 2);
    if (dataEnd > bytes.length) return null;
    const type = u16At(bytes, at);
    if (!found.has(type)) found.set(type, bytes.subarray(at + 8, dataEnd));
    else repeated ||= type === TYPE.preauth || type === TYPE.encryption || type === TYPE.signing;
    at = (dataEnd + 7) & ~7;
  }
  const hashes = readHashes(found.get(TYPE.preauth));
  const ciphers = readIds(found.get(TYPE.encryption));
  const signingAlgorithms = readIds(found.get(TYPE.signing));
  return hashes === null || ciphers === 'wrong' || signingAlgorithms === 'wrong' ? null : { hashes, ciphers, signingAlgorithms, repeated };
}

/** [MS-SMB2] 2.2.3.1.1 */
function readHashes(data: Uint8Array | undefined): number[] | null {
  if (data === undefined || data.length < 4) return null;
  const count = u16At(data, 0);
  return count === 0 || 4 + 2 * count + u16At(data, 2) > data.length ? null : idsAt(data, 4, count);
}

/** A count and that many ids. [MS-SMB2] 2.2.3.1.2, 2.2.3.1.7 */
function readIds(data: Uint8Array | undefined): number[] | null | 'wrong' {
  if (data === undefined) return null;
  const count = data.length < 2 ? 0 : u16At(data, 0);
  return count === 0 || 2 + 2 * count > data.length ? 'wrong' : idsAt(data, 2, count);
}

function idsAt(data: Uint8Array, at: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => u16At(data, at + 2 * index));
}

/**
 * The server's own order decides. A cipher of 0 says that none is common; without a common signing algorithm there is no context.
 * A list of null: the server does not take part.
 */
export function chooseContexts(offered: OfferedContexts, ciphers: readonly number[] | null, signingAlgorithms: readonly number[] | null): { readonly cipher: number | null; readonly signing: number | null } {
  return {
    cipher: ciphers === null || offered.ciphers === null ? null : firstCommon(ciphers, offered.ciphers) ?? 0,
    signing: signingAlgorithms === null || offered.signingAlgorithms === null ? null : firstCommon(signingAlgorithms, offered.signingAlgorithms),
  };
}
