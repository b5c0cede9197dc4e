import type { ClientReaction } from './client-behaviour.ts';
import type { ClientOffer } from './client-offer.ts';
import type { Server, Transport } from './family.ts';
import { liveClient } from './live-client.ts';
import { type ClientWishes, type Outcome, outcomeOf } from './outcome.ts';
import { scripted, type ServerStep, simulate, type Step } from './simulate.ts';
import type { Values } from './values.ts';

/** A client that can be played: by its offer, or by its bytes. `target`: what it calls the server, where that is given. */
export type MeetingClient =
  | { readonly offer: ClientOffer; readonly target?: string | undefined }
  | { readonly writes: readonly Uint8Array[] };

/** QUIC carries what direct TCP does; it never begins in SMB1. [MS-SMB2] 2.1 */
export type MeetingTransport = Transport | 'quic';

/** One connection that was played to its end. */
export interface Meeting {
  readonly steps: readonly Step[];
  /** What the client did at the end; null for one that is only bytes. */
  readonly reaction: ClientReaction | null;
  readonly wishes: ClientWishes | null;
}

const ENCRYPTION = 0x40;

export function meet(client: MeetingClient, server: Server, transport: MeetingTransport, values: Values): Meeting {
  const wire: Transport = transport === 'netbios' ? 'netbios' : 'direct-tcp';
  if ('writes' in client) {
    const steps = simulate(scripted(client.writes), server, { transport: wire, values });
    return { steps, reaction: null, wishes: null };
  }
  const offer = transport === 'quic' ? { ...client.offer, start: 'smb2-only' as const } : client.offer;
  const called = client.target === undefined ? values : { ...values, target: client.target };
  const live = liveClient(offer, { transport: wire, values: called });
  const steps = simulate(live.writes, server, { transport: wire, values: called });
  const wishes = { signingRequired: offer.signingRequired, encryption: ((offer.smb2?.capabilities ?? 0) & ENCRYPTION) !== 0 };
  return { steps, reaction: live.reaction(), wishes };
}

/** A dialect that the client does not go on with was not agreed on. */
export function outcomeOfMeeting({ steps, reaction, wishes }: Meeting): Outcome {
  return outcomeOf(reaction === null || reaction.does === 'session-setup' ? serverSteps(steps) : [], wishes);
}

export function serverSteps(steps: readonly Step[]): ServerStep[] {
  return steps.filter((step): step is ServerStep => step.from === 'server');
}
