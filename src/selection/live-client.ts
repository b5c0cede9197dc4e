import type { AnswerClass, ClientReaction } from './client-behaviour.ts';
import { type ClientOffer, netbiosSessionRequest, smb1Request, smb2Request } from './client-offer.ts';
import { behaviourOf } from './clients.ts';
import { SMB2_CAP } from './smb2-reply.ts';
import type { ClientWrites, ServerStep, Simulation } from './simulate.ts';

/** A client that reads what it is answered: its writes, and what it did at the end. */
export interface LiveClient {
  readonly writes: ClientWrites;
  /** What it does with the last answer; null before there is one. */
  readonly reaction: () => ClientReaction | null;
}

const WILDCARD = 0x02ff;
/** [MS-SMB2] 2.2.3.1.7, 2.2.3.1.2 */
const [HMAC_SHA256, AES_CMAC, AES_128_CCM] = [0, 1, 1];

/** A client by its offer and its habits. PROTOCOL 4.4 */
export function liveClient(offer: ClientOffer, { transport, values }: Simulation): LiveClient {
  const { on, withoutPrescribed } = behaviourOf(offer.behaviour);
  let reaction: ClientReaction | null = null;
  let inSession = transport === 'direct-tcp';
  let asked = false;
  const writes: ClientWrites = (answers) => {
    if (!inSession) {
      if (answers === null) return netbiosSessionRequest(values);
      inSession = answers.at(-1)?.kind === 'netbios-accepted';
      if (!inSession) {
        reaction = on.refused;
        return null;
      }
    }
    if (!asked) {
      asked = true;
      return firstRequest(offer, values);
    }
    const answer = answers?.at(-1);
    const kind = classOf(answer, offer);
    reaction = kind === 'dialect' && withoutPrescribed !== undefined && lacksPrescribed(answer, offer) ? withoutPrescribed : on[kind];
    return reaction.does === 'second-negotiate' && offer.smb2 !== null ? smb2Request(offer.smb2, 'second', values) : null;
  };
  return { writes, reaction: () => reaction };
}

/** Null where its range leaves nothing to offer: such a client sends nothing. */
function firstRequest({ start, smb1, smb2 }: ClientOffer, values: Simulation['values']): Uint8Array | null {
  if (start === 'smb2-only') return smb2 === null ? null : smb2Request(smb2, 'first', values);
  if (smb1 !== null) return smb1Request(smb1, values);
  return smb2 === null || start === 'smb1-only' ? null : smb2Request(smb2, 'first', values);
}

/** What an answer is to this client. */
export function classOf(answer: ServerStep | undefined, offer: ClientOffer): AnswerClass {
  switch (answer?.kind) {
    case 'smb2-wildcard': return offer.smb2 !== null && offer.smb1?.dialects.includes('SMB 2.???') === true ? 'wildcard' : 'dialect-not-offered';
    case 'smb2-dialect': return isOffered(answer, offer) ? 'dialect' : 'dialect-not-offered';
    case 'smb2-error': return 'smb2-error';
    case 'smb1-selected': return (answer.index ?? 0) >= (offer.smb1?.dialects.length ?? 0) ? 'unreadable' : offer.smb1Usable ? 'smb1-usable' : 'smb1-unusable';
    case 'smb1-none': return 'smb1-none';
    case 'smb1-error': return 'smb1-error';
    case 'closed': case 'reset': case 'netbios-refused': case 'netbios-retarget': return 'refused';
    case 'silence': case undefined: return 'silence';
    default: return 'unreadable';
  }
}

/** Without negotiated algorithms a dialect has its own. [MS-SMB2] 3.1.4.1, 3.2.5.2 */
function lacksPrescribed(answer: ServerStep | undefined, { algorithms: { ciphers, signing } }: ClientOffer): boolean {
  if (answer?.reply?.kind !== 'smb2-negotiate-response') return false;
  const { dialectRevision: code, capabilities, contexts = [] } = answer.reply;
  const chose = (name: 'ENCRYPTION' | 'SIGNING'): boolean => contexts.some((context) => context.name === name);
  const signs = chose('SIGNING') ? null : code < 0x0300 ? HMAC_SHA256 : AES_CMAC;
  const encrypts = code >= 0x0300 && !chose('ENCRYPTION') && (capabilities & SMB2_CAP.encryption) !== 0 ? AES_128_CCM : null;
  return (signs !== null && signing?.includes(signs) === false) || (encrypts !== null && ciphers?.includes(encrypts) === false);
}

function isOffered({ reply }: ServerStep, { smb1, smb2 }: ClientOffer): boolean {
  const code = reply?.kind === 'smb2-negotiate-response' ? reply.dialectRevision : WILDCARD;
  return smb2?.dialects.includes(code) === true || (code === 0x0202 && smb1?.dialects.includes('SMB 2.002') === true);
}
