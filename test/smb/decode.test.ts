import { describe, expect, it } from 'vitest';
import { decodeSmb } from '../../src/smb/decode.ts';
import type { SmbMessage } from '../../src/smb/messages.ts';
import {
  context, join, prefixed, smb1Command, smb1NegotiateRequest, smb1NegotiateResponse, smb2Command, smb2Compound, smb2Compressed, smb2Encrypted, smb2Error,
  smb2NegotiateRequest, smb2NegotiateResponse, validateNegotiateRequest, validateNegotiateResponse,
} from '../build/smb.ts';

const bytesOf = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex.replaceAll(' ', ''), 'hex'));

/** `captured`: how many bytes of the message the capture holds. */
function all(stream: Uint8Array, captured = stream.length - 4): SmbMessage[] {
  return decodeSmb(stream.subarray(4, 4 + captured), stream.length - 4);
}

function one(stream: Uint8Array, captured?: number): SmbMessage {
  const [message, ...more] = all(stream, captured);
  if (message === undefined || more.length > 0) throw new Error('one message was due');
  return message;
}

describe('bytes of the protocol reference', () => {
  const CASES: readonly [name: string, hex: string, expected: object][] = [
    ['the Samba refusal of every SMB1 dialect',
      '00000025ff534d4272000000008813c00000000000000000000000000000fffe0000000001ffff0000',
      { kind: 'smb1-negotiate-response', form: 'none', selectedIndex: 0xffff, wordCount: 1, byteCount: 0, oddities: [] }],
    ['the ksmbd refusal',
      '00000025ff534d4272000000008840c80000000000000000000000000000fffe0000000001ffff0000',
      { form: 'none', header: { flags: 0x88, flags2: 0xc840, pid: 0xfeff } }],
    ['the core protocol',
      '00000025ff534d42720000000080000000000000000000000000000000000100000000000100000000',
      { form: 'core', selectedIndex: 0 }],
    ['a DOS error, its four bytes read little-endian',
      '00000023ff534d4272010057008813800000000000000000000000000000fffe00000000000000',
      { form: 'error', selectedIndex: null, header: { status: 0x00570001 } }],
    ['LANMAN2.1',
      '00000045ff534d4272000000008103400000000000000000000000000000feff000000000d0600030004413200010003000e7b0000bb40775d00000800000008006827d0c8c0ee0a76',
      { form: 'lanman', selectedIndex: 6, lanman: { securityMode: 3, maxBufferSize: 16644, maxMpxCount: 50, rawMode: 3, sessionKey: 31502, serverTimeDos: 0x40bb, serverDateDos: 0x5d77, encryptionKeyLength: 8 } }],
    ['NT LM 0.12 without extended security',
      '0000006fff534d4272000000008803c00000000000000000000000000000fffe0000000011000003320001000441000000000100c5670000fdf380009f64835b217bdd010000082a00765040222dcddf3c57004f0052004b00470052004f005500500000004c00410042005300520056000000',
      { form: 'nt', selectedIndex: 0, nt: { capabilities: 0x0080f3fd, systemTime: 134398947090457759n, domainName: 'WORKGROUP', serverName: 'LABSRV', challengeLength: 8 } }],
    ['the answer of Samba 3.0 in the article',
      '0000007fff534d4272000000008853c8000000000000000000000000fffffffe00000000110000033200010004410000000001005a1b0000fdf380800080a621c989d60188ff003a006e617330310000000000000000000000602806062b0601050502a01e301ca00e300c060a2b06010401823702020aa30a3008a0061b044e4f4e45',
      { form: 'nt-extended', nt: { timeZoneMinutes: -120, securityBlobLength: 42, securityBlob: { kind: 'spnego', mechTypes: [{ oid: '1.3.6.1.4.1.311.2.2.10', name: 'NTLMSSP' }], negHint: 'NONE', hasMechToken: false } } }],
    ['the answer of a Windows workgroup server in the article',
      '0000007fff534d4272000000009853c8000000000000000000000000fffffffe000000001100000332000100044100000000010000000000fce301800080a621c989d60188ff003a008f3a5c1d2b4e6f708192a3b4c5d6e7f8602806062b0601050502a01e301ca01a3018060a2b06010401823702021e060a2b06010401823702020a',
      { header: { flags: 0x98 }, nt: { securityBlob: { mechTypes: [{ oid: '1.3.6.1.4.1.311.2.2.30', name: 'NEGOEX' }, { oid: '1.3.6.1.4.1.311.2.2.10', name: 'NTLMSSP' }] } } }],
    ['nmap, with its empty second string',
      '00000031ff534d4272000000001845680000000000000000000000000000003900000100000e00024e54204c4d20302e3132000200',
      { kind: 'smb1-negotiate-request', dialects: ['NT LM 0.12', ''], byteCount: 14, header: { flags2: 0x6845, mid: 1 } }],
    ['Windows 7 after 0x02FF',
      '00000068fe534d4240000000000000000000000000000000000000000100000000000000fffe00000000000000000000000000000000000000000000000000000000000024000200010000000000000000112233445566778899aabbccddeeff000000000000000002021002',
      { kind: 'smb2-negotiate-request', dialects: [0x0202, 0x0210], clientStartTime: 0n, contexts: [], header: { messageId: 1n, processId: 0xfeff }, oddities: [] }],
    ['STATUS_NOT_SUPPORTED',
      '00000049fe534d4240000000bb0000c00000010001000000000000000000000000000000fffe000000000000000000000000000000000000000000000000000000000000090000000000000000',
      { kind: 'smb2-negotiate-error', status: { value: 0xc00000bb, name: 'STATUS_NOT_SUPPORTED' }, structureSize: 9, byteCount: 0 }],
    ['no common hash',
      '00000049fe534d424000000000005dc00000010001000000000000000000000000000000fffe000000000000000000000000000000000000000000000000000000000000090000000000000000',
      { status: { value: 0xc05d0000, name: 'STATUS_SMB_NO_PREAUTH_INTEGRITY_HASH_OVERLAP' } }],
  ];
  it.each(CASES)('%s', (_name, hex, expected) => {
    expect(one(bytesOf(hex))).toMatchObject(expected);
  });
});

