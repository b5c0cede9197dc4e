import { type Candidate, merged, ownPolicy, pinsOf, policyOf, rangeOf, settingsOf } from './candidate.ts';
import { type Conversation, levelSeen } from './conversation.ts';
import { DIALECT_NAMES, levelOf } from './dialect-level.ts';
import { habitsOf, rangesOf } from './explaining-settings.ts';
import { familyOf } from './families.ts';
import type { Server } from './family.ts';
import { type Compares, type Misfit, play, type Played } from './play.ts';
import { type Policy, PolicyProblem } from './policy.ts';
import type { Profile } from './profile.ts';
import { PROFILES } from './profiles.ts';
import type { RuleCertainty } from './rule.ts';

/** What the known servers say to a conversation. */
export interface Explanation {
  /** Null where there was nothing to compare. */
  readonly conversation: Conversation | null;
  /** False: the answers are of a known program's form, and no settings of it make this choice. Null: nothing could be compared, or the form is not known; `because` says which. */
  readonly agrees: boolean | null;
  /** Servers that would have answered so, each under the settings that make it. */
  readonly candidates: readonly Candidate[];
  /** Where none would: how the nearest of those that send such answers differs, and which it is. */
  readonly differs: readonly Misfit[];
  readonly nearest: Profile | null;
  readonly because: string | null;
}

export const unexplained = (because: string, conversation: Conversation | null = null): Explanation => ({ conversation, agrees: null, candidates: [], differs: [], nearest: null, because });

const CERTAINTY: readonly RuleCertainty[] = ['observed', 'specification', 'source', 'recollection'];
/** `specification` is no program that could be met. */
const SERVERS = PROFILES.filter(({ server, family }) => server !== undefined && family !== 'specification');

/** Servers under policies, each read once. */
export class Predictor {
  readonly #servers = new Map<string, Server | null>();
  /** Profiles and forms of answers that are not theirs: no request and no setting changes that. */
  readonly #strangers = new Set<string>();

  /** The known servers that would answer as it was seen. Cost: some dozen plays for each profile whose answers look alike. */
  explain(conversation: Conversation): Explanation {
    const candidates: Candidate[] = [];
    const known = new Map<string, Found | Missed>();
    let nearest: { readonly profile: Profile; readonly missed: Missed } | null = null;
    for (const profile of SERVERS) {
      const result = this.#likeKnown(profile, conversation, known);
      if ('settings' in result) candidates.push({ profile, ...result });
      else if (result.how !== 'other' && (nearest === null || distance(profile, result) < distance(nearest.profile, nearest.missed))) nearest = { profile, missed: result };
    }
    if (candidates.length > 0) return { conversation, agrees: true, candidates, differs: [], nearest: null, because: null };
    if (nearest === null) return unexplained('no known server sends answers of this form', conversation);
    const { profile, missed: { how, misfits } } = nearest;
    const isUnknown = how === 'resembles';
    return { conversation, agrees: isUnknown ? null : false, candidates: [], differs: misfits, nearest: profile, because: !isUnknown ? null : `the answer resembles that of ${profile.id}, but no known server sends it in this form` };
  }

  /** How a candidate, under the settings that it was narrowed to, would have differed. */
  differences(candidate: Candidate, conversation: Conversation): readonly Misfit[] {
    return this.#play(candidate.profile, policyOf(candidate), conversation)?.misfits ?? [];
  }

