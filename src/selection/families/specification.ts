import { NBSS } from '../../smb/nbss.ts';
import type { Smb1NegotiateRequest, SmbMessage } from '../../smb/messages.ts';
import { negTokenInit, PLEASE_IGNORE } from '../../smb/build/spnego.ts';
import type { Smb1HeaderFields } from '../../smb/build/header.ts';
import type { Smb1Words } from '../../smb/build/smb1-negotiate.ts';
import { dosTime } from '../../smb/build/dos-time.ts';
import type { ClientMessage } from '../client-message.ts';
import { LEVEL } from '../dialect-level.ts';
import type { ConnectionState, Reaction, Server, ServerFamily } from '../family.ts';
import { cipherIds, compressionIds, dialectLevel, type Policy, refuseSettings, refuseUnknownOptions, signingIds } from '../policy.ts';
import { hangUp, HEADER_FOR_SMB1, smb1SessionReply, SMB2_CAP, STATUS } from '../smb2-reply.ts';
import type { Values } from '../values.ts';
import { SPECIFICATION_RULES as RULES } from './specification-rules.ts';
import { answerSmb2Negotiate, smb2Response, type SpecifiedPolicy } from './specification-smb2.ts';

/** Strings by preference, with their levels. [MS-CIFS] 1.7 */
const SMB1_DIALECTS: readonly { readonly name: string; readonly level: number; readonly form: 'nt' | 'lanman' | 'core' }[] = [
  { name: 'NT LM 0.12', level: LEVEL.nt1, form: 'nt' },
  { name: 'LANMAN2.1', level: LEVEL.lanman2, form: 'lanman' },
  { name: 'DOS LANMAN2.1', level: LEVEL.lanman2, form: 'lanman' },
  { name: 'LM1.2X002', level: LEVEL.lanman2, form: 'lanman' },
  { name: 'LANMAN1.2', level: LEVEL.lanman2, form: 'lanman' },
  { name: 'DOS LM1.2X002', level: LEVEL.lanman2, form: 'lanman' },
  { name: 'LANMAN1.0', level: LEVEL.lanman1, form: 'lanman' },
  { name: 'MICROSOFT NETWORKS 3.0', level: LEVEL.lanman1, form: 'lanman' },
  { name: 'MICROSOFT NETWORKS 1.03', level: LEVEL.core, form: 'core' },
  { name: 'PC NETWORK PROGRAM 1.0', level: LEVEL.core, form: 'core' },
  { name: 'PCLAN1.0', level: LEVEL.core, form: 'core' },
];

/** LARGE_FILES, NT_SMBS, UNICODE, RPC_REMOTE_APIS, STATUS32, LEVEL_II_OPLOCKS, LOCK_AND_READ, NT_FIND. */
const NT_CAPABILITIES = 0x0000_03fc;
const EXTENDED_SECURITY = 0x8000_0000;
const FLAGS_REPLY = 0x80;
const FLAGS2_EXTENDED_SECURITY = 0x0800;
const NONE = 0xffff;

/** A server as [MS-SMB2], [MS-SMB] and [MS-CIFS] describe it, without any program's habits. Without a policy it implements 2.0.2 to 3.1.1. */
export const specification: ServerFamily = {
  name: 'specification',
  title: 'A server as specified',
  options: [],
  dialects: [],
  range: rangeOf,
  server: (policy): Server => {
    const read = readPolicy(policy);
    return (message, connection, values) => answer(read, message, connection, values);
  },
};

function rangeOf(policy: Policy): { readonly min: number; readonly max: number } {
  return { min: dialectLevel(policy, 'minDialect', LEVEL.smb202), max: dialectLevel(policy, 'maxDialect', LEVEL.smb311) };
}

/** `smb1Min`: the least SMB1 level; null where SMB1 is not implemented. Said in so many words, SMB1 is there whatever the range is. */
function readPolicy(policy: Policy): SpecifiedPolicy & { readonly smb1Min: number | null } {
  refuseSettings(policy, ['version'], 'specification');
  refuseUnknownOptions(policy, [], 'specification');
  const range = rangeOf(policy);
  return {
    ...range,
    smb1Min: policy.smb1 === true ? LEVEL.core : policy.smb1 === undefined && range.min <= LEVEL.nt1 ? range.min : null,
    signing: policy.signing ?? 'default',
    encryption: policy.encryption !== 'off',
    ciphers: cipherIds(policy.ciphers ?? ['AES-128-GCM', 'AES-128-CCM', 'AES-256-GCM', 'AES-256-CCM']),
    signingAlgorithms: signingIds(policy.signingAlgorithms ?? ['AES-GMAC', 'AES-CMAC', 'HMAC-SHA256']),
    compression: compressionIds(policy.compression ?? []),
    blob: negTokenInit({ mechTypes: ['NTLMSSP'], hint: PLEASE_IGNORE }),
  };
}

function answer(policy: ReturnType<typeof readPolicy>, message: ClientMessage, connection: ConnectionState, values: Values): Reaction | null {
  if (message.type !== NBSS.sessionMessage) return answerNbss(message.type, connection);
  const [first, ...more] = message.decoded;
  if (first === undefined) return hangUp(RULES['no-smb']);
  if (isSmb1(first)) return answerSmb1(policy, { message: first, bytes: message.bytes }, connection, values);
  if (more.length > 0) return hangUp(RULES['smb2-first']);
  return answerSmb2Negotiate(policy, first, connection, values);
}

