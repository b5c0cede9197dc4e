import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fieldsOf } from '../../../src/smb/fields/fields-of.ts';
import {
  context, nbss, prefixed, smb1Command, smb1NegotiateRequest, smb1NegotiateResponse, smb2Command, smb2Compound, smb2Compressed, smb2Encrypted, smb2Error, smb2NegotiateRequest, smb2NegotiateResponse,
  u16, u32, validateNegotiateRequest, validateNegotiateResponse, zeros,
} from '../../build/smb.ts';
import { errors, flaws } from './tree.ts';
import { streamOf, vectors, vectorsPresent } from './vectors.ts';
import { authenticate, challenge, negotiate, sessionSetupRequest, sessionSetupResponse, treeConnectRequest } from './messages.ts';

const ALL_CONTEXTS = [
  context.preauth(), context.encryption(2, 1), context.compression(1, 4, 2), context.signing(2), context.netname('fs01'), context.rdma(1), context.transport(1), context.posix(), { type: 0x7777, data: [1, 2, 3] },
];

/** One of each kind, whole and right. */
const MESSAGES: Readonly<Record<string, Uint8Array>> = {
  'an SMB1 request': smb1NegotiateRequest(),
  'an SMB1 response with a blob': smb1NegotiateResponse(),
  'an SMB1 response with names': smb1NegotiateResponse({ capabilities: 0xf3fd, serverName: 'NAS' }),
  'a LANMAN response': smb1NegotiateResponse({ wordCount: 13, domainName: 'OFFICE' }),
  'an SMB1 refusal': smb1NegotiateResponse({ wordCount: 1, index: 0xffff }),
  'an SMB1 error': smb1NegotiateResponse({ wordCount: 0 }),
  'an SMB1 command': smb1Command(0x73),
  'an SMB2 request': smb2NegotiateRequest({ contexts: ALL_CONTEXTS }),
  'an SMB2 response': smb2NegotiateResponse(),
  'an SMB2 error': smb2Error(0xc00000bb),
  'an SMB2 command': smb2Command(5, { body: zeros(57) }),
  'a compound': smb2Compound(smb2Command(5, { body: zeros(56) }), smb2Command(6, { body: zeros(24) })),
  'a validation request': validateNegotiateRequest(),
  'a validation response': validateNegotiateResponse(),
  'an encrypted message': smb2Encrypted(),
  'a compressed message': smb2Compressed(),
  'a chain of compressed payloads': prefixed([0xfc, 0x53, 0x4d, 0x42, ...u32(64), ...u16(4), ...u16(1), ...u32(8), 0x41, 0, 0, 0, ...u32(32), ...u16(2), ...u16(0), ...u32(6), ...u32(32), 1, 2]),
  'a session setup request': sessionSetupRequest(negotiate()),
  'a session setup response': sessionSetupResponse(challenge()),
  'a second session setup request': sessionSetupRequest(authenticate()),
  'a tree connect request': treeConnectRequest('\\\\fs01\\IPC$'),
  'a session request': nbss.sessionRequest('FS01'),
  'a refused session': nbss.negative(),
  'a retarget': nbss.retarget(),
  'a keep-alive': nbss.keepalive(),
};

const moved = (json: string): string => json.replace(/"offset":(\d+)/g, (_all, offset: string) => `"offset":${Number(offset) - 4}`);

describe('the fields of whole messages', () => {
  it.each(Object.entries(MESSAGES))('tell every byte of %s once and find no fault', (_name, bytes) => {
    const fields = fieldsOf(bytes);
    expect(flaws(bytes, fields)).toEqual([]);
    expect(errors(fields)).toEqual([]);
  });

  it('are the same without the prefix, four bytes earlier', () => {
    const message = MESSAGES['an SMB2 request'] ?? new Uint8Array();
    const bare = fieldsOf(message.subarray(4), 'bare');
    expect(flaws(message.subarray(4), bare)).toEqual([]);
    expect(JSON.stringify(bare)).toBe(moved(JSON.stringify(fieldsOf(message).slice(1))));
  });
});

describe('the fields of damaged messages', () => {
  it.each(Object.entries(MESSAGES))('tell every byte of every prefix of %s, and that something is missing', (_name, bytes) => {
    const found: string[] = [];
    for (let length = 0; length < bytes.length; length++) {
      const cut = bytes.subarray(0, length);
      const fields = fieldsOf(cut);
      found.push(...flaws(cut, fields));
      if (errors(fields).length === 0) found.push(`cut to ${length}: nothing is missing`);
    }
    expect(found).toEqual([]);
  });

  it.each(Object.entries(MESSAGES))('tell every byte of %s whatever one byte becomes', (_name, bytes) => {
    const found: string[] = [];
    for (let at = 0; at < bytes.length; at++) {
      for (const value of [0x00, 0x01, 0x7f, 0x80, 0xfe, 0xff]) {
        const changed = bytes.slice();
        changed[at] = value;
        found.push(...flaws(changed, fieldsOf(changed)).map((flaw) => `byte ${at} = ${value}: ${flaw}`));
      }
    }
    expect(found).toEqual([]);
  });

  it('tell every byte of anything', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), fc.constantFrom('framed' as const, 'bare' as const), (bytes, form) => {
      expect(flaws(bytes, fieldsOf(bytes, form))).toEqual([]);
    }), { numRuns: 2000 });
  });

  it('tell every byte of anything behind an SMB header', () => {
    const starts = Object.values(MESSAGES).map((bytes) => bytes.subarray(0, Math.min(bytes.length, 80)));
    fc.assert(fc.property(fc.constantFrom(...starts), fc.uint8Array({ maxLength: 400 }), (start, rest) => {
      const bytes = new Uint8Array([...start, ...rest]);
      if (bytes[0] === 0) bytes.set([0, 0, (bytes.length - 4) >> 8, (bytes.length - 4) & 0xff]);
      expect(flaws(bytes, fieldsOf(bytes))).toEqual([]);
    }), { numRuns: 2000 });
  });

  it('are bounded where a message claims very many parts', () => {
    const bytes = smb2NegotiateRequest({ dialects: Array.from({ length: 30_000 }, () => 0x0202) });
    const fields = fieldsOf(bytes);
    expect(flaws(bytes, fields)).toEqual([]);
    expect(errors(fields).map(({ value, meaning }) => [value, meaning])).toContainEqual(['limit', '30000 Dialect, of which the first 1024 are listed']);
    expect(JSON.stringify(fields).length).toBeLessThan(400_000);
  });
});

describe.skipIf(!vectorsPresent)('the checked byte vectors (skipped where ../shared is absent)', () => {
  const WRONG = /^(?:bad_|smb2_req_(?:nmap_malformed_preauth|smbj))/;

  it('are all here', () => {
    expect(vectors.length).toBe(101);
  });

  it.each(vectors.map((vector) => [vector.name, vector] as const))('%s is told byte for byte', (name, vector) => {
    const bytes = streamOf(vector);
    const fields = fieldsOf(bytes);
    expect(flaws(bytes, fields)).toEqual([]);
    if (vector.kind === 'udp_payload' || bytes.length === 0) return;
    if (!WRONG.test(name)) expect(errors(fields)).toEqual([]);
    else if (name.startsWith('bad_')) expect(errors(fields).length).toBeGreaterThan(0);
  });
});
