import { waitBetween, type Offer, type OfferKind } from './exchange.ts';
import { offersSmb2 } from './dialects.ts';
import type { Heard } from './heard.ts';
import { timeOf } from './packet-time.ts';
import type { Round } from './rounds.ts';

/** What was offered in the whole negotiation: the SMB1 strings, and the SMB2 dialects of the second step. */
export function offerOf(rounds: readonly Round[]): Offer {
  let smb1: Heard | null = null;
  let smb2: Heard | null = null;
  let smb1Dialects: readonly string[] = [];
  let smb2Dialects: readonly number[] = [];
  let malformed: Offer['malformed'] = null;
  let lost = rounds.length === 0;
  for (const { request } of rounds) {
    if (request === null) {
      lost = true;
      continue;
    }
    const { message } = request;
    if (message.kind === 'smb1-negotiate-request') {
      smb1 = request;
      smb1Dialects = message.dialects;
    } else if (message.kind === 'smb2-negotiate-request') {
      smb2 = request;
      smb2Dialects = message.dialects;
    } else if (request.cut) {
      lost = true; // what the capture cut says nothing of the sender
    } else {
      malformed = { packet: request.packet, field: message.field, offset: message.offset };
    }
  }
  const first = smb1 ?? smb2;
  const kind = kindOf(smb1, smb2, smb1Dialects, malformed !== null, lost);
  const known = kind !== 'not-captured';
  return {
    kind,
    smb1Dialects: known ? smb1Dialects : null,
    smb2Dialects: known ? smb2Dialects : null,
    packet: first?.packet ?? malformed?.packet ?? null,
    smb1Packet: smb1?.packet ?? null,
    smb2Packet: smb2?.packet ?? null,
    time: first === null ? null : timeOf(first.origin),
    malformed,
  };
}

function kindOf(smb1: Heard | null, smb2: Heard | null, strings: readonly string[], malformed: boolean, lost: boolean): OfferKind {
  if (smb1 !== null) return smb2 !== null || strings.some(offersSmb2) ? 'multi-protocol' : 'smb1-only';
  if (smb2 !== null) return 'smb2-only';
  if (malformed) return 'none';
  return lost ? 'not-captured' : 'none';
}

/** Seconds from the request of a round to its answer. */
export function waitOf(round: Round): number | null {
  if (round.request === null || round.response === null) return null;
  return waitBetween(timeOf(round.request.origin), timeOf(round.response.origin));
}
