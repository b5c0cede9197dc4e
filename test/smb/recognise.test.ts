import { describe, expect, it } from 'vitest';
import { recogniseStart } from '../../src/smb/recognise.ts';
import { join, nbss, smb1NegotiateRequest, smb2Compressed, smb2Encrypted, smb2NegotiateRequest } from '../build/smb.ts';

const start = (bytes: Uint8Array): string => recogniseStart(bytes, 0, bytes.length);
const hex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text.replaceAll(' ', ''), 'hex'));

describe('the first bytes of a TCP direction', () => {
  it.each([
    ['SMB1', smb1NegotiateRequest()], ['SMB2', smb2NegotiateRequest()], ['encrypted', smb2Encrypted()], ['compressed', smb2Compressed()],
    ['SMB behind an empty session message', join(hex('00000000'), smb1NegotiateRequest())], ['a jumbo message', hex('00ffffff fe534d42')],
  ])('are SMB: %s', (_name, bytes) => {
    expect(start(bytes)).toBe('smb');
    for (let length = 0; length < 8; length++) expect(start(bytes.subarray(0, length))).toBe('maybe');
  });

  it.each([
    ['request', nbss.sessionRequest()], ['empty request', hex('81000000')], ['positive', nbss.positive()], ['negative', nbss.negative()], ['retarget', nbss.retarget()], ['keep-alive', nbss.keepalive()],
  ])('are NetBIOS: %s', (_name, bytes) => {
    expect(start(bytes)).toBe('nbss');
    for (let length = 0; length < 4; length++) expect(start(bytes.subarray(0, length))).toBe('maybe');
  });

  it.each([
    ['HTTP', '474554202f20485454'], ['TLS', '1603010200010001fc0303'], ['SMB without its prefix', 'ff534d4272000000'], ['a length too small for the header', '0000001fff534d42'],
    ['a length too small for SMB2', '0000003ffe534d42'], ['another id', '00000085fb534d42'], ['zeros without end', '00'.repeat(40)], ['a keep-alive with a length', '85000001'],
    ['a session request of odd length', '8100004520'], ['a session request without a name', '8100004421'], ['a type above', '86000000'], ['RTP', '80000000'],
  ])('are neither: %s', (_name, text) => {
    expect(start(hex(text))).toBe('no');
  });

  it('are read inside a larger buffer', () => {
    const bytes = join([9, 9], smb1NegotiateRequest(), [9]);
    expect(recogniseStart(bytes, 2, bytes.length - 1)).toBe('smb');
    expect(recogniseStart(bytes, 2, 7)).toBe('maybe');
    expect(recogniseStart(bytes, 0, bytes.length)).toBe('no');
  });
});
