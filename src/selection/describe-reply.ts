import { DIALECT_WILDCARD, smb2DialectText } from '../negotiation/dialects.ts';
import { NBSS } from '../smb/nbss.ts';
import type { Reaction } from './family.ts';

/** What an answer is called: `answer.kind` of a report, `netbios-accepted`, or `other`. */
export type ReplyKind =
  | 'smb1-selected' | 'smb1-none' | 'smb1-error' | 'smb2-dialect' | 'smb2-wildcard' | 'smb2-error'
  | 'netbios-accepted' | 'netbios-refused' | 'netbios-retarget' | 'malformed' | 'closed' | 'reset' | 'silence' | 'other';

export interface ReplyFacts {
  readonly kind: ReplyKind;
  readonly index?: number;
  readonly dialect?: string;
  readonly status?: number;
  readonly command?: number;
}

const NONE = 0xffff;

/** The words of the contract for a reaction. */
export function describeReply({ reply, after, dialect }: Reaction): ReplyFacts {
  if (reply === null) return { kind: after === 'open' ? 'silence' : after };
  switch (reply.kind) {
    case 'smb1-negotiate-response': {
      const { words, header } = reply;
      if (words === null) return { kind: 'smb1-error', status: header.status ?? 0 };
      if (words.index === NONE) return { kind: 'smb1-none', index: NONE, status: header.status ?? 0 };
      return { kind: 'smb1-selected', index: words.index, ...(dialect !== undefined && { dialect }), status: header.status ?? 0 };
    }
    case 'smb2-negotiate-response': {
      const { dialectRevision, header } = reply;
      return { kind: dialectRevision === DIALECT_WILDCARD ? 'smb2-wildcard' : 'smb2-dialect', dialect: smb2DialectText(dialectRevision), status: header.status ?? 0 };
    }
    case 'smb2-error': return { kind: (reply.header.command ?? 0) === 0 ? 'smb2-error' : 'other', command: reply.header.command ?? 0, status: reply.header.status ?? 0 };
    case 'nbss': return { kind: reply.type === NBSS.positive ? 'netbios-accepted' : reply.type === NBSS.retarget ? 'netbios-retarget' : 'netbios-refused' };
    case 'other': return { kind: 'other', ...(reply.command !== undefined && { command: reply.command }), ...(reply.status !== undefined && { status: reply.status }) };
  }
}
