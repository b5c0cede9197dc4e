import { NBSS } from '../nbss.ts';
import { Writer } from './writer.ts';

/** The 4-byte prefix of Direct TCP and of NetBIOS session messages. [MS-SMB2] 2.1, RFC 1002 4.3.1 */
export function framed(body: Uint8Array, type: number = NBSS.sessionMessage): Uint8Array {
  const out = new Uint8Array(4 + body.length);
  out[0] = type;
  out[1] = body.length >> 16;
  out[2] = body.length >> 8;
  out[3] = body.length;
  out.set(body, 4);
  return out;
}

/** Session request, with prefix. RFC 1002 4.3.2. Names of more than 15 characters are cut; the suffixes are those of a file server and a workstation. */
export function sessionRequest(called: string, calling: string): Uint8Array {
  const out = new Writer(68);
  writeName(out, called, 0x20);
  writeName(out, calling, 0x00);
  return out.framed(NBSS.sessionRequest);
}

/** First-level encoding: each nibble as a letter from `A`. RFC 1001 14.1 */
function writeName(out: Writer, name: string, suffix: number): void {
  const padded = name.toUpperCase().slice(0, 15).padEnd(15, ' ') + String.fromCharCode(suffix);
  out.u8(0x20);
  for (let index = 0; index < 16; index++) {
    const letter = padded.charCodeAt(index) & 0xff;
    out.u8(0x41 + (letter >> 4)).u8(0x41 + (letter & 0x0f));
  }
  out.u8(0);
}
