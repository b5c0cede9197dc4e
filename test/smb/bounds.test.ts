import { describe, expect, it } from 'vitest';
import { decodeSmb } from '../../src/smb/decode.ts';
import type { SmbMessage } from '../../src/smb/messages.ts';
import { context, join, smb1Command, smb1NegotiateRequest, smb1NegotiateResponse, smb2Command, smb2Compound, smb2NegotiateRequest, smb2NegotiateResponse, u16, u32, utf16le, zeros } from '../build/smb.ts';

/** `bytes` without prefix, of a message that declares `declared`. */
const decode = (bytes: Uint8Array, declared = bytes.length): SmbMessage[] => decodeSmb(bytes, declared);
const body = (stream: Uint8Array): Uint8Array => stream.slice(4);
const kinds = (messages: readonly SmbMessage[]): string[] => messages.map((message) => (message.kind === 'malformed' ? `malformed ${message.field}` : message.kind));

describe('What is behind the declared length', () => {
  it('is not read', () => {
    const request = body(smb1NegotiateRequest({ dialects: ['NT LM 0.12'] }));
    expect(decode(join(request, [9, 9, 9]), request.length)).toMatchObject([{ kind: 'smb1-negotiate-request', oddities: [] }]);
    expect(decode(join(body(smb2Command(1)), [0xfe]), 88)).toMatchObject([{ kind: 'smb2-command' }]);
  });

  it('and what the capture cut, are told apart', () => {
    const request = body(smb2NegotiateRequest({ dialects: [0x0202, 0x0210, 0x0300] }));
    expect(decode(request.subarray(0, 104))).toMatchObject([{ oddities: [{ code: 'dialect-count-past-end' }] }]);
    expect(decode(request.subarray(0, 104), request.length)).toMatchObject([{ dialects: [0x0202, 0x0210], oddities: [{ code: 'cut' }] }]);
  });
});

describe('A header', () => {
  it('of SMB1 has 32 bytes, of SMB2 64; with less there is none', () => {
    expect(kinds(decode(body(smb1Command(0x2e)).subarray(0, 32)))).toEqual(['smb1-command']);
    expect(kinds(decode(body(smb1Command(0x2e)).subarray(0, 31)))).toEqual(['malformed Header']);
    expect(kinds(decode(body(smb2Command(1)).subarray(0, 64)))).toEqual(['smb2-command']);
    expect(decode(body(smb2Command(1)).subarray(0, 63))).toEqual([{ kind: 'malformed', as: 'smb2', field: 'Header', offset: 63, reason: 'truncated' }]);
  });

  it('of four bytes or fewer is an id and no more', () => {
    expect(decode(Uint8Array.of(0xff, 0x53, 0x4d))).toEqual([{ kind: 'malformed', as: 'smb1', field: 'ProtocolId', offset: 0, reason: 'truncated' }]);
    expect(decode(Uint8Array.of(0xfe, 0x53, 0x4d))).toMatchObject([{ as: 'smb2' }]);
    expect(decode(Uint8Array.of(0xfd, 0x53, 0x4d, 0x42))).toEqual([{ kind: 'smb2-encrypted' }]);
  });
});

