/** Dotted for IPv4; eight hex words for IPv6, never shortened. */
export function address(version: 4 | 6, words: readonly number[]): string {
  if (version === 4) return [24, 16, 8, 0].map((shift) => ((words[3] ?? 0) >>> shift) & 255).join('.');
  return words.flatMap((word) => [(word >>> 16) & 0xffff, word & 0xffff].map((half) => half.toString(16))).join(':');
}

const words = (part: string): string[] => (part === '' ? [] : part.split(':'));

/** The same form from text as in RFC 5952. */
export function address6(text: string): string {
  const [before = '', after] = text.split('::');
  const head = words(before);
  const tail = after === undefined ? [] : words(after);
  return [...head, ...Array.from({ length: 8 - head.length - tail.length }, () => '0'), ...tail].join(':');
}
