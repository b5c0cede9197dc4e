import { type Smb1HeaderFields, writeSmb1Header, fixed } from './header.ts';
import { NBSS } from '../nbss.ts';
import { Writer } from './writer.ts';

/** [MS-CIFS] 2.2.4.52.1 */
export interface Smb1RequestFields {
  readonly header: Smb1HeaderFields;
  /** In wire order. */
  readonly dialects: readonly string[];
}

/** [MS-CIFS] 2.2.4.52.2, [MS-SMB] 2.2.4.5.2 */
export interface Smb1ResponseFields {
  readonly kind: 'smb1-negotiate-response';
  /** A status with `words` null is an error response. [MS-CIFS] 2.2.3.2 */
  readonly header: Smb1HeaderFields;
  readonly words: Smb1Words | null;
}

export type Smb1Words =
  /** WordCount 1: core protocol, or 0xFFFF for none. */
  | { readonly form: 'index'; readonly index: number }
  /** WordCount 0 and the index where data belongs, as impacket's server does. */
  | { readonly form: 'index-as-data'; readonly index: number }
  | LanmanWords
  | NtWords;

/** WordCount 13. */
export interface LanmanWords {
  readonly form: 'lanman';
  readonly index: number;
  readonly securityMode: number;
  readonly maxBufferSize: number;
  readonly maxMpxCount: number;
  readonly maxNumberVcs: number;
  readonly rawMode: number;
  readonly sessionKey: number;
  /** DOS time in the low, DOS date in the high 16 bits. */
  readonly serverTimeDos: number;
  readonly serverDateDos: number;
  readonly timeZoneMinutes: number;
  readonly challenge: Uint8Array;
  /** Behind the challenge, NUL-terminated, from LANMAN2.1 on. */
  readonly primaryDomain?: string;
}

/** WordCount 17. */
export interface NtWords {
  readonly form: 'nt';
  readonly index: number;
  readonly securityMode: number;
  readonly maxMpxCount: number;
  readonly maxNumberVcs: number;
  readonly maxBufferSize: number;
  readonly maxRawSize: number;
  readonly sessionKey: number;
  readonly capabilities: number;
  readonly systemTime: bigint;
  readonly timeZoneMinutes: number;
  readonly data: NtExtendedData | NtPlainData;
}

/** With CAP_EXTENDED_SECURITY. [MS-SMB] 2.2.4.5.2.1 */
export interface NtExtendedData {
  readonly serverGuid: Uint8Array;
  readonly securityBlob: Uint8Array;
}

/** Without. [MS-CIFS] 2.2.4.52.2 */
export interface NtPlainData {
  readonly challenge: Uint8Array;
  /** DomainName, then ServerName where the server sends it; each is terminated. */
  readonly names: readonly string[];
  readonly unicode: boolean;
}

/** With the 4-byte prefix. */
export function buildSmb1NegotiateRequest({ header, dialects }: Smb1RequestFields): Uint8Array {
  const out = new Writer();
  writeSmb1Header(out, header);
  out.u8(0).u16(dialects.reduce((sum, dialect) => sum + dialect.length + 2, 0));
  for (const dialect of dialects) out.u8(2).oem(dialect).u8(0);
  return out.framed(NBSS.sessionMessage);
}

/** With the 4-byte prefix. */
export function buildSmb1NegotiateResponse({ header, words }: Smb1ResponseFields): Uint8Array {
  const out = new Writer();
  writeSmb1Header(out, header);
  if (words === null) return out.u8(0).u16(0).framed(NBSS.sessionMessage);
  switch (words.form) {
    case 'index': return out.u8(1).u16(words.index).u16(0).framed(NBSS.sessionMessage);
    case 'index-as-data': return out.u8(0).u16(2).u16(words.index).framed(NBSS.sessionMessage);
    case 'lanman': return writeLanman(out, words);
    case 'nt': return writeNt(out, words);
  }
}

function writeLanman(out: Writer, words: LanmanWords): Uint8Array {
  out.u8(13).u16(words.index).u16(words.securityMode).u16(words.maxBufferSize).u16(words.maxMpxCount).u16(words.maxNumberVcs).u16(words.rawMode);
  out.u32(words.sessionKey).u16(words.serverTimeDos).u16(words.serverDateDos).u16(words.timeZoneMinutes).u16(words.challenge.length).u16(0);
  const at = out.length;
  out.u16(0).bytes(words.challenge);
  if (words.primaryDomain !== undefined) out.oem(words.primaryDomain).u8(0);
  out.setU16(at, out.length - at - 2);
  return out.framed(NBSS.sessionMessage);
}

function writeNt(out: Writer, words: NtWords): Uint8Array {
  const { data } = words;
  out.u8(17).u16(words.index).u8(words.securityMode).u16(words.maxMpxCount).u16(words.maxNumberVcs).u32(words.maxBufferSize).u32(words.maxRawSize);
  out.u32(words.sessionKey).u32(words.capabilities).u64(words.systemTime).u16(words.timeZoneMinutes).u8('challenge' in data ? data.challenge.length : 0);
  const at = out.length;
  out.u16(0);
  if ('challenge' in data) {
    out.bytes(data.challenge);
    for (const name of data.names) {
      if (data.unicode) out.utf16(name).u16(0);
      else out.oem(name).u8(0);
    }
  } else {
    fixed(out, data.serverGuid, 16);
    out.bytes(data.securityBlob);
  }
  out.setU16(at, out.length - at - 2);
  return out.framed(NBSS.sessionMessage);
}
