export { smb2DialectText } from '../smb/dialects.ts';

export const DIALECT_WILDCARD = 0x02ff;
export const DIALECT_311 = 0x0311;

/** True for the strings with which an SMB1-framed request offers SMB2. [MS-SMB2] 3.3.5.3 */
export function offersSmb2(dialect: string): boolean {
  return dialect.toUpperCase().startsWith('SMB 2.');
}
