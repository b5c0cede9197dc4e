import type { VerdictCode } from './verdict.ts';

/** What is left when every SMB byte is taken away, or too much to decide. */
const TCP_ONLY = ['connection-unanswered', 'connection-without-negotiation', 'inconclusive'] as const;

/**
 * Which weaker codes each may fall to when packets are taken away from the capture of one negotiation. What is not listed would be
 * a claim that the whole capture contradicts: SMB2 never becomes a need for SMB1, and a gap never becomes a refusal, since sequence
 * numbers show that bytes are missing. Where several negotiations follow each other on one connection, what is left may be any of
 * them, and be called otherwise; that is never certain.
 */
export const WEAKER: Record<VerdictCode, readonly VerdictCode[]> = {
  'smb-over-quic': ['inconclusive'],
  // Without the commands the selection remains; from a multi-protocol offer with the client's close it looks like a refusal of it.
  'smb1-in-use': ['smb1-selected', 'smb1-only-server-found', 'smb1-only-client-unanswered', 'negotiation-unanswered', ...TCP_ONLY],
  // Without the decoy the dialect remains; without the answer the 0x02FF or the commands; without those the request. A dialect that
  // was not offered, but is used, is malformed where its use is not seen.
  'smb2-negotiated-after-decoy': ['smb2-negotiated', 'session-in-progress', 'malformed-negotiation', 'negotiation-abandoned', 'negotiation-unanswered', ...TCP_ONLY],
  'smb2-negotiated': ['session-in-progress', 'malformed-negotiation', 'negotiation-unanswered', ...TCP_ONLY],
  'session-in-progress': ['negotiation-unanswered', ...TCP_ONLY],
  'smb1-only-server-found': ['smb1-selected', 'negotiation-unanswered', ...TCP_ONLY],
  'smb1-selected': ['smb1-only-client-unanswered', 'negotiation-unanswered', ...TCP_ONLY],
  'netbios-session-refused': ['negotiation-unanswered', 'smb1-only-client-unanswered', ...TCP_ONLY],
  'no-common-dialect': ['negotiation-refused', 'negotiation-abandoned', 'negotiation-unanswered', ...TCP_ONLY],
  'smb1-only-client-rejected': ['smb1-only-client-unanswered', ...TCP_ONLY],
  // Refused in the second step: without it the 0x02FF remains.
  'negotiation-refused': ['negotiation-abandoned', 'negotiation-unanswered', ...TCP_ONLY],
  'negotiation-abandoned': ['negotiation-unanswered', ...TCP_ONLY],
  'smb1-only-client-unanswered': TCP_ONLY,
  'negotiation-unanswered': ['negotiation-abandoned', ...TCP_ONLY],
  // A dialect that was not offered is malformed only while the offer is known; a server may close on a request that it cannot read.
  'malformed-negotiation': ['smb2-negotiated', 'smb2-negotiated-after-decoy', 'smb1-only-client-rejected', 'negotiation-refused', 'negotiation-abandoned', 'smb1-only-client-unanswered', 'negotiation-unanswered', ...TCP_ONLY],
  'connection-refused': ['connection-unanswered', 'inconclusive'],
  'connection-unanswered': ['inconclusive'],
  'connection-without-negotiation': ['connection-unanswered', 'inconclusive'],
  'transport-race-lost': ['connection-without-negotiation', 'connection-unanswered', 'inconclusive'],
  inconclusive: ['connection-unanswered', 'connection-without-negotiation'],
};
