import type { Smb1NegotiateRequest, Smb2NegotiateRequest } from '../smb/messages.ts';
import { type ClientForm, clientForms } from './client-forms.ts';
import { type Fingerprint, type FingerprintField, fingerprintOf, fingerprintText } from './fingerprint.ts';
import { PROFILES } from './profiles.ts';
import type { Candidate, Difference, Recognition } from './recognition.ts';

let forms: ReadonlyMap<string, readonly ClientForm[]> | null = null;
let usual: readonly ClientForm[] | null = null;

/** Who may have sent this request: those that send the very same, or what comes nearest. */
export function recogniseRequest(request: Smb1NegotiateRequest | Smb2NegotiateRequest): Recognition {
  const fingerprint = fingerprintOf(request) ?? { kind: 'c1', fields: [] };
  forms ??= clientForms(PROFILES);
  const same = forms.get(fingerprintText(fingerprint)) ?? [];
  if (same.length === 0) return { fingerprint, exact: false, candidates: nearest(fingerprint) };
  return { fingerprint, exact: true, candidates: ranked(same.map((form) => exactCandidate(form, fingerprint.fields))) };
}

function exactCandidate({ profile, settings, when }: ClientForm, fields: readonly FingerprintField[]): Candidate {
  const plain = Object.keys(settings).every((name) => name === 'start');
  return {
    profile: profile.id, certainty: plain && profile.certainty !== 'recollection' ? 'likely' : 'possible', settings, ...(when !== undefined && { when }),
    for: fields.map(({ name }) => name), against: [],
  };
}

/** Defaults before settings; else as the profiles are listed. */
function ranked(candidates: readonly Candidate[]): Candidate[] {
  return [...candidates.filter(({ certainty }) => certainty === 'likely'), ...candidates.filter(({ certainty }) => certainty === 'possible')];
}

/** How much a field tells; those not named count 1. */
const WEIGHTS: Readonly<Record<string, number>> = { dialects: 8, contexts: 4, flags2: 3, capabilities: 3, credits: 2 };
const weightOf = (name: string): number => WEIGHTS[name] ?? 1;
/** Of the whole weight: a stranger shares some fields with everybody. */
const NEAR_ENOUGH = 0.75;

/** The requests that differ least, by default settings. */
function nearest(seen: Fingerprint): Candidate[] {
  usual ??= [...(forms ?? new Map<string, readonly ClientForm[]>()).values()].flat().filter(({ settings }) => Object.keys(settings).every((name) => name === 'start'));
  const whole = seen.fields.reduce((sum, { name }) => sum + weightOf(name), 0);
  let best = whole * NEAR_ENOUGH;
  let found: ClientForm[] = [];
  for (const form of usual) {
    if (form.fingerprint.kind !== seen.kind) continue;
    const agreed = seen.fields.reduce((sum, { name, value }, index) => (form.fingerprint.fields[index]?.value === value ? sum + weightOf(name) : sum), 0);
    if (agreed > best) found = [];
    if (agreed >= best && !found.some(({ profile }) => profile === form.profile)) found.push(form);
    best = Math.max(best, agreed);
  }
  return found.map(({ profile, settings, when, fingerprint: { fields } }) => ({ profile: profile.id, certainty: 'possible', settings, ...(when !== undefined && { when }), ...compared(seen.fields, fields) }));
}

function compared(seen: readonly FingerprintField[], expected: readonly FingerprintField[]): { readonly for: string[]; readonly against: Difference[] } {
  const agrees = (field: FingerprintField, index: number): boolean => expected[index]?.value === field.value;
  return {
    for: seen.filter(agrees).map(({ name }) => name),
    against: seen.flatMap((field, index) => (agrees(field, index) ? [] : [{ field: field.name, expected: expected[index]?.value ?? '', seen: field.value }])),
  };
}
