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

describe('the first bytes at their bounds', () => {
  /** Prefix, then an id and `SMB`. */
  const message = (length: number, id: number): Uint8Array => hex(`00${length.toString(16).padStart(6, '0')}${id.toString(16)}534d42`);

  it.each([[0xff, 32], [0xfe, 64], [0xfd, 52], [0xfc, 16]])('a message %i has room for its header: %i', (id, shortest) => {
    expect(start(message(shortest, id))).toBe('smb');
    expect(start(message(shortest - 1, id))).toBe('no');
  });

  it('a length counts with all three bytes, low and high', () => {
    for (const length of [0x000100, 0x010000, 0x800000, 0xffffff]) expect(start(message(length, 0xff)), String(length)).toBe('smb');
    expect(start(hex('0000000f'))).toBe('no');
    expect(start(hex('00000010'))).toBe('maybe');
  });

  it('each letter counts', () => {
    for (const text of ['00000085ff544d42', '00000085ff534e42', '00000085ff534d43', '00000085ff53', '00000085ff', '00000085ff534d']) {
      expect(start(hex(text)), text).toBe(text.length === 16 ? 'no' : 'maybe');
    }
  });

  it('four empty messages are stepped over, not five', () => {
    for (let count = 0; count < 4; count++) expect(start(join(hex('00000000'.repeat(count)), smb1NegotiateRequest())), String(count)).toBe('smb');
    expect(start(join(hex('00000000'.repeat(4)), smb1NegotiateRequest()))).toBe('no');
    expect(start(hex('00000000'.repeat(3)))).toBe('maybe');
  });

  it('a control packet has its length and no other, and flags only where a request needs one', () => {
    const right: Readonly<Record<number, number>> = { 0x82: 0, 0x83: 1, 0x84: 6, 0x85: 0 };
    for (const [type, length] of Object.entries(right)) {
      const packet = (flags: number, declared: number): Uint8Array => Uint8Array.of(Number(type), flags, declared >> 8, declared & 0xff);
      expect(start(packet(0, length)), type).toBe('nbss');
      for (const declared of [length + 1, length + 256, length === 0 ? 2 : 0]) expect(start(packet(0, declared)), `${type} ${declared}`).toBe('no');
      expect(start(packet(1, length)), type).toBe('no');
    }
    expect(start(Uint8Array.of(0x80, 0, 0, 0))).toBe('no');
    expect(start(Uint8Array.of(0x81, 2))).toBe('no');
    expect(start(Uint8Array.of(0x81, 1))).toBe('maybe');
    expect(start(Uint8Array.of(0x85, 1))).toBe('no');
  });

  it('a session request has from 68 to 600 bytes, an even number, and a name', () => {
    const request = (length: number, first = 0x20): Uint8Array => Uint8Array.of(0x81, 0, length >> 8, length & 0xff, first);
    for (const length of [68, 70, 256, 600]) expect(start(request(length)), String(length)).toBe('nbss');
    for (const length of [1, 66, 67, 69, 599, 602, 0x1000]) expect(start(request(length)), String(length)).toBe('no');
    expect(start(request(68, 0x21))).toBe('no');
    expect(start(request(68).subarray(0, 4))).toBe('maybe');
    expect(start(Uint8Array.of(0x81, 1, 0, 68, 0x20))).toBe('no');
  });

  it('nothing behind the end is looked at', () => {
    const bytes = join(hex('00000085ff53'), hex('0000'));
    expect(recogniseStart(bytes, 0, 6)).toBe('maybe');
    expect(recogniseStart(join(hex('85'), hex('ff')), 0, 1)).toBe('maybe');
    expect(recogniseStart(join([7, 7, 7], hex('85000000')), 3, 7)).toBe('nbss');
    expect(recogniseStart(join([7, 7, 7], hex('81000044'), [0x20]), 3, 8)).toBe('nbss');
    expect(recogniseStart(join([7, 7, 7], hex('81000044'), [0x20]), 3, 7)).toBe('maybe');
  });
});
