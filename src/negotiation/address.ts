/** An address from its big-endian words: dotted for IPv4, RFC 5952 for IPv6. */
export function addressText(words: Int32Array, at: number, ipVersion: 4 | 6): string {
  if (ipVersion === 4) {
    const word = words[at + 3]!;
    return `${word >>> 24}.${(word >>> 16) & 255}.${(word >>> 8) & 255}.${word & 255}`;
  }
  const groups: number[] = [];
  for (let index = 0; index < 4; index++) {
    const word = words[at + index]!;
    groups.push(word >>> 16, word & 0xffff);
  }
  return compressed(groups);
}

/** RFC 5952 4.2: the longest run of at least two zero groups, the first of equals, becomes "::"; IPv4-mapped as dotted (section 5). */
function compressed(groups: readonly number[]): string {
  if (groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff) {
    return `::ffff:${groups[6]! >> 8}.${groups[6]! & 255}.${groups[7]! >> 8}.${groups[7]! & 255}`;
  }
  let best = -1;
  let length = 1;
  for (let start = 0; start < 8; start++) {
    let run = 0;
    while (start + run < 8 && groups[start + run] === 0) run++;
    if (run > length) {
      best = start;
      length = run;
    }
  }
  const text = (part: readonly number[]): string => part.map((group) => group.toString(16)).join(':');
  return best < 0 ? text(groups) : `${text(groups.slice(0, best))}::${text(groups.slice(best + length))}`;
}
