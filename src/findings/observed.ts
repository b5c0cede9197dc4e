import type { AtLeastOne, Outcome } from './finding.ts';
import type { Exchange, Seen } from '../negotiation/exchange.ts';
import type { NegotiateContext, SecurityBlob, Smb1NegotiateRequest, Smb1NegotiateResponse, Smb2NegotiateRequest, Smb2NegotiateResponse } from '../smb/messages.ts';
import type { Evidence, Severity } from '../verdicts/verdict.ts';

/** A negotiate message of this connection, with its packet. */
export interface Observed<M> {
  readonly packet: number;
  readonly message: M;
  /** The capture cut the packet: what is not there may have been. */
  readonly cut: boolean;
  readonly seen: Seen;
}

function observed<M>(seen: Seen, message: M): Observed<M> {
  return { packet: seen.packet, message, cut: seen.cut, seen };
}

export function smb1Request(x: Exchange): Observed<Smb1NegotiateRequest> | null {
  const seen = x.smb1Request;
  return seen !== null && seen.message.kind === 'smb1-negotiate-request' ? observed(seen, seen.message) : null;
}

export function smb1Response(x: Exchange): Observed<Smb1NegotiateResponse> | null {
  const seen = x.smb1Response;
  return seen !== null && seen.message.kind === 'smb1-negotiate-response' ? observed(seen, seen.message) : null;
}

/** An answer that selected a dialect: index other than 0xFFFF. WordCount 1 with 0xFFFF is no SMB1 support. */
export function smb1Selection(x: Exchange): Observed<Smb1NegotiateResponse> | null {
  const response = smb1Response(x);
  if (response === null) return null;
  const { form, selectedIndex } = response.message;
  const selected = form === 'nt' || form === 'nt-extended' || form === 'lanman' || form === 'core';
  return selected && selectedIndex !== null && selectedIndex !== 0xffff ? response : null;
}

export function smb2Request(x: Exchange): Observed<Smb2NegotiateRequest> | null {
  const seen = x.smb2Request;
  return seen !== null && seen.message.kind === 'smb2-negotiate-request' ? observed(seen, seen.message) : null;
}

/** The last SMB2 answer with success, 0x02FF too. */
export function smb2Response(x: Exchange): Observed<Smb2NegotiateResponse> | null {
  const seen = x.smb2Response;
  return seen !== null && seen.message.kind === 'smb2-negotiate-response' ? observed(seen, seen.message) : null;
}

/** The last SMB2 answer that names a real dialect. */
export function smb2Selection(x: Exchange): Observed<Smb2NegotiateResponse> | null {
  const response = smb2Response(x);
  return response === null || response.message.dialectRevision === 0x02ff ? null : response;
}

/** The server's security blob and the packet it came in. */
export function securityBlob(x: Exchange): { readonly packet: number; readonly cut: boolean; readonly blob: SecurityBlob } | null {
  const smb2 = smb2Response(x);
  if (smb2 !== null) return { packet: smb2.packet, cut: smb2.cut, blob: smb2.message.securityBlob };
  const smb1 = smb1Response(x);
  const blob = smb1?.message.nt?.securityBlob;
  return smb1 === null || blob === undefined ? null : { packet: smb1.packet, cut: smb1.cut, blob };
}

type Named<N extends NegotiateContext['name']> = Extract<NegotiateContext, { readonly name: N }>;

/** The first context of that name. */
export function contextOf<N extends NegotiateContext['name']>(contexts: readonly NegotiateContext[], name: N): Named<N> | null {
  for (const context of contexts) if (context.name === name) return context as Named<N>;
  return null;
}

/** A context of that type is there, but its data cannot be read. */
export function unreadableContext(contexts: readonly NegotiateContext[], type: number): boolean {
  return contexts.some((context) => context.type === type && context.name === 'UNREADABLE');
}

const ask = (packet: number, field: string, value: string, meaning: string): AtLeastOne<Evidence> => [{ packet, field, value, meaning }];

export function present(packet: number, field: string, value: string, meaning: string): Outcome {
  return { is: 'present', evidence: ask(packet, field, value, meaning) };
}

export function absent(packet: number, field: string, value: string, meaning: string): Outcome {
  return { is: 'absent', evidence: ask(packet, field, value, meaning) };
}

/** Present with what this connection adds. */
export function presentWith(outcome: Outcome, more: { readonly severity?: Severity; readonly note?: string }): Outcome {
  return outcome.is === 'present' ? { ...outcome, ...more } : outcome;
}

/** Present with all the evidence, or absent with what shows that. */
export function presentWhenAny(evidence: readonly Evidence[], otherwise: Outcome): Outcome {
  const [first, ...rest] = evidence;
  return first === undefined ? otherwise : { is: 'present', evidence: [first, ...rest] };
}

export const unknown = (because: string): Outcome => ({ is: 'unknown', because });
export const notApplicable = (because: string): Outcome => ({ is: 'not-applicable', because });

/** Outcomes without packets are shared: they are most of them, and judged for every connection. */
export const NO_SMB1_ANSWER = unknown('no SMB1 answer that selects a dialect was captured');
export const NO_SMB2_ANSWER = unknown('no SMB2 answer with a dialect was captured');
export const NO_SMB2_REQUEST = unknown('no SMB2 negotiate request was captured');
export const NO_ANSWER = unknown('no answer of the server was captured');
export const CUT = unknown('the capture cut the packet before the field');
export const ONLY_SMB1 = notApplicable('only in SMB1');
export const ONLY_311 = notApplicable('only in SMB 3.1.1');
