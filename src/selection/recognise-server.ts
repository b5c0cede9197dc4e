import type { Smb1NegotiateRequest, Smb1NegotiateResponse, Smb2NegotiateError, Smb2NegotiateRequest, Smb2NegotiateResponse } from '../smb/messages.ts';
import { DIALECT_NAMES, greatestCommon, levelOfCode } from './dialect-level.ts';
import type { Transport } from './family.ts';
import { answerClass, type Fingerprint, type FingerprintField, fingerprintOf } from './fingerprint.ts';
import { KNOWN_SERVERS } from './known-forms.ts';
import type { KnownServers } from './known-table.ts';
import { type Candidate, type Difference, likeliestFirst, type Recognition } from './recognition.ts';

export interface AnswerContext {
  /** What it answers, where that is known: some fields echo it. */
  readonly request: Smb1NegotiateRequest | Smb2NegotiateRequest | null;
  readonly transport: Transport;
}

/** Who may have given this answer: those of whom no field tells otherwise, or of whom the least does. */
export function recogniseAnswer(answer: Smb1NegotiateResponse | Smb2NegotiateResponse | Smb2NegotiateError, { request, transport }: AnswerContext): Recognition {
  const fingerprint = fingerprintOf(answer);
  if (fingerprint === null) throw new Error('an answer has a fingerprint'); // all kinds have
  const { kind, fields } = fingerprint;
  const seen: Seen = { kind, request, offered: offeredOf(request, transport), fields };
  let least = fields.reduce((sum, { name }) => sum + weightOf(name), 0) * MOST_AGAINST;
  let found: { readonly suspect: Suspect; readonly against: readonly Difference[] }[] = [];
  for (const suspect of suspectsOf(`${transport} ${answerClass(fingerprint)}`)) {
    const against = differences(seen, suspect, least);
    if (against === null) continue;
    const weight = weightOfAll(against);
    if (weight < least) found = [];
    least = weight;
    found.push({ suspect, against });
  }
  const candidates = found.map(({ suspect, against }) => candidateOf(suspect, seen, against));
  return { fingerprint, exact: found.length > 0 && least === 0, candidates: likeliestFirst(candidates) };
}

/** A server that answers in this class, and the values that its fields have then. */
interface Suspect {
  readonly id: string;
  readonly fromMemory: boolean;
  readonly min: number;
  readonly max: number;
  readonly policy: KnownServers['policies'][number];
  readonly values: ReadonlyMap<string, readonly string[]>;
}

let table: KnownServers | null = null;
const suspects = new Map<string, readonly Suspect[]>();

/** None for classes that no known server answers in. */
function suspectsOf(key: string): readonly Suspect[] {
  table ??= JSON.parse(KNOWN_SERVERS) as KnownServers; // our own text
  const { profiles, policies, values, groups, classes } = table;
  if (!Object.hasOwn(classes, key)) return [];
  let found = suspects.get(key);
  if (found === undefined) {
    found = (classes[key] ?? []).flatMap(([group, policy, fields]) => {
      const shared = { policy: policies[policy] ?? {}, values: new Map(fields.map(([name, number]) => [name, values[number] ?? []])) };
      return (groups[group] ?? []).map((number): Suspect => {
        const [id = '', fromMemory = 1, min = 0, max = 0] = profiles[number] ?? [];
        return { id, fromMemory: fromMemory === 1, min, max, ...shared };
      });
    });
    suspects.set(key, found);
  }
  return found;
}

function candidateOf(suspect: Suspect, seen: Seen, against: readonly Difference[]): Candidate {
  const { id, fromMemory, policy: needed } = suspect;
  const policy = { ...needed, ...limitedTo(suspect, seen) };
  const plain = against.length === 0 && Object.keys(policy).length === 0 && !fromMemory;
  const { fields } = seen;
  const agreed = fields.map(({ name }) => name).filter((name) => weightOf(name) > 0 && !against.some(({ field }) => field === name));
  return { profile: id, certainty: plain ? 'likely' : 'possible', policy, for: agreed, against };
}

