import type { Smb1NegotiateRequest, Smb2NegotiateRequest } from '../smb/messages.ts';
import { type FingerprintField, type Fingerprint, fingerprintOf, fingerprintText } from './fingerprint.ts';
import { KNOWN_CLIENTS } from './known-forms.ts';
import type { KnownClients } from './known-table.ts';
import { type Candidate, type Difference, likeliestFirst, type Recognition } from './recognition.ts';

type Senders = KnownClients['forms'][number][1];

/** Who may have sent this request: those that send the very same, or what comes nearest. */
export function recogniseRequest(request: Smb1NegotiateRequest | Smb2NegotiateRequest): Recognition {
  const fingerprint = fingerprintOf(request);
  if (fingerprint === null) throw new Error('a request has a fingerprint'); // both kinds have
  const { table, byText } = known();
  const senders = byText.get(fingerprintText(fingerprint));
  if (senders === undefined) return { fingerprint, exact: false, candidates: nearest(fingerprint) };
  const all = fingerprint.fields.map(({ name }) => name);
  return { fingerprint, exact: true, candidates: likeliestFirst(candidatesOf(table, senders, all, [])) };
}

interface Known {
  readonly table: KnownClients;
  readonly byText: ReadonlyMap<string, Senders>;
}

let read: Known | null = null;

function known(): Known {
  if (read === null) {
    const table = JSON.parse(KNOWN_CLIENTS) as KnownClients; // our own text
    read = { table, byText: new Map(table.forms) };
  }
  return read;
}

/** No setting, or only that it starts in SMB2 at once, which it does of itself with a server that it knows. */
const isUsual = (settings: Candidate['settings']): boolean => Object.keys(settings ?? {}).every((name) => name === 'start');

function candidatesOf({ profiles, ways, groups }: KnownClients, senders: Senders, agreed: readonly string[], against: readonly Difference[]): Candidate[] {
  return senders.flatMap(([way, group]) => (groups[group] ?? []).map((number): Candidate => {
    const [profile = '', fromMemory = 1] = profiles[number] ?? [];
    const [settings = {}, when = null] = ways[way] ?? [];
    const certainty = against.length === 0 && fromMemory === 0 && isUsual(settings) ? 'likely' : 'possible';
    return { profile, certainty, settings, ...(when !== null && { when }), for: agreed, against };
  }));
}

/** How much a field tells; those not named count 1. */
const WEIGHTS: Readonly<Record<string, number>> = { dialects: 8, contexts: 4, flags2: 3, capabilities: 3, credits: 2 };
const weightOf = (name: string): number => WEIGHTS[name] ?? 1;
/** Of the whole weight: a stranger shares some fields with everybody. */
const NEAR_ENOUGH = 0.75;

/** The requests that differ least, by default settings. */
function nearest({ kind, fields }: Fingerprint): Candidate[] {
  const { table } = known();
  const whole = fields.reduce((sum, { name }) => sum + weightOf(name), 0);
  let best = whole * NEAR_ENOUGH;
  let found: { readonly values: readonly string[]; readonly senders: Senders }[] = [];
  for (const [text, senders] of table.forms) {
    if (!text.startsWith(kind)) continue;
    const usual = senders.filter(([way]) => isUsual(table.ways[way]?.[0]));
    const values = text.split(':').slice(1);
    const agreed = fields.reduce((sum, { name, value }, index) => (values[index] === value ? sum + weightOf(name) : sum), 0);
    if (usual.length === 0 || agreed < best) continue;
    if (agreed > best) found = [];
    best = agreed;
    found.push({ values, senders: usual });
  }
  return onlyOnce(found.flatMap(({ values, senders }) => {
    const { agreed, against } = compared(fields, values);
    return candidatesOf(table, senders, agreed, against);
  }));
}

function compared(fields: readonly FingerprintField[], values: readonly string[]): { readonly agreed: string[]; readonly against: Difference[] } {
  return {
    agreed: fields.filter(({ value }, index) => values[index] === value).map(({ name }) => name),
    against: fields.flatMap(({ name, value }, index) => (values[index] === value ? [] : [{ field: name, expected: values[index] ?? '', seen: value }])),
  };
}

/** A profile may be as near in several ways. */
function onlyOnce(candidates: readonly Candidate[]): Candidate[] {
  return candidates.filter(({ profile }, index) => candidates.findIndex((other) => other.profile === profile) === index);
}