  /** Versions of one family that answer alike by default and have the same range are looked at once. */
  #likeKnown(profile: Profile, conversation: Conversation, known: Map<string, Found | Missed>): Found | Missed {
    const stranger = `${profile.id} ${conversation.identity}`;
    if (this.#strangers.has(stranger)) return MISSED;
    const base = this.#play(profile, ownPolicy(profile), conversation);
    if (base?.misfits.some(isForeign) === true) {
      if (this.#strangers.size >= SERVERS_KEPT) this.#strangers.clear();
      this.#strangers.add(stranger);
      return MISSED;
    }
    const family = familyOf(profile.family);
    if (base === null || family === undefined) return MISSED;
    const { min, max } = family.range(ownPolicy(profile));
    const key = JSON.stringify([profile.family, min, max, base.misfits, certaintyOf(profile, base), rangesOf(profile).length]);
    let result = known.get(key);
    if (result === undefined) known.set(key, (result = this.#search(profile, base, conversation)));
    return result;
  }

  #search(profile: Profile, base: Played, conversation: Conversation): Found | Missed {
    let best: { readonly policy: Policy; readonly played: Played } | null = null;
    for (const range of ordered(rangesOf(profile), conversation)) {
      const policy = merged(ownPolicy(profile), range);
      const played = range === NO_CHANGE ? base : this.#play(profile, policy, conversation);
      if (played === null) continue;
      if (played.misfits.some(isForeign)) return MISSED;
      if (best === null || weight(played.misfits) < weight(best.played.misfits)) best = { policy, played };
      if (!played.misfits.some(({ part }) => part === 'choice')) break;
    }
    if (best === null) return MISSED;
    const fitted = this.#fit(profile, best, conversation);
    return fitted.played.misfits.length === 0 ? this.#found(profile, fitted.policy, fitted.played, conversation) : this.#missed(profile, fitted.played, conversation);
  }

  /** Whether it is this program's answer all the same: compared with what it sends once it is made to choose that dialect. */
  #missed(profile: Profile, { misfits }: Played, conversation: Conversation): Missed {
    if (!isIdentified(conversation)) return MISSED;
    if (!misfits.some(({ part }) => part === 'choice')) return { how: misfits.every(({ part }) => part === 'terms') ? 'contradicts' : 'resembles', misfits };
    const dialect = DIALECT_NAMES[levelSeen(conversation) ?? -1];
    let forced: readonly Misfit[] = misfits;
    for (const minDialect of dialect === undefined ? [] : [dialect, 'CORE'] as const) {
      const policy = merged(ownPolicy(profile), { minDialect, maxDialect: dialect! });
      const played = this.#play(profile, policy, conversation);
      if (played === null || played.misfits.some(isForeign)) continue;
      const fitted = this.#fit(profile, { policy, played }, conversation).played.misfits;
      if (weight(fitted) < weight(forced)) forced = fitted;
    }
    if (forced.every(({ part }) => part === 'terms')) return { how: 'contradicts', misfits };
    if (!forced.some(({ part }) => part === 'choice')) return { how: 'resembles', misfits: forced };
    return { how: isNamedBy(forced, conversation) ? 'alien' : 'other', misfits };
  }

  /** Adds each setting that makes fewer fields differ. */
  #fit(profile: Profile, from: { readonly policy: Policy; readonly played: Played }, conversation: Conversation): { readonly policy: Policy; readonly played: Played } {
    const { guesses } = habitsOf(profile.family);
    let best = from;
    for (const misfit of from.played.misfits) {
      for (const guess of guesses(misfit)) {
        const policy = merged(best.policy, guess);
        const played = this.#play(profile, policy, conversation);
        if (played !== null && weight(played.misfits) < weight(best.played.misfits)) best = { policy, played };
      }
    }
    return best;
  }

  #found(profile: Profile, policy: Policy, played: Played, conversation: Conversation): Found {
    const fits = (change: Policy): boolean => this.#play(profile, merged(policy, change), conversation)?.misfits.length === 0;
    const settings = new Map(settingsOf(ownPolicy(profile), policy));
    for (const { name, states: [on, off] } of habitsOf(profile.family).switches) {
      settings.delete(name);
      const states = [on, off].filter(fits);
      if (states.length === 1) for (const pin of settingsOf(NO_CHANGE, states[0]!)) settings.set(...pin);
    }
    for (const pin of pinsOf(conversation)) settings.set(...pin);
    const ranges = rangesOf(profile).filter(({ minDialect, maxDialect }) => minDialect !== undefined && maxDialect !== undefined);
    // Under other ranges the same choice is the same answer.
    const chooses = (range: Policy): boolean => this.#play(profile, merged(policy, range), conversation, null)?.misfits.length === 0;
    const fitting = ranges.filter(chooses).map(({ minDialect, maxDialect }) => rangeOf(levelOf(minDialect!)!, levelOf(maxDialect!)!));
    return { ranges: ranges.length === 0 ? null : new Set(fitting), settings, certainty: certaintyOf(profile, played) };
  }

  #play(profile: Profile, policy: Policy, conversation: Conversation, equal: Compares | null = habitsOf(profile.family).equal): Played | null {
    const key = `${profile.id} ${JSON.stringify(policy)}`;
    let server = this.#servers.get(key);
    if (server === undefined) {
      if (this.#servers.size >= SERVERS_KEPT) this.#servers.clear();
      this.#servers.set(key, (server = serverOf(profile, policy)));
    }
    return server === null ? null : play(server, conversation, equal);
  }
}

