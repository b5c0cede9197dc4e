import { guidText, toHex } from '../../../src/bytes/text.ts';
import { decodeSmb } from '../../../src/smb/decode.ts';
import type { Field } from '../../../src/smb/fields/field.ts';
import type { NegotiateContext, SmbMessage } from '../../../src/smb/messages.ts';
import { named, values } from './tree.ts';

type Facts = Record<string, unknown>;

/** The typed message's word for a field, and ours. */
const HEADER1: Readonly<Record<string, string>> = { command: 'Command', flags: 'Flags', flags2: 'Flags2', pidHigh: 'PIDHigh', signature: 'SecurityFeatures', tid: 'TID', pid: 'PIDLow', uid: 'UID', mid: 'MID' };
const HEADER2: Readonly<Record<string, string>> = { structureSize: 'StructureSize', creditCharge: 'CreditCharge', command: 'Command', flags: 'Flags', nextCommand: 'NextCommand', messageId: 'MessageId', sessionId: 'SessionId', signature: 'Signature' };
const NT: Readonly<Record<string, string>> = {
  securityMode: 'SecurityMode', maxMpxCount: 'MaxMpxCount', maxNumberVcs: 'MaxNumberVcs', maxBufferSize: 'MaxBufferSize', maxRawSize: 'MaxRawSize', sessionKey: 'SessionKey', capabilities: 'Capabilities',
  systemTime: 'SystemTime', timeZoneMinutes: 'ServerTimeZone', challengeLength: 'ChallengeLength', domainName: 'DomainName', serverName: 'ServerName', serverGuid: 'ServerGUID',
};
const LANMAN: Readonly<Record<string, string>> = {
  securityMode: 'SecurityMode', maxBufferSize: 'MaxBufferSize', maxMpxCount: 'MaxMpxCount', maxNumberVcs: 'MaxNumberVcs', rawMode: 'RawMode', sessionKey: 'SessionKey', serverTimeDos: 'ServerTime',
  serverDateDos: 'ServerDate', timeZoneMinutes: 'ServerTimeZone', encryptionKeyLength: 'EncryptionKeyLength', primaryDomain: 'PrimaryDomain',
};
const SMB2: Readonly<Record<string, string>> = {
  structureSize: 'StructureSize', dialectCount: 'DialectCount', securityMode: 'SecurityMode', capabilities: 'Capabilities', clientGuid: 'ClientGuid', clientStartTime: 'ClientStartTime', dialectRevision: 'DialectRevision',
  serverGuid: 'ServerGuid', maxTransactSize: 'MaxTransactSize', maxReadSize: 'MaxReadSize', maxWriteSize: 'MaxWriteSize', systemTime: 'SystemTime', serverStartTime: 'ServerStartTime',
  securityBufferOffset: 'SecurityBufferOffset', securityBufferLength: 'SecurityBufferLength', errorContextCount: 'ErrorContextCount', byteCount: 'ByteCount',
};

const text = (key: string, value: unknown): unknown => (value instanceof Uint8Array ? (/guid/i.test(key) ? guidText(value) : toHex(value)) : typeof value === 'bigint' ? value.toString() : value);

/** Pairs of what the decoder read and what the fields say. */
function pairs(facts: Facts | undefined, words: Readonly<Record<string, string>>, fields: readonly Field[]): [string, unknown, unknown][] {
  return Object.entries(words).filter(([key]) => facts?.[key] !== undefined).map(([key, name]) => [name, text(key, facts?.[key]), named(fields, name)[0]?.value]);
}

function contextPairs(context: NegotiateContext, { children = [] }: Field): [string, unknown, unknown][] {
  const list = (name: string): unknown[] => values(children, name);
  const fixed: [string, unknown, unknown][] = [['ContextType', [context.type], list('ContextType')], ['DataLength', [context.dataLength], list('DataLength')]];
  switch (context.name) {
    case 'PREAUTH_INTEGRITY': return [...fixed, ['HashAlgorithm', context.hashAlgorithms, list('HashAlgorithm')], ['Salt', context.saltLength === 0 ? [] : [toHex(context.salt)], list('Salt')]];
    case 'ENCRYPTION': return [...fixed, ['Cipher', context.ciphers, list('Cipher')]];
    case 'COMPRESSION': return [...fixed, ['CompressionAlgorithm', context.algorithms, list('CompressionAlgorithm')], ['Flags', [context.flags], list('Flags')]];
    case 'NETNAME': return [...fixed, ['NetName', context.netName, list('NetName')[0] ?? '']];
    case 'TRANSPORT': return [...fixed, ['Flags', [context.flags], list('Flags')]];
    case 'RDMA_TRANSFORM': return [...fixed, ['RDMATransformId', context.transformIds, list('RDMATransformId')]];
    case 'SIGNING': return [...fixed, ['SigningAlgorithm', context.signingAlgorithms, list('SigningAlgorithm')]];
    default: return fixed;
  }
}

/** What the decoder read of the first message behind the prefix, and what the fields say: name, decoded, field. */
export function decodedPairs(bytes: Uint8Array, fields: readonly Field[]): [string, unknown, unknown][] {
  const [message] = bytes[0] === 0 ? decodeSmb(bytes.subarray(4), bytes.length - 4) : [];
  return message === undefined ? [] : messagePairs(message, fields);
}

function messagePairs(message: SmbMessage, fields: readonly Field[]): [string, unknown, unknown][] {
  const [header = [], body = []] = fields.filter(({ children }) => children !== undefined).slice(1).map((field) => [field]);
  if (message.kind === 'malformed' || message.kind === 'smb2-encrypted' || message.kind === 'smb2-compressed') return [];
  const facts = message as unknown as Facts;
  const headerPairs = pairs(facts['header'] as Facts, message.kind.startsWith('smb1') ? HEADER1 : HEADER2, header);
  switch (message.kind) {
    case 'smb1-negotiate-request': return [...headerPairs, ['SMB_Dialect', message.dialects, values(body, 'SMB_Dialect')]];
    case 'smb1-negotiate-response':
      return [
        ...headerPairs, ...pairs(facts['nt'] as Facts | undefined, NT, body), ...pairs(facts['lanman'] as Facts | undefined, LANMAN, body),
        ['mechTypes', message.nt?.securityBlob?.mechTypes.map(({ oid }) => oid) ?? [], values(body, 'MechType content')],
        ...(message.wordCount === 0 ? [] : [['DialectIndex', [message.selectedIndex], values(body, 'DialectIndex')] as [string, unknown, unknown]]),
      ];
    case 'smb2-negotiate-request':
    case 'smb2-negotiate-response': {
      const contexts = body[0]?.children?.filter(({ children }) => children?.[0]?.name === 'ContextType') ?? [];
      const own: [string, unknown, unknown] = message.kind === 'smb2-negotiate-request'
        ? ['Dialect', message.dialects, values(body, 'Dialect')]
        : ['mechTypes', message.securityBlob.mechTypes.map(({ oid }) => oid), values(body, 'MechType content')];
      return [
        ...headerPairs, ...pairs(facts, SMB2, body), own, ['contexts', message.contexts.map(({ offset }) => offset + 4), contexts.map(({ offset }) => offset)],
        ...message.contexts.flatMap((context, index) => contextPairs(context, contexts[index] ?? { name: 'missing', offset: 0, length: 0, value: null })),
      ];
    }
    case 'smb2-negotiate-error': return [...headerPairs, ...pairs(facts, SMB2, body)];
    default: return headerPairs;
  }
}
