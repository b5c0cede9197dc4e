import type { VerdictEntry } from '../entry.ts';
import { SMB1_ANSWER_UNUSABLE, SMB1_ANSWER_USED, SMB1_AUDITED } from '../events.ts';
import { answerEvidence, endEvidence, offerEvidence, point, smb1CommandEvidence } from '../evidence.ts';
import { answerSentence, endSentence, inPacket, offerSentence, say } from '../phrases.ts';
import { DETECT_SMB1, DF_SMB, MS_CIFS, MS_SMB2, SMB1_NOT_INSTALLED, STOP_USING_SMB1 } from '../references.ts';
import { CLIENT_WITH_SMB2, CLIENT_WITHOUT_SMB1, SERVER_WITH_SMB2, SERVER_WITHOUT_SMB1 } from '../remedies.ts';
import type { Exchange } from '../../negotiation/exchange.ts';
import type { Evidence } from '../verdict.ts';

/** The selection, from wherever it is known: it need not be the last answer. */
function selectionEvidence(x: Exchange): Evidence[] {
  if (x.answer.kind === 'smb1-selected') return answerEvidence(x);
  const selected = x.smb1Response?.message;
  const index = selected?.kind === 'smb1-negotiate-response' ? selected.selectedIndex : null;
  return point(x.smb1SelectedPacket, 'smb.dialect.index', String(index ?? ''), 'the server selected an SMB1 dialect');
}

function selectionSentence(x: Exchange): string {
  if (x.answer.kind === 'smb1-selected') return answerSentence(x);
  return x.smb1Selected ? `The server selected an SMB1 dialect${inPacket(x.smb1SelectedPacket)}.` : 'The selection of the dialect is not in the capture.';
}

/** Why SMB1 won although SMB2 was on offer, or why nothing else could. */
function whoNeedsIt(x: Exchange): string {
  if (x.offer.kind === 'multi-protocol') return 'SMB2 was on offer, so it is the server that needs SMB1.';
  if (x.offer.kind === 'smb1-only') return 'Nothing but SMB1 was on offer, so the client needs SMB1; what else the server speaks is not seen here.';
  return 'Which side needs SMB1 is not seen here.';
}

export const SMB1_TEXTS = {
  'smb1-in-use': {
    code: 'smb1-in-use',
    title: 'SMB1 is in use',
    severity: 'high',
    condition: 'SMB1 commands other than NEGOTIATE ran, after an SMB1 dialect was selected or where the selection was not captured.',
    meaning: 'Both sides went on in SMB1 after the negotiation. This is real use, not a decoy: with SMB1 switched off on either side this connection would fail. SMB1 has no protection against changed or read traffic that deserves the name, and it is the way by which WannaCry and NotPetya spread.',
    remediation: [...SERVER_WITHOUT_SMB1, ...SERVER_WITH_SMB2, ...CLIENT_WITH_SMB2, ...CLIENT_WITHOUT_SMB1],
    references: [STOP_USING_SMB1, DETECT_SMB1, MS_CIFS, DF_SMB],
    explain: (x) => {
      const command = x.smb1Command;
      const ran = command === null ? 'SMB1 commands ran afterwards.' : `SMB1 commands ran afterwards, the first being ${command.name ?? 'one without a name'}${inPacket(command.packet)}.`;
      return say`${offerSentence(x)} ${selectionSentence(x)} ${ran} ${whoNeedsIt(x)}`;
    },
    evidence: (x) => [...offerEvidence(x), ...selectionEvidence(x), ...smb1CommandEvidence(x)],
    expectedEvents: () => [...SMB1_AUDITED, ...SMB1_ANSWER_USED],
  },
  'smb1-only-server-found': {
    code: 'smb1-only-server-found',
    title: 'The server speaks only SMB1 and its client refused that',
    severity: 'high',
    condition: 'An SMB1 dialect was selected from an offer that also asked for SMB2, and the client reset or closed the connection.',
    meaning: 'The SMB1 strings in the client’s request were a decoy, put there so that old servers answer instead of keeping silent. This server took the bait: it does not speak SMB2, or has it switched off. The client has no SMB1 and left. The user sees error 0x80004005 or 384, "this share requires the obsolete SMB1 protocol".',
    remediation: [...SERVER_WITH_SMB2, ...SERVER_WITHOUT_SMB1.slice(-1)],
    references: [SMB1_NOT_INSTALLED, STOP_USING_SMB1, MS_SMB2, DF_SMB],
    explain: (x) => say`${offerSentence(x)} ${answerSentence(x)} ${endSentence(x)} The SMB1 strings were a decoy, and only a server that does not speak SMB2 takes it: ${x.server.address} needs an update or a replacement, the client does not need SMB1.`,
    evidence: (x) => [...offerEvidence(x), ...selectionEvidence(x), ...endEvidence(x)],
    expectedEvents: () => [...SMB1_ANSWER_UNUSABLE, ...SMB1_AUDITED],
  },
  'smb1-selected': {
    code: 'smb1-selected',
    title: 'The server selected SMB1 but no SMB1 command was seen',
    severity: 'high',
    condition: 'An SMB1 dialect was selected, and no SMB1 command followed, whoever ended the connection or where the capture ended.',
    meaning: 'The server is ready to speak SMB1. Whether the two sides would have gone on in it is not shown: scanners and version probes stop at this point, and so does a capture that ends early.',
    remediation: [...SERVER_WITHOUT_SMB1, ...SERVER_WITH_SMB2, ...CLIENT_WITH_SMB2],
    references: [DETECT_SMB1, STOP_USING_SMB1, MS_CIFS, DF_SMB],
    explain: (x) => say`${offerSentence(x)} ${selectionSentence(x)} ${endSentence(x)} No SMB1 command was seen after that, so SMB1 is enabled on ${x.server.address}, but this connection does not show it in use.`,
    evidence: (x) => [...offerEvidence(x), ...selectionEvidence(x), ...endEvidence(x)],
    expectedEvents: () => [...SMB1_AUDITED, ...SMB1_ANSWER_USED, ...SMB1_ANSWER_UNUSABLE],
  },
} as const satisfies Record<string, VerdictEntry>;

