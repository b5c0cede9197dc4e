/** Unchecked little-endian reads for fixed headers whose length was checked once by the caller. */
export function u16At(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8);
}

export function u32At(bytes: Uint8Array, at: number): number {
  return (u16At(bytes, at) | (u16At(bytes, at + 2) << 16)) >>> 0;
}

/** Most 64-bit fields of a header are small: one BigInt instead of three. */
export function u64At(bytes: Uint8Array, at: number): bigint {
  const low = u32At(bytes, at);
  const high = u32At(bytes, at + 4);
  return high === 0 ? BigInt(low) : (BigInt(high) << 32n) | BigInt(low);
}
