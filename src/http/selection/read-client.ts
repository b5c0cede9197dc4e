import { CIPHERS, COMPRESSION_ALGORITHMS, SIGNING_ALGORITHMS } from '../../selection/algorithms.ts';
import { type ClientOffer, clientOffer, type ClientSettings } from '../../selection/client-offer.ts';
import { DIALECT_NAMES, type DialectName } from '../../selection/dialect-level.ts';
import { PolicyProblem } from '../../selection/policy.ts';
import type { ClientPart, OfferContext, Profile } from '../../selection/profile.ts';
import { PROFILES, profileOf } from '../../selection/profiles.ts';
import { HttpProblem } from '../errors.ts';
import { nearest } from './nearest.ts';
import { readPastedPolicy } from './read-pasted-policy.ts';
import { readHex, withoutUndefined } from './read-values.ts';
import type { ClientInput, OfferInput, PastedReading, Warning } from './schema.ts';

/** A client that can be played: by its offer, or by its bytes. */
export type ResolvedClient = OfferingClient | WritingClient;

export interface OfferingClient {
  readonly label: string;
  readonly offer: ClientOffer;
  /** What the offer was made of: advice changes one setting and makes it anew. */
  readonly part: ClientPart;
  readonly settings: ClientSettings;
  /** Null for an offer in words. */
  readonly profile: Profile | null;
  readonly target: string | undefined;
  /** What was read from a pasted policy; null without one. */
  readonly pasted: PastedReading | null;
  readonly warnings: readonly Warning[];
}

export interface WritingClient {
  readonly label: string;
  readonly writes: readonly Uint8Array[];
  readonly pasted: null;
  readonly warnings: readonly Warning[];
}

/** `path`: where it stands in the request. `framing`: what the request says for all. */
export function readClient(input: ClientInput, path: string, framing: 'auto' | 'as-sent' | undefined): ResolvedClient {
  if ('hex' in input) return readWrites(input.hex, path, input.framing ?? framing ?? 'auto');
  const known = 'profile' in input ? clientProfile(input.profile, path) : null;
  const profile = known?.profile ?? null;
  const pasted = 'profile' in input && input.pasted !== undefined ? readPastedPolicy(input.pasted, 'client', profile?.family, `${path}.pasted`) : null;
  const part = known?.part ?? partOf('offer' in input ? input.offer : {}, path);
  const { target, ...rest } = input.settings ?? {};
  const read = { ...rest, minDialect: dialectName(rest.minDialect, `${path}.settings.minDialect`), maxDialect: dialectName(rest.maxDialect, `${path}.settings.maxDialect`) };
  const settings: ClientSettings = { ...pasted?.client, ...withoutUndefined(read) };
  const offer = offerOf(part, settings, (field) => (Object.hasOwn(rest, field.split('.')[0] ?? '') || pasted === null ? `${path}.settings.${field}` : `${path}.pasted`));
  return {
    label: profile?.id ?? 'offer', offer, part, settings, profile, target, pasted: pasted?.reading ?? null,
    warnings: [...(pasted?.warnings ?? []), ...offerWarnings(offer, path)],
  };
}

function offerOf(part: ClientPart, settings: ClientSettings, pathOf: (field: string) => string): ClientOffer {
  try {
    return clientOffer(part, settings);
  } catch (error) {
    if (!(error instanceof PolicyProblem)) throw error;
    throw new HttpProblem(400, error.code, error.message, { path: pathOf(error.path) });
  }
}

function offerWarnings(offer: ClientOffer, path: string): Warning[] {
  const warnings: Warning[] = [];
  if (offer.minLevel > offer.maxLevel) {
    warnings.push({ path: `${path}.settings.minDialect`, code: 'min-above-max', message: 'The least dialect of the client is above its greatest.' });
  }
  if (offer.start === 'smb2-only' ? offer.smb2 === null : offer.smb1 === null && offer.smb2 === null) {
    warnings.push({ path, code: 'nothing-offered', message: 'Its settings leave this client nothing to offer: it sends nothing.' });
  }
  return warnings;
}

function clientProfile(id: string, path: string): { readonly profile: Profile; readonly part: ClientPart } {
  const profile = profileOf(id);
  if (profile?.client !== undefined) return { profile, part: profile.client };
  const reason = profile === undefined ? `There is no profile ${id}` : `The profile ${id} has no client part`;
  const clients = PROFILES.filter(({ role }) => role !== 'server').map((each) => each.id);
  throw new HttpProblem(400, 'unknown-profile', `${reason}. Near it: ${nearest(id, clients).join(', ')}. /v1/profiles lists all.`, { path: `${path}.profile` });
}

function dialectName(name: string | undefined, path: string): DialectName | undefined {
  if (name === undefined) return undefined;
  const known = DIALECT_NAMES.find((each) => each === name);
  if (known === undefined) throw new HttpProblem(400, 'unknown-dialect', `There is no dialect ${name}. Known are ${DIALECT_NAMES.join(', ')}.`, { path });
  return known;
}