describe('A compound', () => {
  const read = (): Uint8Array => smb2Command(8, { body: zeros(40) });
  const chain = (...members: readonly Uint8Array[]): Uint8Array => body(smb2Compound(...members));
  const patched = (bytes: Uint8Array, at: number, value: number): Uint8Array => {
    bytes.set(u32(value), at);
    return bytes;
  };

  it('is followed where NextCommand leads behind this header and inside the message', () => {
    const two = join(body(smb2Command(13, { body: [] })), body(read()));
    expect(kinds(decode(patched(two.slice(), 20, 64)))).toEqual(['smb2-command', 'smb2-command']);
    expect(kinds(decode(patched(two.slice(), 20, 63)))).toEqual(['smb2-command', 'malformed NextCommand']);
    expect(kinds(decode(patched(two.slice(), 20, two.length)))).toEqual(['smb2-command', 'malformed NextCommand']);
    expect(kinds(decode(patched(two.slice(), 20, two.length - 1)))).toEqual(['smb2-command', 'malformed Header']);
  });

  it('counts each NextCommand from its own header', () => {
    const bytes = chain(read(), read(), read());
    const first = 104;
    expect(kinds(decode(bytes))).toEqual(['smb2-command', 'smb2-command', 'smb2-command']);
    // The second one's leads behind the end, though it would lie inside when counted from the first.
    const rest = bytes.length - first;
    expect(decode(patched(bytes.slice(), first + 20, rest))).toMatchObject([{}, {}, { kind: 'malformed', field: 'NextCommand', offset: first + 20, reason: 'out-of-bounds' }]);
    expect(kinds(decode(patched(bytes.slice(), first + 20, rest - 1)))).toEqual(['smb2-command', 'smb2-command', 'malformed Header']);
  });

  it('ends at another protocol id, and says where', () => {
    const bytes = chain(read(), read());
    bytes[104] = 0xff;
    expect(decode(bytes)).toMatchObject([{ kind: 'smb2-command' }, { kind: 'malformed', field: 'ProtocolId', offset: 104, reason: 'unexpected-value' }]);
    bytes[104] = 0xfe;
    bytes[108] = 63;
    expect(decode(bytes)).toMatchObject([{ kind: 'smb2-command' }, { kind: 'malformed', field: 'StructureSize', offset: 108 }]);
  });

  it('that the capture cut shows its members before the cut', () => {
    const bytes = chain(read(), read());
    expect(kinds(decode(bytes.subarray(0, 104), bytes.length))).toEqual(['smb2-command']);
    expect(kinds(decode(bytes.subarray(0, 80), bytes.length))).toEqual(['smb2-command']);
    expect(kinds(decode(bytes.subarray(0, 150), bytes.length))).toEqual(['smb2-command', 'malformed Header']);
  });

  it('gives a member no byte of the next', () => {
    const bytes = chain(smb2NegotiateRequest({ dialects: [0x0202], dialectCount: 9 }), read());
    expect(decode(bytes)).toMatchObject([{ dialectCount: 9, oddities: [{ code: 'dialect-count-past-end' }] }, { kind: 'smb2-command' }]);
  });

  it('is read to 32 members; the 33rd is named by where it was due', () => {
    const members = Array.from({ length: 33 }, () => smb2Command(13));
    expect(decode(chain(...members.slice(1)))).toHaveLength(32);
    expect(decode(chain(...members)).at(-1)).toMatchObject({ field: 'NextCommand', offset: 31 * 88 + 20, reason: 'limit' });
  });
});

