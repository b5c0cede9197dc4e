import type { Answer, Ended, Exchange, Offer, PacketTime, Seen } from '../../src/negotiation/exchange.ts';
import type { Message, NegotiateContext, SecurityBlob, Smb1Header, Smb1NegotiateRequest, Smb1NegotiateResponse, Smb2Command, Smb2Header, Smb2NegotiateRequest, Smb2NegotiateResponse, ValidateNegotiateInfo } from '../../src/smb/messages.ts';

/** 2020-09-03 10:00:00 UTC, plus nanoseconds. */
export const at = (nanos: number): PacketTime => ({ seconds: 1_599_127_200, nanos });
/** The same in FILETIME. */
export const FILETIME_OF_CAPTURE = 132_436_008_000_000_000n;

/** Numbers that look random and are not printable all over. */
const bytes = (first: number): Uint8Array => Uint8Array.from({ length: 16 }, (_, index) => (first + index * 37) & 0xff);

export const smb1Header = (over: Partial<Smb1Header> = {}): Smb1Header => ({
  command: 0x72, status: 0, flags: 0x18, flags2: 0xc853, pidHigh: 0, signature: new Uint8Array(8), tid: 0xffff, pid: 0xfeff, uid: 0, mid: 0, ...over,
});

export const smb2Header = (over: Partial<Smb2Header> = {}): Smb2Header => ({
  structureSize: 64, creditCharge: 1, status: 0, command: 0, credits: 1, flags: 0, nextCommand: 0, messageId: 0n,
  processId: 0xfeff, treeId: 0, sessionId: 0n, signature: new Uint8Array(16), ...over,
});

export const KERBEROS_BLOB: SecurityBlob = {
  kind: 'spnego', hasMechToken: false, negHint: 'not_defined_in_RFC4178@please_ignore',
  mechTypes: [{ oid: '1.2.840.48018.1.2.2', name: 'MS-KRB5' }, { oid: '1.2.840.113554.1.2.2', name: 'KRB5' }, { oid: '1.3.6.1.4.1.311.2.2.10', name: 'NTLMSSP' }],
};

export const preauth = (over: Partial<Extract<NegotiateContext, { name: 'PREAUTH_INTEGRITY' }>> = {}): NegotiateContext =>
  ({ type: 1, name: 'PREAUTH_INTEGRITY', offset: 112, dataLength: 38, hashAlgorithms: [1], saltLength: 32, salt: new Uint8Array(32).fill(0xa5), ...over });
export const encryption = (...ciphers: number[]): NegotiateContext => ({ type: 2, name: 'ENCRYPTION', offset: 160, dataLength: 4, ciphers });
export const compression = (flags: number, ...algorithms: number[]): NegotiateContext => ({ type: 3, name: 'COMPRESSION', offset: 176, dataLength: 10, flags, algorithms });
export const signing = (...signingAlgorithms: number[]): NegotiateContext => ({ type: 8, name: 'SIGNING', offset: 200, dataLength: 4, signingAlgorithms });
export const netname = (netName: string): NegotiateContext => ({ type: 5, name: 'NETNAME', offset: 216, dataLength: netName.length * 2, netName });

export const smb2Request = (over: Partial<Smb2NegotiateRequest> = {}): Smb2NegotiateRequest => ({
  kind: 'smb2-negotiate-request', header: smb2Header(), structureSize: 36, dialectCount: 5, securityMode: 1, reserved: 0, capabilities: 0x7f,
  clientGuid: bytes(0x91), dialects: [0x0202, 0x0210, 0x0300, 0x0302, 0x0311], negotiateContextOffset: 112, negotiateContextCount: 3,
  contexts: [preauth(), encryption(2, 1, 4, 3), signing(2, 1, 0)], oddities: [], ...over,
});

export const smb2Response = (over: Partial<Smb2NegotiateResponse> = {}): Smb2NegotiateResponse => ({
  kind: 'smb2-negotiate-response', header: smb2Header({ flags: 1 }), structureSize: 65, securityMode: 3, dialectRevision: 0x0311, serverGuid: bytes(0xd3),
  capabilities: 0x2f, maxTransactSize: 8_388_608, maxReadSize: 8_388_608, maxWriteSize: 8_388_608, systemTime: FILETIME_OF_CAPTURE, serverStartTime: 0n,
  securityBufferOffset: 128, securityBufferLength: 120, negotiateContextOffset: 0xf8, negotiateContextCount: 3, securityBlob: KERBEROS_BLOB,
  contexts: [preauth(), encryption(2), signing(2)], oddities: [], ...over,
});

