const UNIX_EPOCH = 116_444_736_000_000_000n;
const NEVER = 0x7fff_ffff_ffff_ffffn;

/** A FILETIME (100 ns since 1601-01-01, [MS-DTYP] 2.3.3) as RFC 3339 text in UTC; undefined for zero, "never" and years of five digits. */
export function filetimeText(value: bigint): string | undefined {
  if (value <= 0n || value >= NEVER) return undefined;
  const ticks = value - UNIX_EPOCH;
  const seconds = ticks >= 0n ? ticks / 10_000_000n : (ticks - 9_999_999n) / 10_000_000n;
  const date = new Date(Number(seconds) * 1000);
  if (Number.isNaN(date.getTime()) || date.getUTCFullYear() > 9999) return undefined;
  const nanos = Number(ticks - seconds * 10_000_000n) * 100;
  return `${date.toISOString().slice(0, 19)}.${String(nanos).padStart(9, '0')}Z`;
}
