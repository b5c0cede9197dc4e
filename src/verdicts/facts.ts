import { PATIENCE_SECONDS } from '../negotiation/build-exchange.ts';
import type { AnswerKind, Exchange, OfferKind } from '../negotiation/exchange.ts';

/** [MS-ERREF] STATUS_NOT_SUPPORTED */
const STATUS_NOT_SUPPORTED = 0xc00000bb;

/** What the truth table looks at: few values, so that all their combinations can be tried. */
export interface Facts {
  readonly quic: boolean;
  readonly smb1Ran: boolean;
  readonly smb2: 'none' | 'success-offered' | 'success-not-offered';
  readonly smb2Command: boolean;
  readonly decoy: boolean;
  readonly smb1Selected: boolean;
  readonly offer: OfferKind;
  readonly answer: AnswerKind;
  readonly notSupported: boolean;
  readonly endedBy: 'client' | 'server' | 'nobody';
  /** Five seconds of capture time passed after the request. */
  readonly waited: boolean;
  readonly malformed: boolean;
  /** Payload of any kind on the TCP connection. */
  readonly tcp: 'refused' | 'unanswered' | 'connected' | 'unknown';
  readonly raceLost: boolean;
}

export function factsOf(exchange: Exchange): Facts {
  const { answer, ended, offer } = exchange;
  const ending = ended.how === 'reset' || ended.how === 'close';
  return {
    quic: exchange.quic !== null,
    // Selected, or no negotiation in the capture: joined midway, or a client that never negotiated.
    smb1Ran: exchange.smb1Command !== null &&
      (exchange.smb1Selected || answer.kind === 'not-captured' || answer.kind === 'none'),
    smb2: !exchange.smb2Success ? 'none' : exchange.smb2Offered === false ? 'success-not-offered' : 'success-offered',
    smb2Command: exchange.smb2Command !== null,
    decoy: exchange.decoySign,
    smb1Selected: exchange.smb1Selected,
    offer: offer.kind,
    answer: answer.kind,
    notSupported: answer.status === STATUS_NOT_SUPPORTED,
    endedBy: ending && ended.by !== null ? ended.by : 'nobody',
    waited: (exchange.waitedSeconds ?? 0) >= PATIENCE_SECONDS,
    malformed: offer.malformed !== null || answer.malformed !== null ||
      exchange.messages.some(({ message, cut }) => message.kind === 'malformed' && !cut),
    tcp: tcpState(exchange),
    raceLost: exchange.raceWonBy !== null,
  };
}

function tcpState(exchange: Exchange): Facts['tcp'] {
  const { handshake } = exchange;
  if (exchange.refusedPacket !== null) return 'refused';
  if (handshake.synAck !== null || (handshake.syn !== null && exchange.seenFrom.server)) return 'connected';
  if (handshake.syn !== null && exchange.seenFrom.client && !exchange.seenFrom.server) return 'unanswered';
  return 'unknown';
}
