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