describe('an SMB1 negotiate request', () => {
  it('keeps order, duplicates and empty strings', () => {
    expect(one(smb1NegotiateRequest({ dialects: ['NT LM 0.12', '', 'NT LM 0.12'] }))).toMatchObject({ dialects: ['NT LM 0.12', '', 'NT LM 0.12'], oddities: [] });
  });

  it('notes bytes behind ByteCount', () => {
    const stream = prefixed(join(smb1NegotiateRequest({ dialects: ['NT LM 0.12'] }).subarray(4), [0, 0]));
    expect(one(stream)).toMatchObject({ dialects: ['NT LM 0.12'], oddities: [{ code: 'trailing-bytes', field: 'ByteCount', offset: 47 }] });
  });

  it('is malformed where a format byte is due and another stands', () => {
    const stream = smb1NegotiateRequest({ dialects: ['NT LM 0.12', 'SMB 2.002'] });
    stream[4 + 47] = 4;
    expect(one(stream)).toEqual({ kind: 'malformed', as: 'smb1-negotiate-request', field: 'BufferFormat', offset: 47, reason: 'unexpected-value', dialects: ['NT LM 0.12'] });
  });

  it('is malformed when ByteCount runs past the message', () => {
    expect(one(smb1NegotiateRequest({ dialects: ['NT LM 0.12'], byteCount: 200 }))).toMatchObject({ kind: 'malformed', field: 'ByteCount', offset: 33, reason: 'out-of-bounds', dialects: ['NT LM 0.12'] });
  });

  it('without a dialect says so', () => {
    expect(one(smb1NegotiateRequest({ dialects: [] }))).toMatchObject({ kind: 'smb1-negotiate-request', dialects: [], oddities: [{ code: 'no-dialects' }] });
  });

  it('with words is malformed', () => {
    const stream = smb1Command(0x72);
    stream[4 + 32] = 1;
    expect(one(stream)).toMatchObject({ kind: 'malformed', field: 'WordCount', offset: 32, reason: 'unexpected-value' });
  });

  it('that the capture cut keeps its whole strings', () => {
    expect(one(smb1NegotiateRequest(), 35 + 12 + 5)).toMatchObject({ kind: 'smb1-negotiate-request', byteCount: 34, dialects: ['NT LM 0.12'], oddities: [{ code: 'cut', offset: 47 }] });
    expect(one(smb1NegotiateRequest(), 20)).toMatchObject({ kind: 'malformed', as: 'smb1', reason: 'truncated' });
  });
});

