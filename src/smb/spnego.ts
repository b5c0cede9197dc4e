import type { SecurityBlob } from './messages.ts';
import { oem } from './wire-text.ts';

/** Names of the security mechanisms as Wireshark abbreviates them. */
const MECHANISMS: Readonly<Record<string, string>> = {
  '1.3.6.1.4.1.311.2.2.30': 'NEGOEX',
  '1.3.6.1.4.1.311.2.2.10': 'NTLMSSP',
  '1.2.840.113554.1.2.2': 'KRB5',
  '1.2.840.48018.1.2.2': 'MS-KRB5',
  '1.2.840.113554.1.2.2.3': 'KRB5-U2U',
  '1.3.6.1.5.2.7': 'PKU2U',
  '1.3.6.1.5.2.5': 'IAKERB',
};

export function mechanismName(oid: string): string | undefined {
  return MECHANISMS[oid];
}

const TAG = { octetString: 0x04, oid: 0x06, generalString: 0x1b, sequence: 0x30, application: 0x60, context0: 0xa0, context2: 0xa2, context3: 0xa3 } as const;
export const SPNEGO_OID = '1.3.6.1.5.5.2';
/** Elements read on one level. Seven mechanisms are the most ever seen (macOS). */
const ELEMENT_LIMIT = 32;
const OID_BYTES = 64;
/** [MS-NLMP] 2.2.1 Signature. */
const NTLMSSP = [0x4e, 0x54, 0x4c, 0x4d, 0x53, 0x53, 0x50, 0x00];

interface Element {
  readonly tag: number;
  readonly content: Uint8Array;
  readonly whole: boolean;
}

/** NegTokenInit2 [MS-SPNG] 2.2.1 or NegTokenInit RFC 4178 4.2.1; what can be read of a damaged one is kept. */
export function readSecurityBlob(blob: Uint8Array): SecurityBlob {
  if (blob.length === 0) return nothing('empty');
  if (isNtlmssp(blob)) return { kind: 'ntlmssp', mechTypes: [], hasMechToken: true };
  const [outer] = elements(blob);
  if (outer?.tag !== TAG.application) return nothing('unknown');
  const [mechanism, choice] = elements(outer.content);
  if (mechanism?.tag !== TAG.oid || oidText(mechanism.content) !== SPNEGO_OID) return nothing('unknown');
  return readNegTokenInit(inside(choice, TAG.context0, TAG.sequence));
}

export function isNtlmssp(blob: Uint8Array): boolean {
  return NTLMSSP.every((byte, index) => blob[index] === byte);
}

function nothing(kind: 'empty' | 'unknown'): SecurityBlob {
  return { kind, mechTypes: [], hasMechToken: false };
}

function readNegTokenInit(fields: readonly Element[]): SecurityBlob {
  const field = (tag: number): Element | undefined => fields.find((element) => element.tag === tag);
  const mechTypes = inside(field(TAG.context0), TAG.context0, TAG.sequence)
    .filter((element) => element.tag === TAG.oid && element.whole && element.content.length <= OID_BYTES)
    .map((element) => oidText(element.content))
    .map((oid) => ({ oid, name: mechanismName(oid) }));
  const hint = hintName(field(TAG.context3));
  return { kind: 'spnego', mechTypes, ...(hint !== undefined && { negHint: hint }), hasMechToken: field(TAG.context2) !== undefined };
}

/** At [3] Microsoft's form has negHints (a SEQUENCE), RFC 4178's a mechListMIC (an OCTET STRING). */
function hintName(third: Element | undefined): string | undefined {
  const [name] = inside(third, TAG.context3, TAG.sequence);
  if (name?.tag !== TAG.context0) return undefined;
  const [text] = elements(name.content);
  return text?.tag === TAG.generalString && text.whole ? oem(text.content) : undefined;
}

/** The elements of the `inner` element that is the content of `element`. */
function inside(element: Element | undefined, outer: number, inner: number): readonly Element[] {
  if (element?.tag !== outer) return [];
  const [content] = elements(element.content);
  return content?.tag === inner ? elements(content.content) : [];
}

/** The DER elements one after another; one that runs past the end is clamped and says so. ITU-T X.690 8.1 */
function elements(bytes: Uint8Array): readonly Element[] {
  const found: Element[] = [];
  let at = 0;
  while (at + 2 <= bytes.length && found.length < ELEMENT_LIMIT) {
    const tag = bytes[at] ?? 0;
    let length = bytes[at + 1] ?? 0;
    at += 2;
    if (length > 0x7f) {
      const lengthBytes = length & 0x7f;
      if (lengthBytes === 0 || lengthBytes > 3 || at + lengthBytes > bytes.length) return found;
      length = 0;
      for (let index = 0; index < lengthBytes; index++) length = length * 256 + (bytes[at + index] ?? 0);
      at += lengthBytes;
    }
    found.push({ tag, content: bytes.subarray(at, at + length), whole: at + length <= bytes.length });
    at += length;
  }
  return found;
}

/** Dotted text of an OBJECT IDENTIFIER's content. ITU-T X.690 8.19 */
export function oidText(content: Uint8Array): string {
  const arcs: number[] = [];
  let value = 0;
  for (const byte of content.subarray(0, OID_BYTES)) {
    value = value * 128 + (byte & 0x7f);
    if ((byte & 0x80) !== 0) continue;
    if (arcs.length === 0) arcs.push(Math.min(Math.floor(value / 40), 2), value < 80 ? value % 40 : value - 80);
    else arcs.push(value);
    value = 0;
  }
  return arcs.join('.');
}
