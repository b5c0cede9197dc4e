import { hexNumber } from '../bytes/text.ts';
import type {
  Message, NegotiateContext, SecurityBlob, Smb1LanmanParameters, Smb1NegotiateRequest, Smb1NegotiateResponse, Smb1NtParameters, Smb2NegotiateError, Smb2NegotiateRequest, Smb2NegotiateResponse,
} from '../smb/messages.ts';

/**
 * What a negotiate message tells of the program that made it, without what differs from run to run. The recipe is public:
 * docs/fingerprint.md. A field, its place and its form are a contract; a new form of fingerprint gets a new first word.
 */

export interface FingerprintField {
  readonly name: string;
  readonly value: string;
}

/** A first word for the kind of message, then its fields in order, joined by colons. */
export interface Fingerprint {
  readonly kind: 'c1' | 'c2' | 's1' | 's2' | 's2e';
  readonly fields: readonly FingerprintField[];
}

/** Null for what is no negotiate. */
export function fingerprintOf(message: Message): Fingerprint | null {
  switch (message.kind) {
    case 'smb1-negotiate-request': return { kind: 'c1', fields: named(smb1Request(message)) };
    case 'smb2-negotiate-request': return { kind: 'c2', fields: named(smb2Request(message)) };
    case 'smb1-negotiate-response': return { kind: 's1', fields: named(smb1Response(message)) };
    case 'smb2-negotiate-response': return { kind: 's2', fields: named(smb2Response(message)) };
    case 'smb2-negotiate-error': return { kind: 's2e', fields: named(smb2Error(message)) };
    default: return null;
  }
}

export function fingerprintText({ kind, fields }: Fingerprint): string {
  return [kind, ...fields.map(({ value }) => value)].join(':');
}

/** Answers that can be compared with each other: of one dialect, of one shape. */
export function answerClass({ kind, fields }: Fingerprint): string {
  return kind === 's2e' ? kind : `${kind}:${fields[0]?.value ?? ''}`;
}

const named = (fields: Readonly<Record<string, string>>): FingerprintField[] => Object.entries(fields).map(([name, value]) => ({ name, value }));

function smb1Request({ header, dialects }: Smb1NegotiateRequest): Record<string, string> {
  return { ...smb1Header(header), tid: idClass(header.tid, [0, 0xffff]), pid: idClass(header.pid, [0, 0xfeff, 0xfffe]), mid: idClass(header.mid, [0, 1]), dialects: list(dialects.map(wireText)) };
}

function smb1Header({ flags, flags2 }: { readonly flags: number; readonly flags2: number }): { flags: string; flags2: string } {
  return { flags: hex(flags, 2), flags2: hex(flags2, 4) };
}

function smb2Request({ header, dialects, capabilities, securityMode, clientGuid, contexts }: Smb2NegotiateRequest): Record<string, string> {
  return {
    dialects: list(dialects.map((code) => hex(code, 4))),
    capabilities: hex(capabilities),
    securityMode: hex(securityMode),
    guid: guidClass(clientGuid),
    credits: `${header.creditCharge}/${header.credits}`,
    messageId: header.messageId > 1n ? 'x' : String(header.messageId),
    processId: idClass(header.processId, [0, 0xfeff]),
    signature: header.signature.some((byte) => byte !== 0) ? 'x' : '0',
    contexts: list(contexts.map(contextText)),
  };
}

function smb1Response(message: Smb1NegotiateResponse): Record<string, string> {
  const { header, wordCount, form, nt, lanman } = message;
  const parameters = nt === undefined ? lanmanFields(lanman) : ntFields(nt);
  return { form, words: String(wordCount), ...smb1Header(header), status: hex(header.status), ...parameters };
}

function ntFields(nt: Smb1NtParameters): Record<string, string> {
  const names = [nt.domainName, nt.serverName].filter((name) => name !== undefined).length;
  return {
    securityMode: hex(nt.securityMode), maxMpx: String(nt.maxMpxCount), maxBuffer: String(nt.maxBufferSize), maxRaw: String(nt.maxRawSize),
    sessionKey: nt.sessionKey === 0 ? '0' : 'x', capabilities: hex(nt.capabilities),
    guid: nt.serverGuid === undefined ? '-' : guidClass(nt.serverGuid),
    blob: nt.securityBlob === undefined ? `${nt.challengeLength}+${names}` : blobText(nt.securityBlob),
  };
}

function lanmanFields(lanman: Smb1LanmanParameters | undefined): Record<string, string> {
  if (lanman === undefined) return {};
  return {
    securityMode: hex(lanman.securityMode), maxMpx: String(lanman.maxMpxCount), maxBuffer: String(lanman.maxBufferSize), rawMode: hex(lanman.rawMode),
    sessionKey: lanman.sessionKey === 0 ? '0' : 'x', blob: `${lanman.encryptionKeyLength}+${lanman.primaryDomain === undefined ? 0 : 1}`,
  };
}

