import { describe, expect, it } from 'vitest';
import { oidText, readSecurityBlob } from '../../src/smb/spnego.ts';
import { ascii, join, zeros, type Part } from '../build/smb.ts';

/** A DER element with the shortest length, or one of `lengthBytes`. ITU-T X.690 8.1 */
function der(tag: number, content: Part, lengthBytes = 0): Uint8Array {
  const { length } = content;
  const bytes = lengthBytes > 0 ? lengthBytes : length < 0x80 ? 0 : length < 0x100 ? 1 : 2;
  const long = Array.from({ length: bytes }, (_, at) => (length / 256 ** (bytes - 1 - at)) & 0xff);
  return join([tag], bytes === 0 ? [length] : [0x80 | bytes, ...long], content);
}

const SPNEGO = [0x2b, 6, 1, 5, 5, 2];
const NTLM = [0x2b, 6, 1, 4, 1, 0x82, 0x37, 2, 2, 0x0a];
const KRB5 = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x12, 1, 2, 2];

const mechanisms = (...oids: readonly Part[]): Uint8Array => der(0xa0, der(0x30, join(...oids.map((oid) => der(0x06, oid)))));
const token = (...fields: readonly Uint8Array[]): Uint8Array => der(0x60, join(der(0x06, SPNEGO), der(0xa0, der(0x30, join(...fields)))));
const names = (blob: Uint8Array): (string | undefined)[] => readSecurityBlob(blob).mechTypes.map(({ name }) => name);

const NOTHING = { kind: 'unknown', mechTypes: [], hasMechToken: false };

