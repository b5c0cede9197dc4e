/** The contract's names of SMB2 dialects; unknown codes are `0x0222`. [MS-SMB2] 2.2.3 */
const NAMES: Readonly<Record<number, string>> = {
  0x0202: '2.0.2', 0x0210: '2.1', 0x02ff: '2.???', 0x0300: '3.0', 0x0302: '3.0.2', 0x0311: '3.1.1',
};

export function smb2DialectText(code: number): string {
  return NAMES[code] ?? '0x' + code.toString(16).padStart(4, '0');
}
