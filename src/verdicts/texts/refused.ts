import type { Exchange } from '../../negotiation/exchange.ts';
import type { VerdictEntry } from '../entry.ts';
import { DIALECT_OUT_OF_RANGE, SMB1_AUDITED, SMB1_REJECTED, whenServerEnded, whenSmb2Error } from '../events.ts';
import { negotiationEvidence } from '../evidence.ts';
import { answerSentence, Client, endSentence, offerSentence, say, server, strings } from '../phrases.ts';
import { DETECT_SMB1, DF_NBSS, DF_SMB, DF_SMB2, MS_SMB2, RFC1002, SMB_DIALECTS, STOP_USING_SMB1 } from '../references.ts';
import { AUDIT_SMB1, CLIENT_WITH_SMB2, COMMON_DIALECT, networkRemedy, serverRemedy } from '../remedies.ts';

const WHO_ENDED = networkRemedy('Where the reset comes from a firewall between the two sides, its TTL or MAC address differs from the server’s other packets: look there first.');

/** Without an answer the reason is not told; an error tells one. */
function refusalReason(x: Exchange): string {
  const silent = x.answer.kind === 'reset' || x.answer.kind === 'closed';
  if (silent && x.offer.kind === 'smb2-only') return 'A server that speaks only SMB1 may do so, and a firewall too.';
  return 'The offer held SMB2, so the refusal is not about SMB1 alone.';
}

export const REFUSED_TEXTS = {
  'netbios-session-refused': {
    code: 'netbios-session-refused',
    title: 'The NetBIOS session was refused',
    severity: 'medium',
    condition: 'The server answered the NetBIOS session request with a negative response.',
    meaning: 'On port 139 a NetBIOS session comes before SMB. The server did not accept the name it was called by, or the host that called. SMB never began. Clients usually go on by port 445.',
    remediation: [
      networkRemedy('Use port 445: SMB does not need NetBIOS since Windows 2000.'),
      serverRemedy('samba', 'See whether smb.conf denies this client, and turn NetBIOS off where nobody needs it.', 'disable netbios = yes\nsmb ports = 445'),
    ],
    references: [RFC1002, DF_NBSS],
    explain: (x) => {
      const called = x.netbios.called === null ? '' : ` for the name ${strings([x.netbios.called])}`;
      return say`${Client(x)} asked ${server(x)} for a NetBIOS session${called}. ${answerSentence(x)} ${endSentence(x)} No dialect was negotiated.`;
    },
    evidence: negotiationEvidence,
    expectedEvents: whenServerEnded,
  },
  'no-common-dialect': {
    code: 'no-common-dialect',
    title: 'Client and server have no dialect in common',
    severity: 'medium',
    condition: 'The server answered STATUS_NOT_SUPPORTED, or none (0xFFFF) to an offer that also asks for SMB2.',
    meaning: 'The server understood the request and accepts none of the dialects in it. Usually a minimum or maximum dialect is set on one side, or one side is much older than the other.',
    remediation: COMMON_DIALECT,
    references: [MS_SMB2, SMB_DIALECTS, DF_SMB2],
    explain: (x) => say`${offerSentence(x)} ${answerSentence(x)} ${endSentence(x)} No offered dialect lies within what ${x.server.address} accepts.`,
    evidence: negotiationEvidence,
    expectedEvents: (x) => [...(x.answer.kind === 'smb2-error' ? [DIALECT_OUT_OF_RANGE] : []), ...whenSmb2Error(x), ...whenServerEnded(x)],
  },
  'smb1-only-client-rejected': {
    code: 'smb1-only-client-rejected',
    title: 'A client that speaks only SMB1 was rejected',
    severity: 'medium',
    condition: 'The server reset or closed the connection, or answered none or an error, to an offer without SMB2.',
    meaning: 'The client knows nothing but SMB1, or was told so, and the server has no SMB1. That is how it should be on the server; the client (often a scanner, a printer or old software) cannot work with it until it learns SMB2.',
    remediation: [...CLIENT_WITH_SMB2, AUDIT_SMB1, WHO_ENDED],
    references: [DETECT_SMB1, STOP_USING_SMB1, MS_SMB2, DF_SMB],
    explain: (x) => say`${offerSentence(x)} ${answerSentence(x)} ${endSentence(x)} The server did not take SMB1, and this client offered nothing else.`,
    evidence: negotiationEvidence,
    expectedEvents: (x) => [SMB1_REJECTED, ...SMB1_AUDITED, ...whenServerEnded(x)],
  },
  'negotiation-refused': {
    code: 'negotiation-refused',
    title: 'The server refused the negotiation',
    severity: 'medium',
    condition: 'The server reset or closed the connection, or answered an error other than STATUS_NOT_SUPPORTED, to an offer with SMB2.',
    meaning: 'The server did not accept the request although it asks for SMB2. An SMB1-only Samba closes, ksmbd answers every fault with STATUS_INSUFFICIENT_RESOURCES, Windows answers STATUS_INVALID_PARAMETER to negotiate contexts that it finds wrong, and firewalls reset.',
    remediation: [
      serverRemedy('any', 'Look into the server’s own log at the time of the answer: it names the reason more exactly than the answer does.'),
      ...COMMON_DIALECT,
      WHO_ENDED,
    ],
    references: [MS_SMB2, DF_SMB2],
    explain: (x) => say`${offerSentence(x)} ${answerSentence(x)} ${endSentence(x)} ${refusalReason(x)}`,
    evidence: negotiationEvidence,
    expectedEvents: (x) => [...whenSmb2Error(x), ...whenServerEnded(x)],
  },
  'negotiation-abandoned': {
    code: 'negotiation-abandoned',
    title: 'The client left before the second negotiate',
    severity: 'info',
    condition: 'The server answered 0x02FF, and the client left without the second negotiate.',
    meaning: 'The server speaks SMB2 and asked for the second negotiate; the client did not send it. Scanners stop here, and so does a client that was quicker on another connection.',
    remediation: [],
    references: [MS_SMB2, DF_SMB2],
    explain: (x) => say`${offerSentence(x)} ${answerSentence(x)} ${endSentence(x)} The second negotiate was not seen, so that no dialect was agreed on; the server would have gone on in SMB2.`,
    evidence: negotiationEvidence,
    expectedEvents: () => [],
  },
} as const satisfies Record<string, VerdictEntry>;