describe('A security blob', () => {
  it('that is empty, NTLMSSP itself, or something else is told apart', () => {
    expect(readSecurityBlob(new Uint8Array(0))).toEqual({ ...NOTHING, kind: 'empty' });
    expect(readSecurityBlob(join(ascii('NTLMSSP'), [0], zeros(20)))).toEqual({ kind: 'ntlmssp', mechTypes: [], hasMechToken: true });
    expect(readSecurityBlob(join(ascii('NTLMSSQ'), [0]))).toEqual(NOTHING);
    expect(readSecurityBlob(join(ascii('N'), zeros(20)))).toEqual(NOTHING);
    expect(readSecurityBlob(der(0x61, der(0x06, SPNEGO)))).toEqual(NOTHING);
    expect(readSecurityBlob(der(0x60, join(der(0x06, KRB5), der(0xa0, der(0x30, mechanisms(NTLM))))))).toEqual(NOTHING);
    expect(readSecurityBlob(der(0x60, join(der(0x07, SPNEGO), der(0xa0, der(0x30, mechanisms(NTLM))))))).toEqual(NOTHING);
  });

  it('names its mechanisms in order', () => {
    expect(readSecurityBlob(token(mechanisms(KRB5, NTLM)))).toEqual({
      kind: 'spnego', hasMechToken: false,
      mechTypes: [{ oid: '1.2.840.113554.1.2.2', name: 'KRB5' }, { oid: '1.3.6.1.4.1.311.2.2.10', name: 'NTLMSSP' }],
    });
  });

  it('has a token where [2] is, a hint where Microsoft puts one, none where RFC 4178 has a checksum', () => {
    const hint = (tag: number): Uint8Array => der(0xa3, der(0x30, der(0xa0, der(tag, ascii('not_defined_in_RFC4178@please_ignore')))));
    expect(readSecurityBlob(token(mechanisms(NTLM), der(0xa2, der(0x04, zeros(4))), hint(0x1b)))).toMatchObject({ hasMechToken: true, negHint: 'not_defined_in_RFC4178@please_ignore' });
    expect(readSecurityBlob(token(mechanisms(NTLM), hint(0x0c)))).not.toHaveProperty('negHint');
    expect(readSecurityBlob(token(mechanisms(NTLM), der(0xa3, der(0x04, zeros(16)))))).not.toHaveProperty('negHint');
    expect(readSecurityBlob(token(mechanisms(NTLM), der(0xa3, der(0x30, der(0xa1, der(0x1b, ascii('x')))))))).not.toHaveProperty('negHint');
    expect(readSecurityBlob(token(mechanisms(NTLM), hint(0x1b)).subarray(0, -1))).not.toHaveProperty('negHint');
  });

  it('may leave out what it has none of', () => {
    expect(readSecurityBlob(token())).toEqual({ kind: 'spnego', mechTypes: [], hasMechToken: false });
    expect(readSecurityBlob(der(0x60, der(0x06, SPNEGO)))).toEqual({ kind: 'spnego', mechTypes: [], hasMechToken: false });
    expect(readSecurityBlob(der(0x60, join(der(0x06, SPNEGO), der(0xa1, der(0x30, mechanisms(NTLM))))))).toMatchObject({ mechTypes: [] });
    expect(readSecurityBlob(der(0x60, join(der(0x06, SPNEGO), der(0xa0, der(0x31, mechanisms(NTLM))))))).toMatchObject({ mechTypes: [] });
  });

  it('counts of mechanisms only object identifiers that are whole and not endless', () => {
    const list = (...parts: readonly Uint8Array[]): Uint8Array => token(der(0xa0, der(0x30, join(...parts))));
    expect(names(list(der(0x04, NTLM), der(0x06, NTLM)))).toEqual(['NTLMSSP']);
    expect(readSecurityBlob(list(der(0x06, [0x2a, ...zeros(63)]))).mechTypes[0]?.oid).toBe(`1.2${'.0'.repeat(63)}`);
    expect(names(list(der(0x06, [0x2a, ...zeros(64)]), der(0x06, NTLM)))).toEqual(['NTLMSSP']);
    expect(names(token(mechanisms(KRB5, NTLM)).subarray(0, -1))).toEqual(['KRB5']);
    expect(names(list(...Array.from({ length: 40 }, () => der(0x06, NTLM))))).toHaveLength(32);
  });

  it.each([0, 1, 100, 113, 114, 115, 116, 117, 118, 119, 120, 127, 128, 129, 240, 255, 256, 257, 300, 65_000])('reads lengths of one, two and three bytes: %d bytes of another element before', (length) => {
    expect(names(token(der(0xa1, zeros(length)), mechanisms(NTLM)))).toEqual(['NTLMSSP']);
  });

  it('reads lengths that are longer than need be, up to three bytes; no others', () => {
    const withLength = (bytes: number): Uint8Array => token(der(0xa1, zeros(5), bytes), mechanisms(NTLM));
    for (const bytes of [1, 2, 3]) expect(names(withLength(bytes)), String(bytes)).toEqual(['NTLMSSP']);
    expect(names(withLength(4))).toEqual([]);
    expect(names(token(join([0xa1, 0x80], zeros(5)), mechanisms(NTLM)))).toEqual([]); // the indefinite form, 8.1.3.6
  });

  it('ends where a length ends the bytes', () => {
    expect(names(der(0x60, join(der(0x06, SPNEGO), [0xa0, 0x82, 0x01])))).toEqual([]);
    expect(names(der(0x60, join(der(0x06, SPNEGO), [0xa0])))).toEqual([]);
    // The outer length may be wrong: what is there is read.
    const right = token(mechanisms(NTLM));
    expect(names(join([0x60, right[1]! + 40], right.subarray(2)))).toEqual(['NTLMSSP']);
    expect(names(join(right, [9, 9, 9]))).toEqual(['NTLMSSP']);
  });
});

it.each([
  ['2b', '1.3'], ['2a8648', '1.2.840'], ['4f', '1.39'], ['50', '2.0'], ['883703', '2.999.3'], ['27', '0.39'], ['28', '1.0'], ['', ''], ['2a86', '1.2'],
])('An object identifier reads as ITU-T X.690 8.19 says: %s', (hex, text) => {
  expect(oidText(new Uint8Array(Buffer.from(hex, 'hex')))).toBe(text);
});
