import { readVarint, varintLength } from './quic-varint.ts';

const FRAME = { padding: 0x00, ping: 0x01, ack: 0x02, ackEcn: 0x03, crypto: 0x06 } as const;

/** Hands the data of each CRYPTO frame on. RFC 9000 12.4 table 3: other frames of an Initial end the reading. */
export function readQuicFrames(payload: Uint8Array, onCrypto: (offset: number, data: Uint8Array) => void): void {
  let at = 0;
  while (at < payload.length) {
    const type = payload[at++];
    if (type === FRAME.padding || type === FRAME.ping) continue;
    const next = type === FRAME.crypto ? readCrypto(payload, at, onCrypto) : type === FRAME.ack || type === FRAME.ackEcn ? skipAck(payload, at, type) : null;
    if (next === null) return;
    at = next;
  }
}

/** RFC 9000 19.6 */
function readCrypto(payload: Uint8Array, at: number, onCrypto: (offset: number, data: Uint8Array) => void): number | null {
  const offset = readVarint(payload, at, payload.length);
  if (offset === null) return null;
  at += varintLength(payload, at);
  const length = readVarint(payload, at, payload.length);
  if (length === null) return null;
  at += varintLength(payload, at);
  if (length > payload.length - at) return null;
  onCrypto(offset, payload.subarray(at, at + length));
  return at + length;
}

/** Largest, delay, range count, first range, then pairs; with ECN three counts more. RFC 9000 19.3 */
function skipAck(payload: Uint8Array, at: number, type: number): number | null {
  let left = 4;
  for (let index = 0; left > 0; index++, left--) {
    const value = readVarint(payload, at, payload.length);
    if (value === null) return null;
    at += varintLength(payload, at);
    if (index !== 2) continue;
    if (value > payload.length) return null; // each range takes two bytes at least
    left += 2 * value + (type === FRAME.ackEcn ? 3 : 0);
  }
  return at;
}
