import type { ContextFields } from '../../smb/build/contexts.ts';
import type { Smb2HeaderFields } from '../../smb/build/header.ts';
import { SMB2_NEGOTIATE } from '../../smb/commands.ts';
import type { NegotiateContext, Smb2NegotiateRequest, SmbMessage } from '../../smb/messages.ts';
import { SHA512 } from '../algorithms.ts';
import { greatestCommon, LEVEL } from '../dialect-level.ts';
import type { ConnectionState, Reaction } from '../family.ts';
import type { Signing } from '../policy.ts';
import type { Rule } from '../rule.ts';
import { firstCommon, hangUp, preauthContext, SMB2_CAP, smb2Refusal, smb2ReplyHeader, smb2SessionReply, STATUS } from '../smb2-reply.ts';
import type { Values } from '../values.ts';
import { SPECIFICATION_RULES as RULES } from './specification-rules.ts';

export interface SpecifiedPolicy {
  readonly min: number;
  readonly max: number;
  readonly signing: Signing;
  readonly encryption: boolean;
  readonly ciphers: readonly number[];
  readonly signingAlgorithms: readonly number[];
  readonly compression: readonly number[];
  readonly blob: Uint8Array;
}

const WILDCARD = 0x02ff;
const SIGNED = 0x8;
const AES_CCM = 1;
const AES_CMAC = 1;
const COMPRESSION_NONE = 0;
const MEGABYTES_8 = 8 * 1024 * 1024;
const SMALL_SIZE = 65_536;

/** [MS-SMB2] 3.3.5.2 and 3.3.5.4 */
export function answerSmb2Negotiate(policy: SpecifiedPolicy, message: SmbMessage, connection: ConnectionState, values: Values): Reaction {
  if (connection.negotiated === 'smb1') return hangUp(RULES['smb2-after-smb1']);
  if (policy.max < LEVEL.smb202) return hangUp(RULES['smb2-not-implemented']);
  if (!('header' in message)) return hangUp(RULES['no-smb']);
  if (message.kind === 'smb1-command' || message.kind === 'smb1-negotiate-request' || message.kind === 'smb1-negotiate-response') return hangUp(RULES['smb1-first']);
  const { header } = message;
  const finished = connection.negotiated !== null && connection.negotiated !== WILDCARD;
  if (header.messageId !== connection.nextMessageId) return hangUp(RULES['smb2-message-id']);
  if (finished) return header.command === SMB2_NEGOTIATE ? hangUp(RULES['smb2-again']) : smb2SessionReply(header, connection, RULES['session']);
  if (message.kind !== 'smb2-negotiate-request') return hangUp(RULES['smb2-first']);
  if ((header.flags & SIGNED) !== 0) return smb2Refusal(header, STATUS.invalidParameter, RULES['smb2-signed']);
  if (message.dialectCount === 0 || message.dialects.length < message.dialectCount) return smb2Refusal(header, STATUS.invalidParameter, RULES['smb2-count']);
  // Over NetBIOS a server must not select 3.1.1.
  const max = connection.transport === 'netbios' ? Math.min(policy.max, LEVEL.smb302) : policy.max;
  const dialect = greatestCommon(message.dialects, policy.min, max);
  if (dialect === null) return smb2Refusal(header, STATUS.notSupported, RULES['smb2-no-common']);
  return dialect === 0x0311 ? select311(policy, message, connection, values) : select(policy, message, dialect, connection, values);
}

function select(policy: SpecifiedPolicy, { header, capabilities }: Smb2NegotiateRequest, dialect: number, connection: ConnectionState, values: Values): Reaction {
  const encryption = dialect >= 0x0300 && policy.encryption && policy.ciphers.includes(AES_CCM) ? capabilities & SMB2_CAP.encryption : 0;
  return smb2Response(policy, { header: smb2ReplyHeader(header), dialect, capabilities: capabilitiesOf(dialect, capabilities, connection) | encryption, contexts: [], rule: RULES['smb2-dialect'] }, connection, values);
}

