import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto';

export const QUIC_V1 = 0x0000_0001;
export const QUIC_V2 = 0x6b33_43cf;
export type QuicVersion = typeof QUIC_V1 | typeof QUIC_V2;

const fromHex = (text: string): Uint8Array => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));

/** RFC 9001 5.2 and RFC 9369 3.3.1, 3.3.2: anyone who sees the first packet can make its keys. */
const SUITE = {
  [QUIC_V1]: { salt: fromHex('38762cf7f55934b34d179ae6a4c80cadccbb7f0a'), prefix: 'quic' },
  [QUIC_V2]: { salt: fromHex('0dede3def700a6db819381be6e269dcbf9bd2ed9'), prefix: 'quicv2' },
} as const;
const TAG_LENGTH = 16;

/** The keys that protect a client's Initial packets. */
export interface InitialKeys {
  readonly key: Uint8Array;
  readonly iv: Uint8Array;
  readonly headerProtection: Uint8Array;
}

/** From the Destination Connection ID of the client's first Initial. RFC 9001 5.2 */
export function clientInitialKeys(version: QuicVersion, destinationId: Uint8Array): InitialKeys {
  const { salt, prefix } = SUITE[version];
  const initialSecret = hmac(salt, destinationId);
  const secret = expandLabel(initialSecret, 'client in', 32);
  return {
    key: expandLabel(secret, `${prefix} key`, 16),
    iv: expandLabel(secret, `${prefix} iv`, 12),
    headerProtection: expandLabel(secret, `${prefix} hp`, 16),
  };
}

/** The five mask bytes of header protection. RFC 9001 5.4.3 */
export function headerMask(keys: InitialKeys, sample: Uint8Array): Uint8Array {
  return createCipheriv('aes-128-ecb', keys.headerProtection, null).setAutoPadding(false).update(sample);
}

/** The payload, or null where the tag does not fit: another flow's packet, the server's, or damage. RFC 9001 5.3 */
export function openPayload(keys: InitialKeys, packetNumber: number, header: Uint8Array, sealed: Uint8Array): Uint8Array | null {
  if (sealed.length < TAG_LENGTH) return null;
  const nonce = Uint8Array.from(keys.iv);
  for (let index = 0; index < 4; index++) nonce[11 - index] = (nonce[11 - index] ?? 0) ^ ((packetNumber >>> (8 * index)) & 0xff);
  const decipher = createDecipheriv('aes-128-gcm', keys.key, nonce, { authTagLength: TAG_LENGTH });
  decipher.setAAD(header).setAuthTag(sealed.subarray(sealed.length - TAG_LENGTH));
  const payload = decipher.update(sealed.subarray(0, sealed.length - TAG_LENGTH));
  try {
    decipher.final();
    return payload;
  } catch {
    return null; // the library's way to say that the tag is wrong
  }
}

function hmac(key: Uint8Array, data: Uint8Array): Uint8Array {
  return createHmac('sha256', key).update(data).digest();
}

/** HKDF-Expand-Label without context; all lengths here fit one block. RFC 8446 7.1, RFC 5869 2.3 */
function expandLabel(secret: Uint8Array, label: string, length: number): Uint8Array {
  const name = 'tls13 ' + label;
  const info = [0, length, name.length, ...Array.from(name, (letter) => letter.charCodeAt(0)), 0, 1];
  return hmac(secret, Uint8Array.from(info)).subarray(0, length);
}
