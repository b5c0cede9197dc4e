import { type Cursor, decode } from '../bytes/cursor.ts';
import { Fault } from '../bytes/fault.ts';
import { SMB1_CAP } from './capabilities.ts';
import { malformed } from './malformed.ts';
import type { MalformedMessage, Oddity, Smb1Header, Smb1LanmanParameters, Smb1NegotiateResponse, Smb1NtParameters } from './messages.ts';
import { readSecurityBlob } from './spnego.ts';
import { terminatedStrings } from './wire-text.ts';

const AT_WORD_COUNT = 32;
const NONE = 0xffff;
const WORDS = { nt: 17, lanman: 13, core: 1 } as const;

/** [MS-CIFS] 2.2.4.52.2, [MS-SMB] 2.2.4.5.2. `cut`: the capture ends before the message does. */
export function readSmb1NegotiateResponse(bytes: Uint8Array, header: Smb1Header, cut: boolean): Smb1NegotiateResponse | MalformedMessage {
  const reader = new ResponseReader(header, cut);
  const response = decode(bytes, (cursor) => reader.read(cursor));
  if (!(response instanceof Fault)) return response;
  return (cut ? reader.cutResponse(response) : null) ?? malformed('smb1-negotiate-response', response);
}

class ResponseReader {
  readonly #header: Smb1Header;
  readonly #cut: boolean;
  readonly #oddities: Oddity[] = [];
  #wordCount = 0;
  #index: number | null = null;

  constructor(header: Smb1Header, cut: boolean) {
    this.#header = header;
    this.#cut = cut;
  }

