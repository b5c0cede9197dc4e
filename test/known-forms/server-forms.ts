import { decodeSmb } from '../../src/smb/decode.ts';
import { buildServerMessage } from '../../src/smb/build/server-message.ts';
import { type ClientMessage, cutMessages } from '../../src/selection/client-message.ts';
import { familyOf } from '../../src/selection/families.ts';
import { NEW_CONNECTION, type Server, type Transport } from '../../src/selection/family.ts';
import { answerClass, type Fingerprint, fingerprintOf } from '../../src/selection/fingerprint.ts';
import { type Policy, PolicyProblem } from '../../src/selection/policy.ts';
import type { PolicyFields, Profile } from '../../src/selection/profile.ts';
import { requestsFor } from './probe-requests.ts';
import { DEFAULT_VALUES } from '../../src/selection/values.ts';

/** How a profile answers: the values that each field of the fingerprint had over all requests that were tried. */
export interface ServerForm {
  readonly profile: Profile;
  /** Settings that it needs for it; empty for its defaults. */
  readonly policy: PolicyFields;
  readonly values: ReadonlyMap<string, ReadonlySet<string>>;
}

/** SMB1 where it is not on by default: each family has its own way to say so. */
const SMB1_ON: readonly PolicyFields[] = [{ smb1: true }, { minDialect: 'CORE' }];

/** What servers answer, worked out class by class as it is asked for. */
export class ServerForms {
  readonly #servers: readonly { readonly profile: Profile; readonly settings: readonly Setting[] }[];
  readonly #known = new Map<string, readonly ServerForm[]>();

  constructor(profiles: readonly Profile[]) {
    // `specification` is no program that could be met
    this.#servers = profiles.flatMap((profile) => (profile.server === undefined || profile.family === 'specification' ? [] : [{ profile, settings: settingsOf(profile) }]));
  }

  /** Those that ever answer in this class. */
  of(wanted: string, transport: Transport): readonly ServerForm[] {
    if (!ANSWER_CLASSES.includes(wanted)) return [];
    const key = `${transport} ${wanted}`;
    let forms = this.#known.get(key);
    if (forms === undefined) this.#known.set(key, (forms = this.#workOut(wanted, transport)));
    return forms;
  }

  #workOut(wanted: string, transport: Transport): ServerForm[] {
    const requests = requestsFor(wanted).flatMap((bytes) => cutMessages(bytes).messages);
    return this.#servers.flatMap(({ profile, settings }) => {
      for (const { policy, server } of wanted.startsWith('s1:') ? settings : settings.slice(0, 1)) {
        const answers = requests.flatMap((request) => answerTo(server, request, transport)).filter((answer) => answerClass(answer) === wanted);
        if (answers.length > 0) return [{ profile, policy, values: gathered(answers, profile.alsoAnswers?.[wanted.startsWith('s1') ? 'smb1' : 'smb2'] ?? {}) }];
      }
      return [];
    });
  }
}

/** What a capture can have beside these nobody is known to send. */
export const ANSWER_CLASSES: readonly string[] = [
  's2e', 's2:0202', 's2:0210', 's2:0300', 's2:0302', 's2:0311', 's2:02ff', 's1:nt-extended', 's1:nt', 's1:lanman', 's1:core', 's1:none', 's1:error',
];

interface Setting { readonly policy: PolicyFields; readonly server: Server }

/** Its defaults, then SMB1 where it must be switched on. */
function settingsOf(profile: Profile): Setting[] {
  return [{}, ...SMB1_ON].flatMap((policy) => {
    const server = serverOf(profile, policy);
    return server === null ? [] : [{ policy, server }];
  });
}

function serverOf({ family, server = {} }: Profile, policy: PolicyFields): Server | null {
  try {
    return familyOf(family)?.server({ ...server, ...policy } as Policy) ?? null;
  } catch (error) {
    if (error instanceof PolicyProblem) return null; // a family without this setting
    throw error;
  }
}

function answerTo(server: Server, request: ClientMessage, transport: Transport): Fingerprint[] {
  const reply = server(request, { ...NEW_CONNECTION, transport }, DEFAULT_VALUES)?.reply ?? null;
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