type Found = Omit<Candidate, 'profile'>;
/** `contradicts`: the program's form, another choice; `resembles`: its choice, another form; `alien`: its marks, but a choice that it cannot make; `other`: not its answer at all. */
interface Missed { readonly how: 'contradicts' | 'resembles' | 'alien' | 'other'; readonly misfits: readonly Misfit[] }

const MISSED: Missed = { how: 'other', misfits: [] };

const SERVERS_KEPT = 8192;

function serverOf(profile: Profile, policy: Policy): Server | null {
  try {
    return familyOf(profile.family)?.server(policy) ?? null;
  } catch (error) {
    if (error instanceof PolicyProblem) return null; // this version has no such setting
    throw error;
  }
}

const WEIGHTS = { choice: 100, terms: 10, identity: 1, details: 1 } as const;

function weight(misfits: readonly Misfit[]): number {
  return misfits.reduce((sum, { part }) => sum + WEIGHTS[part], 0);
}

/** A form that the program never sends, whatever it is asked. */
function isForeign({ part, expected, observed }: Misfit): boolean {
  return part === 'identity' && expected !== 'none' && observed !== 'none';
}

const HOW = ['contradicts', 'resembles', 'alien', 'other'];

/** First what says most, then what differs least, then what is known best. */
function distance(profile: Profile, { how, misfits }: Missed): number {
  return HOW.indexOf(how) * 1_000_000 + weight(misfits) * 10 + CERTAINTY.indexOf(profile.certainty);
}

/** Forms of a security blob that many programs share. */
const COMMON_BLOBS: ReadonlySet<string | undefined> = new Set([undefined, 'empty', 'ntlmssp', 'unknown']);

/** Some answer names its program. */
function isIdentified({ turns }: Conversation): boolean {
  return turns.some(({ observed }) => observed !== null && observed !== 'hung-up' && !COMMON_BLOBS.has(observed.identity['securityBlob']));
}

/** ... and was held against the program's own: the same kind of answer in the same turn. */
function isNamedBy(misfits: readonly Misfit[], { turns }: Conversation): boolean {
  return turns.some(({ observed }, turn) => observed !== null && observed !== 'hung-up' && !COMMON_BLOBS.has(observed.identity['securityBlob'])
    && !misfits.some((misfit) => misfit.turn === turn && (misfit.field === 'kind' || misfit.part === 'identity')));
}

const NO_CHANGE: Policy = {};

/** The default, then ranges that end at what was seen, widest first, then the others. */
function ordered(ranges: readonly Policy[], conversation: Conversation): readonly Policy[] {
  const seen = levelSeen(conversation);
  const rest = ranges.filter((range) => Object.keys(range).length > 0);
  const near = rest.filter(({ maxDialect }) => maxDialect !== undefined && levelOf(maxDialect) === seen);
  return [NO_CHANGE, ...near, ...rest.filter((range) => !near.includes(range))];
}

function certaintyOf(profile: Profile, { rules }: Played): RuleCertainty {
  return CERTAINTY[Math.max(CERTAINTY.indexOf(profile.certainty), ...rules.map(({ certainty }) => CERTAINTY.indexOf(certainty)))]!;
}