  read(cursor: Cursor): Smb1NegotiateResponse {
    cursor.seek(AT_WORD_COUNT, 'WordCount');
    this.#wordCount = cursor.u8('WordCount');
    if (this.#wordCount === 0) return this.#withoutWords(cursor);
    this.#index = cursor.u16('DialectIndex');
    switch (this.#wordCount) {
      case WORDS.nt: return this.#nt(cursor);
      case WORDS.lanman: return this.#lanman(cursor);
      case WORDS.core: return this.#build('core', this.#data(cursor).byteCount, {});
      default:
        this.#oddities.push({ code: 'unknown-word-count', field: 'WordCount', offset: AT_WORD_COUNT });
        cursor.skip(this.#wordCount * 2 - 2, 'Words');
        return this.#build('unreadable', this.#data(cursor).byteCount, {});
    }
  }

  /** The capture ended inside the words: the selected index may be there all the same. */
  cutResponse(fault: Fault): Smb1NegotiateResponse | null {
    if (this.#index === null) return null;
    this.#oddities.push({ code: 'cut', field: fault.field, offset: fault.offset });
    return this.#build(this.#wordCount === WORDS.lanman ? 'lanman' : this.#wordCount === WORDS.core ? 'core' : 'unreadable', 0, {});
  }

  /** An error, or the 0xFFFF that impacket's server puts behind a WordCount of 0. */
  #withoutWords(cursor: Cursor): Smb1NegotiateResponse {
    const at = cursor.position;
    const { byteCount, data } = this.#data(cursor);
    const saysNone = byteCount === NONE ? data.length === 0 : byteCount === 2 && data[0] === 0xff && data[1] === 0xff;
    if (this.#header.status !== 0) return this.#build('error', byteCount, {});
    if (saysNone) {
      this.#index = NONE;
      return this.#build('none', byteCount, {});
    }
    this.#oddities.push({ code: 'unknown-word-count', field: 'WordCount', offset: at - 1 });
    return this.#build('unreadable', byteCount, {});
  }

  #nt(cursor: Cursor): Smb1NegotiateResponse {
    const words = {
      securityMode: cursor.u8('SecurityMode'),
      maxMpxCount: cursor.u16('MaxMpxCount'),
      maxNumberVcs: cursor.u16('MaxNumberVcs'),
      maxBufferSize: cursor.u32('MaxBufferSize'),
      maxRawSize: cursor.u32('MaxRawSize'),
      sessionKey: cursor.u32('SessionKey'),
      capabilities: cursor.u32('Capabilities'),
      systemTime: cursor.u64('SystemTime'),
      timeZoneMinutes: cursor.i16('ServerTimeZone'),
      challengeLength: cursor.u8('ChallengeLength'),
    };
    const { byteCount, data, at, whole } = this.#data(cursor);
    const extended = (words.capabilities & SMB1_CAP.extendedSecurity) !== 0;
    const rest = extended ? this.#extended(data, byteCount, at) : this.#notExtended(data, words, at, whole);
    return this.#build(extended ? 'nt-extended' : 'nt', byteCount, { nt: { ...words, ...rest } });
  }

  /** ServerGUID and security blob. [MS-SMB] 2.2.4.5.2.1 */
  #extended(data: Uint8Array, byteCount: number, at: number): Partial<Smb1NtParameters> {
    if (data.length < 16) {
      if (!this.#cut) this.#oddities.push({ code: 'server-guid-missing', field: 'ServerGUID', offset: at });
      return {};
    }
    return { serverGuid: data.subarray(0, 16), securityBlobLength: Math.max(0, byteCount - 16), securityBlob: readSecurityBlob(data.subarray(16)) };
  }

  /** Challenge and names. [MS-CIFS] 2.2.4.52.2 */
  #notExtended(data: Uint8Array, words: { readonly challengeLength: number; readonly capabilities: number }, at: number, whole: boolean): Partial<Smb1NtParameters> {
    if (data.length < words.challengeLength) {
      if (!this.#cut) this.#oddities.push({ code: 'challenge-out-of-bounds', field: 'ChallengeLength', offset: at });
      return {};
    }
    const rest = data.subarray(words.challengeLength);
    // Windows 2000 and later send UTF-16 whatever Flags2 says; Samba 2.2 has no CAP_UNICODE and sends OEM.
    const unicode = (words.capabilities & SMB1_CAP.unicode) !== 0 && rest[1] === 0;
    const [domainName, serverName] = terminatedStrings(rest, unicode, 2);
    if (domainName === undefined && rest.length > 0 && whole) this.#oddities.push({ code: 'name-not-terminated', field: 'DomainName', offset: at + words.challengeLength });
    return {
      challenge: data.subarray(0, words.challengeLength),
      ...(domainName !== undefined && { domainName }),
      ...(serverName !== undefined && { serverName }),
    };
  }

  #lanman(cursor: Cursor): Smb1NegotiateResponse {
    const words = {
      securityMode: cursor.u16('SecurityMode'),
      maxBufferSize: cursor.u16('MaxBufferSize'),
      maxMpxCount: cursor.u16('MaxMpxCount'),
      maxNumberVcs: cursor.u16('MaxNumberVcs'),
      rawMode: cursor.u16('RawMode'),
      sessionKey: cursor.u32('SessionKey'),
      serverTimeDos: cursor.u16('ServerTime'),
      serverDateDos: cursor.u16('ServerDate'),
      timeZoneMinutes: cursor.i16('ServerTimeZone'),
      encryptionKeyLength: cursor.u16('EncryptionKeyLength'),
      reserved: cursor.u16('Reserved'),
    };
    const { byteCount, data, at } = this.#data(cursor);
    if (data.length < words.encryptionKeyLength && !this.#cut) this.#oddities.push({ code: 'challenge-out-of-bounds', field: 'EncryptionKeyLength', offset: at });
    const [primaryDomain] = terminatedStrings(data.subarray(words.encryptionKeyLength), false, 1);
    const challenge = data.subarray(0, words.encryptionKeyLength);
    return this.#build('lanman', byteCount, { lanman: { ...words, challenge, ...(primaryDomain !== undefined && { primaryDomain }) } });
  }

  /** ByteCount and as many of its bytes as there are. */
  #data(cursor: Cursor): { readonly byteCount: number; readonly data: Uint8Array; readonly at: number; readonly whole: boolean } {
    const byteCount = cursor.u16('ByteCount');
    const at = cursor.position;
    const whole = byteCount <= cursor.remaining;
    if (!whole) this.#oddities.push({ code: this.#cut ? 'cut' : 'byte-count-past-end', field: 'ByteCount', offset: at - 2 });
    else if (byteCount < cursor.remaining) this.#oddities.push({ code: 'trailing-bytes', field: 'ByteCount', offset: at + byteCount });
    return { byteCount, data: cursor.take(Math.min(byteCount, cursor.remaining), 'Bytes'), at, whole };
  }

  #build(form: Smb1NegotiateResponse['form'], byteCount: number, parameters: { readonly nt?: Smb1NtParameters; readonly lanman?: Smb1LanmanParameters }): Smb1NegotiateResponse {
    return {
      kind: 'smb1-negotiate-response',
      header: this.#header,
      wordCount: this.#wordCount,
      byteCount,
      form: this.#index === NONE ? 'none' : form,
      selectedIndex: this.#index,
      ...parameters,
      oddities: this.#oddities,
    };
  }
}
