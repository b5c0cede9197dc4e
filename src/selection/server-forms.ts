import { decodeSmb } from '../smb/decode.ts';
import { buildServerMessage } from '../smb/build/server-message.ts';
import { cutMessages } from './client-message.ts';
import { familyOf } from './families.ts';
import { NEW_CONNECTION, type Server, type Transport } from './family.ts';
import { type Fingerprint, fingerprintOf } from './fingerprint.ts';
import { PolicyProblem } from './policy.ts';
import type { PolicyFields, Profile } from './profile.ts';
import { requestsFor } from './probe-requests.ts';
import { DEFAULT_VALUES } from './values.ts';

/** How a profile answers: the values that each field of the fingerprint had over all requests that were tried. */
export interface ServerForm {
  readonly profile: Profile;
  /** Settings that it needs for it; empty for its defaults. */
  readonly policy: PolicyFields;
  readonly values: ReadonlyMap<string, ReadonlySet<string>>;
}

/** SMB1 where it is not on by default: each family has its own way to say so. */
const SMB1_ON: readonly PolicyFields[] = [{ smb1: true }, { minDialect: 'CORE' }];

/** Answers that can be compared with each other: of one dialect, of one shape. */
export function answerClass({ kind, fields }: Fingerprint): string {
  return kind === 's2e' ? kind : `${kind}:${fields[0]?.value ?? ''}`;
}

/** What each of these profiles answers in this class; those that never do are left out. */
export function serverForms(profiles: readonly Profile[], wanted: string, transport: Transport): readonly ServerForm[] {
  const smb1 = wanted.startsWith('s1:');
  const requests = requestsFor(wanted);
  return profiles.flatMap((profile) => {
    if (profile.server === undefined) return [];
    const policies: readonly PolicyFields[] = smb1 ? [{}, ...SMB1_ON] : [{}];
    for (const policy of policies) {
      const server = serverOf(profile, policy);
      const answers = server === null ? [] : requests.flatMap((request) => answerTo(server, request, transport)).filter((answer) => answerClass(answer) === wanted);
      if (answers.length > 0) return [{ profile, policy, values: gathered(answers, profile.alsoAnswers ?? {}) }];
    }
    return [];
  });
}

function serverOf({ family, server = {} }: Profile, policy: PolicyFields): Server | null {
  try {
    return familyOf(family)?.server(withoutUndefined({ ...server, ...policy })) ?? null;
  } catch (error) {
    if (error instanceof PolicyProblem) return null; // a family without this setting
    throw error;
  }
}

function answerTo(server: Server, request: Uint8Array, transport: Transport): Fingerprint[] {
  const [message] = cutMessages(request).messages;
  const reply = message === undefined ? null : server(message, { ...NEW_CONNECTION, transport }, DEFAULT_VALUES)?.reply ?? null;
  const bytes = reply === null ? null : buildServerMessage(reply);
  if (bytes === null || bytes[0] !== 0) return [];
  const [decoded] = decodeSmb(bytes.subarray(4), bytes.length - 4);
  const fingerprint = decoded === undefined ? null : fingerprintOf(decoded);
  return fingerprint === null ? [] : [fingerprint];
}

function gathered(answers: readonly Fingerprint[], also: Readonly<Record<string, readonly string[]>>): Map<string, Set<string>> {
  const values = new Map<string, Set<string>>();
  for (const { fields } of answers) for (const { name, value } of fields) values.set(name, (values.get(name) ?? new Set<string>()).add(value));
  for (const [name, more] of Object.entries(also)) for (const value of more) values.get(name)?.add(value);
  return values;
}

function withoutUndefined<T extends object>(object: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as { [K in keyof T]: Exclude<T[K], undefined> };
}
