import { hexNumber } from '../bytes/text.ts';
import { DIALECT_WILDCARD, smb2DialectText } from '../negotiation/dialects.ts';
import { cipherOf, compressionOf, signingAlgorithmOf } from '../smb/algorithms.ts';
import type { NegotiateContext, SecurityBlob, Smb1NegotiateResponse, Smb1NtParameters, Smb2NegotiateResponse, SmbMessage } from '../smb/messages.ts';

/** What an answer says, apart from what is random in it: comparable between a server that was seen and one that is foretold. */
export interface AnswerFacts {
  /** Which dialect was agreed on, or how it was refused: `answer.kind` of a report and what goes with it. */
  readonly choice: Facts;
  /** What else was agreed on: algorithms, signing. */
  readonly terms: Facts;
  /** What names the program: forms of GUID and security blob. Empty where the answer has nothing of the kind. */
  readonly identity: Facts;
  /** What else versions differ in: capabilities, sizes. */
  readonly details: Facts;
}

export type Facts = Readonly<Record<string, string>>;

const NONE = 'none';

/** Null where the message is no answer to a negotiate, or cannot be read. */
export function answerFacts(message: SmbMessage): AnswerFacts | null {
  switch (message.kind) {
    case 'smb2-negotiate-response': return message.header.status === 0 ? smb2Facts(message) : refusal('smb2-error', message.header.status);
    case 'smb2-negotiate-error': return refusal('smb2-error', message.header.status);
    case 'smb1-negotiate-response': return smb1Facts(message);
    default: return null;
  }
}

function refusal(kind: string, status: number): AnswerFacts {
  return { choice: { kind, status: hexNumber(status, 8) }, terms: {}, identity: {}, details: {} };
}

function smb2Facts(message: Smb2NegotiateResponse): AnswerFacts {
  const { dialectRevision, contexts } = message;
  return {
    choice: { kind: dialectRevision === DIALECT_WILDCARD ? 'smb2-wildcard' : 'smb2-dialect', dialect: smb2DialectText(dialectRevision) },
    identity: { serverGuid: guidForm(message.serverGuid), securityBlob: blobForm(message.securityBlob), startTime: message.serverStartTime === 0n ? 'zero' : 'set' },
    terms: { securityMode: hexNumber(message.securityMode, 4), ...(dialectRevision === 0x0311 && contextFacts(contexts)) },
    details: {
      capabilities: hexNumber(message.capabilities, 8),
      maxTransactSize: String(message.maxTransactSize), maxReadSize: String(message.maxReadSize), maxWriteSize: String(message.maxWriteSize),
    },
  };
}

function contextFacts(contexts: readonly NegotiateContext[]): Facts {
  const one = <N extends NegotiateContext['name']>(name: N): Extract<NegotiateContext, { readonly name: N }> | undefined =>
    contexts.find((context): context is Extract<NegotiateContext, { readonly name: N }> => context.name === name);
  const compression = one('COMPRESSION');
  return {
    cipher: listed(one('ENCRYPTION')?.ciphers, cipherOf),
    signingAlgorithm: listed(one('SIGNING')?.signingAlgorithms, signingAlgorithmOf),
    compression: compression === undefined ? NONE : `${listed(compression.algorithms.toSorted((left, right) => left - right), compressionOf)}${(compression.flags & 1) === 0 ? '' : ' CHAINED'}`,
    posix: contexts.some(({ name }) => name === 'POSIX_EXTENSIONS') ? 'answered' : NONE,
  };
}

/** Ids by name; `none` without the context. */
function listed(ids: readonly number[] | undefined, named: (id: number) => { readonly name: string | undefined }): string {
  return ids === undefined ? NONE : ids.map((id) => named(id).name ?? hexNumber(id, 4)).join(' ');
}

function smb1Facts({ form, selectedIndex, wordCount, header, nt, lanman }: Smb1NegotiateResponse): AnswerFacts | null {
  if (form === 'error') return refusal('smb1-error', header.status);
  if (form === 'none') return { choice: { kind: 'smb1-none' }, terms: {}, identity: { wordCount: String(wordCount) }, details: {} };
  const choice = { kind: 'smb1-selected', index: String(selectedIndex) };
  if (form === 'core') return { choice, terms: {}, identity: {}, details: {} };
  if (form === 'lanman' && lanman !== undefined) {
    return {
      choice, terms: { securityMode: hexNumber(lanman.securityMode, 2) }, identity: {},
      details: { maxBufferSize: String(lanman.maxBufferSize), maxMpxCount: String(lanman.maxMpxCount), rawMode: String(lanman.rawMode) },
    };
  }
  return form === 'unreadable' || nt === undefined ? null : { choice, ...ntFacts(nt) };
}

function ntFacts(nt: Smb1NtParameters): Omit<AnswerFacts, 'choice'> {
  return {
    terms: { securityMode: hexNumber(nt.securityMode, 2) },
    identity: nt.securityBlob === undefined ? {} : { serverGuid: guidForm(nt.serverGuid ?? new Uint8Array(16)), securityBlob: blobForm(nt.securityBlob) },
    details: {
      capabilities: hexNumber(nt.capabilities, 8), maxBufferSize: String(nt.maxBufferSize),
      maxMpxCount: String(nt.maxMpxCount), maxRawSize: String(nt.maxRawSize), maxNumberVcs: String(nt.maxNumberVcs),
    },
  };
}

/** `zero`; `name`: printable and filled up with NULs, as Samba's; `text`: sixteen printable characters; `random`. */
function guidForm(guid: Uint8Array): string {
  const end = guid.indexOf(0);
  const head = end < 0 ? guid : guid.subarray(0, end);
  if (head.length === 0 && guid.every((byte) => byte === 0)) return 'zero';
  if (!head.every((byte) => byte > 0x20 && byte < 0x7f)) return 'random';
  if (end < 0) return 'text';
  return head.length > 0 && guid.subarray(end).every((byte) => byte === 0) ? 'name' : 'random';
}

/** Mechanisms in their order and the hint; a principal's name is that of one machine. */
function blobForm({ kind, mechTypes, negHint }: SecurityBlob): string {
  if (kind !== 'spnego') return kind;
  const hint = negHint === undefined ? '' : negHint.includes('$@') ? ' principal' : ` ${negHint}`;
  return `${mechTypes.map(({ name, oid }) => name ?? oid).join(' ')}${hint}`;
}