describe('an SMB1 negotiate response', () => {
  it('is a refusal when impacket puts 0xFFFF behind a WordCount of 0', () => {
    const message = smb1NegotiateResponse({ wordCount: 0, status: 0, byteCount: 2 }).subarray(4);
    expect(one(prefixed(join(message, [0xff, 0xff])))).toMatchObject({ form: 'none', selectedIndex: 0xffff, wordCount: 0 });
    expect(one(smb1NegotiateResponse({ wordCount: 0, status: 0, byteCount: 0xffff }))).toMatchObject({ form: 'none', selectedIndex: 0xffff });
  });

  it('is a refusal with 0xFFFF in the forms of LANMAN and NT too', () => {
    expect(one(smb1NegotiateResponse({ wordCount: 13, index: 0xffff }))).toMatchObject({ form: 'none' });
    expect(one(smb1NegotiateResponse({ wordCount: 17, index: 0xffff }))).toMatchObject({ form: 'none' });
  });

  it('names an unknown WordCount', () => {
    const stream = smb1NegotiateResponse({ wordCount: 13, index: 2 });
    stream[4 + 32] = 12;
    expect(one(stream)).toMatchObject({ form: 'unreadable', selectedIndex: 2, oddities: [{ code: 'unknown-word-count', field: 'WordCount', offset: 32 }, {}] });
  });

  it('has OEM names without CAP_UNICODE and UTF-16 names with it, whatever Flags2 says', () => {
    expect(one(smb1NegotiateResponse({ capabilities: 0x3f1, flags2: 0xc853, domainName: 'OFFICE' }))).toMatchObject({ form: 'nt', nt: { domainName: 'OFFICE' } });
    expect(one(smb1NegotiateResponse({ capabilities: 0x3f5, flags2: 0, domainName: 'OFFICE', serverName: 'NAS' }))).toMatchObject({ nt: { domainName: 'OFFICE', serverName: 'NAS' } });
  });

  it('without a blob is the form of XP in a workgroup', () => {
    expect(one(smb1NegotiateResponse({ blob: [] }))).toMatchObject({ form: 'nt-extended', nt: { securityBlobLength: 0, securityBlob: { kind: 'empty' } } });
  });

  it('without room for the ServerGUID says so', () => {
    expect(one(smb1NegotiateResponse({ serverGuid: [1], blob: [] }))).toMatchObject({ form: 'nt-extended', oddities: [{ code: 'server-guid-missing' }] });
  });

  it('that the capture cut in its words still shows the index', () => {
    expect(one(smb1NegotiateResponse({ index: 5 }), 40)).toMatchObject({ form: 'unreadable', selectedIndex: 5, oddities: [{ code: 'cut' }] });
    expect(one(smb1NegotiateResponse({ index: 5 }), 80)).toMatchObject({ form: 'nt-extended', selectedIndex: 5, oddities: [{ code: 'cut' }] });
  });
});