describe('An SMB1 answer', () => {
  const answer = (fields: Parameters<typeof smb1NegotiateResponse>[0]): SmbMessage => decode(body(smb1NegotiateResponse(fields)))[0]!;
  /** NT form without extended security: 17 words, then these bytes. */
  const nt = (bytes: Uint8Array, { challenge = 8, capabilities = 0x04, byteCount = bytes.length } = {}): SmbMessage[] => {
    const words = join(u16(0), [3], u16(50), u16(1), u32(16_644), u32(65_536), u32(1), u32(capabilities), zeros(8), u16(0), [challenge]);
    return decode(join(body(smb1Command(0x72, { response: true })).subarray(0, 32), [17], words, u16(byteCount), bytes));
  };

  it('has a challenge as long as it says, then two names', () => {
    const names = utf16le('LAB\0SRV\0');
    expect(nt(join([1, 2, 3, 4, 5, 6, 7, 8], names))).toMatchObject([{ form: 'nt', nt: { challenge: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8), domainName: 'LAB', serverName: 'SRV' }, oddities: [] }]);
    expect(nt(join([7, 7], names), { challenge: 2 })).toMatchObject([{ nt: { challenge: Uint8Array.of(7, 7), domainName: 'LAB' } }]);
    expect(nt(join(names), { challenge: 0 })).toMatchObject([{ nt: { challenge: new Uint8Array(0), domainName: 'LAB' } }]);
  });

  it('without room for its challenge says so; with just the room it does not', () => {
    expect(nt(new Uint8Array(8))).toMatchObject([{ oddities: [] }]);
    expect(nt(new Uint8Array(7))).toMatchObject([{ oddities: [{ code: 'challenge-out-of-bounds', field: 'ChallengeLength', offset: 69 }] }]);
  });

  it('has OEM names where its text is, even with CAP_UNICODE', () => {
    expect(nt(join(zeros(8), [...Buffer.from('LAB\0SRV\0')]))).toMatchObject([{ nt: { domainName: 'LAB', serverName: 'SRV' } }]);
    expect(nt(join(zeros(8), utf16le('LAB\0')), { capabilities: 0 })).toMatchObject([{ nt: { domainName: 'L', serverName: 'A' } }]);
  });

  it('with a name that does not end says so, unless there is none', () => {
    expect(nt(join(zeros(8), [...Buffer.from('LAB')]))).toMatchObject([{ oddities: [{ code: 'name-not-terminated', field: 'DomainName', offset: 77 }] }]);
    expect(nt(new Uint8Array(8))).toMatchObject([{ oddities: [] }]);
    expect(nt(join(zeros(8), [...Buffer.from('LAB')]), { byteCount: 20 })).toMatchObject([{ oddities: [{ code: 'byte-count-past-end' }] }]);
  });

  it('notes bytes behind ByteCount, and a ByteCount past the end, where they stand', () => {
    expect(nt(join(zeros(8), [1, 2, 3]), { byteCount: 8 })).toMatchObject([{ oddities: [{ code: 'trailing-bytes', field: 'ByteCount', offset: 77 }] }]);
    expect(nt(new Uint8Array(8), { byteCount: 9 })).toMatchObject([{ oddities: [{ code: 'byte-count-past-end', field: 'ByteCount', offset: 67 }] }]);
  });

  it('with extended security has a GUID of 16 bytes and the blob behind it', () => {
    expect(answer({ serverGuid: zeros(16), blob: [1, 2, 3] })).toMatchObject({ form: 'nt-extended', nt: { securityBlobLength: 3, securityBlob: { kind: 'unknown' } }, oddities: [] });
    expect(answer({ serverGuid: zeros(15), blob: [] })).toMatchObject({ oddities: [{ code: 'server-guid-missing', field: 'ServerGUID', offset: 69 }] });
    expect(answer({ serverGuid: zeros(16), blob: [] })).toMatchObject({ oddities: [], nt: { securityBlobLength: 0 } });
  });

  it('without words is a refusal, an error or nothing that can be read', () => {
    const empty = (status: number, byteCount: number, bytes: readonly number[]): SmbMessage => {
      const header = body(smb1Command(0x72, { response: true, status })).subarray(0, 32);
      return decode(join(header, [0], u16(byteCount), bytes))[0]!;
    };
    expect(empty(0, 2, [0xff, 0xff])).toMatchObject({ form: 'none', selectedIndex: 0xffff });
    expect(empty(0, 0xffff, [])).toMatchObject({ form: 'none' });
    expect(empty(0, 0xffff, [1])).toMatchObject({ form: 'unreadable', oddities: [{ code: 'byte-count-past-end' }, { code: 'unknown-word-count', field: 'WordCount', offset: 32 }] });
    expect(empty(0, 2, [0xff, 0xfe])).toMatchObject({ form: 'unreadable', selectedIndex: null });
    expect(empty(0, 2, [0xfe, 0xff])).toMatchObject({ form: 'unreadable' });
    expect(empty(0, 0, [])).toMatchObject({ form: 'unreadable', oddities: [{ code: 'unknown-word-count' }] });
    expect(empty(0, 3, [0xff, 0xff, 0])).toMatchObject({ form: 'unreadable' });
    expect(empty(0xc000_000d, 2, [0xff, 0xff])).toMatchObject({ form: 'error', selectedIndex: null });
  });

  it('that the capture cut in its words keeps form and index', () => {
    const cut = (fields: Parameters<typeof smb1NegotiateResponse>[0], length: number): SmbMessage[] => {
      const whole = body(smb1NegotiateResponse(fields));
      return decode(whole.subarray(0, length), whole.length);
    };
    expect(cut({ wordCount: 13, index: 4 }, 40)).toMatchObject([{ form: 'lanman', selectedIndex: 4, oddities: [{ code: 'cut' }] }]);
    expect(cut({ wordCount: 1, index: 0 }, 35)).toMatchObject([{ form: 'core', selectedIndex: 0 }]);
    expect(cut({ wordCount: 17, index: 0xffff }, 40)).toMatchObject([{ form: 'none' }]);
    expect(cut({ wordCount: 17, index: 1 }, 34)).toMatchObject([{ kind: 'malformed', as: 'smb1-negotiate-response', field: 'DialectIndex', reason: 'truncated' }]);
  });
});

