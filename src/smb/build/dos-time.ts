const SECONDS_TO_1970 = 11_644_473_600n;

/** DOS date and time of a FILETIME, in UTC; years before 1980 are 1980. [MS-CIFS] 2.2.1.4.1 and 2.2.1.4.2 */
export function dosTime(filetime: bigint): { readonly time: number; readonly date: number } {
  const at = new Date(Number(filetime / 10_000_000n - SECONDS_TO_1970) * 1000);
  const year = Math.min(127, Math.max(0, at.getUTCFullYear() - 1980));
  return {
    time: (at.getUTCHours() << 11) | (at.getUTCMinutes() << 5) | (at.getUTCSeconds() >> 1),
    date: (year << 9) | ((at.getUTCMonth() + 1) << 5) | at.getUTCDate(),
  };
}
