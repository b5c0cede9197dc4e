/** Sum of big-endian 16-bit words, an odd last byte padded with zero; not folded (RFC 1071). */
export function wordSum(bytes: Uint8Array, offset: number, length: number): number {
  let sum = 0;
  const even = offset + (length & ~1);
  for (let at = offset; at < even; at += 2) sum += ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
  return length & 1 ? sum + ((bytes[even] ?? 0) << 8) : sum;
}

/** The Internet checksum for a sum of words. */
export function foldChecksum(sum: number): number {
  let folded = sum;
  while (folded > 0xffff) folded = (folded % 0x1_0000) + Math.floor(folded / 0x1_0000);
  return ~folded & 0xffff;
}

/** The two words of a 32-bit number. */
export const words32 = (value: number): number => (value >>> 16) + (value & 0xffff);