describe('an SMB2 negotiate request', () => {
  it('keeps a wildcard, dialect 0 and an empty list as they are', () => {
    expect(one(smb2NegotiateRequest({ dialects: [0x02ff, 0] }))).toMatchObject({ dialects: [0x02ff, 0], clientStartTime: 0n });
    expect(one(smb2NegotiateRequest({ dialects: [] }))).toMatchObject({ dialectCount: 0, dialects: [], oddities: [{ code: 'no-dialects' }] });
  });

  it('reads no dialect past the message', () => {
    expect(one(smb2NegotiateRequest({ dialects: [0x0202, 0x0210], dialectCount: 40 }))).toMatchObject({ dialectCount: 40, dialects: [0x0202, 0x0210], oddities: [{ code: 'dialect-count-past-end', field: 'DialectCount', offset: 66 }] });
  });

  it('notes a reserved field that is not zero', () => {
    expect(one(smb2NegotiateRequest({ reserved: 1 }))).toMatchObject({ reserved: 1, oddities: [{ code: 'reserved-not-zero', field: 'Reserved', offset: 70 }] });
  });

  it('is malformed with another StructureSize', () => {
    expect(one(smb2NegotiateRequest({ structureSize: 35 }))).toEqual({ kind: 'malformed', as: 'smb2-negotiate-request', field: 'StructureSize', offset: 64, reason: 'unexpected-value' });
  });

  it('reads every context of Windows 11 24H2', () => {
    const contexts = [context.preauth(), context.encryption(2, 1, 4, 3), context.compression(1, 4, 2, 3, 1, 5), context.signing(2, 1, 0), context.netname('fs01'), context.rdma(1, 2), context.transport(1), context.posix()];
    expect(one(smb2NegotiateRequest({ contexts }))).toMatchObject({
      negotiateContextCount: 8, oddities: [],
      contexts: [
        { name: 'PREAUTH_INTEGRITY', type: 1, offset: 112, dataLength: 38, hashAlgorithms: [1], saltLength: 32 }, { name: 'ENCRYPTION', ciphers: [2, 1, 4, 3] },
        { name: 'COMPRESSION', flags: 1, algorithms: [4, 2, 3, 1, 5] }, { name: 'SIGNING', signingAlgorithms: [2, 1, 0] }, { name: 'NETNAME', netName: 'fs01' },
        { name: 'RDMA_TRANSFORM', transformIds: [1, 2] }, { name: 'TRANSPORT', flags: 1 }, { name: 'POSIX_EXTENSIONS' },
      ],
    });
  });

  it('notes slack behind the ids, as libsmb2 sends it', () => {
    const contexts = [context.preauth(), { type: 2, data: join([1, 0, 1, 0], [0, 0, 0, 0]) }];
    expect(one(smb2NegotiateRequest({ contexts }))).toMatchObject({ contexts: [{}, { name: 'ENCRYPTION', ciphers: [1], dataLength: 8 }], oddities: [{ code: 'context-slack', field: 'DataLength', offset: 172 }] });
  });

  it('loses no other context when one cannot be read', () => {
    const contexts = [{ type: 2, data: [9, 0, 1, 0] }, { type: 0x7777, data: [1, 2, 3] }, context.preauth()];
    expect(one(smb2NegotiateRequest({ contexts }))).toMatchObject({ contexts: [{ name: 'UNREADABLE', type: 2 }, { name: 'UNKNOWN', type: 0x7777 }, { name: 'PREAUTH_INTEGRITY' }], oddities: [{ code: 'context-unreadable', field: 'Ciphers', offset: 122 }] });
  });

  it('notes a context that runs past the message, and a list that begins behind it', () => {
    expect(one(smb2NegotiateRequest({ dialects: [0x0311], contexts: [context.preauth(), { ...context.encryption(2), dataLength: 400 }] })))
      .toMatchObject({ contexts: [{ name: 'PREAUTH_INTEGRITY' }, { name: 'UNREADABLE', dataLength: 400 }], oddities: [{ code: 'context-out-of-bounds', field: 'DataLength', offset: 154 }] });
    expect(one(smb2NegotiateRequest({ contextOffset: 16384 }))).toMatchObject({ contexts: [], oddities: [{ code: 'context-offset' }, { code: 'context-out-of-bounds', field: 'NegotiateContextOffset' }] });
  });

  it('that the capture cut keeps what is whole, and does not guess the rest', () => {
    const stream = smb2NegotiateRequest();
    expect(one(stream, 105)).toMatchObject({ dialects: [0x0202, 0x0210], oddities: [{ code: 'cut' }] });
    expect(one(stream, 105)).not.toHaveProperty('clientStartTime');
    expect(one(stream, 165)).toMatchObject({ dialects: [0x0202, 0x0210, 0x0300, 0x0302, 0x0311], contexts: [{ name: 'PREAUTH_INTEGRITY' }], oddities: [{ code: 'cut' }] });
    expect(one(stream, 90)).toMatchObject({ kind: 'malformed', as: 'smb2-negotiate-request', reason: 'truncated' });
  });
});

