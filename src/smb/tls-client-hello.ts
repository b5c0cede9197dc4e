import { oem } from './wire-text.ts';

/** What a ClientHello says before it is encrypted. RFC 8446 4.1.2 */
export interface ClientHello {
  readonly sni: string | null;
  /** RFC 7301; null while its extension has not been seen. */
  readonly alpn: readonly string[] | null;
  /** The whole ClientHello was there. */
  readonly complete: boolean;
}

const CLIENT_HELLO = 1;
const EXTENSION = { serverName: 0, alpn: 16 } as const;
const NAMES_LIMIT = 32;

/** Reads the first `bytes` of a TLS handshake, maybe not all of it. `null`: it is no ClientHello. */
export function readClientHello(bytes: Uint8Array): ClientHello | null {
  if (bytes.length > 0 && bytes[0] !== CLIENT_HELLO) return null;
  if (bytes.length < 4) return { sni: null, alpn: null, complete: false };
  const end = 4 + (((bytes[1] ?? 0) << 16) | u16(bytes, 2));
  const complete = bytes.length >= end;
  const hello = bytes.subarray(0, end);

  let at = 4 + 2 + 32; // version and random
  at += 1 + (hello[at] ?? 0); // legacy session id
  at += 2 + u16(hello, at); // cipher suites
  at += 1 + (hello[at] ?? 0); // compression methods
  at += 2; // length of the extensions
  let sni: string | null = null;
  let alpn: readonly string[] | null = null;
  while (at + 4 <= hello.length) {
    const type = u16(hello, at);
    const from = at + 4;
    at = from + u16(hello, at + 2);
    if (at > hello.length) break;
    if (type === EXTENSION.serverName) sni ??= serverName(hello.subarray(from, at));
    if (type === EXTENSION.alpn) alpn ??= protocolNames(hello.subarray(from, at));
  }
  return { sni, alpn, complete };
}

/** ServerNameList: the first host_name. RFC 6066 3 */
function serverName(bytes: Uint8Array): string | null {
  if (bytes.length < 5 || bytes[2] !== 0) return null;
  const name = bytes.subarray(5, 5 + u16(bytes, 3));
  return name.length === 0 ? null : oem(name);
}

/** ProtocolNameList. RFC 7301 3.1 */
function protocolNames(bytes: Uint8Array): string[] {
  const names: string[] = [];
  let at = 2;
  while (at < bytes.length && names.length < NAMES_LIMIT) {
    const length = bytes[at] ?? 0;
    if (at + 1 + length > bytes.length) break;
    names.push(oem(bytes.subarray(at + 1, at + 1 + length)));
    at += 1 + length;
  }
  return names;
}

function u16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}
