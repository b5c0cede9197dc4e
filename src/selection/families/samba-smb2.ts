import type { ContextFields } from '../../smb/build/contexts.ts';
import type { Smb2HeaderFields } from '../../smb/build/header.ts';
import { SMB2_NEGOTIATE } from '../../smb/commands.ts';
import { u16At, u32At } from '../../smb/little-endian.ts';
import type { Smb2Header } from '../../smb/messages.ts';
import { readSmb2Header, SMB2_HEADER_LENGTH } from '../../smb/smb2-header.ts';
import { SHA512 } from '../algorithms.ts';
import { greatestCommon, LEVEL } from '../dialect-level.ts';
import type { ConnectionState, Reaction } from '../family.ts';
import type { Rule } from '../rule.ts';
import { HEADER_FOR_SMB1, hangUp, preauthContext, SMB2_CAP, smb2ReplyHeader, smb2SessionReply, STATUS } from '../smb2-reply.ts';
import type { Values } from '../values.ts';
import { chooseContexts, readSambaContexts } from './samba-contexts.ts';
import { guidOf, type SambaServer } from './samba-server.ts';

const FLAGS = { reply: 0x1, async: 0x2, dfs: 0x1000_0000 } as const;
const WILDCARD = 0x02ff;
const SESSION_SETUP = 1;
const STRUCTURE_SIZE = 36;
/** From the first byte of the header. */
const AT = { dialectCount: 66, capabilities: 72, dialects: 100 } as const;
/** Of 2.0.2 and of NetBIOS. */
const SMALL_SIZE = 65_536;

/** An SMB2 message, as the first or a later one. */
export function answerSmb2(server: SambaServer, bytes: Uint8Array, connection: ConnectionState, values: Values): Reaction {
  const { policy, rules } = server;
  // Both ends count: an inverted range with one end at SMB2 answers with an error.
  if (policy.max < LEVEL.smb202 && policy.min < LEVEL.smb202) return hangUp(rules['smb2-off']);
  if (!isWhole(bytes)) return hangUp(rules['smb2-malformed']);
  const header = readSmb2Header(bytes);
  const finished = typeof connection.negotiated === 'number' && connection.negotiated !== WILDCARD;
  if (header.messageId !== connection.nextMessageId || (header.command !== SMB2_NEGOTIATE && !finished)) return hangUp(rules['smb2-malformed']);
  if (finished) return behindNegotiation(server, header, connection);
  return negotiate({ server, bytes, header, connection, values });
}

/** One message, not a chain, whose body is there as far as Samba looks before it answers. */
function isWhole(bytes: Uint8Array): boolean {
  return bytes.length >= SMB2_HEADER_LENGTH + 2 && u16At(bytes, 4) === SMB2_HEADER_LENGTH && u32At(bytes, 20) === 0 && u16At(bytes, SMB2_HEADER_LENGTH) >= 2;
}

function behindNegotiation({ rules }: SambaServer, header: Smb2Header, connection: ConnectionState): Reaction {
  if (header.command === SMB2_NEGOTIATE) return hangUp(rules['smb2-again']);
  return smb2SessionReply(header, connection, rules[header.command === SESSION_SETUP ? 'session' : 'beyond']);
}

interface Negotiate {
  readonly server: SambaServer;
  readonly bytes: Uint8Array;
  readonly header: Smb2Header;
  readonly connection: ConnectionState;
  readonly values: Values;
}

function negotiate(request: Negotiate): Reaction {
  const { server: { policy, rules }, bytes, header, connection } = request;
  const refuse = (status: number, rule: Rule): Reaction => refusal(header, status, rule);
  if ((header.flags & ~FLAGS.dfs) !== 0) return refuse(STATUS.invalidParameter, rules['smb2-flags']);
  if (u16At(bytes, SMB2_HEADER_LENGTH) !== STRUCTURE_SIZE || bytes.length < AT.dialects) return refuse(STATUS.invalidParameter, rules['smb2-size']);
  const count = u16At(bytes, AT.dialectCount);
  if (count === 0 || AT.dialects + 2 * count > bytes.length) return refuse(STATUS.invalidParameter, rules['smb2-count']);
  const offered = Array.from({ length: count }, (_, index) => u16At(bytes, AT.dialects + 2 * index));
  const dialect = greatestCommon(offered, policy.min, policy.max);
  if (dialect === null) return refuse(STATUS.notSupported, rules['smb2-no-common']);
  if (dialect === 0x0311) return negotiate311(request, count);
  const rule = connection.negotiated === 'smb1' ? rules['smb2-after-smb1'] : rules['smb2-dialect'];
  return accept(request, { dialect, cipherOffered: false, contexts: [], signing: null, rule });
}

function negotiate311(request: Negotiate, count: number): Reaction {
  const { server: { policy, rules }, bytes, header, connection, values } = request;
  const offered = readSambaContexts(bytes, AT.dialects + 2 * count);
  if (offered === null) return refusal(header, STATUS.invalidParameter, rules['smb2-contexts']);
  if (!offered.hashes.includes(SHA512)) return refusal(header, STATUS.noHashOverlap, rules['smb2-hash']);
  const encrypts = policy.encryption && (u32At(bytes, AT.capabilities) & SMB2_CAP.encryption) !== 0;
  const { cipher, signing } = chooseContexts(offered, encrypts ? policy.ciphers : null, policy.release.signingAlgorithms === null ? null : policy.signingAlgorithms);
  const contexts: ContextFields[] = [
    preauthContext(values.salt),
    ...(cipher === null ? [] : [{ name: 'ENCRYPTION', ciphers: [cipher] } as const]),
    ...(signing === null ? [] : [{ name: 'SIGNING', signingAlgorithms: [signing] } as const]),
  ];
  const rule = offered.repeated ? rules['smb2-first-context']
    : policy.encryption && !encrypts && offered.ciphers !== null ? rules['smb2-capability-decides']
    : connection.transport === 'netbios' ? rules['smb2-netbios-311']
    : connection.negotiated === 'smb1' ? rules['smb2-after-smb1'] : rules['smb2-dialect'];
  return accept(request, { dialect: 0x0311, cipherOffered: cipher !== null, contexts, signing, rule });
}

