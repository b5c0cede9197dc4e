import { negTokenInit, PLEASE_IGNORE } from '../../smb/build/spnego.ts';
import type { Smb1HeaderFields } from '../../smb/build/header.ts';
import type { ContextFields } from '../../smb/build/contexts.ts';
import { NBSS } from '../../smb/nbss.ts';
import type { NegotiateContext, Smb1NegotiateRequest, Smb2NegotiateRequest } from '../../smb/messages.ts';
import { SHA512 } from '../algorithms.ts';
import type { ClientMessage } from '../client-message.ts';
import { greatestCommon, LEVEL } from '../dialect-level.ts';
import type { ConnectionState, Reaction, Server, ServerFamily } from '../family.ts';
import { dialectLevel, type Policy, PolicyProblem, refuseSettings, refuseUnknownOptions } from '../policy.ts';
import { type Rule, rules } from '../rule.ts';
import { HEADER_FOR_SMB1, hangUp, keepSilent, preauthContext, SMB2_CAP, smb2ReplyHeader, smb2SessionReply, STATUS } from '../smb2-reply.ts';
import type { Values } from '../values.ts';

const SOURCE = { clause: 'Linux, fs/smb/server/smb_common.c and smb2pdu.c', certainty: 'source' } as const;
const RULES = rules('ksmbd', {
  'smb1-wildcard': { ...SOURCE, text: '"SMB 2.???" is the one string that it knows: answered with 0x02FF.' },
  'smb1-none': { ...SOURCE, text: 'No "SMB 2.???": an SMB1 answer with index 0xFFFF, and the connection is kept.', deviatesFrom: { clause: 'MS-SMB2 3.3.5.3.2', text: 'A server without SMB1 disconnects without an answer; "SMB 2.002" alone is answered where 2.0.2 is implemented.' } },
  'smb2-dialect': { ...SOURCE, text: 'The greatest dialect of 2.1 to 3.1.1 that the client listed and that lies in the range.' },
  'smb2-refused': { ...SOURCE, text: 'Whatever is wrong with a negotiate: STATUS_INSUFFICIENT_RESOURCES.', deviatesFrom: { clause: 'MS-SMB2 3.3.5.4', text: 'STATUS_NOT_SUPPORTED without a common dialect, STATUS_INVALID_PARAMETER for wrong contexts.' } },
  'again': { ...SOURCE, text: 'A second negotiate: no answer.', deviatesFrom: { clause: 'MS-SMB2 3.3.5.4', text: 'The server disconnects.' } },
  'session': { ...SOURCE, text: 'A session setup behind the negotiation is answered with a challenge.' },
  'unreadable': { ...SOURCE, text: 'What is no SMB message ends the connection.' },
});

/** Names of ksmbd.conf(5). */
const OPTIONS = ['server min protocol', 'server max protocol', 'server signing', 'smb3 encryption'] as const;
const PROTOCOLS: Readonly<Record<string, number>> = { SMB2_10: LEVEL.smb210, SMB3_00: LEVEL.smb300, SMB3_02: LEVEL.smb302, SMB3_11: LEVEL.smb311 };
const NONE = 0xffff;
const CREDITS_OF_WILDCARD = 2;
const MEGABYTES_4 = 4 * 1024 * 1024;
const BLOB = negTokenInit({ mechTypes: ['MS-KRB5', 'KRB5', 'NTLMSSP'], hint: PLEASE_IGNORE });
const CIPHERS = [1, 2, 3, 4];
const SIGNING = [0, 1];

interface KsmbdPolicy { readonly min: number; readonly max: number; readonly signing: boolean; readonly encryption: boolean }

/** The SMB server of the Linux kernel. From its source; never observed here. */
export const ksmbd: ServerFamily = {
  name: 'ksmbd',
  title: 'ksmbd (Linux kernel server)',
  options: OPTIONS,
  dialects: Object.keys(PROTOCOLS),
  range: readRange,
  server: (policy): Server => {
    refuseSettings(policy, ['smb1', 'ciphers', 'signingAlgorithms', 'compression'], 'ksmbd');
    refuseUnknownOptions(policy, OPTIONS, 'ksmbd');
    const signing = either('signing', policy.signing === undefined ? undefined : policy.signing === 'required', 'server signing', policy.options?.['server signing'], /^(?:mandatory|required)$/i) ?? false;
    const encryption = either('encryption', policy.encryption === undefined ? undefined : policy.encryption !== 'off', 'smb3 encryption', policy.options?.['smb3 encryption'], /^(?:yes|true|1)$/i) ?? true;
    const read = { ...readRange(policy), signing, encryption };
    return (message, connection, values) => answer(read, message, connection, values);
  },
};

function readRange(policy: Policy): { readonly min: number; readonly max: number } {
  const { options = {} } = policy;
  const level = (field: 'minDialect' | 'maxDialect', option: (typeof OPTIONS)[number], fallback: number): number => {
    const text = options[option];
    if (text !== undefined && policy[field] !== undefined && policy[field] !== text) throw new PolicyProblem('contradiction', `options.${option}`, `${field} says ${policy[field]}, "${option}" says ${text}.`);
    return dialectLevel(text === undefined ? policy : { ...policy, [field]: text }, field, fallback, PROTOCOLS);
  };
  return { min: level('minDialect', 'server min protocol', LEVEL.smb210), max: level('maxDialect', 'server max protocol', LEVEL.smb311) };
}

