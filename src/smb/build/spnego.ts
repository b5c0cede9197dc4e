import { fromHex } from '../../bytes/text.ts';
import { Writer } from './writer.ts';

/** Mechanisms by their DER content. [MS-SPNG] 1.9, RFC 4120, RFC 4178 */
const OIDS = {
  'NTLMSSP': '2b06010401823702020a',
  'NEGOEX': '2b06010401823702021e',
  'KRB5': '2a864886f712010202',
  'MS-KRB5': '2a864882f712010202',
  'KRB5-U2U': '2a864886f71201020203',
  'PKU2U': '2b0601050207',
  'IAKERB': '2b0601050205',
  '1.2.752.43.14.3': '2a85702b0e03',
  '1.3.6.1.5.5.14': '2b060105050e',
  '1.3.5.1.5.2.7': '2b0501050207',
} as const;

export type Mechanism = keyof typeof OIDS;

export interface NegTokenFields {
  readonly mechTypes: readonly Mechanism[];
  /** hintName of Microsoft's negHints. [MS-SPNG] 2.2.1 */
  readonly hint?: string;
  readonly mechToken?: Uint8Array;
}

/** What Vista and later, Samba 4, ksmbd and macOS put where RFC 4178 has a principal. [MS-SPNG] 2.2.1 */
export const PLEASE_IGNORE = 'not_defined_in_RFC4178@please_ignore';

const SPNEGO = '2b0601050502';

/** NegTokenInit2 inside its GSS-API frame. [MS-SPNG] 2.2.1, RFC 2743 3.1 */
export function negTokenInit({ mechTypes, hint, mechToken }: NegTokenFields): Uint8Array {
  const fields = [element(0xa0, element(0x30, ...mechTypes.map((name) => element(0x06, fromHex(OIDS[name])))))];
  if (mechToken !== undefined) fields.push(element(0xa2, element(0x04, mechToken)));
  if (hint !== undefined) fields.push(element(0xa3, element(0x30, element(0xa0, element(0x1b, new Writer(64).oem(hint).done())))));
  return element(0x60, element(0x06, fromHex(SPNEGO)), element(0xa0, element(0x30, ...fields)));
}

/** One DER element. ITU-T X.690 8.1 */
function element(tag: number, ...contents: readonly Uint8Array[]): Uint8Array {
  const length = contents.reduce((sum, content) => sum + content.length, 0);
  const out = new Writer(length + 4).u8(tag);
  if (length < 0x80) out.u8(length);
  else if (length < 0x100) out.u8(0x81).u8(length);
  else out.u8(0x82).u8(length >> 8).u8(length & 0xff);
  for (const content of contents) out.bytes(content);
  return out.done();
}
