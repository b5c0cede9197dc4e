const MOST = 5;

/** The few of `names` that differ least from what was written. */
export function nearest(written: string, names: readonly string[]): string[] {
  const word = written.toLowerCase();
  return names
    .map((name) => ({ name, distance: distance(word, name) - (name.startsWith(word.slice(0, 4)) ? 3 : 0) }))
    .toSorted((left, right) => left.distance - right.distance)
    .slice(0, MOST)
    .map(({ name }) => name);
}

/** Levenshtein's; names are short, and so is what is compared of the other. */
function distance(left: string, right: string): number {
  const word = left.slice(0, 64);
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let at = 1; at <= word.length; at++) {
    const next = [at];
    for (let to = 1; to <= right.length; to++) {
      const substituted = (row[to - 1] ?? 0) + (word[at - 1] === right[to - 1] ? 0 : 1);
      next.push(Math.min(substituted, (row[to] ?? 0) + 1, (next[to - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[right.length] ?? 0;
}
