import { fromHex } from '../bytes/text.ts';
import type { ContextFields } from '../smb/build/contexts.ts';
import { sessionRequest } from '../smb/build/nbss.ts';
import { buildSmb1NegotiateRequest } from '../smb/build/smb1-negotiate.ts';
import { buildSmb2NegotiateRequest } from '../smb/build/smb2-negotiate.ts';
import { DIALECT_NAMES, type DialectName, LEVEL, levelOf, levelOfCode, stringInRange } from './dialect-level.ts';
import { cipherIds, signingIds } from './policy.ts';
import type { ClientPart, OfferContext, Smb1Offer, Smb2Offer } from './profile.ts';
import type { Values } from './values.ts';

/** What may be set on a client. */
export interface ClientSettings {
  readonly minDialect?: DialectName;
  readonly maxDialect?: DialectName;
  readonly signing?: 'default' | 'required';
  readonly encryption?: 'default' | 'required';
  /** Most preferred first, in place of the client's own; none leaves the context out. */
  readonly ciphers?: readonly string[];
  readonly signingAlgorithms?: readonly string[];
  readonly start?: 'multi-protocol' | 'smb2-only' | 'smb1-only';
  /** The client can use SMB1 where a server selects it. */
  readonly smb1?: boolean;
}

/** A client as it starts: what it offers in each step, after its settings. */
export interface ClientOffer {
  readonly behaviour: string;
  readonly start: 'multi-protocol' | 'smb2-only' | 'smb1-only';
  readonly smb1Usable: boolean;
  readonly signingRequired: boolean;
  readonly encryptionRequired: boolean;
  readonly minLevel: number;
  readonly maxLevel: number;
  readonly smb1: Smb1Offer | null;
  readonly smb2: Smb2Offer | null;
  /** Ids of its lists, also where its range leaves no context to say them in; null where it has no such list. */
  readonly algorithms: { readonly ciphers: readonly number[] | null; readonly signing: readonly number[] | null };
}

const WORST_RANGE = { min: LEVEL.core, max: LEVEL.smb311 } as const;

/** The client under its settings: lists filtered by its range, and the start that follows from it. */
export function clientOffer(part: ClientPart, settings: ClientSettings): ClientOffer {
  const min = levelOf(settings.minDialect ?? part.minDialect ?? DIALECT_NAMES[WORST_RANGE.min]) ?? WORST_RANGE.min;
  const max = levelOf(settings.maxDialect ?? part.maxDialect ?? DIALECT_NAMES[WORST_RANGE.max]) ?? WORST_RANGE.max;
  const signingRequired = settings.signing === undefined ? part.signingRequired : settings.signing === 'required';
  const smb1 = part.smb1 === undefined ? null : { ...part.smb1, ...part.smb1.older?.[DIALECT_NAMES[max] ?? 'CORE'], dialects: part.smb1.dialects.filter((dialect) => stringInRange(dialect, min, max)) };
  const configured = part.smb2 === undefined ? null : withAlgorithms(part.smb2, settings);
  const smb2 = configured === null ? null : smb2Offer(configured, min, max, signingRequired);
  return {
    behaviour: part.behaviour,
    start: settings.start ?? startOf(part, min, max),
    smb1Usable: settings.smb1 ?? (part.smb1Usable && min <= LEVEL.nt1),
    signingRequired,
    encryptionRequired: settings.encryption === undefined ? part.encryptionRequired ?? false : settings.encryption === 'required',
    minLevel: min, maxLevel: max,
    smb1: smb1 !== null && smb1.dialects.length > 0 ? smb1 : null,
    smb2: smb2 !== null && smb2.dialects.length > 0 ? smb2 : null,
    algorithms: algorithmsOf(configured?.contexts ?? []),
  };
}

function algorithmsOf(contexts: readonly OfferContext[]): ClientOffer['algorithms'] {
  const encryption = contexts.find((context) => context.name === 'ENCRYPTION');
  const signing = contexts.find((context) => context.name === 'SIGNING');
  return { ciphers: encryption?.ciphers ?? null, signing: signing?.signingAlgorithms ?? null };
}

function startOf({ start }: ClientPart, min: number, max: number): ClientOffer['start'] {
  if (start !== 'range') return start;
  if (max < LEVEL.smb202) return 'smb1-only';
  return min < LEVEL.smb202 ? 'multi-protocol' : 'smb2-only';
}