function either(field: string, own: boolean | undefined, option: string, text: string | undefined, yes: RegExp): boolean | undefined {
  const meant = text === undefined ? undefined : yes.test(text.trim());
  if (own !== undefined && meant !== undefined && own !== meant) throw new PolicyProblem('contradiction', `options.${option}`, `${field} and "${option}" say different things.`);
  return own ?? meant;
}

function answer(policy: KsmbdPolicy, { type, decoded: [message] }: ClientMessage, connection: ConnectionState, values: Values): Reaction | null {
  if (type === NBSS.keepalive) return null;
  if (type === NBSS.sessionRequest) return { reply: { kind: 'nbss', type: NBSS.positive, body: new Uint8Array(0) }, after: 'open', rule: RULES['session'] };
  if (message?.kind === 'smb1-negotiate-request') return connection.negotiated === null ? answerSmb1(policy, message, connection, values) : keepSilent(RULES['again']);
  if (message?.kind === 'smb2-negotiate-request') {
    return connection.negotiated === null || connection.negotiated === 0x02ff ? answerSmb2(policy, message, connection, values) : keepSilent(RULES['again']);
  }
  if (message?.kind === 'smb2-command' && typeof connection.negotiated === 'number') return smb2SessionReply(message.header, connection, RULES['session']);
  return hangUp(RULES['unreadable']);
}

function answerSmb1(policy: KsmbdPolicy, { header, dialects }: Smb1NegotiateRequest, connection: ConnectionState, values: Values): Reaction {
  if (dialects.includes('SMB 2.???')) return response(policy, { ...HEADER_FOR_SMB1, credits: CREDITS_OF_WILDCARD }, 0x02ff, 0, [], RULES['smb1-wildcard'], connection, values);
  const reply: Smb1HeaderFields = { flags: 0x88, flags2: 0xc840, tid: header.tid, pid: header.pid, uid: header.uid, mid: header.mid };
  return { reply: { kind: 'smb1-negotiate-response', header: reply, words: { form: 'index', index: NONE } }, after: 'open', rule: RULES['smb1-none'] };
}

function answerSmb2(policy: KsmbdPolicy, request: Smb2NegotiateRequest, connection: ConnectionState, values: Values): Reaction {
  const { header, dialects, dialectCount, capabilities, contexts } = request;
  const dialect = greatestCommon(dialects, policy.min, policy.max);
  const preauth = contexts.find((context) => context.name === 'PREAUTH_INTEGRITY');
  const wrong = dialectCount === 0 || dialect === null || (dialect === 0x0311 && !(preauth?.hashAlgorithms.includes(SHA512) ?? false));
  if (wrong) {
    return { reply: { kind: 'smb2-error', header: { ...smb2ReplyHeader(header), status: STATUS.insufficientResources }, padding: 0 }, after: 'open', rule: RULES['smb2-refused'] };
  }
  const chosen = dialect === 0x0311 ? [preauthContext(values.salt), ...contexts.flatMap((context) => answerContext(policy, context))] : [];
  return response(policy, smb2ReplyHeader(header), dialect, capabilities, chosen, RULES['smb2-dialect'], connection, values);
}

/** The client's order decides, for ciphers and for signing. */
function answerContext({ encryption }: KsmbdPolicy, context: NegotiateContext): ContextFields[] {
  if (context.name === 'ENCRYPTION') return encryption ? [{ name: 'ENCRYPTION', ciphers: [context.ciphers.find((id) => CIPHERS.includes(id)) ?? 0] }] : [];
  if (context.name === 'POSIX_EXTENSIONS') return [{ name: 'POSIX_EXTENSIONS', data: context.data }];
  const algorithm = context.name === 'SIGNING' ? context.signingAlgorithms.find((id) => SIGNING.includes(id)) : undefined;
  return algorithm === undefined ? [] : [{ name: 'SIGNING', signingAlgorithms: [algorithm] }];
}

function response(
  policy: KsmbdPolicy, header: ReturnType<typeof smb2ReplyHeader>, dialectRevision: number, client: number, contexts: readonly ContextFields[], rule: Rule, connection: ConnectionState, values: Values,
): Reaction {
  const encryption = policy.encryption && dialectRevision >= 0x0300 && dialectRevision !== 0x0311 ? client & SMB2_CAP.encryption : 0;
  return {
    reply: {
      kind: 'smb2-negotiate-response', header, dialectRevision, contexts, capabilities: SMB2_CAP.leasing | SMB2_CAP.largeMtu | encryption,
      securityMode: policy.signing ? 3 : 1, serverGuid: new Uint8Array(16), maxTransactSize: MEGABYTES_4, maxReadSize: MEGABYTES_4, maxWriteSize: MEGABYTES_4,
      systemTime: values.time, securityBlob: BLOB,
    },
    after: 'open',
    rule,
    state: { negotiated: dialectRevision, nextMessageId: connection.nextMessageId + 1n },
  };
}
