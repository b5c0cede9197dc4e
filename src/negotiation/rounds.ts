import type {
  MalformedMessage, Smb1NegotiateRequest, Smb1NegotiateResponse, Smb2NegotiateError, Smb2NegotiateRequest, Smb2NegotiateResponse,
} from '../smb/messages.ts';
import { DIALECT_WILDCARD } from './dialects.ts';
import type { Heard } from './heard.ts';

export type Request = Smb1NegotiateRequest | Smb2NegotiateRequest | MalformedMessage;
export type Response = Smb1NegotiateResponse | Smb2NegotiateResponse | Smb2NegotiateError | MalformedMessage;
export type HeardRequest = Heard & { readonly message: Request };
export type HeardResponse = Heard & { readonly message: Response };

/** One negotiate request and its answer, either of which the capture may lack. */
export interface Round {
  readonly request: HeardRequest | null;
  readonly response: HeardResponse | null;
}

export function isRequest(heard: Heard): heard is HeardRequest {
  const { message } = heard;
  return message.kind === 'smb1-negotiate-request' || message.kind === 'smb2-negotiate-request' ||
    (message.kind === 'malformed' && message.as.endsWith('-request'));
}

export function isResponse(heard: Heard): heard is HeardResponse {
  const { message } = heard;
  return message.kind === 'smb1-negotiate-response' || message.kind === 'smb2-negotiate-response' ||
    message.kind === 'smb2-negotiate-error' || (message.kind === 'malformed' && message.as.endsWith('-response'));
}

/** A 0x02FF answer: the negotiation goes on with an SMB2 request. [MS-SMB2] 3.3.5.3.1 */
export function isWildcard(response: Response): boolean {
  return response.kind === 'smb2-negotiate-response' && response.header.status === 0 && response.dialectRevision === DIALECT_WILDCARD;
}

/** A real SMB2 dialect, answered with success. */
export function isSmb2Success(response: Response): response is Smb2NegotiateResponse {
  return response.kind === 'smb2-negotiate-response' && response.header.status === 0 && response.dialectRevision !== DIALECT_WILDCARD;
}

/** An SMB1 dialect was selected (CIFS 2.2.4.52.2: any index but 0xFFFF). */
export function isSmb1Success(response: Response): response is Smb1NegotiateResponse {
  return response.kind === 'smb1-negotiate-response' &&
    (response.form === 'nt' || response.form === 'nt-extended' || response.form === 'lanman' || response.form === 'core');
}

/** Pairs answers with requests: SMB2 by MessageId, SMB1 in order; a 0x02FF or 0x0202 with id 0 answers an SMB1 request. */
export function pairRounds(heard: readonly Heard[]): Round[] {
  const waiting = heard.filter(isRequest);
  const rounds: { request: HeardRequest | null; response: HeardResponse | null; order: number }[] = [];
  for (const response of heard.filter(isResponse)) {
    const at = indexOfRequest(waiting, response.message);
    const request = at < 0 ? null : waiting.splice(at, 1)[0]!;
    rounds.push({ request, response, order: request?.order ?? response.order });
  }
  for (const request of waiting) rounds.push({ request, response: null, order: request.order });
  return rounds.sort((a, b) => a.order - b.order);
}

function indexOfRequest(waiting: readonly HeardRequest[], response: Response): number {
  const smb1 = waiting.findIndex(({ message }) => isSmb1Request(message));
  if (response.kind === 'smb1-negotiate-response' || (response.kind === 'malformed' && response.as === 'smb1-negotiate-response')) return smb1;
  if (response.kind === 'malformed') return waiting.length > 0 ? 0 : -1;
  const { messageId } = response.header;
  const byId = waiting.findIndex(({ message }) => message.kind === 'smb2-negotiate-request' && message.header.messageId === messageId);
  // Id 0 is used up by an SMB1 request: [MS-SMB2] 3.3.5.3.1.
  if (messageId === 0n && smb1 >= 0 && (byId < 0 || smb1 < byId)) return smb1;
  if (byId >= 0) return byId;
  return waiting.findIndex(({ message }) => !isSmb1Request(message));
}

function isSmb1Request(message: Request): boolean {
  return message.kind === 'smb1-negotiate-request' || (message.kind === 'malformed' && message.as === 'smb1-negotiate-request');
}