describe('an SMB2 negotiate response', () => {
  it('ignores left-over bytes in the context fields below 3.1.1', () => {
    expect(one(smb2NegotiateResponse({ dialect: 0x02ff, contextOffset: 0x204d4c20, contextCount: 7 }))).toMatchObject({ dialectRevision: 0x02ff, negotiateContextOffset: 0x204d4c20, contexts: [], oddities: [] });
  });

  it('has its contexts and blob with 3.1.1', () => {
    expect(one(smb2NegotiateResponse())).toMatchObject({ contexts: [{ name: 'PREAUTH_INTEGRITY' }, { name: 'ENCRYPTION', ciphers: [2] }], securityBlob: { kind: 'spnego', negHint: 'not_defined_in_RFC4178@please_ignore' } });
  });

  it('notes a security buffer outside of the message', () => {
    expect(one(smb2NegotiateResponse({ dialect: 0x0300, securityBufferOffset: 0 }))).toMatchObject({ securityBlob: { kind: 'unknown' }, oddities: [{ code: 'security-buffer-offset', offset: 120 }] });
    expect(one(smb2NegotiateResponse({ dialect: 0x0300, securityBufferOffset: 4000 }))).toMatchObject({ securityBlob: { kind: 'unknown' }, oddities: [{ code: 'security-buffer-out-of-bounds' }] });
  });

  it('is malformed with the StructureSize of an error and no error status', () => {
    expect(one(smb2Error(0))).toMatchObject({ kind: 'malformed', as: 'smb2-negotiate-response', field: 'StructureSize', reason: 'unexpected-value' });
  });

  it('reads a raw NTLMSSP blob', () => {
    expect(one(smb2NegotiateResponse({ blob: bytesOf('4e544c4d5353500002000000') }))).toMatchObject({ securityBlob: { kind: 'ntlmssp', hasMechToken: true } });
  });
});

describe('other messages', () => {
  it('are named and have a direction', () => {
    expect(one(smb1Command(0x73))).toMatchObject({ kind: 'smb1-command', commandName: 'SMB_COM_SESSION_SETUP_ANDX', response: false });
    expect(one(smb1Command(0x75, { response: true }))).toMatchObject({ commandName: 'SMB_COM_TREE_CONNECT_ANDX', response: true });
    expect(one(smb2Command(1))).toMatchObject({ kind: 'smb2-command', commandName: 'SESSION_SETUP', response: false });
    expect(one(smb2Command(3, { response: true }))).toMatchObject({ commandName: 'TREE_CONNECT', response: true });
    expect(one(smb2Command(0x4444))).toMatchObject({ kind: 'smb2-command', commandName: undefined });
    expect(one(smb2Encrypted())).toEqual({ kind: 'smb2-encrypted' });
    expect(one(smb2Compressed())).toEqual({ kind: 'smb2-compressed' });
  });

  it('are read one by one in a compound', () => {
    expect(all(smb2Compound(smb2Command(3), smb2Command(5), smb2Command(6))).map((message) => message.kind === 'smb2-command' && message.commandName)).toEqual(['TREE_CONNECT', 'CREATE', 'CLOSE']);
  });

  it('end a compound whose NextCommand leads nowhere', () => {
    expect(all(smb2Command(1, { nextCommand: 9000 }))).toMatchObject([{ kind: 'smb2-command' }, { kind: 'malformed', as: 'smb2', field: 'NextCommand', offset: 20, reason: 'out-of-bounds' }]);
  });

  it('are counted up to 32 in one compound', () => {
    const members = Array.from({ length: 40 }, () => smb2Command(13));
    expect(all(smb2Compound(...members)).length).toBe(33);
    expect(all(smb2Compound(...members)).at(-1)).toMatchObject({ kind: 'malformed', field: 'NextCommand', reason: 'limit' });
  });

  it('carry the validation of the negotiation', () => {
    expect(one(validateNegotiateRequest())).toMatchObject({ kind: 'smb2-command', commandName: 'IOCTL', validateNegotiate: { capabilities: 0x7f, securityMode: 1, dialects: [0x0202, 0x0210, 0x0300, 0x0302] } });
    expect(one(validateNegotiateResponse())).toMatchObject({ response: true, validateNegotiate: { capabilities: 0x2f, dialects: [0x0302] } });
    expect(one(smb2Error(0xc00000bb, { command: 11 }))).toMatchObject({ kind: 'smb2-command', response: true, validateNegotiate: null });
    expect(one(smb2Command(11, { body: new Uint8Array(56) }))).not.toHaveProperty('validateNegotiate');
  });

  it('with another header length or signature are malformed', () => {
    const stream = smb2Command(1);
    stream[4 + 4] = 65;
    expect(one(stream)).toEqual({ kind: 'malformed', as: 'smb2', field: 'StructureSize', offset: 4, reason: 'unexpected-value' });
    expect(decodeSmb(bytesOf('ff534d43'), 64)).toMatchObject([{ kind: 'malformed', as: 'smb1', field: 'ProtocolId' }]);
    expect(decodeSmb(new Uint8Array(0), 0)).toMatchObject([{ kind: 'malformed', field: 'ProtocolId', reason: 'truncated' }]);
  });
});
