import type { Payload } from './payload-pool.ts';
import { payloadOf } from './tcp-flow.ts';

const RANDOM = 32;
/** TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 */
const CIPHER = [0xc0, 0x2f];
const PADDING_EXTENSION = 21;

/** A TLS 1.2 ClientHello (RFC 5246 section 7.4.1.2), padded to 300 bytes. */
export function clientHello(random: Buffer): Payload {
  const padding = Buffer.alloc(300 - 9 - 2 - RANDOM - 1 - 4 - 2 - 2 - 4);
  const extension = [0, PADDING_EXTENSION, padding.length >>> 8, padding.length & 255, ...padding];
  return hello(1, 0x01, [3, 3, ...random.subarray(0, RANDOM), 0, 0, 2, ...CIPHER, 1, 0, extension.length >>> 8, extension.length & 255, ...extension]);
}

/** The ServerHello to it, without extensions. */
export function serverHello(random: Buffer): Payload {
  return hello(2, 0x03, [3, 3, ...random.subarray(0, RANDOM), 0, ...CIPHER, 0]);
}

function hello(type: number, minorVersion: number, body: readonly number[]): Payload {
  const handshake = [type, 0, body.length >>> 8, body.length & 255, ...body];
  return payloadOf(Buffer.of(22, 3, minorVersion, handshake.length >>> 8, handshake.length & 255, ...handshake));
}

/** A DNS query of one label (RFC 1035 section 4.1) for a type A record. */
export function dnsQuery(id: number, label: string): Payload {
  return payloadOf(Buffer.of(id >>> 8, id & 255, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, label.length, ...Buffer.from(label, 'latin1'), 0, 0, 1, 0, 1));
}
