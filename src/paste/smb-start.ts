import { recogniseStart } from '../smb/recognise.ts';

/** Offset of the first `\xFC…\xFF SMB`; −1 where there is none. [MS-CIFS] 2.2.3.1, [MS-SMB2] 2.2.1 */
export function magicAt(bytes: Uint8Array, from = 0): number {
  for (let at = from; at + 4 <= bytes.length; at++) if (isMagic(bytes, at)) return at;
  return -1;
}

/** Whether a message begins with the first byte, with or without its 4-byte prefix. */
export function beginsMessage(bytes: Uint8Array): boolean {
  for (let at = 0; at + 4 <= bytes.length; ) {
    if (isMagic(bytes, at)) return true;
    const start = recogniseStart(bytes, at, bytes.length);
    if (start !== 'nbss') return start === 'smb';
    const length = ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);
    if (bytes[at] === SESSION_REQUEST && length > 0) return true;
    // Four bytes of session control are soon found by chance: they must be all, or a message must follow
    at += 4 + length;
    if (at === bytes.length) return true;
  }
  return false;
}

/** RFC 1002 4.3.1 TYPE. Two names follow it, which are no chance. */
const SESSION_REQUEST = 0x81;

/** Whether SMB is anywhere in the pieces: what tells one reading of a text from another. */
export function holdsSmb(pieces: readonly { readonly bytes: Uint8Array }[]): boolean {
  return pieces.some(({ bytes }) => beginsMessage(bytes) || magicAt(bytes) >= 0);
}

function isMagic(bytes: Uint8Array, at: number): boolean {
  return (bytes[at] ?? 0) >= 0xfc && bytes[at + 1] === 0x53 && bytes[at + 2] === 0x4d && bytes[at + 3] === 0x42;
}

/** From the reply bit of the first message's header; null where there is none. [MS-CIFS] 2.2.3.1 Flags, [MS-SMB2] 2.2.1 Flags */
export function senderOf(bytes: Uint8Array): 'client' | 'server' | null {
  const at = magicAt(bytes);
  if (at < 0) return null;
  const flags = bytes[at] === 0xff ? bytes[at + 9] : bytes[at] === 0xfe ? bytes[at + 16] : undefined;
  if (flags === undefined) return null;
  return (flags & (bytes[at] === 0xff ? 0x80 : 0x01)) === 0 ? 'client' : 'server';
}

/** Whether the last four bytes can be the prefix of a session message that is still to come. RFC 1002 4.3.6, [MS-SMB2] 2.1 */
export function endsWithPrefix(bytes: Uint8Array): boolean {
  const at = bytes.length - 4;
  if (at < 0 || bytes[at] !== 0) return false;
  const length = ((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);
  return length >= 32 && length <= 0x1_ffff;
}
