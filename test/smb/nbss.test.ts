import { describe, expect, it } from 'vitest';
import { decodeNbss } from '../../src/smb/nbss.ts';
import { nbss } from '../build/smb.ts';

const decode = (stream: Uint8Array): unknown => decodeNbss(stream[0] ?? 0, stream.subarray(4), stream.length - 4);

describe('a NetBIOS session packet', () => {
  it('of a request names both ends', () => {
    const hex = '8100004420454d45424543464446434647434143414341434143414341434143414341434100204544454d454a4546454f4645434143414341434143414341434143414341414100';
    expect(decode(new Uint8Array(Buffer.from(hex, 'hex')))).toEqual({ kind: 'nbss-session-request', called: { name: 'LABSRV', suffix: 0x20 }, calling: { name: 'CLIENT', suffix: 0 } });
    expect(decode(nbss.sessionRequest())).toMatchObject({ called: { name: '*SMBSERVER', suffix: 0x20 } });
  });

  it('of a request without names has none', () => {
    expect(decodeNbss(0x81, new Uint8Array(0), 0)).toEqual({ kind: 'nbss-session-request', called: null, calling: null });
    expect(decodeNbss(0x81, nbss.sessionRequest().subarray(4, 50), 68)).toMatchObject({ called: { name: '*SMBSERVER' }, calling: null });
  });

  it('of a refusal has its error', () => {
    expect(decode(nbss.negative(0x82))).toEqual({ kind: 'nbss-negative-response', errorCode: 0x82, errorName: 'called name not present' });
    expect(decode(nbss.negative(0x11))).toEqual({ kind: 'nbss-negative-response', errorCode: 0x11, errorName: undefined });
    expect(decodeNbss(0x83, new Uint8Array(0), 1)).toMatchObject({ kind: 'malformed', as: 'nbss', field: 'ErrorCode', reason: 'truncated' });
  });

  it('is one of five kinds', () => {
    expect(decode(nbss.positive())).toEqual({ kind: 'nbss-positive-response' });
    expect(decode(nbss.retarget())).toEqual({ kind: 'nbss-retarget', ip: '192.0.2.25', port: 445 });
    expect(decode(nbss.keepalive())).toEqual({ kind: 'nbss-keepalive' });
    expect(decodeNbss(0x86, new Uint8Array(0), 0)).toMatchObject({ kind: 'malformed', field: 'Type', reason: 'unexpected-value' });
  });
});

describe('a NetBIOS name', () => {
  const withName = (text: string): unknown => decodeNbss(0x81, new Uint8Array(Buffer.from(`\x20${text}\0`, 'latin1')), text.length + 2);
  const SIXTEEN = 'EMEBECFDFCFGCACACACACACACACACACA';

  it('is 32 letters from A to P, each half a byte', () => {
    expect(withName(SIXTEEN)).toMatchObject({ called: { name: 'LABSRV', suffix: 0x20 }, calling: null });
    expect(withName(`${'AAPP'.repeat(7)}AAPA`)).toMatchObject({ called: { name: '\0\u00ff'.repeat(7), suffix: 0xf0 } });
    for (let at = 0; at < 32; at++) {
      for (const wrong of ['@', 'Q']) expect(withName(SIXTEEN.slice(0, at) + wrong + SIXTEEN.slice(at + 1)), `${at} ${wrong}`).toMatchObject({ called: null });
    }
  });

  it('keeps blanks and NULs inside, not at its end', () => {
    expect(withName(`EBCAEBAAEB${'CA'.repeat(5)}${'AA'.repeat(5)}CA`)).toMatchObject({ called: { name: 'A A\0A', suffix: 0x20 } });
  });

  it('must be there to its last letter, whatever comes behind', () => {
    const bytes = new Uint8Array(Buffer.from(`\x20${SIXTEEN}`, 'latin1'));
    expect(decodeNbss(0x81, bytes, 33)).toMatchObject({ called: { name: 'LABSRV' }, calling: null });
    expect(decodeNbss(0x81, bytes.subarray(0, 32), 32)).toMatchObject({ called: null });
    expect(decodeNbss(0x81, bytes, 32)).toMatchObject({ called: null });
    bytes[0] = 0x1f;
    expect(decodeNbss(0x81, bytes, 33)).toMatchObject({ called: null });
  });

  it('may have a scope, behind which the other name begins', () => {
    const scope = '\x03lab\x07example\0';
    const text = `\x20${SIXTEEN}${scope}\x20${SIXTEEN}\0`;
    const bytes = new Uint8Array(Buffer.from(text, 'latin1'));
    expect(decodeNbss(0x81, bytes, bytes.length)).toMatchObject({ called: { name: 'LABSRV' }, calling: { name: 'LABSRV', suffix: 0x20 } });
    const endless = new Uint8Array(Buffer.from(`\x20${SIXTEEN}\xff`, 'latin1'));
    expect(decodeNbss(0x81, endless, endless.length)).toMatchObject({ called: { name: 'LABSRV' }, calling: null });
  });

  it('of another session begins behind the declared length', () => {
    expect(decodeNbss(0x84, Uint8Array.of(1, 2, 3, 4, 1, 0xbd, 9), 5)).toMatchObject({ kind: 'malformed', field: 'RetargetIpAddress', reason: 'truncated' });
    expect(decodeNbss(0x84, Uint8Array.of(1, 2, 3, 4, 1, 0xbd, 9), 7)).toEqual({ kind: 'nbss-retarget', ip: '1.2.3.4', port: 445 });
    expect(decodeNbss(0x84, Uint8Array.of(1, 2, 3, 4, 1, 0xbd), 9)).toEqual({ kind: 'nbss-retarget', ip: '1.2.3.4', port: 445 });
  });
});
