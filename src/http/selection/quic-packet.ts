import { createCipheriv } from 'node:crypto';
import { clientInitialKeys, headerMask, QUIC_V1 } from '../../smb/quic-keys.ts';

const DESTINATION_ID = Buffer.from('5e1ec7105e1ec710', 'hex');
/** A client pads its first datagram to 1200 bytes. RFC 9000 14.1 */
const DATAGRAM_BYTES = 1200;
const TAG_BYTES = 16;
const NUMBER_BYTES = 2;

/** The first datagram of SMB over QUIC: a ClientHello whose ALPN is `smb`, sealed with the keys that everybody can make. RFC 9001 5, [MS-SMB2] 2.1 */
export function quicInitialForSmb(): Uint8Array {
  const keys = clientInitialKeys(QUIC_V1, DESTINATION_ID);
  const hello = clientHello();
  const crypto = Buffer.concat([Buffer.from([0x06, 0x00, 0x40 | (hello.length >> 8), hello.length & 0xff]), hello]);
  const front = Buffer.concat([Buffer.from([0xc1, 0, 0, 0, 1, DESTINATION_ID.length]), DESTINATION_ID, Buffer.from([0, 0])]);
  const payload = Buffer.alloc(DATAGRAM_BYTES - front.length - 2 - NUMBER_BYTES - TAG_BYTES);
  payload.set(crypto);
  const length = NUMBER_BYTES + payload.length + TAG_BYTES;
  const header = Buffer.concat([front, Buffer.from([0x40 | (length >> 8), length & 0xff, 0, 0])]);
  const cipher = createCipheriv('aes-128-gcm', keys.key, keys.iv); // packet number 0 leaves the nonce as it is
  cipher.setAAD(header);
  const sealed = Buffer.concat([cipher.update(payload), cipher.final(), cipher.getAuthTag()]);
  const packet = Buffer.concat([header, sealed]);
  const mask = headerMask(keys, sealed.subarray(4 - NUMBER_BYTES, 20 - NUMBER_BYTES));
  packet[0] = (packet[0] ?? 0) ^ ((mask[0] ?? 0) & 0x0f);
  for (let index = 0; index < NUMBER_BYTES; index++) packet[header.length - NUMBER_BYTES + index] = (packet[header.length - NUMBER_BYTES + index] ?? 0) ^ (mask[1 + index] ?? 0);
  return packet;
}

/** TLS_AES_128_GCM_SHA256 and one extension. RFC 8446 4.1.2, RFC 7301 3.1 */
function clientHello(): Buffer {
  const alpn = Buffer.from([0, 16, 0, 6, 0, 4, 3, 0x73, 0x6d, 0x62]);
  const body = Buffer.concat([Buffer.from([3, 3]), Buffer.alloc(32, 7), Buffer.from([0, 0, 2, 0x13, 0x01, 1, 0, 0, alpn.length]), alpn]);
  return Buffer.concat([Buffer.from([1, 0, body.length >> 8, body.length & 0xff]), body]);
}
