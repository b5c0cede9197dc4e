import { describe, expect, it } from 'vitest';
import type { Field } from '../../../src/smb/fields/field.ts';
import { fieldsOf } from '../../../src/smb/fields/fields-of.ts';
import { context, smb1NegotiateRequest, smb1NegotiateResponse, smb2Error, smb2NegotiateRequest, smb2NegotiateResponse, validateNegotiateRequest } from '../../build/smb.ts';
import { decodedPairs } from './decoded.ts';
import { authenticate, challenge, sessionSetupRequest, sessionSetupResponse, TIME, treeConnectRequest } from './messages.ts';
import { errors, named, values } from './tree.ts';
import { streamOf, vectors, vectorsPresent } from './vectors.ts';


const meanings = (fields: readonly Field[], name: string): unknown[] => named(fields, name).map(({ meaning }) => meaning);

describe('the fields say', () => {
  it('what an SMB1 request offers', () => {
    const fields = fieldsOf(smb1NegotiateRequest({ dialects: ['NT LM 0.12', ''] }));
    expect(values(fields, 'SMB_Dialect')).toEqual(['NT LM 0.12', '']);
    expect(named(fields, 'DialectString')[0]).toEqual({ name: 'DialectString', wireshark: 'smb.dialect.name', offset: 40, length: 11, value: 'NT LM 0.12' });
    expect(meanings(fields, 'DialectString')).toEqual([undefined, 'an empty string, which counts as a dialect']);
  });

  it('what an SMB1 response grants, bit by bit', () => {
    const fields = fieldsOf(smb1NegotiateResponse({ wordCount: 17, capabilities: 0x8000_0005 }));
    const [capabilities] = named(fields, 'Capabilities');
    expect(capabilities).toMatchObject({ offset: 56, length: 4, value: 0x8000_0005, meaning: 'RAW_MODE, UNICODE, EXTENDED_SECURITY', wireshark: 'smb.server_cap' });
    expect(capabilities?.children?.find(({ name }) => name === 'EXTENDED_SECURITY')).toEqual({ name: 'EXTENDED_SECURITY', wireshark: 'smb.server_cap.extended_security', offset: 56, length: 4, value: 1, mask: 0x8000_0000 });
    expect(capabilities?.children?.find(({ name }) => name === 'LWIO')?.value).toBe(0);
    expect(values(fields, 'MechType content')).toEqual(['1.3.6.1.4.1.311.2.2.10']);
    expect(values(fields, 'hintName content')).toEqual(['not_defined_in_RFC4178@please_ignore']);
  });

  it('that no dialect was acceptable', () => {
    expect(meanings(fieldsOf(smb1NegotiateResponse({ wordCount: 1, index: 0xffff })), 'DialectIndex')).toEqual(['no dialect of the request is acceptable']);
  });

  it('a DOS error as class and code, an NT status as one number', () => {
    const dos = fieldsOf(new Uint8Array(Buffer.from('00000023ff534d4272010057008813800000000000000000000000000000fffe00000000000000', 'hex')));
    expect([values(dos, 'ErrorClass'), meanings(dos, 'ErrorClass'), values(dos, 'ErrorCode'), values(dos, 'Status')]).toEqual([[1], ['ERRDOS'], [87], []]);
    const nt = fieldsOf(smb2Error(0xc05d_0000));
    expect([values(nt, 'Status'), meanings(nt, 'Status')]).toEqual([[0xc05d_0000], ['STATUS_SMB_NO_PREAUTH_INTEGRITY_HASH_OVERLAP']]);
  });

  it('each negotiate context with its ids', () => {
    const fields = fieldsOf(smb2NegotiateRequest({ contexts: [context.preauth([1, 2, 3]), context.encryption(2, 9), context.compression(1, 4), context.signing(2), context.netname('fs01'), { type: 0x4242, data: [7] }] }));
    expect(values(fields, 'Salt')).toEqual(['010203']);
    expect([values(fields, 'Cipher'), meanings(fields, 'Cipher')]).toEqual([[2, 9], ['AES-128-GCM', undefined]]);
    expect(meanings(fields, 'CompressionAlgorithm')).toEqual(['Pattern_V1']);
    expect(meanings(fields, 'SigningAlgorithm')).toEqual(['AES-GMAC']);
    expect(values(fields, 'NetName')).toEqual(['fs01']);
    expect(named(fields, 'SMB2_NEGOTIATE_CONTEXT')).toMatchObject([{ children: [{ value: 0x4242, meaning: 'not known; a receiver ignores it' }, { value: 1 }, {}, { name: 'Data', value: '07' }] }]);
  });

  it('what an NTLM challenge tells of the server', () => {
    const fields = fieldsOf(sessionSetupResponse(challenge()));
    expect(values(fields, 'TargetName')).toEqual(['CORP']);
    expect(named(fields, 'MsvAvDnsComputerName')[0]?.children?.[2]?.value).toBe('fs01.corp.example');
    expect(named(fields, 'MsvAvTimestamp')[0]?.children?.[2]).toMatchObject({ value: String(TIME), meaning: '2020-09-13T12:26:40.000000000Z' });
    expect(meanings(fields, 'Version')).toEqual(['10.0, build 20348']);
    expect(meanings(fields, 'negState content')).toEqual(['accept-incomplete']);
  });

  it('who authenticates with which NTLM', () => {
    const fields = fieldsOf(sessionSetupRequest(authenticate()));
    expect([values(fields, 'DomainName'), values(fields, 'UserName'), values(fields, 'Workstation')]).toEqual([['CORP'], ['alice'], ['PC7']]);
    expect(meanings(fields, 'NtChallengeResponse')).toEqual(['NTLMv2']);
    expect(values(fields, 'TimeStamp')).toEqual([String(TIME)]);
  });

  it('the share of a tree connect and the dialects of a validation', () => {
    expect(values(fieldsOf(treeConnectRequest('\\\\fs01\\IPC$')), 'PathName')).toEqual(['\\\\fs01\\IPC$']);
    const fields = fieldsOf(validateNegotiateRequest({ dialects: [0x0202, 0x0302] }));
    expect([values(fields, 'Dialect'), meanings(fields, 'CtlCode')]).toEqual([[0x0202, 0x0302], ['FSCTL_VALIDATE_NEGOTIATE_INFO']]);
  });

  it('what is missing of a message that is cut', () => {
    const whole = smb2NegotiateResponse();
    expect(errors(fieldsOf(whole.subarray(0, 71))).map(({ offset, value, meaning }) => [offset, value, meaning])).toEqual([
      [71, 'truncated', 'SecurityMode: 2 bytes are due, 1 is there'],
      [71, 'truncated', `LENGTH: ${whole.length - 4} bytes are due, 67 are there`],
    ]);
  });
});

describe.skipIf(!vectorsPresent)('the fields and the decoder (skipped where ../shared is absent)', () => {
  it('read the same values in every vector', () => {
    const different: unknown[] = [];
    let compared = 0;
    for (const vector of vectors) {
      if (vector.kind === 'udp_payload') continue;
      const bytes = streamOf(vector);
      for (const [name, decoded, field] of decodedPairs(bytes, fieldsOf(bytes))) {
        compared++;
        if (JSON.stringify(decoded) !== JSON.stringify(field)) different.push([vector.name, name, decoded, field]);
      }
    }
    expect(different).toEqual([]);
    expect(compared).toBeGreaterThan(1500);
  });
});
