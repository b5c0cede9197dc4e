import { describe, expect, it } from 'vitest';
import { decodeSmb } from '../../src/smb/decode.ts';
import { decodeNbss } from '../../src/smb/nbss.ts';
import { recogniseStart } from '../../src/smb/recognise.ts';
import {
  context, nbss, smb1Command, smb1NegotiateRequest, smb1NegotiateResponse, smb2Command, smb2Compound, smb2Error, smb2NegotiateRequest, smb2NegotiateResponse, validateNegotiateRequest, validateNegotiateResponse,
} from '../build/smb.ts';

const MESSAGES: Readonly<Record<string, Uint8Array>> = {
  'an SMB1 request': smb1NegotiateRequest(),
  'an SMB1 response with a blob': smb1NegotiateResponse(),
  'an SMB1 response with names': smb1NegotiateResponse({ capabilities: 0xf3fd, serverName: 'NAS' }),
  'a LANMAN response': smb1NegotiateResponse({ wordCount: 13, domainName: 'OFFICE' }),
  'an SMB1 refusal': smb1NegotiateResponse({ wordCount: 1, index: 0xffff }),
  'an SMB1 error': smb1NegotiateResponse({ wordCount: 0 }),
  'an SMB1 command': smb1Command(0x73),
  'an SMB2 request': smb2NegotiateRequest({ contexts: [context.preauth(), context.encryption(2, 1), context.compression(1, 4, 2), context.signing(2), context.netname('fs01'), context.rdma(1)] }),
  'an SMB2 response': smb2NegotiateResponse(),
  'an SMB2 error': smb2Error(0xc00000bb),
  'a compound': smb2Compound(smb2Command(1), smb2NegotiateRequest(), smb2Command(3)),
  'a validation': validateNegotiateRequest(),
  'a validated answer': validateNegotiateResponse(),
};
const VALUES = [0, 1, 0x7f, 0x80, 0xfe, 0xff];

/** Any throw fails the test; there is always an answer. */
function decodeAll(message: Uint8Array, declared: number): void {
  if (decodeSmb(message, declared).length === 0) throw new Error('no message came back');
}

describe('nothing throws and something is always said', () => {
  it.each(Object.entries(MESSAGES))('for every prefix of %s, cut by the capture or by its sender', (_name, stream) => {
    const message = stream.subarray(4);
    for (let length = 0; length <= message.length; length++) {
      decodeAll(message.subarray(0, length), message.length);
      decodeAll(message.subarray(0, length), length);
    }
  });

  it.each(Object.entries(MESSAGES))('for every single byte of %s changed', (_name, stream) => {
    const message = stream.slice(4);
    for (let at = 0; at < message.length; at++) {
      const kept = message[at] ?? 0;
      for (const value of [...VALUES, kept ^ 0x01, kept ^ 0x80]) {
        message[at] = value;
        decodeAll(message, message.length);
        decodeAll(message.subarray(0, message.length - 7), message.length);
      }
      message[at] = kept;
    }
  });

  it('for NetBIOS packets with any length and any byte', () => {
    for (const stream of [nbss.sessionRequest(), nbss.retarget(), nbss.negative()]) {
      const body = stream.slice(4);
      for (let type = 0x80; type < 0x88; type++) {
        for (let length = 0; length <= body.length; length++) decodeNbss(type, body.subarray(0, length), body.length);
        for (let at = 0; at < body.length; at++) for (const value of VALUES) decodeNbss(type, body.map((byte, index) => (index === at ? value : byte)), body.length);
      }
    }
    expect(recogniseStart(new Uint8Array(0), 0, 0)).toBe('maybe');
  });
});
