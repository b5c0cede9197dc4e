import { PRODUCT } from '../../report/product.ts';
import type { AgreeingSetting, MeetingResult, Pair } from '../../selection/agreement/settings-that-agree.ts';
import { asTheyAre, settingsThatAgree } from '../../selection/agreement/settings-that-agree.ts';
import { meet, type Meeting, type MeetingTransport, outcomeOfMeeting } from '../../selection/meeting.ts';
import type { Outcome } from '../../selection/outcome.ts';
import type { Values } from '../../selection/values.ts';
import { readClient, type ResolvedClient } from './read-client.ts';
import { readServer, type ResolvedServer } from './read-server.ts';
import { readValues, valuesText } from './read-values.ts';
import type { Agreement, PastedReading, Selection, SelectRequest } from './schema.ts';
import { type CreateAnalyser, fullVerdict, type Judging, type Known, playWarnings, StepWriter, VerdictReader } from './select.ts';
import type { Limits } from '../../limits.ts';

/** A client and a server, read and checked. */
export interface Asked {
  readonly client: ResolvedClient;
  readonly server: ResolvedServer;
  readonly transport: MeetingTransport;
  readonly values: Values;
}

export interface AnswerTools {
  readonly createAnalyser: CreateAnalyser;
  readonly limits: Limits;
  /** What was told to others that asked for the same. */
  readonly verdicts?: Known<Selection['verdict']>;
  readonly steps?: StepWriter;
}

/** Throws HttpProblem with the path of the wrong field. */
export function readAsked({ client, server, framing, values, transport = 'direct-tcp' }: SelectRequest): Asked {
  return { client: readClient(client, 'client', framing), server: readServer(server, 'server'), transport, values: readValues(values) };
}

export function meetingOf({ client, server, transport, values }: Asked): Meeting {
  return meet(client, server.server, transport, values);
}

/** A negotiation as it would go, step by step. */
export function selectionOf(asked: Asked, tools: AnswerTools): Selection {
  const { client, server, transport, values } = asked;
  const meeting = meetingOf(asked);
  const [verdict = null] = new VerdictReader<Selection['verdict']>(judging(asked, tools), fullVerdict, tools.verdicts).of([meeting]);
  const { steps = new StepWriter() } = tools;
  return {
    schemaVersion: '1', product: { ...PRODUCT },
    steps: meeting.steps.map((step) => steps.json(step)),
    client: meeting.reaction === null ? null : reactionJson(meeting.reaction),
    outcome: outcomeJson(outcomeOfMeeting(meeting)),
    verdict,
    expectedEvents: (verdict?.expectedEvents ?? []).map(({ channel, id, side, when }) => ({ channel, id, side, when })),
    values: valuesText(values),
    ...pastedOf([client, server]),
    warnings: [...client.warnings, ...server.warnings, ...playWarnings(meeting, client, transport)],
  };
}

/** Every single setting that makes the two agree, with its price. */
export function agreementOf(asked: Asked, tools: AnswerTools): Agreement {
  const pair = pairOf(asked);
  const now = asTheyAre(pair);
  const settings = settingsThatAgree(pair);
  const reader = new VerdictReader(judging(asked, tools), ({ judgement, findings }) => ({ verdict: judgement.code, findings: findings.map(({ id, severity }) => ({ code: id, severity })) }));
  const [judged = null, ...others] = reader.of([now, ...settings].map(({ meeting }) => meeting));
  return {
    schemaVersion: '1', product: { ...PRODUCT },
    agrees: now.obstacle === null,
    obstacle: now.obstacle === null ? null : { ...now.obstacle },
    ...resultJson(now, judged),
    settings: settings.map((setting, index) => settingJson(setting, others[index] ?? null)),
    ...pastedOf([asked.client, asked.server]),
    warnings: [...asked.client.warnings, ...asked.server.warnings],
  };
}

/** What was read from policies that were pasted; nothing where none was. */
export function pastedOf(sides: readonly { readonly pasted: PastedReading | null }[]): { pasted?: PastedReading[] } {
  const pasted = sides.flatMap((side) => side.pasted ?? []);
  return pasted.length === 0 ? {} : { pasted };
}

function judging({ transport, values }: Asked, tools: AnswerTools): Judging {
  return { transport, values, createAnalyser: tools.createAnalyser, limits: tools.limits };
}

function pairOf({ client, server: { family, policy }, transport, values }: Asked): Pair {
  const shared = { family, policy, transport, values };
  if ('writes' in client) return { ...shared, client, settable: null };
  const { offer, target, part, settings, profile } = client;
  return { ...shared, client: { offer, target }, target, settable: profile === null ? null : { part, settings, family: profile.family, id: profile.id } };
}

interface Judged {
  readonly verdict: string;
  readonly findings: readonly { readonly code: string; readonly severity: Agreement['findings'][number]['severity'] }[];
}

function resultJson({ outcome }: MeetingResult, judged: Judged | null): Pick<Agreement, 'outcome' | 'verdict' | 'findings'> {
  return { outcome: outcomeJson(outcome), verdict: judged?.verdict ?? null, findings: (judged?.findings ?? []).map((finding) => ({ ...finding })) };
}

function settingJson(agreeing: AgreeingSetting, judged: Judged | null): Agreement['settings'][number] {
  const { side, setting: { system, setting, value, command, file, apply, note, cost } } = agreeing;
  return {
    for: side, system, setting, value, command,
    ...(file !== undefined && { file }), ...(apply !== undefined && { apply }), ...(note !== undefined && { note }),
    cost: { ...cost }, ...resultJson(agreeing, judged),
  };
}

function outcomeJson(outcome: Outcome): Selection['outcome'] {
  return { ...outcome, compression: [...outcome.compression], capabilities: [...outcome.capabilities] };
}

function reactionJson({ does, waitSeconds, error, events, rule }: NonNullable<Meeting['reaction']>): NonNullable<Selection['client']> {
  return { does, ...(waitSeconds !== undefined && { waitSeconds }), ...(error !== undefined && { error }), ...(events !== undefined && { events: [...events] }), rule };
}