/** How much a field tells; those not named count 1, those with 0 owe all to the request, the moment or a switch that everybody has. */
const WEIGHTS: Readonly<Record<string, number>> = {
  sizes: 4, startTime: 3, guid: 4, blob: 4, capabilities: 3, contexts: 2, flags: 3, sessionKey: 2, maxBuffer: 2, byteCount: 0, errorContexts: 0,
  securityMode: 0, processId: 0, flags2: 0, form: 0, dialect: 0,
};
const weightOf = (name: string): number => WEIGHTS[name] ?? 1;
const weightOfAll = (against: readonly Difference[]): number => against.reduce((sum, { field }) => sum + weightOf(field), 0);
/** Of the whole weight: a stranger shares some fields with everybody. */
const MOST_AGAINST = 0.35;

interface Seen {
  readonly kind: Fingerprint['kind'];
  readonly request: AnswerContext['request'];
  /** Dialects of which the server could choose; null where that is not told. */
  readonly offered: readonly number[] | null;
  readonly fields: readonly FingerprintField[];
}

/** Null once they weigh more than `most`. */
function differences(seen: Seen, suspect: Suspect, most: number): readonly Difference[] | null {
  const found: Difference[] = [];
  let weight = 0;
  for (const field of seen.fields) {
    const { name, value } = field;
    if (weightOf(name) === 0) continue;
    const expected = suspect.values.get(name) ?? [];
    if (agrees(field, expected, seen)) continue;
    weight += weightOf(name);
    if (weight > most) return null;
    found.push({ field: name, expected: expected.join(' or '), seen: value });
  }
  return found;
}

function agrees({ name, value }: FingerprintField, expected: readonly string[], { kind, request }: Seen): boolean {
  switch (name) {
    case 'capabilities': return kind === 's2' ? isBetween(value, expected) : expected.includes(value);
    case 'contexts': return hasTypes(value, expected);
    case 'credits': return creditsOf(expected, request).includes(granted(value));
    case 'flags': return flagsOf(expected, request).includes(value);
    default: return expected.includes(value);
  }
}

/** By its defaults a server answers the greatest dialect that it has in common with the client; with another answer its range was set. */
function limitedTo({ min, max }: Suspect, { kind, fields, offered }: Seen): Suspect['policy'] {
  const answered = Number.parseInt(fields[0]?.value ?? '', 16);
  const level = levelOfCode(answered);
  if (kind !== 's2' || offered === null || level === undefined || greatestCommon(offered, min, max) === answered) return {};
  return { maxDialect: DIALECT_NAMES[level] };
}

/** NetBIOS has limits of its own; behind 0x02FF and "SMB 2.002" the greatest is not told. */
function offeredOf(request: AnswerContext['request'], transport: Transport): readonly number[] | null {
  return transport === 'direct-tcp' && request?.kind === 'smb2-negotiate-request' ? request.dialects : null;
}

/** What the requests behind known-forms.ts ask for. */
const ASKED_FOR = '/31';

/** Who grants as many as were asked for does so here too. */
function creditsOf(expected: readonly string[], request: Seen['request']): readonly string[] {
  const known = expected.map(granted);
  return known.length > 1 && known.includes(ASKED_FOR) && request?.kind === 'smb2-negotiate-request' ? [...known, `/${request.header.credits}`] : known;
}

/** The charge is the client's. */
const granted = (credits: string): string => credits.slice(credits.indexOf('/'));

/** Bits that all have must be there, bits that none has must not: the others are granted as they are asked for. */
function isBetween(seen: string, expected: readonly string[]): boolean {
  const bits = expected.map((text) => Number.parseInt(text, 16));
  const value = Number.parseInt(seen, 16);
  const always = bits.reduce((all, each) => all & each, bits[0] ?? 0);
  const ever = bits.reduce((all, each) => all | each, 0);
  return bits.length > 0 && (value & always) === always && (value & ~ever) === 0;
}

/** What is chosen in a context is the client's wish too; of which kinds there are is the server's. */
function hasTypes(seen: string, expected: readonly string[]): boolean {
  const answered = new Set(expected.flatMap(typesOf));
  return typesOf(seen).every((type) => answered.has(type));
}

const typesOf = (contexts: string): string[] => contexts.split(',').map((item) => item.replace(/\(.*$/, ''));

const OF_WINDOWS = '98';

/** Windows echoes Flags, so with this request it can have but one value. PROTOCOL 2.1 */
function flagsOf(expected: readonly string[], request: Seen['request']): readonly string[] {
  if (!expected.includes(OF_WINDOWS) || request?.kind !== 'smb1-negotiate-request') return expected;
  return [(request.header.flags | 0x80).toString(16).padStart(2, '0')];
}
