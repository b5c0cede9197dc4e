import type { Exchange } from '../../negotiation/exchange.ts';
import type { VerdictEntry } from '../entry.ts';
import { whenServerEnded, whenSmb2Error } from '../events.ts';
import { handshakeEvidence, negotiationEvidence, point, smb1CommandEvidence, smb2CommandEvidence } from '../evidence.ts';
import { answerSentence, endSentence, hex16, offerSentence, say } from '../phrases.ts';
import { DF_SMB, DF_SMB2, MS_CIFS, MS_SMB2 } from '../references.ts';
import { CAPTURE_MORE, clientRemedy, serverRemedy } from '../remedies.ts';
import type { Evidence } from '../verdict.ts';

/** Which side's message cannot be read, in which field, where. */
function unreadable(x: Exchange): { who: string; packet: number; field: string; offset: number } | null {
  if (x.answer.malformed !== null) return { who: 'The answer of the server', ...x.answer.malformed };
  if (x.offer.malformed !== null) return { who: 'The request of the client', ...x.offer.malformed };
  return null;
}

function notOffered(x: Exchange): Evidence[] {
  return x.smb2Success && x.smb2Offered === false ? point(x.answer.packet, 'smb2.dialect', hex16(x.answer.dialectCode ?? 0), 'a dialect that was not offered') : [];
}

export const UNCLEAR_TEXTS = {
  'malformed-negotiation': {
    code: 'malformed-negotiation',
    title: 'The negotiation cannot be read',
    severity: 'medium',
    condition: 'The offer or the answer breaks the rules of its format, or the answer names a dialect that was not offered and no command follows.',
    meaning: 'A message that starts like a negotiate cannot be read to its end. Broken software, fuzzers and exploits send such; so may another protocol on this port.',
    remediation: [
      clientRemedy('any', 'Where the request is at fault: update the client, and find out what program sent it.'),
      serverRemedy('any', 'Where the answer is at fault: update the server.'),
    ],
    references: [MS_SMB2, MS_CIFS, DF_SMB, DF_SMB2],
    explain: (x) => {
      const fault = unreadable(x);
      if (fault !== null) return say`${fault.who} cannot be read: its field ${fault.field}, at offset ${fault.offset} of the message, is wrong${x.cut ? ' or was cut off by the capture' : ''} (packet ${fault.packet}). ${offerSentence(x)} ${endSentence(x)}`;
      if (x.smb2Success && x.smb2Offered === false) return say`${offerSentence(x)} ${answerSentence(x)} That dialect was not offered, and no SMB2 command was seen after it. ${endSentence(x)}`;
      return say`${offerSentence(x)} ${answerSentence(x)} ${endSentence(x)}`;
    },
    evidence: (x) => {
      const fault = unreadable(x);
      return [...(fault === null ? notOffered(x) : point(fault.packet, 'frame.number', String(fault.packet), `cannot be read: ${fault.field} at offset ${fault.offset}`)), ...negotiationEvidence(x).filter(({ field, packet }) => field !== 'frame.number' && !(packet === x.answer.packet && fault === null && x.smb2Offered === false))];
    },
    expectedEvents: (x) => [...whenSmb2Error(x), ...whenServerEnded(x)],
  },
  inconclusive: {
    code: 'inconclusive',
    title: 'The capture does not decide what happened',
    severity: 'info',
    condition: 'What was captured does not decide it.',
    meaning: 'Too little of the connection is in the capture to say what happened. It is neither a sign that SMB1 is used nor that it is not.',
    remediation: CAPTURE_MORE,
    references: [MS_SMB2, DF_SMB2],
    explain: (x) => say`${offerSentence(x)} ${answerSentence(x)} ${endSentence(x)} What was captured does not decide what happened.`,
    evidence: (x) => [...handshakeEvidence(x), ...negotiationEvidence(x), ...smb1CommandEvidence(x), ...smb2CommandEvidence(x)],
    expectedEvents: () => [],
  },
} as const satisfies Record<string, VerdictEntry>;
