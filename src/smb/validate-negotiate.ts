import { u16At, u32At } from './little-endian.ts';
import type { ValidateNegotiateInfo } from './messages.ts';

export const FSCTL_VALIDATE_NEGOTIATE_INFO = 0x00140204;
const ERROR_STRUCTURE_SIZE = 9;
/** From the first byte of the header: IOCTL request [MS-SMB2] 2.2.31, response 2.2.32. */
const AT = { structureSize: 64, ctlCode: 68, inputOffset: 88, inputCount: 92, outputOffset: 96, outputCount: 100 } as const;
const FIXED_PART = 104;
const INFO_LENGTH = 24;
const DIALECT_LIMIT = 64;

/**
 * FSCTL_VALIDATE_NEGOTIATE_INFO inside an IOCTL. [MS-SMB2] 2.2.31.4, 2.2.32.6
 * `undefined`: another control code. `null`: an error response, which names no control code (its request does), or unreadable data.
 */
export function readValidateNegotiate(bytes: Uint8Array, response: boolean): ValidateNegotiateInfo | null | undefined {
  if (response && bytes.length >= AT.ctlCode && u16At(bytes, AT.structureSize) === ERROR_STRUCTURE_SIZE) return null;
  if (bytes.length < AT.ctlCode + 4 || u32At(bytes, AT.ctlCode) !== FSCTL_VALIDATE_NEGOTIATE_INFO) return undefined;
  if (bytes.length < FIXED_PART) return null;
  const from = u32At(bytes, response ? AT.outputOffset : AT.inputOffset);
  const length = u32At(bytes, response ? AT.outputCount : AT.inputCount);
  if (length < INFO_LENGTH || length > bytes.length - from) return null;

  const fixed = { capabilities: u32At(bytes, from), guid: bytes.subarray(from + 4, from + 20), securityMode: u16At(bytes, from + 20) };
  const last = u16At(bytes, from + 22);
  if (response) return { ...fixed, dialects: [last] };
  if (last > DIALECT_LIMIT || INFO_LENGTH + 2 * last > length) return null;
  return { ...fixed, dialects: Array.from({ length: last }, (_, index) => u16At(bytes, from + INFO_LENGTH + 2 * index)) };
}
