/** UTF-16LE as it stands, unpaired surrogates and NULs included; an odd last byte is left out. */
export function utf16(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at + 1 < bytes.length; at += 2) text += String.fromCharCode((bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8));
  return text;
}

/** One byte, one character. OEM code pages are not named on the wire; their ASCII half is the same everywhere. */
export function oem(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

/** The NUL-terminated strings of `bytes`, at most `limit`; a last one without its NUL is left out. */
export function terminatedStrings(bytes: Uint8Array, unicode: boolean, limit: number): string[] {
  const texts: string[] = [];
  const step = unicode ? 2 : 1;
  let from = 0;
  for (let at = 0; at + step <= bytes.length && texts.length < limit; at += step) {
    if (bytes[at] !== 0 || (unicode && bytes[at + 1] !== 0)) continue;
    texts.push((unicode ? utf16 : oem)(bytes.subarray(from, at)));
    from = at + step;
  }
  return texts;
}