function answerNbss(type: number, { transport }: ConnectionState): Reaction | null {
  if (transport === 'direct-tcp') return hangUp(RULES['nbss-direct']);
  if (type === NBSS.keepalive) return null;
  if (type !== NBSS.sessionRequest) return hangUp(RULES['no-smb']);
  return { reply: { kind: 'nbss', type: NBSS.positive, body: new Uint8Array(0) }, after: 'open', rule: RULES['nbss-accepted'] };
}

function isSmb1(message: SmbMessage): boolean {
  return message.kind.startsWith('smb1') || (message.kind === 'malformed' && message.as.startsWith('smb1'));
}

function answerSmb1(policy: ReturnType<typeof readPolicy>, { message, bytes }: { readonly message: SmbMessage; readonly bytes: Uint8Array }, connection: ConnectionState, values: Values): Reaction {
  if (typeof connection.negotiated === 'number') return hangUp(RULES['smb1-after-smb2']);
  if (message.kind === 'malformed') {
    return policy.smb1Min !== null ? smb1Error({}, 'smb1-malformed') : hangUp(RULES['smb1-not-implemented']);
  }
  if (message.kind !== 'smb1-negotiate-request') return connection.negotiated === 'smb1' ? smb1SessionReply(bytes, RULES['smb1-session']) : hangUp(RULES['smb1-first']);
  if (connection.negotiated === 'smb1') return smb1Error(smb1ReplyHeader(message), 'smb1-again');
  const { dialects } = message;
  const has = (level: number): boolean => level >= policy.min && level <= policy.max;
  if (dialects.includes('SMB 2.???') && [LEVEL.smb210, LEVEL.smb300, LEVEL.smb302, LEVEL.smb311].some(has)) return multiProtocol(policy, 0x02ff, connection, values);
  if (dialects.includes('SMB 2.002') && has(LEVEL.smb202)) return multiProtocol(policy, 0x0202, connection, values);
  return policy.smb1Min !== null ? selectSmb1(policy, policy.smb1Min, message, values) : hangUp(RULES['smb1-not-implemented']);
}

function multiProtocol(policy: SpecifiedPolicy, dialect: 0x02ff | 0x0202, connection: ConnectionState, values: Values): Reaction {
  const large = dialect !== 0x0202 && connection.transport === 'direct-tcp';
  const capabilities = dialect === 0x0202 ? 0 : SMB2_CAP.leasing | (large ? SMB2_CAP.largeMtu : 0);
  return smb2Response(policy, { header: HEADER_FOR_SMB1, dialect, capabilities, contexts: [], rule: RULES[dialect === 0x0202 ? 'smb1-202' : 'smb1-wildcard'] }, connection, values);
}

function selectSmb1(policy: SpecifiedPolicy, min: number, request: Smb1NegotiateRequest, values: Values): Reaction {
  for (const { name, level, form } of SMB1_DIALECTS) {
    const index = request.dialects.indexOf(name);
    if (index < 0 || level < min || level > policy.max) continue;
    const extended = form === 'nt' && (request.header.flags2 & FLAGS2_EXTENDED_SECURITY) !== 0;
    const words = wordsOf(policy, form, index, extended, values);
    return { ...smb1Reply(smb1ReplyHeader(request, extended), words), dialect: name, rule: RULES['smb1-selected'] };
  }
  return { ...smb1Reply(smb1ReplyHeader(request), { form: 'index', index: NONE }), rule: RULES['smb1-none'], state: {} };
}

function smb1ReplyHeader({ header }: Smb1NegotiateRequest, extended = false): Smb1HeaderFields {
  const { flags, flags2, tid, pid, pidHigh, uid, mid } = header;
  return { flags: flags | FLAGS_REPLY, flags2: extended ? flags2 : flags2 & ~FLAGS2_EXTENDED_SECURITY, tid, pid, pidHigh, uid, mid };
}

function smb1Reply(header: Smb1HeaderFields, words: Smb1Words): Pick<Reaction, 'reply' | 'after' | 'state'> {
  return { reply: { kind: 'smb1-negotiate-response', header, words }, after: 'open', state: { negotiated: 'smb1' } };
}

function smb1Error(header: Smb1HeaderFields, rule: 'smb1-malformed' | 'smb1-again'): Reaction {
  return { reply: { kind: 'smb1-negotiate-response', header: { flags: FLAGS_REPLY, ...header, status: STATUS.invalidSmb }, words: null }, after: 'open', rule: RULES[rule] };
}

function wordsOf(policy: SpecifiedPolicy, form: 'nt' | 'lanman' | 'core', index: number, extended: boolean, values: Values): Smb1Words {
  const { time, date } = dosTime(values.time);
  const shared = { index, maxMpxCount: 50, maxNumberVcs: 1, maxBufferSize: 16_644, sessionKey: values.sessionKey, timeZoneMinutes: 0 };
  const user = 0x03;
  switch (form) {
    case 'core': return { form: 'index', index };
    case 'lanman':
      return { ...shared, form, securityMode: user, rawMode: 0, serverTimeDos: time, serverDateDos: date, challenge: values.challenge, primaryDomain: values.domain };
    case 'nt': {
      const signing = policy.signing === 'required' ? 0x0c : policy.signing === 'auto' ? 0x04 : 0;
      const capabilities = (NT_CAPABILITIES | (extended ? EXTENDED_SECURITY : 0)) >>> 0;
      const data = extended ? { serverGuid: values.serverGuid ?? new Uint8Array(16), securityBlob: policy.blob } : { challenge: values.challenge, names: [values.domain, values.serverName], unicode: true };
      return { ...shared, form, securityMode: user | signing, maxRawSize: 65_536, capabilities, systemTime: values.time, data };
    }
  }
}