/** A server's answer below 3.1.1: no contexts. */
export const oldSmb2Response = (dialectRevision: number, over: Partial<Smb2NegotiateResponse> = {}): Smb2NegotiateResponse =>
  smb2Response({ dialectRevision, contexts: [], negotiateContextCount: 0, negotiateContextOffset: 0, capabilities: dialectRevision >= 0x0300 ? 0x6f : 0x07, ...over });

export const smb1Request = (dialects: readonly string[] = ['NT LM 0.12'], over: Partial<Smb1NegotiateRequest> = {}): Smb1NegotiateRequest => ({
  kind: 'smb1-negotiate-request', header: smb1Header(), wordCount: 0, byteCount: dialects.reduce((sum, text) => sum + text.length + 2, 0), dialects, oddities: [], ...over,
});

const NT_PARAMETERS = {
  securityMode: 0x03, maxMpxCount: 50, maxNumberVcs: 1, maxBufferSize: 16_644, maxRawSize: 65_536, sessionKey: 0, capabilities: 0x8001_f3fc,
  systemTime: FILETIME_OF_CAPTURE, timeZoneMinutes: 0, challengeLength: 0,
} as const;

/** NT LM 0.12 with extended security. */
export const smb1Response = (over: Partial<Smb1NegotiateResponse> = {}, nt: Partial<NonNullable<Smb1NegotiateResponse['nt']>> = {}): Smb1NegotiateResponse => ({
  kind: 'smb1-negotiate-response', header: smb1Header({ flags: 0x98 }), wordCount: 17, byteCount: 16, form: 'nt-extended', selectedIndex: 0,
  nt: { ...NT_PARAMETERS, serverGuid: bytes(0x55), securityBlobLength: 0, ...nt }, oddities: [], ...over,
});

/** NT LM 0.12 without extended security: challenge and names in clear. */
export const smb1PlainResponse = (nt: Partial<NonNullable<Smb1NegotiateResponse['nt']>> = {}): Smb1NegotiateResponse => ({
  kind: 'smb1-negotiate-response', header: smb1Header({ flags: 0x88 }), wordCount: 17, byteCount: 30, form: 'nt', selectedIndex: 0,
  nt: { ...NT_PARAMETERS, capabilities: 0x0000_f3fc, challengeLength: 8, challenge: new Uint8Array(8), domainName: '', serverName: '', ...nt }, oddities: [],
});

export const lanmanResponse = (securityMode = 0x03): Smb1NegotiateResponse => ({
  kind: 'smb1-negotiate-response', header: smb1Header({ flags: 0x88 }), wordCount: 13, byteCount: 8, form: 'lanman', selectedIndex: 1, oddities: [],
  lanman: { securityMode, maxBufferSize: 16_644, maxMpxCount: 50, maxNumberVcs: 1, rawMode: 3, sessionKey: 0, serverTimeDos: 0, serverDateDos: 0, timeZoneMinutes: 0, encryptionKeyLength: 8, reserved: 0, challenge: new Uint8Array(8) },
});

export const coreResponse = (selectedIndex: number): Smb1NegotiateResponse => ({
  kind: 'smb1-negotiate-response', header: smb1Header({ flags: 0x98 }), wordCount: 1, byteCount: 0, form: selectedIndex === 0xffff ? 'none' : 'core', selectedIndex, oddities: [],
});

export const seen = (packet: number, from: 'client' | 'server', message: Message, over: Partial<Seen> = {}): Seen => ({ packet, time: at(packet * 1_000_000), from, message, cut: false, ...over });

export const validate = (packet: number, from: 'client' | 'server', info: ValidateNegotiateInfo | null): Seen => {
  const message: Smb2Command = { kind: 'smb2-command', header: smb2Header({ command: 11 }), commandName: 'IOCTL', response: from === 'server', validateNegotiate: info };
  return seen(packet, from, message);
};

const GOOD_OFFER: Offer = { kind: 'smb2-only', smb1Dialects: [], smb2Dialects: [0x0202, 0x0210, 0x0300, 0x0302, 0x0311], packet: 4, smb1Packet: null, smb2Packet: 4, time: at(4_000_000), malformed: null };
const GOOD_ANSWER: Answer = { kind: 'smb2-dialect', index: null, dialect: '3.1.1', dialectCode: 0x0311, dialectInferred: false, status: 0, packet: 5, time: at(5_000_000), waitSeconds: 0.001, malformed: null };
const GOOD_END: Ended = { by: null, how: 'continued', packet: null, time: null, waitSeconds: null, origin: 'unknown' };

