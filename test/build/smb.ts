/**
 * Wire builders of SMB messages, written from [MS-CIFS], [MS-SMB], [MS-SMB2] and RFC 1002; they share nothing with src/.
 * All return stream bytes: the 4-byte prefix and the message.
 */

export type Part = readonly number[] | Uint8Array;

export const u8 = (value: number): number[] => [value & 0xff];
export const u16 = (value: number): number[] => [value & 0xff, (value >>> 8) & 0xff];
export const u32 = (value: number): number[] => [...u16(value & 0xffff), ...u16(value >>> 16)];
export const u64 = (value: bigint): number[] => [...u32(Number(value & 0xffff_ffffn)), ...u32(Number((value >> 32n) & 0xffff_ffffn))];
export const ascii = (text: string): number[] => Array.from(text, (letter) => letter.charCodeAt(0));
export const utf16le = (text: string): number[] => Array.from({ length: text.length }, (_, index) => u16(text.charCodeAt(index))).flat();
export const zeros = (count: number): number[] => Array.from({ length: count }, () => 0);

export function join(...parts: readonly Part[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Direct TCP and NetBIOS session message: type 0 and the length, big-endian. */
export function prefixed(message: Part, type = 0): Uint8Array {
  const length = message.length;
  return join([type, (length >>> 16) & 0xff, (length >>> 8) & 0xff, length & 0xff], message);
}

export interface Smb1HeaderFields {
  command?: number; status?: number; flags?: number; flags2?: number; pidHigh?: number; tid?: number; pid?: number; uid?: number; mid?: number;
}

/** [MS-CIFS] 2.2.3.1 */
export function smb1Header(fields: Smb1HeaderFields): Uint8Array {
  return join([0xff], ascii('SMB'), u8(fields.command ?? 0x72), u32(fields.status ?? 0), u8(fields.flags ?? 0x18), u16(fields.flags2 ?? 0xc853),
    u16(fields.pidHigh ?? 0), zeros(8), zeros(2), u16(fields.tid ?? 0), u16(fields.pid ?? 0xfeff), u16(fields.uid ?? 0), u16(fields.mid ?? 0));
}

/** WordCount, words, ByteCount, bytes. */
function smb1Message(fields: Smb1HeaderFields, words: Part, bytes: Part, byteCount = bytes.length): Uint8Array {
  return prefixed(join(smb1Header(fields), u8(words.length / 2), words, u16(byteCount), bytes));
}

export interface Smb1RequestFields extends Smb1HeaderFields { dialects?: readonly string[]; byteCount?: number }

/** The list of Windows 10 1809 and later. */
export const THREE_DIALECTS: readonly string[] = ['NT LM 0.12', 'SMB 2.002', 'SMB 2.???'];
/** The list of Windows 2000, XP and 2003. */
export const SIX_DIALECTS: readonly string[] = ['PC NETWORK PROGRAM 1.0', 'LANMAN1.0', 'Windows for Workgroups 3.1a', 'LM1.2X002', 'LANMAN2.1', 'NT LM 0.12'];

/** SMB_COM_NEGOTIATE request, [MS-CIFS] 2.2.4.52.1 */
export function smb1NegotiateRequest(fields: Smb1RequestFields = {}): Uint8Array {
  const strings = (fields.dialects ?? THREE_DIALECTS).flatMap((dialect) => [2, ...ascii(dialect), 0]);
  return smb1Message({ tid: 0xffff, ...fields }, [], strings, fields.byteCount);
}

export interface Smb1ResponseFields extends Smb1HeaderFields {
  index?: number;
  /** 17 (default), 13, 1 or 0 (an error, with `status`). */
  wordCount?: 17 | 13 | 1 | 0;
  securityMode?: number; maxMpxCount?: number; maxNumberVcs?: number; maxBufferSize?: number; maxRawSize?: number; rawMode?: number; sessionKey?: number;
  capabilities?: number; systemTime?: bigint; serverTimeDos?: number; serverDateDos?: number; timeZoneMinutes?: number;
  challenge?: Part; serverGuid?: Part; blob?: Part;
  /** Form without extended security, and LANMAN's primary domain. */
  domainName?: string; serverName?: string; unicode?: boolean;
  byteCount?: number;
}

const CAP_EXTENDED_SECURITY = 0x8000_0000;
const CAP_UNICODE = 0x4;
/** SPNEGO NegTokenInit2 with NTLMSSP alone and the hint of Vista and later; 74 bytes. */
export const SPNEGO_NTLMSSP: Uint8Array = join([0x60, 0x48, 0x06, 0x06, 0x2b, 6, 1, 5, 5, 2, 0xa0, 0x3e, 0x30, 0x3c, 0xa0, 0x0e, 0x30, 0x0c, 0x06, 0x0a, 0x2b, 6, 1, 4, 1, 0x82, 0x37, 2, 2, 0x0a,
  0xa3, 0x2a, 0x30, 0x28, 0xa0, 0x26, 0x1b, 0x24], ascii('not_defined_in_RFC4178@please_ignore'));
const GUID = Array.from({ length: 16 }, (_, index) => 0x80 + index);
const CHALLENGE = [0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef];

/** SMB_COM_NEGOTIATE response. [MS-CIFS] 2.2.4.52.2, [MS-SMB] 2.2.4.5.2 */
export function smb1NegotiateResponse(fields: Smb1ResponseFields = {}): Uint8Array {
  const header = { flags: 0x98, tid: 0xffff, ...fields };
  const index = fields.index ?? 0;
  switch (fields.wordCount ?? 17) {
    case 0: return smb1Message({ status: 0x0001_0002, ...header }, [], [], fields.byteCount);
    case 1: return smb1Message(header, u16(index), [], fields.byteCount);
    case 13: return smb1Message(header, lanmanWords(fields, index), lanmanBytes(fields), fields.byteCount);
    case 17: return smb1Message(header, ntWords(fields, index), ntBytes(fields), fields.byteCount);
  }
}

function ntCapabilities(fields: Smb1ResponseFields): number {
  return fields.capabilities ?? 0x8001_e3fc;
}

function ntWords(fields: Smb1ResponseFields, index: number): Uint8Array {
  const extended = ntCapabilities(fields) >= CAP_EXTENDED_SECURITY;
  return join(u16(index), u8(fields.securityMode ?? 3), u16(fields.maxMpxCount ?? 50), u16(fields.maxNumberVcs ?? 1), u32(fields.maxBufferSize ?? 16644), u32(fields.maxRawSize ?? 65536),
    u32(fields.sessionKey ?? 0), u32(ntCapabilities(fields)), u64(fields.systemTime ?? 132_444_736_000_000_000n), u16(fields.timeZoneMinutes ?? 0),
    u8(extended ? 0 : (fields.challenge ?? CHALLENGE).length));
}

function ntBytes(fields: Smb1ResponseFields): Uint8Array {
  const capabilities = ntCapabilities(fields);
  if (capabilities >= CAP_EXTENDED_SECURITY) return join(fields.serverGuid ?? GUID, fields.blob ?? SPNEGO_NTLMSSP);
  const encode = (fields.unicode ?? (capabilities & CAP_UNICODE) !== 0) ? utf16le : ascii;
  const name = (text: string | undefined): number[] => (text === undefined ? [] : encode(text + '\0'));
  return join(fields.challenge ?? CHALLENGE, name(fields.domainName ?? 'WORKGROUP'), name(fields.serverName));
}

function lanmanWords(fields: Smb1ResponseFields, index: number): Uint8Array {
  return join(u16(index), u16(fields.securityMode ?? 3), u16(fields.maxBufferSize ?? 16644), u16(fields.maxMpxCount ?? 50), u16(fields.maxNumberVcs ?? 1), u16(fields.rawMode ?? 3),
    u32(fields.sessionKey ?? 0), u16(fields.serverTimeDos ?? 0), u16(fields.serverDateDos ?? 0), u16(fields.timeZoneMinutes ?? 0), u16((fields.challenge ?? CHALLENGE).length), u16(0));
}

function lanmanBytes(fields: Smb1ResponseFields): Uint8Array {
  return join(fields.challenge ?? CHALLENGE, fields.domainName === undefined ? [] : ascii(fields.domainName + '\0'));
}

/** Any other SMB1 command (0x73 session setup, 0x75 tree connect …) without parameters. */
export function smb1Command(command: number, fields: Smb1HeaderFields & { response?: boolean } = {}): Uint8Array {
  return smb1Message({ flags: fields.response === true ? 0x98 : 0x18, flags2: 0xc807, uid: 0x0800, ...fields, command }, [], []);
}

export interface Smb2HeaderFields {
  creditCharge?: number; status?: number; command?: number; credits?: number; flags?: number; nextCommand?: number; messageId?: bigint; processId?: number; treeId?: number;
  sessionId?: bigint; signature?: Part;
}

/** [MS-SMB2] 2.2.1.2 */
export function smb2Header(fields: Smb2HeaderFields): Uint8Array {
  return join([0xfe], ascii('SMB'), u16(64), u16(fields.creditCharge ?? 0), u32(fields.status ?? 0), u16(fields.command ?? 0), u16(fields.credits ?? 1), u32(fields.flags ?? 0),
    u32(fields.nextCommand ?? 0), u64(fields.messageId ?? 0n), u32(fields.processId ?? 0xfeff), u32(fields.treeId ?? 0), u64(fields.sessionId ?? 0n), fields.signature ?? zeros(16));
}

/** A negotiate context: type and data, or the name of a usual one. [MS-SMB2] 2.2.3.1 */
export interface ContextFields { type: number; data: Part; dataLength?: number }

export const context = {
  preauth: (salt: Part = Array.from({ length: 32 }, (_, index) => 0x20 + index), hashes: readonly number[] = [1]): ContextFields =>
    ({ type: 1, data: join(u16(hashes.length), u16(salt.length), hashes.flatMap(u16), salt) }),
  encryption: (...ciphers: readonly number[]): ContextFields => ({ type: 2, data: join(u16(ciphers.length), ciphers.flatMap(u16)) }),
  compression: (flags: number, ...algorithms: readonly number[]): ContextFields => ({ type: 3, data: join(u16(algorithms.length), u16(0), u32(flags), algorithms.flatMap(u16)) }),
  netname: (name: string): ContextFields => ({ type: 5, data: utf16le(name) }),
  transport: (flags: number): ContextFields => ({ type: 6, data: u32(flags) }),
  rdma: (...ids: readonly number[]): ContextFields => ({ type: 7, data: join(u16(ids.length), zeros(6), ids.flatMap(u16)) }),
  signing: (...algorithms: readonly number[]): ContextFields => ({ type: 8, data: join(u16(algorithms.length), algorithms.flatMap(u16)) }),
  posix: (): ContextFields => ({ type: 0x100, data: [0x93, 0xad, 0x25, 0x50, 0x9c, 0xb4, 0x11, 0xe7, 0xb4, 0x23, 0x83, 0xde, 0x96, 0x8b, 0xcd, 0x7c] }),
} as const;

const toBoundary = (length: number): number[] => zeros((8 - (length % 8)) % 8);

/** Each context but the last is padded to 8 bytes; the list begins on such a boundary. */
function contextList(contexts: readonly ContextFields[]): Uint8Array {
  return join(...contexts.flatMap(({ type, data, dataLength }, index) => {
    const last = index === contexts.length - 1;
    return [u16(type), u16(dataLength ?? data.length), zeros(4), data, last ? [] : toBoundary(data.length)];
  }));
}

export interface Smb2RequestFields extends Smb2HeaderFields {
  dialects?: readonly number[]; dialectCount?: number; structureSize?: number; securityMode?: number; reserved?: number; capabilities?: number; clientGuid?: Part; clientStartTime?: bigint;
  /** Sent when given, or when 0x0311 is offered (preauth and encryption). */
  contexts?: readonly ContextFields[]; contextOffset?: number; contextCount?: number;
}

/** [MS-SMB2] 2.2.3 */
export function smb2NegotiateRequest(fields: Smb2RequestFields = {}): Uint8Array {
  const dialects = fields.dialects ?? [0x0202, 0x0210, 0x0300, 0x0302, 0x0311];
  const contexts = fields.contexts ?? (dialects.includes(0x0311) ? [context.preauth(), context.encryption(2, 1)] : []);
  const length = 100 + 2 * dialects.length;
  const padding = contexts.length === 0 ? [] : toBoundary(length);
  const pointer = contexts.length === 0 && fields.contextOffset === undefined && fields.contextCount === undefined ? u64(fields.clientStartTime ?? 0n)
    : join(u32(fields.contextOffset ?? length + padding.length), u16(fields.contextCount ?? contexts.length), u16(0));
  return prefixed(join(smb2Header({ credits: 0, ...fields, command: 0 }), u16(fields.structureSize ?? 36), u16(fields.dialectCount ?? dialects.length), u16(fields.securityMode ?? 1),
    u16(fields.reserved ?? 0), u32(fields.capabilities ?? 0x7f), fields.clientGuid ?? GUID, pointer, dialects.flatMap(u16), padding, contextList(contexts)));
}

export interface Smb2ResponseFields extends Smb2HeaderFields {
  dialect?: number; structureSize?: number; securityMode?: number; serverGuid?: Part; capabilities?: number; maxTransactSize?: number; maxReadSize?: number; maxWriteSize?: number;
  systemTime?: bigint; serverStartTime?: bigint; blob?: Part; securityBufferOffset?: number; contexts?: readonly ContextFields[]; contextOffset?: number; contextCount?: number;
}

/** [MS-SMB2] 2.2.4 */
export function smb2NegotiateResponse(fields: Smb2ResponseFields = {}): Uint8Array {
  const dialect = fields.dialect ?? 0x0311;
  const blob = fields.blob ?? SPNEGO_NTLMSSP;
  const contexts = fields.contexts ?? (dialect === 0x0311 ? [context.preauth(), context.encryption(2)] : []);
  const length = 128 + blob.length;
  const padding = contexts.length === 0 ? [] : toBoundary(length);
  return prefixed(join(smb2Header({ flags: 1, ...fields, command: 0 }), u16(fields.structureSize ?? 65), u16(fields.securityMode ?? 1), u16(dialect), u16(fields.contextCount ?? contexts.length),
    fields.serverGuid ?? GUID, u32(fields.capabilities ?? 0x2f), u32(fields.maxTransactSize ?? 8_388_608), u32(fields.maxReadSize ?? 8_388_608), u32(fields.maxWriteSize ?? 8_388_608),
    u64(fields.systemTime ?? 132_444_736_000_000_000n), u64(fields.serverStartTime ?? 0n), u16(fields.securityBufferOffset ?? 128), u16(blob.length),
    u32(fields.contextOffset ?? (contexts.length === 0 ? 0 : length + padding.length)), blob, padding, contextList(contexts)));
}

/** ERROR response, to NEGOTIATE unless another command is given. [MS-SMB2] 2.2.2 */
export function smb2Error(status: number, fields: Smb2HeaderFields = {}): Uint8Array {
  return prefixed(join(smb2Header({ flags: 1, ...fields, status }), u16(9), zeros(2), u32(0), zeros(1)));
}

/** Any other SMB2 command (1 session setup, 3 tree connect …) with a body of zeros. */
export function smb2Command(command: number, fields: Smb2HeaderFields & { response?: boolean; body?: Part } = {}): Uint8Array {
  return prefixed(join(smb2Header({ messageId: 2n, sessionId: 1n, flags: fields.response === true ? 1 : 0, ...fields, command }), fields.body ?? zeros(24)));
}

/** Members of one compound: NextCommand set, each padded to 8 bytes. The parts are messages with their prefix. */
export function smb2Compound(...members: readonly Uint8Array[]): Uint8Array {
  return prefixed(join(...members.map((member, index) => {
    const message = member.slice(4);
    if (index === members.length - 1) return message;
    const padded = join(message, toBoundary(message.length));
    padded.set(u32(padded.length), 20);
    return padded;
  })));
}

export interface ValidateFields { capabilities?: number; guid?: Part; securityMode?: number; dialects?: readonly number[] }

const FSCTL_VALIDATE = u32(0x0014_0204);
const FILE_ID = Array.from({ length: 16 }, () => 0xff);

/** IOCTL request with FSCTL_VALIDATE_NEGOTIATE_INFO. [MS-SMB2] 2.2.31, 2.2.31.4 */
export function validateNegotiateRequest(fields: ValidateFields = {}, header: Smb2HeaderFields = {}): Uint8Array {
  const dialects = fields.dialects ?? [0x0202, 0x0210, 0x0300, 0x0302];
  const info = join(u32(fields.capabilities ?? 0x7f), fields.guid ?? GUID, u16(fields.securityMode ?? 1), u16(dialects.length), dialects.flatMap(u16));
  return smb2Command(11, { flags: 8, ...header, body: join(u16(57), u16(0), FSCTL_VALIDATE, FILE_ID, u32(120), u32(info.length), u32(0), u32(0), u32(0), u32(24), u32(1), u32(0), info) });
}

/** [MS-SMB2] 2.2.32, 2.2.32.6 */
export function validateNegotiateResponse(fields: ValidateFields = {}, header: Smb2HeaderFields = {}): Uint8Array {
  const info = join(u32(fields.capabilities ?? 0x2f), fields.guid ?? GUID, u16(fields.securityMode ?? 1), u16(fields.dialects?.[0] ?? 0x0302));
  return smb2Command(11, { flags: 9, ...header, body: join(u16(49), u16(0), FSCTL_VALIDATE, FILE_ID, u32(112), u32(0), u32(112), u32(info.length), u32(0), u32(0), info) });
}

/** TRANSFORM_HEADER and ciphertext. [MS-SMB2] 2.2.41 */
export function smb2Encrypted(sessionId = 1n, ciphertext: Part = zeros(80)): Uint8Array {
  return prefixed(join([0xfd], ascii('SMB'), zeros(32), u32(ciphertext.length), u16(0), u16(1), u64(sessionId), ciphertext));
}

/** COMPRESSION_TRANSFORM_HEADER, unchained LZNT1. [MS-SMB2] 2.2.42.1 */
export function smb2Compressed(data: Part = zeros(16)): Uint8Array {
  return prefixed(join([0xfc], ascii('SMB'), u32(256), u16(1), u16(0), u32(0), data));
}

/** First-level encoded NetBIOS name: 15 characters and a suffix, each nibble a letter. RFC 1001 14.1 */
export function netbiosName(name: string, suffix: number): Uint8Array {
  const raw = [...ascii(name.padEnd(15, ' ').slice(0, 15)), suffix];
  return join([0x20], raw.flatMap((byte) => [0x41 + (byte >> 4), 0x41 + (byte & 15)]), [0]);
}

/** RFC 1002 4.3 */
export const nbss = {
  sessionRequest: (called = '*SMBSERVER', calling = 'CLIENT'): Uint8Array => prefixed(join(netbiosName(called, 0x20), netbiosName(calling, 0x00)), 0x81),
  positive: (): Uint8Array => prefixed([], 0x82),
  negative: (error = 0x82): Uint8Array => prefixed([error], 0x83),
  retarget: (ip: readonly [number, number, number, number] = [192, 0, 2, 25], port = 445): Uint8Array => prefixed([...ip, port >> 8, port & 0xff], 0x84),
  keepalive: (): Uint8Array => prefixed([], 0x85),
} as const;
