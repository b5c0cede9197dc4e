import { Analyser } from '../../src/analyser.ts';
import { captureOfPlayed } from '../../src/http/selection/select.ts';
import type { JudgedConnection } from '../../src/report/analysis.ts';
import { clientOffer, type ClientSettings } from '../../src/selection/client-offer.ts';
import { samba } from '../../src/selection/families/samba.ts';
import type { Server } from '../../src/selection/family.ts';
import { meet, type Meeting } from '../../src/selection/meeting.ts';
import type { ClientPart } from '../../src/selection/profile.ts';
import { sessionSetupFor } from '../../src/selection/session-setup.ts';
import { scripted, type ServerStep, simulate, type Step } from '../../src/selection/simulate.ts';
import { DEFAULT_VALUES } from '../../src/selection/values.ts';
import { NAMES } from './policies.ts';
import { SMBD_VERSION } from './programs.ts';

const SIMULATION = { transport: 'direct-tcp', values: DEFAULT_VALUES } as const;

/** The smbd that runs here, under these lines of smb.conf. */
export function sambaUnder(options: Readonly<Record<string, string>>): Server {
  return samba.server({ version: SMBD_VERSION ?? '', options: { ...NAMES, ...options } });
}

/** What a client sends and gets, and what it does about the last answer. */
export function foretell(part: ClientPart, settings: ClientSettings, server: Server): Meeting {
  return meet({ offer: clientOffer(part, settings) }, server, SIMULATION.transport, SIMULATION.values);
}

/** The same, and behind it the session setup of a client that goes on, as the server takes it. */
export function withSessionSetup({ steps, reaction }: Meeting, server: Server): readonly Step[] {
  const writes = steps.filter(({ from }) => from === 'client').map(({ bytes }) => bytes!);
  const setup = reaction?.does === 'session-setup' ? sessionSetupFor(serverSteps(steps).at(-1)?.reply ?? null) : null;
  return setup === null ? steps : simulate(scripted([...writes, setup]), server, SIMULATION);
}

export function serverSteps(steps: readonly Step[]): ServerStep[] {
  return steps.filter((step): step is ServerStep => step.from === 'server');
}

/** The first of those that exchange the same bytes. */
export function distinct<T>(items: readonly T[], meetingOf: (item: T) => Meeting): T[] {
  return [...new Map(items.map((item) => [bytesOf(meetingOf(item)), item] as const).toReversed()).values()].toReversed();
}

function bytesOf({ steps }: Meeting): string {
  return steps.map(({ bytes }) => (bytes === null ? '' : Buffer.from(bytes).toString('hex'))).join();
}

/** What our analyser says of a capture, by client port, in a few words. */
export function judged(capture: Uint8Array): Map<number, string> {
  const found = new Map<number, string>();
  const analyser = new Analyser({ onConnection: (connection) => { found.set(connection.client.port, words(connection)); } });
  analyser.write(capture);
  analyser.end();
  return found;
}

/** Depends on where and when: the port, the clocks, the addresses. */
const LOCAL = new Set(['odd-port', 'clock-skew', 'boot-time', 'smb-internet']);

function words({ judgement, exchange, findings }: JudgedConnection): string {
  const codes = findings.map(({ id }) => id).filter((id) => !LOCAL.has(id)).toSorted();
  return `${judgement.code} ${exchange.dialect ?? '-'} ${exchange.answer.kind} [${codes.join(' ')}]`;
}

/** What a capture of a simulated exchange is judged to be. */
export function judgedAs(played: Meeting): string {
  return [...judged(captureOfPlayed([played], 'direct-tcp', DEFAULT_VALUES)).values()].join();
}
