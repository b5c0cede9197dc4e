import type { Smb1NegotiateRequest, Smb1NegotiateResponse, Smb2NegotiateError, Smb2NegotiateRequest, Smb2NegotiateResponse } from '../smb/messages.ts';
import { greatestCommon } from './dialect-level.ts';
import { familyOf } from './families.ts';
import type { Transport } from './family.ts';
import { type FingerprintField, fingerprintOf } from './fingerprint.ts';
import type { Profile } from './profile.ts';
import { PROFILES } from './profiles.ts';
import type { Candidate, Difference, Recognition } from './recognition.ts';
import { answerClass, type ServerForm, serverForms } from './server-forms.ts';

export interface AnswerContext {
  /** What it answers, where that is known: some fields echo it. */
  readonly request: Smb1NegotiateRequest | Smb2NegotiateRequest | null;
  readonly transport: Transport;
}

const known = new Map<string, readonly ServerForm[]>();

/** Who may have given this answer: those of whom no field tells otherwise, or of whom the least does. */
export function recogniseAnswer(answer: Smb1NegotiateResponse | Smb2NegotiateResponse | Smb2NegotiateError, { request, transport }: AnswerContext): Recognition {
  const fingerprint = fingerprintOf(answer) ?? { kind: 's1', fields: [] };
  const fields = [...fingerprint.fields, ...dialectField(answer, request, transport)];
  const whole = fields.reduce((sum, { name }) => sum + weightOf(name), 0);
  let least = whole * (1 - NEAR_ENOUGH);
  let found: { readonly form: ServerForm; readonly against: readonly Difference[] }[] = [];
  for (const form of formsOf(answerClass(fingerprint), transport)) {
    const against = fields.flatMap((field) => differenceOf(field, form, request));
    const weight = against.reduce((sum, { field }) => sum + weightOf(field), 0);
    if (weight < least) found = [];
    if (weight <= least) found.push({ form, against });
    least = Math.min(least, weight);
  }
  const exact = found.length > 0 && least === 0;
  const candidates = found.map(({ form, against }) => candidateOf(form, fields, against));
  return { fingerprint, exact, candidates: [...candidates.filter(({ certainty }) => certainty === 'likely'), ...candidates.filter(({ certainty }) => certainty === 'possible')] };
}

/** A hundred servers answer in some dozen classes: each is worked out once. */
function formsOf(wanted: string, transport: Transport): readonly ServerForm[] {
  if (!CLASSES.has(wanted)) return [];
  const key = `${transport} ${wanted}`;
  let forms = known.get(key);
  if (forms === undefined) known.set(key, (forms = serverForms(PROFILES, wanted, transport)));
  return forms;
}

/** What a capture can have beside these nobody is known to send. */
const CLASSES: ReadonlySet<string> = new Set([
  's2e', 's2:0202', 's2:0210', 's2:0300', 's2:0302', 's2:0311', 's2:02ff', 's1:nt-extended', 's1:nt', 's1:lanman', 's1:core', 's1:none', 's1:error',
]);

function candidateOf({ profile, policy }: ServerForm, fields: readonly FingerprintField[], against: readonly Difference[]): Candidate {
  const differs = new Set(against.map(({ field }) => field));
  const plain = against.length === 0 && Object.keys(policy).length === 0 && profile.certainty !== 'recollection';
  return { profile: profile.id, certainty: plain ? 'likely' : 'possible', policy, for: fields.map(({ name }) => name).filter((name) => weightOf(name) > 0 && !differs.has(name)), against };
}

/** How much a field tells; those not named count 1, those with 0 owe all to the request, the moment or a switch that everybody has. */
const WEIGHTS: Readonly<Record<string, number>> = {
  sizes: 4, startTime: 3, guid: 4, blob: 4, capabilities: 3, contexts: 2, greatest: 4, flags: 3, sessionKey: 2, maxBuffer: 2, byteCount: 0, errorContexts: 0,
  securityMode: 0, processId: 0, flags2: 0, status: 0, form: 0, dialect: 0,
};
const weightOf = (name: string): number => WEIGHTS[name] ?? 1;
/** Of the whole weight: a stranger shares some fields with everybody. */
const NEAR_ENOUGH = 0.65;

function differenceOf({ name, value }: FingerprintField, { profile, values }: ServerForm, request: AnswerContext['request']): Difference[] {
  if (weightOf(name) === 0) return [];
  if (name === 'greatest') return reaches(profile, value);
  const expected = values.get(name) ?? new Set<string>();
  const agrees = name === 'capabilities' ? isBetween(value, expected) : name === 'contexts' ? hasTypes(value, expected) : flagsOf(name, expected, request).has(value);
  return agrees ? [] : [{ field: name, expected: [...expected].join(' or '), seen: value }];
}

/** Bits that all have must be there, bits that none has must not. */
function isBetween(seen: string, expected: ReadonlySet<string>): boolean {
  const bits = [...expected].map((text) => Number.parseInt(text, 16));
  const value = Number.parseInt(seen, 16);
  const always = bits.reduce((all, each) => all & each, bits[0] ?? 0);
  const ever = bits.reduce((all, each) => all | each, 0);
  return bits.length > 0 && (value & always) === always && (value & ~ever) === 0;
}

/** What is chosen in a context is the client's wish too; of which kinds there are is the server's. */
function hasTypes(seen: string, expected: ReadonlySet<string>): boolean {
  const types = (text: string): string[] => text.split(',').map((item) => item.replace(/\(.*$/, ''));
  const known = new Set([...expected].flatMap(types));
  return types(seen).every((type) => known.has(type));
}

/** Who echoes Flags does so with these too. PROTOCOL 2.1 */
function flagsOf(name: string, expected: ReadonlySet<string>, request: AnswerContext['request']): ReadonlySet<string> {
  if (name !== 'flags' || expected.size < 2 || request?.kind !== 'smb1-negotiate-request') return expected;
  return new Set([(request.header.flags | 0x80).toString(16).padStart(2, '0')]);
}

/** The answered dialect, to be held against the greatest that a server has in common with this client. NetBIOS has limits of its own. */
function dialectField(answer: { readonly kind: string; readonly dialectRevision?: number }, request: AnswerContext['request'], transport: Transport): FingerprintField[] {
  if (transport !== 'direct-tcp' || answer.dialectRevision === undefined || request?.kind !== 'smb2-negotiate-request') return [];
  return [{ name: 'greatest', value: `${answer.dialectRevision.toString(16).padStart(4, '0')} of ${request.dialects.map((code) => code.toString(16).padStart(4, '0')).join(',')}` }];
}

function reaches({ family, server = {} }: Profile, value: string): Difference[] {
  const [answered = '', offered = ''] = value.split(' of ');
  const range = familyOf(family)?.range(server as Parameters<NonNullable<ReturnType<typeof familyOf>>['range']>[0]);
  const greatest = range === undefined ? null : greatestCommon(offered.split(',').map((code) => Number.parseInt(code, 16)), range.min, range.max);
  return greatest === null || greatest === Number.parseInt(answered, 16) ? [] : [{ field: 'greatest', expected: greatest.toString(16).padStart(4, '0'), seen: answered }];
}
