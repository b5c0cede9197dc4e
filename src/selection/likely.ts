import type { Exchange, Seen } from '../negotiation/exchange.ts';
import type { Smb1NegotiateRequest, Smb2NegotiateRequest } from '../smb/messages.ts';
import { fingerprintOf, fingerprintText } from './fingerprint.ts';
import { recogniseRequest } from './recognise-client.ts';
import { recogniseAnswer } from './recognise-server.ts';
import type { Recognition } from './recognition.ts';

/** A profile that one side may be. */
export interface LikelyProfile {
  readonly profile: string;
  readonly certainty: 'likely' | 'possible';
}

/** Profiles that what was seen does not tell apart. Equal ones are one object. */
export interface LikelyClass {
  readonly exact: boolean;
  readonly members: readonly LikelyProfile[];
}

/** Who the client of a connection may be, by its requests together; null where they tell nothing. */
export function likelyClient({ messages }: Exchange): LikelyClass | null {
  const requests = messages.flatMap((seen) => requestIn(seen) ?? []);
  return remembered(requests.map(textOf).join(' '), () => oneOf(requests.map(recogniseRequest)));
}

/** … and its server, by its answers: each is held against the request before it. */
export function likelyServer({ messages, transport }: Exchange): LikelyClass | null {
  const over = transport === 'netbios' ? 'netbios' : 'direct-tcp';
  const pairs: { readonly answer: Answer; readonly request: Request | null }[] = [];
  let request: Request | null = null;
  for (const seen of messages) {
    request = requestIn(seen) ?? request;
    const answer = answerIn(seen);
    if (answer !== null) pairs.push({ answer, request });
  }
  const key = [over, ...pairs.flatMap((pair) => [pair.request === null ? '' : textOf(pair.request), textOf(pair.answer)])].join(' ');
  return remembered(key, () => oneOf(pairs.map((pair) => recogniseAnswer(pair.answer, { request: pair.request, transport: over }))));
}

/**
 * What several observations of one side come to. Those that can be one program narrow each other down, others stand beside
 * them: a machine may run several. What only comes near counts where nothing fits.
 */
export function together(classes: readonly LikelyClass[]): readonly LikelyProfile[] {
  const exact = classes.filter((each) => each.exact);
  const programs: (readonly LikelyProfile[])[] = [];
  for (const { members } of exact.length > 0 ? exact : classes) {
    const at = programs.findIndex((known) => inBoth(known, members).length > 0);
    if (at < 0) programs.push(members);
    else programs[at] = inBoth(programs[at] ?? [], members);
  }
  const all = programs.flat();
  return all.filter(({ profile }, index) => all.findIndex((other) => other.profile === profile) === index);
}

/** As uncertain as the less certain of the two. */
function inBoth(known: readonly LikelyProfile[], said: readonly LikelyProfile[]): LikelyProfile[] {
  return known.flatMap(({ profile, certainty }) => {
    const other = said.find((each) => each.profile === profile);
    return other === undefined ? [] : [{ profile, certainty: certainty === 'possible' ? certainty : other.certainty }];
  });
}

function oneOf(recognitions: readonly Recognition[]): LikelyClass | null {
  const classes = recognitions.filter(({ candidates }) => candidates.length > 0)
    .map(({ exact, candidates }): LikelyClass => ({ exact, members: candidates.map(({ profile, certainty }) => ({ profile, certainty })) }));
  return classes.length === 0 ? null : shared({ exact: classes.some(({ exact }) => exact), members: together(classes) });
}

/** Recognitions remembered, and classes that are one object: a network has some dozen, a hostile capture any number. */
const MOST = 1024;
const byMessages = new Map<string, LikelyClass | null>();
const byMembers = new Map<string, LikelyClass>();

function remembered(key: string, work: () => LikelyClass | null): LikelyClass | null {
  let found = byMessages.get(key);
  if (found !== undefined) return found;
  found = work();
  if (byMessages.size >= MOST) byMessages.clear();
  // a text of a hostile message may be long
  if (key.length <= MOST) byMessages.set(key, found);
  return found;
}

function shared(found: LikelyClass): LikelyClass {
  const key = `${found.exact} ${found.members.map(({ profile, certainty }) => `${profile} ${certainty}`).join(' ')}`;
  const known = byMembers.get(key);
  if (known !== undefined) return known;
  if (byMembers.size >= MOST) byMembers.clear();
  byMembers.set(key, found);
  return found;
}

function textOf(message: Parameters<typeof fingerprintOf>[0]): string {
  const fingerprint = fingerprintOf(message);
  return fingerprint === null ? '' : fingerprintText(fingerprint);
}

type Request = Smb1NegotiateRequest | Smb2NegotiateRequest;
type Answer = Parameters<typeof recogniseAnswer>[0];

/** What a capture cut off would tell against its sender. */
function requestIn({ cut, message }: Seen): Request | null {
  return !cut && (message.kind === 'smb1-negotiate-request' || message.kind === 'smb2-negotiate-request') ? message : null;
}

function answerIn({ cut, message }: Seen): Answer | null {
  return !cut && (message.kind === 'smb1-negotiate-response' || message.kind === 'smb2-negotiate-response' || message.kind === 'smb2-negotiate-error') ? message : null;
}