function select311(policy: SpecifiedPolicy, request: Smb2NegotiateRequest, connection: ConnectionState, values: Values): Reaction {
  const { header, contexts, oddities, capabilities } = request;
  const wrong = oddities.some(({ code }) => code === 'context-out-of-bounds' || code === 'context-unreadable' || code === 'context-offset');
  const preauth = contexts.filter((context) => context.name === 'PREAUTH_INTEGRITY');
  if (wrong || preauth.length !== 1 || !contexts.every(isNotEmpty) || hasRepeated(contexts)) return smb2Refusal(header, STATUS.invalidParameter, RULES['smb2-contexts']);
  if (preauth[0]?.hashAlgorithms.includes(SHA512) !== true) return smb2Refusal(header, STATUS.noHashOverlap, RULES['smb2-hash']);
  const chosen = contexts.flatMap((context) => answerContext(policy, context));
  return smb2Response(policy, {
    header: smb2ReplyHeader(header), dialect: 0x0311, capabilities: capabilitiesOf(0x0311, capabilities, connection),
    contexts: [preauthContext(values.salt), ...chosen], rule: RULES['smb2-dialect'],
  }, connection, values);
}

const AT_MOST_ONCE = new Set<string>(['ENCRYPTION', 'COMPRESSION', 'RDMA_TRANSFORM', 'SIGNING']);

function hasRepeated(contexts: readonly NegotiateContext[]): boolean {
  const names = contexts.map(({ name }) => name).filter((name) => AT_MOST_ONCE.has(name));
  return new Set(names).size < names.length;
}

function isNotEmpty(context: NegotiateContext): boolean {
  switch (context.name) {
    case 'PREAUTH_INTEGRITY': return context.hashAlgorithms.length > 0;
    case 'ENCRYPTION': return context.ciphers.length > 0;
    case 'COMPRESSION': return context.algorithms.length > 0;
    case 'RDMA_TRANSFORM': return context.transformIds.length > 0;
    case 'SIGNING': return context.signingAlgorithms.length > 0;
    default: return true;
  }
}

function answerContext(policy: SpecifiedPolicy, context: NegotiateContext): ContextFields[] {
  switch (context.name) {
    case 'ENCRYPTION': return policy.encryption ? [{ name: 'ENCRYPTION', ciphers: [firstCommon(policy.ciphers, context.ciphers) ?? 0] }] : [];
    case 'COMPRESSION': {
      if (policy.compression.length === 0) return [];
      const common = context.algorithms.filter((id) => policy.compression.includes(id));
      return [{ name: 'COMPRESSION', flags: common.length === 0 ? 0 : context.flags & 1, algorithms: common.length === 0 ? [COMPRESSION_NONE] : common }];
    }
    case 'SIGNING': return [{ name: 'SIGNING', signingAlgorithms: [firstCommon(policy.signingAlgorithms, context.signingAlgorithms) ?? AES_CMAC] }];
    default: return [];
  }
}

function capabilitiesOf(dialect: number, client: number, { transport }: ConnectionState): number {
  if (dialect < 0x0210) return 0;
  return SMB2_CAP.leasing | (transport === 'direct-tcp' ? SMB2_CAP.largeMtu : 0) | (dialect >= 0x0300 ? client & (SMB2_CAP.multiChannel | SMB2_CAP.directoryLeasing) : 0);
}

export interface Smb2Selection {
  readonly header: Smb2HeaderFields;
  readonly dialect: number;
  readonly capabilities: number;
  readonly contexts: readonly ContextFields[];
  readonly rule: Rule;
}

/** A successful answer. [MS-SMB2] 2.2.4 */
export function smb2Response(policy: SpecifiedPolicy, { header, dialect, capabilities, contexts, rule }: Smb2Selection, connection: ConnectionState, values: Values): Reaction {
  const size = (capabilities & SMB2_CAP.largeMtu) === 0 ? SMALL_SIZE : MEGABYTES_8;
  return {
    reply: {
      kind: 'smb2-negotiate-response', header, dialectRevision: dialect, capabilities, contexts,
      securityMode: policy.signing === 'required' ? 3 : 1, serverGuid: values.serverGuid ?? new Uint8Array(16),
      maxTransactSize: size, maxReadSize: size, maxWriteSize: size, systemTime: values.time, securityBlob: policy.blob,
    },
    after: 'open',
    rule,
    state: { negotiated: dialect, nextMessageId: connection.nextMessageId + 1n },
  };
}