const SMB2_CODES: Readonly<Record<string, number>> = { '2.0.2': 0x0202, '2.1': 0x0210, '3.0': 0x0300, '3.0.2': 0x0302, '3.1.1': 0x0311 };

/** An offer in words as a client that follows the specification. */
function partOf(offer: OfferInput, path: string): ClientPart {
  const { smb1Dialects = [], smb2Dialects = [], signingRequired = false } = offer;
  const dialects = smb2Dialects.map((name, index) => smb2Code(name, `${path}.offer.smb2Dialects.${index}`));
  const contexts: OfferContext[] = [
    { name: 'PREAUTH_INTEGRITY', hashAlgorithms: [1], saltLength: 32 },
    ...idsContext(offer.ciphers ?? ['AES-128-GCM', 'AES-128-CCM', 'AES-256-GCM', 'AES-256-CCM'], CIPHERS, `${path}.offer.ciphers`, (ciphers) => ({ name: 'ENCRYPTION', ciphers })),
    ...idsContext(offer.compression ?? [], COMPRESSION_ALGORITHMS, `${path}.offer.compression`, (algorithms) => ({ name: 'COMPRESSION', flags: 0, algorithms })),
    ...idsContext(offer.signingAlgorithms ?? ['AES-GMAC', 'AES-CMAC', 'HMAC-SHA256'], SIGNING_ALGORITHMS, `${path}.offer.signingAlgorithms`, (signingAlgorithms) => ({ name: 'SIGNING', signingAlgorithms })),
  ];
  return {
    behaviour: 'plain',
    start: smb1Dialects.length === 0 ? 'smb2-only' : dialects.length === 0 && !smb1Dialects.some((dialect) => dialect.startsWith('SMB 2.')) ? 'smb1-only' : 'multi-protocol',
    smb1Usable: smb1Dialects.some((dialect) => !dialect.startsWith('SMB 2.')),
    signingRequired,
    ...(smb1Dialects.length > 0 && { smb1: { dialects: smb1Dialects, flags: 0x18, flags2: 0xc853, tid: 0xffff, pid: 0xfeff, mid: 0 } }),
    ...(dialects.length > 0 && {
      smb2: {
        dialects, securityMode: 1, capabilities: offer.capabilities ?? 0x7f, clientGuid: 'values' as const, processId: 0,
        first: { creditCharge: 0, credits: 31 }, contexts, ...(offer.capabilities !== undefined && { sloppy: true }),
      },
    }),
  };
}

function idsContext(names: readonly string[], ids: Readonly<Record<string, number>>, path: string, context: (ids: number[]) => OfferContext): OfferContext[] {
  if (names.length === 0) return [];
  return [context(names.map((name, index) => {
    const id = Object.hasOwn(ids, name) ? ids[name] : undefined;
    if (id === undefined) throw new HttpProblem(400, 'unknown-value', `There is no algorithm ${name}. Known are ${Object.keys(ids).join(', ')}.`, { path: `${path}.${index}` });
    return id;
  }))];
}

function smb2Code(name: string, path: string): number {
  const known = Object.hasOwn(SMB2_CODES, name) ? SMB2_CODES[name] : undefined;
  if (known !== undefined) return known;
  if (/^0x[0-9a-f]{4}$/i.test(name)) return Number.parseInt(name.slice(2), 16);
  throw new HttpProblem(400, 'unknown-dialect', `There is no dialect ${name} of SMB2. Known are ${Object.keys(SMB2_CODES).join(', ')}, or a code as 0x0222.`, { path });
}

function readWrites(hex: string | readonly string[], path: string, framing: 'auto' | 'as-sent'): ResolvedClient {
  const warnings: Warning[] = [];
  const texts = typeof hex === 'string' ? [hex] : hex;
  const writes = texts.map((text, index) => {
    const at = typeof hex === 'string' ? `${path}.hex` : `${path}.hex.${index}`;
    const bytes = readHex(text, at);
    if (framing === 'as-sent' || !beginsWithMagic(bytes)) return bytes;
    warnings.push({ path: at, code: 'prefix-added', message: 'The message has no 4-byte prefix, so it got one. "framing": "as-sent" leaves it as it is.' });
    return prefixed(bytes);
  });
  return { label: 'hex', writes, pasted: null, warnings };
}

/** 0xFF, 0xFE, 'S', 'M', 'B': a message behind its prefix. */
function beginsWithMagic(bytes: Uint8Array): boolean {
  return ((bytes[0] === 0xff) || (bytes[0] === 0xfe)) && bytes[1] === 0x53 && bytes[2] === 0x4d && bytes[3] === 0x42;
}

function prefixed(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(bytes.length + 4);
  out.set([0, bytes.length >> 16, (bytes.length >> 8) & 0xff, bytes.length & 0xff]);
  out.set(bytes, 4);
  return out;
}
