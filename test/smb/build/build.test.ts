import { describe, expect, it } from 'vitest';
import { framed, sessionRequest } from '../../../src/smb/build/nbss.ts';
import { buildServerMessage } from '../../../src/smb/build/server-message.ts';
import { buildSmb1NegotiateRequest } from '../../../src/smb/build/smb1-negotiate.ts';
import { buildSmb2NegotiateRequest } from '../../../src/smb/build/smb2-negotiate.ts';
import { negTokenInit, PLEASE_IGNORE } from '../../../src/smb/build/spnego.ts';
import { Writer } from '../../../src/smb/build/writer.ts';

const hex = (bytes: Uint8Array | null): string => Buffer.from(bytes ?? []).toString('hex');
const ZEROS = (count: number): string => '00'.repeat(count);

describe('security blobs', () => {
  it('has the 74 bytes of Samba 4 for NTLMSSP alone', () => {
    expect(hex(negTokenInit({ mechTypes: ['NTLMSSP'], hint: PLEASE_IGNORE }))).toBe(
      '604806062b0601050502a03e303ca00e300c060a2b06010401823702020aa32a3028a0261b246e6f745f646566696e65645f696e5f5246433431373840706c656173655f69676e6f7265');
  });

  it.each([
    [30, ['NTLMSSP'], undefined], [42, ['NEGOEX', 'NTLMSSP'], undefined], [42, ['NTLMSSP'], 'NONE'], [96, ['MS-KRB5', 'KRB5', 'NTLMSSP'], PLEASE_IGNORE],
    [108, ['MS-KRB5', 'KRB5', 'KRB5-U2U', 'NTLMSSP'], PLEASE_IGNORE], [120, ['NEGOEX', 'MS-KRB5', 'KRB5', 'KRB5-U2U', 'NTLMSSP'], PLEASE_IGNORE],
  ] as const)('has %i bytes for %j and the hint %s, as captures show it', (length, mechTypes, hint) => {
    expect(negTokenInit({ mechTypes, ...(hint !== undefined && { hint }) }).length).toBe(length);
  });
});

describe('NetBIOS', () => {
  it('writes names in first-level encoding, with their suffixes', () => {
    const name = (letters: string): string => `20${Buffer.from(letters).toString('hex')}00`;
    expect(hex(sessionRequest('*SMBSERVER', 'client'))).toBe(`81000044${name('CKFDENECFDEFFCFGEFFCCACACACACACA')}${name('EDEMEJEFEOFECACACACACACACACACAAA')}`);
  });

  it('puts 24 bits of length into the prefix', () => {
    expect(hex(framed(new Uint8Array(0x010203)).subarray(0, 4))).toBe('00010203');
  });
});

describe('negotiates', () => {
  it('lists SMB1 dialects behind their format bytes', () => {
    expect(hex(buildSmb1NegotiateRequest({ header: { flags: 0x18, flags2: 0xc853, tid: 0xffff, pid: 0xfeff }, dialects: ['NT LM 0.12', ''] }))).toBe(
      `00000031ff534d4272000000001853c8${ZEROS(12)}fffffffe00000000000e00024e54204c4d20302e3132000200`);
  });

  it('has ClientStartTime without 3.1.1, and contexts on 8-byte boundaries with it', () => {
    const fields = { header: { credits: 31 }, securityMode: 1, capabilities: 0x7f, clientGuid: new Uint8Array(16) };
    expect(hex(buildSmb2NegotiateRequest({ ...fields, dialects: [0x0210] })).slice(-40)).toBe(`${ZEROS(18)}1002`);
    const bytes = buildSmb2NegotiateRequest({ ...fields, dialects: [0x0311], contexts: [{ name: 'ENCRYPTION', ciphers: [2, 1] }, { name: 'UNKNOWN', type: 9, data: Uint8Array.of(7) }] });
    // Offset 104 behind the one dialect; two bytes of padding; the second context behind six bytes of data and two of padding.
    expect(hex(bytes.subarray(4 + 92))).toBe(`68000000020000001103${ZEROS(2)}0200060000000000020002000100${ZEROS(2)}090001000000000007`);
  });

  it('answers none with WordCount 1, and an error without words', () => {
    const header = { flags: 0x88, flags2: 0xc013 };
    expect(hex(buildServerMessage({ kind: 'smb1-negotiate-response', header, words: { form: 'index', index: 0xffff } })).slice(-10)).toBe('01ffff0000');
    expect(hex(buildServerMessage({ kind: 'smb1-negotiate-response', header: { ...header, status: 0x00570001 }, words: null }))).toBe(`00000023ff534d4272010057008813c0${ZEROS(20)}000000`);
  });

  it('has no bytes for an answer that nobody foretells', () => {
    expect(buildServerMessage({ kind: 'other', bytes: null, command: 1, status: 0xc0000016 })).toBe(null);
  });
});

it('a writer grows in the middle of a field', () => {
  const out = new Writer(1);
  for (let value = 0; value < 300; value++) out.u16(value).u64(BigInt(value));
  const bytes = out.done();
  expect([bytes.length, new DataView(bytes.buffer, bytes.byteOffset).getUint16(2990, true)]).toEqual([3000, 299]);
});