type Over = Partial<Omit<Exchange, 'offer' | 'answer' | 'ended' | 'client' | 'server'>> & {
  readonly offer?: Partial<Offer>; readonly answer?: Partial<Answer>; readonly ended?: Partial<Ended>;
  readonly client?: Partial<Exchange['client']>; readonly server?: Partial<Exchange['server']>;
};

/** A good SMB 3.1.1 exchange of a Windows 11 client with a server that requires signing. A case states only what differs. */
export function exchange(over: Over = {}): Exchange {
  const { offer, answer, ended, client, server, ...rest } = over;
  const request = rest.smb2Request === undefined ? seen(4, 'client', smb2Request()) : rest.smb2Request;
  const response = rest.smb2Response === undefined ? seen(5, 'server', smb2Response()) : rest.smb2Response;
  const listed = [rest.smb1Request ?? null, rest.smb1Response ?? null, request, response].filter((one) => one !== null);
  return {
    id: 0, transport: 'direct-tcp', directionBy: 'syn', ipVersion: 4, start: at(0), end: at(12_000_000), firstPacket: 1, lastPacket: 12,
    packets: [1, 2, 3, 4, 5, 6], packetCount: 12, handshake: { syn: 1, synAck: 2, ack: 3 }, synPackets: 1, refusedPacket: null, refusedPlainly: false, seenFrom: { client: true, server: true },
    dialect: '3.1.1', dialectCode: 0x0311, smb2Success: true, smb2Offered: true, decoySign: false, wildcardPacket: null, smb1Selected: false, smb1SelectedPacket: null,
    smb1Command: null, smb2Command: { packet: 6, name: 'SESSION_SETUP' }, sessionSetup: true, treeConnect: true, encrypted: null, commandsAfterTreeConnect: 2,
    serverSilenceProven: false, clientSilenceProven: false, waitedSeconds: null, gaps: { client: false, server: false }, cut: false, raceWonBy: null, missing: [],
    smb1Request: null, smb1Response: null, validateRequest: null, validateResponse: null, netbios: { called: null, calling: null }, quic: null,
    messages: listed, rounds: [], ...rest, smb2Request: request, smb2Response: response,
    client: { address: '10.0.0.5', isPublic: false, port: 53_994, mac: null, ...client }, server: { address: '10.0.0.9', isPublic: false, port: 445, mac: null, ...server },
    offer: { ...GOOD_OFFER, ...offer }, answer: { ...GOOD_ANSWER, ...answer }, ended: { ...GOOD_END, ...ended },
  };
}

/** What is not there in an exchange without SMB2: the start of every SMB1 case. */
export const WITHOUT_SMB2 = {
  smb2Request: null, smb2Response: null, smb2Success: false, smb2Offered: null, smb2Command: null, sessionSetup: false, treeConnect: false, commandsAfterTreeConnect: 0,
  dialect: null, dialectCode: null,
} as const;

/** SMB1 strings were offered and nothing else was said yet. */
export function smb1Exchange(dialects: readonly string[], over: Over = {}): Exchange {
  const request = over.smb1Request === undefined ? seen(4, 'client', smb1Request(dialects)) : over.smb1Request;
  return exchange({
    ...WITHOUT_SMB2, ...over, smb1Request: request,
    offer: { kind: dialects.some((text) => text.startsWith('SMB 2.')) ? 'multi-protocol' : 'smb1-only', smb1Dialects: dialects, smb2Dialects: [], smb1Packet: 4, smb2Packet: null, ...over.offer },
    answer: { kind: 'none', dialect: null, dialectCode: null, status: null, packet: null, time: null, waitSeconds: null, ...over.answer },
    ended: { how: 'capture-end', ...over.ended },
  });
}

/** SMB1 was selected with this answer. */
export function smb1Selected(dialects: readonly string[], response: Smb1NegotiateResponse, over: Over = {}): Exchange {
  const index = response.selectedIndex ?? 0;
  const dialect = dialects[index] ?? null;
  return smb1Exchange(dialects, {
    smb1Selected: true, smb1SelectedPacket: 5, dialect, smb1Response: seen(5, 'server', response), ...over,
    answer: { kind: 'smb1-selected', index, dialect, packet: 5, time: at(5_000_000), waitSeconds: 0.001, status: 0, ...over.answer },
  });
}