function smb2Offer(offer: Smb2Offer, min: number, max: number, signingRequired: boolean): Smb2Offer {
  const dialects = offer.dialects.filter((code) => {
    const level = levelOfCode(code);
    return level === undefined ? max >= LEVEL.smb300 : level >= min && level <= max;
  });
  const plain = offer.sloppy !== true;
  return {
    ...offer,
    dialects,
    securityMode: signingRequired ? offer.securityModeRequired ?? 2 : offer.securityMode,
    capabilities: plain && dialects.every((code) => code < 0x0300) ? 0 : offer.capabilities,
    clientGuid: plain && dialects.every((code) => code === 0x0202) ? '0'.repeat(32) : offer.clientGuid,
    contexts: dialects.includes(0x0311) ? offer.contexts : [],
  };
}

/** Its contexts with the algorithms that were set. Throws PolicyProblem for one that does not exist. */
function withAlgorithms(offer: Smb2Offer, settings: ClientSettings): Smb2Offer {
  const ciphers = settings.ciphers === undefined ? null : cipherIds(settings.ciphers);
  const signing = settings.signingAlgorithms === undefined ? null : signingIds(settings.signingAlgorithms);
  if (ciphers === null && signing === null) return offer;
  const contexts = offer.contexts.flatMap((context): OfferContext[] => {
    if (context.name === 'ENCRYPTION' && ciphers !== null) return ciphers.length === 0 ? [] : [{ ...context, ciphers }];
    if (context.name === 'SIGNING' && signing !== null) return signing.length === 0 ? [] : [{ ...context, signingAlgorithms: signing }];
    return [context];
  });
  return { ...offer, contexts };
}

/** The SMB1-framed request, with prefix. */
export function smb1Request(offer: Smb1Offer, values: Values): Uint8Array {
  const { dialects, flags, flags2, tid, mid, pid, pidHigh = 0, uid = 0 } = offer;
  const header = { flags, flags2, tid, pidHigh, uid, mid: mid === 'values' ? values.multiplexId : mid, pid: (pid === 'values' ? values.processId : pid) & 0xffff };
  return buildSmb1NegotiateRequest({ header, dialects });
}

/** The SMB2 request, with prefix: the first message of a connection, or the one behind an answer of 0x02FF. */
export function smb2Request(offer: Smb2Offer, step: 'first' | 'second', values: Values): Uint8Array {
  const { first, second = first } = offer;
  const credits = step === 'first' ? first : second;
  return buildSmb2NegotiateRequest({
    header: {
      creditCharge: credits.creditCharge, credits: credits.credits, messageId: BigInt(step === 'second' ? 1 : first.messageId ?? 0),
      processId: offer.processId === 'values' ? values.processId : offer.processId, treeId: offer.treeId ?? 0,
      ...(offer.signature !== undefined && { signature: fromHex(offer.signature) }),
    },
    securityMode: offer.securityMode, capabilities: offer.capabilities, dialects: offer.dialects,
    clientGuid: guidOf(offer.clientGuid, values.clientGuid),
    contexts: offer.contexts.map((context) => contextFields(context, values)),
    ...(offer.padding !== undefined && { padding: offer.padding }),
  });
}

/** NetBIOS: what comes before the negotiate on port 139. RFC 1002 4.3.2 */
export function netbiosSessionRequest(values: Values): Uint8Array {
  return sessionRequest('*SMBSERVER', values.clientName);
}

function contextFields(context: OfferContext, values: Values): ContextFields {
  const slack = context.slack === undefined ? {} : { slack: context.slack };
  switch (context.name) {
    case 'PREAUTH_INTEGRITY': return { name: context.name, hashAlgorithms: context.hashAlgorithms, salt: saltOf(values.salt, context.saltLength), ...slack };
    case 'NETNAME': return { name: context.name, netName: values.target, ...slack };
    case 'POSIX_EXTENSIONS': return { name: context.name, data: fromHex(context.data), ...slack };
    case 'UNKNOWN': return { name: context.name, type: context.type, data: fromHex(context.data), ...slack };
    default: {
      const { slack: _slack, ...fields } = context;
      return { ...fields, ...slack };
    }
  }
}

function guidOf(form: Smb2Offer['clientGuid'], given: Uint8Array): Uint8Array {
  if (form === 'values') return given;
  return form === 'letters' ? given.map(asLetter) : fromHex(form);
}

/** Letters stay what they are. */
function asLetter(byte: number): number {
  return (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a) ? byte : 0x41 + (byte % 26);
}

/** As many bytes as the client sends, from a salt that may be shorter. */
function saltOf(salt: Uint8Array, length: number): Uint8Array {
  return salt.length === length ? salt : Uint8Array.from({ length }, (_, index) => salt[index % Math.max(1, salt.length)] ?? 0);
}
