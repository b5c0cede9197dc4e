import { clientOffer } from '../client-offer.ts';
import type { ServerFamily } from '../family.ts';
import { meet, type Meeting, type MeetingClient, type MeetingTransport, outcomeOfMeeting } from '../meeting.ts';
import type { Outcome } from '../outcome.ts';
import { type Policy, PolicyProblem } from '../policy.ts';
import type { Values } from '../values.ts';
import { clientSettings, type SettableClient } from './client-settings.ts';
import { requiresEncryption } from './encryption-required.ts';
import { serverSettings } from './server-settings.ts';
import type { Setting } from './setting.ts';

/** Two that are to agree. */
export interface Pair {
  readonly client: MeetingClient;
  /** What can be set on the client; null for one by its offer or its bytes. */
  readonly settable: SettableClient | null;
  readonly target?: string | undefined;
  readonly family: ServerFamily;
  readonly policy: Policy;
  readonly transport: MeetingTransport;
  readonly values: Values;
}

/** What keeps two apart. */
export interface Obstacle {
  readonly code: 'no-dialect' | 'encryption';
  readonly text: string;
}

export interface MeetingResult {
  readonly meeting: Meeting;
  readonly outcome: Outcome;
  /** Null where they agree. */
  readonly obstacle: Obstacle | null;
}

/** One setting that makes them agree, and how they do then. */
export interface AgreeingSetting extends MeetingResult {
  readonly side: 'server' | 'client';
  readonly setting: Setting;
}

/** How the two stand now. */
export function asTheyAre({ client, family, policy, transport, values }: Pair): MeetingResult {
  const meeting = meet(client, family.server(policy), transport, values);
  const outcome = outcomeOfMeeting(meeting);
  return { meeting, outcome, obstacle: obstacleOf(outcome, ('offer' in client && client.offer.encryptionRequired) || requiresEncryption(family.name, policy)) };
}

function obstacleOf({ dialect, encryption }: Outcome, encryptionRequired: boolean): Obstacle | null {
  if (dialect === null) return { code: 'no-dialect', text: 'They come to no dialect that both go on with.' };
  if (encryptionRequired && encryption?.possible !== true) return { code: 'encryption', text: `They come to ${dialect}, but one side requires encryption, and there it is not possible: the session is refused.` };
  return null;
}

const COSTS = ['info', 'low', 'medium', 'high'] as const;

/** Every single setting that makes the two agree, the least costly first: each is tried, by playing the connection with it. Empty where they agree already. */
export function settingsThatAgree(pair: Pair): readonly AgreeingSetting[] {
  if (asTheyAre(pair).obstacle === null) return [];
  const found: AgreeingSetting[] = [];
  for (const ladder of serverSettings(pair.family.name, pair.policy)) {
    found.push(...firstThatAgrees(ladder, 'server', ({ policy }) => ({ ...pair, policy })));
  }
  for (const ladder of pair.settable === null ? [] : clientSettings(pair.settable)) {
    found.push(...firstThatAgrees(ladder, 'client', ({ part, settings }) => ({ ...pair, client: { offer: clientOffer(part, settings), target: pair.target } })));
  }
  return found.toSorted((left, right) => COSTS.indexOf(left.setting.cost.severity) - COSTS.indexOf(right.setting.cost.severity));
}

function firstThatAgrees<T extends Setting>(ladder: readonly T[], side: 'server' | 'client', changed: (setting: T) => Pair): AgreeingSetting[] {
  for (const setting of ladder) {
    const result = tried(changed(setting));
    if (result !== null && result.obstacle === null) return [{ ...result, side, setting }];
  }
  return [];
}

/** Null where this release does not know the value. */
function tried(pair: Pair): MeetingResult | null {
  try {
    return asTheyAre(pair);
  } catch (error) {
    if (error instanceof PolicyProblem) return null;
    throw error;
  }
}