interface Choice {
  readonly dialect: number;
  /** An encryption context is answered, so that the capability bit is not. */
  readonly cipherOffered: boolean;
  readonly contexts: readonly ContextFields[];
  /** Null: what the dialect prescribes. */
  readonly signing: number | null;
  readonly rule: Rule;
}

function accept({ server, bytes, header, connection, values }: Negotiate, choice: Choice): Reaction {
  const clientCapabilities = u32At(bytes, AT.capabilities);
  const capabilities = capabilitiesOf(server, choice, clientCapabilities, connection);
  if (!hasPrescribed(server, choice, capabilities)) return refusal(header, STATUS.invalidParameter, server.rules['smb2-algorithms']);
  const multiCredit = (capabilities & SMB2_CAP.largeMtu) !== 0;
  const reply = { ...replyHeader(header), credits: multiCredit ? Math.max(1, header.creditCharge) : 1 };
  return response({ server, header: reply, choice, capabilities, connection, values });
}

/** "SMB 2.???" or "SMB 2.002" in an SMB1 list. [MS-SMB2] 3.3.5.3 */
export function smb2AnswerToSmb1(server: SambaServer, dialect: 0x02ff | 0x0202, connection: ConnectionState, values: Values): Reaction {
  const { rules } = server;
  const header = HEADER_FOR_SMB1;
  const choice = { dialect, cipherOffered: false, contexts: [], signing: null, rule: rules[dialect === WILDCARD ? 'smb1-wildcard' : 'smb1-202'] };
  const capabilities = capabilitiesOf(server, choice, 0, connection);
  if (!hasPrescribed(server, choice, capabilities)) {
    return { reply: { kind: 'smb2-error', header: { ...header, status: STATUS.invalidParameter }, padding: 0 }, after: 'open', rule: rules['smb2-algorithms'], state: { nextMessageId: 1n } };
  }
  return response({ server, header, choice, capabilities, connection, values });
}

function capabilitiesOf({ policy }: SambaServer, { dialect, cipherOffered }: Choice, client: number, { transport }: ConnectionState): number {
  const asked = dialect >= 0x0300 && dialect !== WILDCARD ? client : 0;
  return (policy.dfs ? SMB2_CAP.dfs : 0)
    | (policy.leases && dialect >= 0x0210 ? SMB2_CAP.leasing : 0)
    | (transport === 'direct-tcp' && dialect >= 0x0210 ? SMB2_CAP.largeMtu : 0)
    | (policy.multiChannel ? asked & SMB2_CAP.multiChannel : 0)
    | (policy.encryption && !cipherOffered ? asked & SMB2_CAP.encryption : 0);
}

/** Without negotiated algorithms the dialect's own must be in the server's list. */
function hasPrescribed({ policy }: SambaServer, { dialect, signing }: Choice, capabilities: number): boolean {
  if ((capabilities & SMB2_CAP.encryption) !== 0 && !policy.ciphers.includes(1)) return false;
  return signing !== null || policy.signingAlgorithms.includes(dialect >= 0x0300 ? 1 : 0);
}

interface Response {
  readonly server: SambaServer;
  readonly header: Smb2HeaderFields;
  readonly choice: Choice;
  readonly capabilities: number;
  readonly connection: ConnectionState;
  readonly values: Values;
}

function response({ server, header, choice, capabilities, connection, values }: Response): Reaction {
  const { policy } = server;
  const large = (capabilities & SMB2_CAP.largeMtu) !== 0;
  const size = (limit: number): number => (large ? limit : Math.min(limit, SMALL_SIZE));
  return {
    reply: {
      kind: 'smb2-negotiate-response', header, dialectRevision: choice.dialect, capabilities,
      securityMode: policy.signing === 'required' ? 3 : 1,
      serverGuid: guidOf(server.serverName(values), values),
      maxTransactSize: size(policy.maxTrans), maxReadSize: size(policy.maxRead), maxWriteSize: size(policy.maxWrite),
      systemTime: values.time, securityBlob: server.blob, contexts: choice.contexts,
    },
    after: 'open',
    rule: choice.rule,
    state: { negotiated: choice.dialect, nextMessageId: connection.nextMessageId + 1n },
  };
}

/** Samba leaves the request's flags and signature in the reply. */
function replyHeader(header: Smb2Header): Smb2HeaderFields {
  return { ...smb2ReplyHeader(header), flags: (header.flags | FLAGS.reply) >>> 0, signature: header.signature };
}

function refusal(header: Smb2Header, status: number, rule: Rule): Reaction {
  const credits = (header.flags & FLAGS.async) === 0 ? 1 : 0;
  return { reply: { kind: 'smb2-error', header: { ...replyHeader(header), status, credits }, padding: 0 }, after: 'open', rule, state: { nextMessageId: header.messageId + 1n } };
}
