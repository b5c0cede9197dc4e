import type { Exchange } from '../../negotiation/exchange.ts';
import type { VerdictEntry } from '../entry.ts';
import { answerEvidence, endEvidence, negotiationEvidence, offerEvidence, point, smb2CommandEvidence, wildcardEvidence } from '../evidence.ts';
import { answerSentence, Client, dialects, endSentence, inPacket, offerSentence, quoted, say, server } from '../phrases.ts';
import { DF_SMB2, DETECT_SMB1, MS_SMB2, RFC9001, SMB_DIALECTS, SMB_QUIC, STOP_USING_SMB1 } from '../references.ts';
import { CAPTURE_MORE, CLIENT_WITHOUT_SMB1, SERVER_WITHOUT_SMB1 } from '../remedies.ts';

/** "It answered 0x02FF first" where a second negotiate came in between. */
function wildcardSentence(x: Exchange): string {
  return x.wildcardPacket === null || x.answer.kind === 'smb2-wildcard' ? '' : `The server answered 0x02FF (packet ${x.wildcardPacket}), which asks for a second negotiate in SMB2.`;
}

function resultSentence(x: Exchange): string {
  if (x.answer.kind === 'smb2-dialect') return answerSentence(x);
  if (x.dialect !== null) return `The negotiation ended on SMB ${x.dialect}.`;
  return x.smb2Command === null ? 'The selected dialect is not in the capture.' : `The selected dialect is not in the capture, but SMB2 traffic followed${inPacket(x.smb2Command.packet)}.`;
}

export const SMB2_TEXTS = {
  'smb-over-quic': {
    code: 'smb-over-quic',
    title: 'SMB runs over QUIC',
    severity: 'info',
    condition: 'A QUIC Initial packet of the client names the application protocol "smb".',
    meaning: 'SMB over QUIC is SMB 3.1.1 inside TLS 1.3 on UDP. SMB1 cannot occur on it. Everything after the handshake is encrypted, so that the negotiation itself cannot be seen.',
    remediation: [],
    references: [SMB_QUIC, RFC9001, MS_SMB2],
    explain: (x) => {
      const quic = x.quic;
      const sni = quic === null || quic.sni === null ? '' : ` for the server name ${quoted(quic.sni)}`;
      return say`${Client(x)} opened a QUIC connection to ${server(x)} with the application protocol "smb"${sni} (packet ${x.firstPacket}). It can only be SMB 3.1.1; the negotiation is encrypted and cannot be seen here.`;
    },
    evidence: (x) => point(x.packets[0] ?? x.firstPacket, 'tls.handshake.extensions_alpn_str', 'smb', 'the client asks for SMB over QUIC'),
    expectedEvents: () => [],
  },
  'smb2-negotiated-after-decoy': {
    code: 'smb2-negotiated-after-decoy',
    title: 'SMB2 or SMB3 is spoken and the SMB1 strings were a decoy',
    severity: 'info',
    condition: 'A real SMB2 dialect was answered with success, or SMB2 traffic followed, and an SMB1-framed offer with "SMB 2.*" or a 0x02FF answer was seen.',
    meaning: 'The client began with an SMB1-framed request only so that any server can answer it. Both sides went on in SMB2 or SMB3. Neither needs SMB1 for this, and switching SMB1 off on either side changes nothing: Windows sends this request even where SMB1 is not installed.',
    remediation: [...SERVER_WITHOUT_SMB1, ...CLIENT_WITHOUT_SMB1],
    references: [STOP_USING_SMB1, DETECT_SMB1, MS_SMB2, DF_SMB2],
    explain: (x) => say`${offerSentence(x)} ${wildcardSentence(x)} ${resultSentence(x)} The SMB1 strings were a decoy: this connection does not use SMB1, and turning SMB1 off does not touch it.`,
    evidence: (x) => [...offerEvidence(x), ...wildcardEvidence(x), ...answerEvidence(x), ...(x.answer.kind === 'smb2-dialect' ? [] : smb2CommandEvidence(x))],
    expectedEvents: () => [],
  },
  'smb2-negotiated': {
    code: 'smb2-negotiated',
    title: 'SMB2 or SMB3 was negotiated',
    severity: 'info',
    condition: 'A real SMB2 dialect was answered with success, and no SMB1-framed offer or 0x02FF answer was seen.',
    meaning: 'The two sides speak SMB2 or SMB3, without any sign of SMB1.',
    remediation: [],
    references: [MS_SMB2, SMB_DIALECTS, DF_SMB2],
    explain: (x) => {
      const before = x.smb1Selected ? `An SMB1 dialect had been selected before${inPacket(x.smb1SelectedPacket)}, so the server speaks SMB1 too.` : '';
      return say`${offerSentence(x)} ${resultSentence(x)} ${before} ${highest(x)}`;
    },
    evidence: negotiationEvidence,
    expectedEvents: () => [],
  },
  'session-in-progress': {
    code: 'session-in-progress',
    title: 'An SMB2 or SMB3 session was joined midway',
    severity: 'info',
    condition: 'SMB2 commands or encrypted SMB3 traffic was seen, and no answer that names the dialect, nor a sign of an SMB1-framed start.',
    meaning: 'The capture began after the negotiation, or lost it. The session is SMB2 or SMB3, so SMB1 is not used on it; how it was negotiated, and which dialect it has, is not shown.',
    remediation: CAPTURE_MORE,
    references: [MS_SMB2, DF_SMB2],
    explain: (x) => {
      const command = x.smb2Command;
      const seen = command === null ? 'SMB2 traffic' : `${command.packet === x.encrypted ? 'encrypted SMB3 traffic' : (command.name ?? 'an SMB2 command')}${inPacket(command.packet)}`;
      return say`Between the client ${x.client.address} and ${server(x)} the capture shows ${seen}, but no negotiate answer. The session is SMB2 or SMB3; its dialect, and what was offered for it, is not seen. ${endSentence(x)}`;
    },
    evidence: (x) => [...offerEvidence(x), ...smb2CommandEvidence(x), ...endEvidence(x)],
    expectedEvents: () => [],
  },
} as const satisfies Record<string, VerdictEntry>;

/** Whether the best of the offer was taken. */
function highest(x: Exchange): string {
  const offered = x.offer.smb2Dialects;
  if (offered === null || offered.length === 0 || x.dialectCode === null) return '';
  const best = Math.max(...offered.slice(0, 256));
  return best > x.dialectCode ? `The client would have spoken up to ${dialects([best])}.` : 'It is the highest dialect that the client offered.';
}
