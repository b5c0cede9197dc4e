/** Lower-case hex without separators. */
export function toHex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0');
  return text;
}

/** The bytes of hex digits that are known to be whole pairs. */
export function fromHex(hex: string): Uint8Array {
  return Uint8Array.from({ length: hex.length >> 1 }, (_, index) => Number.parseInt(hex.slice(2 * index, 2 * index + 2), 16));
}

/** A 16-byte GUID in Windows' text form: Data1 to Data3 little-endian. [MS-DTYP] 2.3.4.3 */
export function guidText(bytes: Uint8Array): string {
  const hex = toHex(bytes);
  const pair = (index: number): string => hex.slice(index * 2, index * 2 + 2);
  const swapped = [3, 2, 1, 0].map(pair).join('') + '-' + [5, 4].map(pair).join('') + '-' + [7, 6].map(pair).join('');
  return `${swapped}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** `0x` and the given number of lower-case hex digits. */
export function hexNumber(value: number, digits: number): string {
  return '0x' + (value >>> 0).toString(16).padStart(digits, '0');
}
