/**
 * Whether the characters of `text` from `from` are what a dump writes beside the first `count` of `bytes`. Tools differ in what stands for
 * a byte that cannot be printed, and for a blank, so only printable characters speak. `gap`: Wireshark's "Follow" parts the sixteen characters.
 */
export function isTextOf(text: string, from: number, bytes: Uint8Array, count: number, gap: boolean): boolean {
  let at = from;
  for (let index = 0; index < count; index++) {
    if (gap && index === 8 && text[at++] !== ' ') return false;
    if (!canStandFor(text.charCodeAt(at++), bytes[index] ?? 0)) return false;
  }
  return true;
}

const DOT = 46;
const QUESTION_MARK = 63;

function canStandFor(code: number, byte: number): boolean {
  if (code === byte || code === DOT) return true;
  const printable = byte >= 0x20 && byte < 0x7f;
  return !printable && (code <= 0x20 || code > 0x7e || code === QUESTION_MARK);
}
