import { expect, it } from 'vitest';
import { type Conversation, conversationOf } from '../../src/selection/conversation.ts';
import type { Exchange } from '../../src/negotiation/exchange.ts';
import { decodeSmb } from '../../src/smb/decode.ts';
import { exchange } from '../build/exchange.ts';
import { smb2NegotiateRequest, smb2NegotiateResponse, utf16le } from '../build/smb.ts';

const DIALECTS = [0x0202, 0x0311];

/** `prefixed`: with the 4 bytes of the transport. */
function round(prefixed: Uint8Array, cut = false): Exchange['rounds'][number] {
  const request = prefixed.subarray(4);
  const response = smb2NegotiateResponse({ dialect: 0x0302 }).subarray(4);
  return {
    request: { packet: 4, time: null, from: 'client', cut, message: decodeSmb(request, request.length)[0]!, bytes: request },
    response: { packet: 5, time: null, from: 'server', cut: false, message: decodeSmb(response, response.length)[0]!, bytes: response },
  };
}

const named = (name: string, salt: number): Uint8Array => smb2NegotiateRequest({
  dialects: DIALECTS, contexts: [{ type: 1, data: [1, 0, 8, 0, 1, 0, ...Array.from({ length: 8 }, () => salt)] }, { type: 5, data: utf16le(name) }, { type: 2, data: [1, 0, 2, 0] }],
});
const of = (...requests: Uint8Array[]): Conversation | string => conversationOf(exchange({ rounds: requests.map((request) => round(request)) }));
function keyOf(request: Uint8Array): string {
  const found = of(request);
  if (typeof found === 'string') throw new Error(found);
  return found.key;
}

it('is the same whatever the salt is and the server is called', () => {
  expect(keyOf(named('NAS', 1))).toBe(keyOf(named('FILES.EXAMPLE.ORG', 2)));
  expect(keyOf(named('NAS', 1))).not.toBe(keyOf(smb2NegotiateRequest({ dialects: DIALECTS, contexts: [{ type: 1, data: [1, 0, 8, 0, 1, 0, ...Array.from({ length: 8 }, () => 1)] }, { type: 2, data: [1, 0, 1, 0] }] })));
});

it('is refused, with the reason, where the capture cannot tell', () => {
  expect(conversationOf(exchange({ rounds: [] }))).toBe('no negotiation was captured');
  expect(conversationOf(exchange({ rounds: [round(named('NAS', 1), true)] }))).toBe('the capture cut a negotiate');
  expect(conversationOf(exchange({ rounds: [{ ...round(named('NAS', 1)), request: null }] }))).toBe('a request was not captured');
  expect(of(...Array.from({ length: 5 }, () => named('NAS', 1)))).toBe('the connection has more than 4 negotiates');
  expect(of(smb2NegotiateRequest({ dialects: Array.from({ length: 600 }, () => 0x0202) }))).toBe('a request has more than 1024 bytes');
});
