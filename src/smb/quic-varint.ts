/** Variable-length integers. RFC 9000 16. */
export function varintLength(bytes: Uint8Array, at: number): number {
  return 1 << ((bytes[at] ?? 0) >> 6);
}

/** `null` where it does not end before `end`. Values above 2^53 lose precision and are out of every bound anyway. */
export function readVarint(bytes: Uint8Array, at: number, end: number): number | null {
  const length = varintLength(bytes, at);
  if (at + length > end) return null;
  let value = (bytes[at] ?? 0) & 0x3f;
  for (let index = 1; index < length; index++) value = value * 256 + (bytes[at + index] ?? 0);
  return value;
}