describe('An SMB2 answer', () => {
  const answer = (fields: Parameters<typeof smb2NegotiateResponse>[0]): SmbMessage => decode(body(smb2NegotiateResponse(fields)))[0]!;

  it('has a blob up to the end of the message, and none of no length', () => {
    const blob = join([...Buffer.from('NTLMSSP\0')], zeros(8));
    expect(answer({ dialect: 0x0300, blob })).toMatchObject({ securityBlob: { kind: 'ntlmssp' }, oddities: [] });
    expect(answer({ dialect: 0x0300, blob: [] })).toMatchObject({ securityBlob: { kind: 'empty', mechTypes: [], hasMechToken: false }, oddities: [] });
  });

  it('with a blob that runs past the message keeps what is there', () => {
    const whole = body(smb2NegotiateResponse({ dialect: 0x0300, blob: join([...Buffer.from('NTLMSSP\0')], zeros(8)) }));
    expect(decode(whole.subarray(0, -1))).toMatchObject([{ securityBlob: { kind: 'ntlmssp' }, oddities: [{ code: 'security-buffer-out-of-bounds' }] }]);
    expect(decode(whole.subarray(0, -1), whole.length)).toMatchObject([{ securityBlob: { kind: 'ntlmssp' }, oddities: [{ code: 'cut', field: 'Buffer' }] }]);
    expect(decode(whole.subarray(0, 128), whole.length)).toMatchObject([{ securityBlob: { kind: 'unknown', mechTypes: [], hasMechToken: false } }]);
  });
});

describe('An SMB2 request', () => {
  const request = (fields: Parameters<typeof smb2NegotiateRequest>[0]): SmbMessage => decode(body(smb2NegotiateRequest(fields)))[0]!;

  it('has 1024 dialects at most', () => {
    expect(request({ dialects: Array.from({ length: 1024 }, () => 0x0202) })).toMatchObject({ oddities: [] });
    const [more] = decode(body(smb2NegotiateRequest({ dialects: Array.from({ length: 1025 }, () => 0x0202) })));
    expect(more).toMatchObject({ dialectCount: 1025, oddities: [{ code: 'dialect-limit', field: 'DialectCount', offset: 66 }] });
    expect(more).toHaveProperty('dialects.length', 1024);
  });

  it('has contexts where they are due: at the next eight bytes behind the dialects', () => {
    for (let count = 1; count <= 5; count++) {
      const dialects = [0x0311, 0x0302, 0x0300, 0x0210, 0x0202].slice(0, count);
      expect(request({ dialects, contexts: [context.preauth()] }), String(count)).toMatchObject({ contexts: [{ name: 'PREAUTH_INTEGRITY' }], oddities: [] });
    }
  });

  it('has 64 contexts at most', () => {
    const some = (count: number): SmbMessage => request({ dialects: [0x0311], contexts: Array.from({ length: count }, () => ({ type: 0x7777, data: [] })) });
    expect(some(64)).toMatchObject({ negotiateContextCount: 64, oddities: [] });
    expect(some(64)).toHaveProperty('contexts.length', 64);
    expect(some(64 + 1)).toMatchObject({ negotiateContextCount: 64 + 1, oddities: [{ code: 'context-limit', field: 'NegotiateContextCount' }] });
    expect(some(64 + 1)).toHaveProperty('contexts.length', 64);
  });

  it('may say where its contexts would be though it has none', () => {
    expect(request({ dialects: [0x0311], contexts: [], contextOffset: 9999, contextCount: 0 })).toMatchObject({ contexts: [] });
  });

  it('with contexts that end with the message is whole', () => {
    const bytes = body(smb2NegotiateRequest({ dialects: [0x0311], contexts: [context.preauth(), { type: 0x7777, data: [] }] }));
    expect(decode(bytes)).toMatchObject([{ contexts: [{}, { type: 0x7777, dataLength: 0 }], oddities: [] }]);
    expect(decode(bytes.subarray(0, -1))).toMatchObject([{ contexts: [{}], oddities: [{ code: 'context-out-of-bounds' }] }]);
  });
});
