import { SMB1_HEADER_LENGTH } from '../smb/smb1-header.ts';
import type { ContextFields } from '../smb/build/contexts.ts';
import type { Smb2HeaderFields } from '../smb/build/header.ts';
import type { Smb2Header } from '../smb/messages.ts';
import type { ConnectionState, Reaction } from './family.ts';
import type { Rule } from './rule.ts';

/** Capabilities of a negotiate. [MS-SMB2] 2.2.4 */
export const SMB2_CAP = { dfs: 0x01, leasing: 0x02, largeMtu: 0x04, multiChannel: 0x08, persistentHandles: 0x10, directoryLeasing: 0x20, encryption: 0x40, notifications: 0x80 } as const;

export const STATUS = {
  invalidSmb: 0x0001_0002, invalidParameter: 0xc000_000d, moreProcessing: 0xc000_0016, insufficientResources: 0xc000_009a,
  notSupported: 0xc000_00bb, userSessionDeleted: 0xc000_0203, noHashOverlap: 0xc05d_0000,
} as const;

const SERVER_TO_REDIR = 0x1;

/** A reply's header: what a server must echo, and one credit. [MS-SMB2] 3.3.4.1.2 */
export function smb2ReplyHeader(request: Smb2Header): Smb2HeaderFields {
  const { command, creditCharge, messageId, processId, treeId, sessionId } = request;
  return { command, creditCharge, messageId, processId, treeId, sessionId, credits: 1, flags: SERVER_TO_REDIR };
}

/** The header of an SMB2 answer to an SMB1 request, which has nothing to echo. [MS-SMB2] 3.3.5.3.1 */
export const HEADER_FOR_SMB1: Smb2HeaderFields = { flags: SERVER_TO_REDIR, credits: 1 };

/** An error response; the connection stays open for another negotiate. */
export function smb2Refusal(request: Smb2Header, status: number, rule: Rule): Reaction {
  return {
    reply: { kind: 'smb2-error', header: { ...smb2ReplyHeader(request), status }, padding: 0 },
    after: 'open',
    rule,
    state: { nextMessageId: request.messageId + 1n },
  };
}

/** A command behind the negotiation: what a session setup is answered with is foretold, its bytes are not. */
export function smb2SessionReply(request: Smb2Header, connection: ConnectionState, rule: Rule): Reaction {
  const status = request.command === SESSION_SETUP ? STATUS.moreProcessing : STATUS.userSessionDeleted;
  return { reply: { kind: 'other', bytes: null, command: request.command, status }, after: 'open', rule, state: { nextMessageId: connection.nextMessageId + 1n } };
}

const SESSION_SETUP = 1;

/** An SMB1 command behind the negotiation: that it is answered is foretold, and with extended security with a challenge; its bytes are not. */
export function smb1SessionReply(bytes: Uint8Array, rule: Rule): Reaction {
  const [command, wordCount] = [bytes[SMB1_COMMAND], bytes[SMB1_HEADER_LENGTH]];
  const challenged = command === SMB1_SESSION_SETUP && wordCount === EXTENDED_SECURITY_WORDS;
  return { reply: { kind: 'other', bytes: null, command: command ?? 0, ...(challenged && { status: STATUS.moreProcessing }) }, after: 'open', rule };
}

/** SESSION_SETUP_ANDX with extended security has 12 words. [MS-SMB] 2.2.4.6.1 */
const [SMB1_COMMAND, SMB1_SESSION_SETUP, EXTENDED_SECURITY_WORDS] = [4, 0x73, 12];

/** Hangs up without a word. */
export function hangUp(rule: Rule, how: 'closed' | 'reset' = 'closed'): Reaction {
  return { reply: null, after: how, rule };
}

/** Says nothing and keeps the connection. */
export function keepSilent(rule: Rule): Reaction {
  return { reply: null, after: 'open', rule };
}

/** The first id of `preferred` that `offered` has. */
export function firstCommon(preferred: readonly number[], offered: readonly number[]): number | null {
  return preferred.find((id) => offered.includes(id)) ?? null;
}

/** The context of one kind, as it is answered. */
export const preauthContext = (salt: Uint8Array): ContextFields => ({ name: 'PREAUTH_INTEGRITY', hashAlgorithms: [1], salt });
