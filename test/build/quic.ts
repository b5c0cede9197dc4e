/** QUIC client Initials, sealed as RFC 9001 5 and RFC 9369 3 say; written apart from src/. */
import { createCipheriv, createHmac } from 'node:crypto';
import { ascii, join, type Part } from './smb.ts';

const VERSIONS = {
  1: { wire: [0, 0, 0, 1], salt: '38762cf7f55934b34d179ae6a4c80cadccbb7f0a', label: 'quic', type: 0 },
  2: { wire: [0x6b, 0x33, 0x43, 0xcf], salt: '0dede3def700a6db819381be6e269dcbf9bd2ed9', label: 'quicv2', type: 1 },
} as const;

const be16 = (value: number): number[] => [value >> 8, value & 0xff];

function hmac(key: Uint8Array, data: Uint8Array): Uint8Array {
  return createHmac('sha256', key).update(data).digest();
}

/** HKDF-Expand-Label; one block is enough for every length here. RFC 8446 7.1 */
function hkdfLabel(secret: Uint8Array, label: string, length: number): Uint8Array {
  return hmac(secret, join(be16(length), [6 + label.length], ascii('tls13 ' + label), [0], [1])).subarray(0, length);
}

/** A ClientHello with these extensions in this order. RFC 8446 4.1.2 */
export function clientHello(extensions: readonly Uint8Array[]): Uint8Array {
  const list = join(...extensions);
  const body = join([3, 3], new Uint8Array(32).fill(7), [0], be16(2), [0x13, 0x01], [1, 0], be16(list.length), list);
  return join([1, 0, ...be16(body.length)], body);
}

export const extension = {
  serverName: (name: string): Uint8Array => join(be16(0), be16(name.length + 5), be16(name.length + 3), [0], be16(name.length), ascii(name)),
  alpn: (...names: readonly string[]): Uint8Array => {
    const list = names.flatMap((name) => [name.length, ...ascii(name)]);
    return join(be16(16), be16(list.length + 2), be16(list.length), list);
  },
  padding: (length: number): Uint8Array => join(be16(21), be16(length), new Uint8Array(length)),
} as const;

/** A CRYPTO frame. RFC 9000 19.6 */
export const crypto = (offset: number, data: Part): Uint8Array => join([6, 0x40 | (offset >> 8), offset & 0xff, 0x40 | (data.length >> 8), data.length & 0xff], data);

export interface InitialFields { version?: 1 | 2; destinationId: Part; keyId?: Part; number?: number; frames: readonly Part[]; size?: number }

/** One Initial, padded so that its datagram has `size` bytes. `keyId`: the id that the keys come from, when it is another. */
export function quicInitial({ version = 1, destinationId, keyId = destinationId, number = 0, frames, size = 1200 }: InitialFields): Uint8Array {
  const { wire, salt, label, type } = VERSIONS[version];
  const initial = hmac(Buffer.from(salt, 'hex'), Uint8Array.from(keyId));
  const secret = hkdfLabel(initial, 'client in', 32);
  const [key, iv, hp] = [hkdfLabel(secret, `${label} key`, 16), hkdfLabel(secret, `${label} iv`, 12), hkdfLabel(secret, `${label} hp`, 16)];

  const front = join([0xc1 | (type << 4)], wire, [destinationId.length], destinationId, [0], [0]); // a 2-byte packet number, no source id, no token
  const content = join(...frames);
  const payload = join(content, new Uint8Array(Math.max(0, size - front.length - 2 - 2 - 16 - content.length)));
  const length = 2 + payload.length + 16;
  const header = join(front, [0x40 | (length >> 8), length & 0xff], be16(number));
  const nonce = Uint8Array.from(iv);
  nonce[10] = (nonce[10] ?? 0) ^ (number >> 8);
  nonce[11] = (nonce[11] ?? 0) ^ (number & 0xff);
  const cipher = createCipheriv('aes-128-gcm', key, nonce);
  cipher.setAAD(header);
  const sealed = join(cipher.update(payload), cipher.final(), cipher.getAuthTag());
  const mask = createCipheriv('aes-128-ecb', hp, null).update(sealed.subarray(2, 18)); // the sample stands 4 bytes after the number's start
  const packet = join(header, sealed);
  packet[0] = (packet[0] ?? 0) ^ ((mask[0] ?? 0) & 0x0f);
  for (let index = 0; index < 2; index++) packet[header.length - 2 + index] = (packet[header.length - 2 + index] ?? 0) ^ (mask[1 + index] ?? 0);
  return packet;
}
