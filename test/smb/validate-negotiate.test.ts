import { describe, expect, it } from 'vitest';
import { readValidateNegotiate } from '../../src/smb/validate-negotiate.ts';
import { smb2Command, u16, u32, join, validateNegotiateRequest, validateNegotiateResponse, zeros } from '../build/smb.ts';

const behindPrefix = (stream: Uint8Array): Uint8Array => stream.slice(4);
const request = (dialects?: readonly number[]): Uint8Array => behindPrefix(validateNegotiateRequest({ capabilities: 0x7f, securityMode: 3, guid: Array.from({ length: 16 }, (_, at) => at), ...(dialects && { dialects }) }));
const answer = (): Uint8Array => behindPrefix(validateNegotiateResponse({ capabilities: 0x2f, securityMode: 1, dialects: [0x0300] }));

/** The message with a 32-bit number at `at`. */
function patched(bytes: Uint8Array, at: number, value: number): Uint8Array {
  bytes.set(u32(value), at);
  return bytes;
}

describe('FSCTL_VALIDATE_NEGOTIATE_INFO', () => {
  it('of a client has its offer', () => {
    expect(readValidateNegotiate(request([0x0202, 0x0302]), false)).toEqual({
      capabilities: 0x7f, guid: Uint8Array.from({ length: 16 }, (_, at) => at), securityMode: 3, dialects: [0x0202, 0x0302],
    });
    expect(readValidateNegotiate(request([]), false)).toMatchObject({ dialects: [] });
    expect(readValidateNegotiate(request(Array.from({ length: 64 }, (_, at) => at)), false)?.dialects).toHaveLength(64);
  });

  it('of a server has its choice', () => {
    expect(readValidateNegotiate(answer(), true)).toMatchObject({ capabilities: 0x2f, securityMode: 1, dialects: [0x0300] });
  });

  it('is another control code, or too short to tell', () => {
    const other = patched(request(), 68, 0x0011_c017);
    expect(readValidateNegotiate(other, false)).toBeUndefined();
    for (const length of [0, 64, 68, 71]) expect(readValidateNegotiate(request().subarray(0, length), false), String(length)).toBeUndefined();
  });

  it('is refused by an error, which names no control code', () => {
    const refusal = (structure: number): Uint8Array => behindPrefix(smb2Command(11, { flags: 1, body: join(u16(structure), u16(0), u32(0), [0]) }));
    expect(readValidateNegotiate(refusal(9), true)).toBeNull();
    expect(readValidateNegotiate(refusal(9).subarray(0, 68), true)).toBeNull();
    expect(readValidateNegotiate(refusal(9).subarray(0, 67), true)).toBeUndefined();
    expect(readValidateNegotiate(refusal(9), false)).toBeUndefined();
    expect(readValidateNegotiate(refusal(49), true)).toBeUndefined();
  });

  it('that is cut or lies about its place is there and unreadable', () => {
    const whole = request();
    for (let length = 72; length < whole.length; length++) expect(readValidateNegotiate(whole.subarray(0, length), false), String(length)).toBeNull();
    expect(readValidateNegotiate(patched(request(), 88, 121), false)).toBeNull();
    expect(readValidateNegotiate(patched(request(), 88, 0xffff_fff0), false)).toBeNull();
    expect(readValidateNegotiate(patched(request(), 92, 0xffff_fff0), false)).toBeNull();
    expect(readValidateNegotiate(patched(request(), 92, 23), false)).toBeNull();
    expect(readValidateNegotiate(patched(request([]), 92, 24), false)).toMatchObject({ dialects: [] });
    expect(readValidateNegotiate(patched(answer(), 100, 23), true)).toBeNull();
  });

  it('with more dialects than it has room for, or than anybody has, is unreadable', () => {
    const counted = (count: number, behind: number): Uint8Array => {
      const bytes = join(request([]), zeros(behind));
      bytes.set(u16(count), 120 + 22);
      return patched(bytes, 92, 24 + behind);
    };
    expect(readValidateNegotiate(counted(2, 4), false)?.dialects).toEqual([0, 0]);
    expect(readValidateNegotiate(counted(3, 4), false)).toBeNull();
    expect(readValidateNegotiate(counted(64, 200), false)?.dialects).toHaveLength(64);
    expect(readValidateNegotiate(counted(65, 200), false)).toBeNull();
  });
});