const SMB_3_1_1 = 0x0311;

function smb2Response(message: Smb2NegotiateResponse): Record<string, string> {
  const { header, dialectRevision, serverStartTime, systemTime } = message;
  const garbage = dialectRevision !== SMB_3_1_1 && (message.negotiateContextOffset !== 0 || message.negotiateContextCount !== 0);
  return {
    dialect: hex(dialectRevision, 4),
    capabilities: hex(message.capabilities),
    sizes: [message.maxTransactSize, message.maxReadSize, message.maxWriteSize].join('/'),
    startTime: serverStartTime === 0n ? '0' : serverStartTime === systemTime ? 'n' : 'x',
    guid: guidClass(message.serverGuid),
    securityMode: hex(message.securityMode),
    credits: `${header.creditCharge}/${header.credits}`,
    processId: idClass(header.processId, [0, 0xfeff]),
    blob: blobText(message.securityBlob),
    contexts: list(message.contexts.map(contextText)),
    reserved: garbage ? 'x' : '0',
  };
}

function smb2Error({ header, errorContextCount, byteCount }: Smb2NegotiateError): Record<string, string> {
  return { status: hex(header.status), credits: `${header.creditCharge}/${header.credits}`, processId: idClass(header.processId, [0, 0xfeff]), byteCount: String(byteCount), errorContexts: String(errorContextCount) };
}

/** Lower-case, filled up to so many digits. */
function hex(value: number, digits = 1): string {
  return hexNumber(value, digits).slice(2);
}

const list = (items: readonly string[]): string => (items.length === 0 ? '-' : items.join(','));

/** The number itself where it tells something, else that it is another one. */
function idClass(id: number, telling: readonly number[]): string {
  return telling.includes(id) ? hex(id) : 'x';
}

/** `0` zeros, `a` 16 letters or digits, `n` a name of such and zeros behind it, `x` anything else. */
function guidClass(guid: Uint8Array): string {
  const text = guid.findIndex((byte) => !isNameByte(byte));
  if (text < 0) return 'a';
  if (guid.subarray(text).some((byte) => byte !== 0)) return 'x';
  return text === 0 ? '0' : 'n';
}

function isNameByte(byte: number): boolean {
  return (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a) || byte === 0x2d || byte === 0x5f;
}

/** A space is `+`, any other byte but letters, digits and `.-?_` is `%` and two digits. */
function wireText(text: string): string {
  return text.replaceAll(' ', '+').replace(/[^A-Za-z0-9.?_+-]/g, (char) => `%${hex(char.charCodeAt(0), 2)}`);
}

/** Type, what it lists in parentheses, and DataLength where that is no matter of names. */
function contextText(context: NegotiateContext): string {
  const type = hex(context.type);
  switch (context.name) {
    case 'PREAUTH_INTEGRITY': return `${type}(${ids(context.hashAlgorithms)})${context.dataLength}`;
    case 'ENCRYPTION': return `${type}(${ids(context.ciphers)})${context.dataLength}`;
    case 'COMPRESSION': return `${type}(${ids(context.algorithms)};${hex(context.flags)})${context.dataLength}`;
    case 'TRANSPORT': return `${type}(;${hex(context.flags)})${context.dataLength}`;
    case 'RDMA_TRANSFORM': return `${type}(${ids(context.transformIds)})${context.dataLength}`;
    case 'SIGNING': return `${type}(${ids(context.signingAlgorithms)})${context.dataLength}`;
    case 'NETNAME': return type;
    default: return `${type}()${context.dataLength}`;
  }
}

const ids = (values: readonly number[]): string => values.map((value) => hex(value)).join('.');

const SHORT: Readonly<Record<string, string>> = { 'NEGOEX': 'negoex', 'NTLMSSP': 'ntlmssp', 'KRB5': 'krb5', 'MS-KRB5': 'mskrb5', 'KRB5-U2U': 'krb5u2u', 'PKU2U': 'pku2u', 'IAKERB': 'iakerb' };

/** Mechanisms in their order, then the kind of hint and whether a token is there. [MS-SPNG] 2.2.1 */
function blobText({ kind, mechTypes, negHint, hasMechToken }: SecurityBlob): string {
  if (kind !== 'spnego') return kind === 'empty' ? '-' : kind;
  const mechanisms = mechTypes.map(({ oid, name }) => SHORT[name ?? ''] ?? oid).join('.');
  return `${mechanisms}${negHint === undefined ? '' : `@${hintClass(negHint)}`}${hasMechToken ? '+token' : ''}`;
}

function hintClass(hint: string): string {
  if (hint === 'not_defined_in_RFC4178@please_ignore') return 'ignore';
  return hint === 'NONE' ? 'none' : 'name';
}
