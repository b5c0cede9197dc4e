import { hexNumber } from '../../bytes/text.ts';
import type { CaptureAnalyser, JudgedConnection } from '../../report/analysis.ts';
import { buildConnection } from '../../report/build-connection.ts';
import { buildMessage } from '../../report/build-message.ts';
import type { Connection } from '../../report/schema.ts';
import type { Limits } from '../../limits.ts';
import type { ClientMessage } from '../../selection/client-message.ts';
import type { Meeting, MeetingTransport } from '../../selection/meeting.ts';
import type { Step } from '../../selection/simulate.ts';
import type { Values } from '../../selection/values.ts';
import { decodeSmb } from '../../smb/decode.ts';
import type { Message } from '../../smb/messages.ts';
import { decodeNbss, NBSS } from '../../smb/nbss.ts';
import type { ResolvedClient } from './read-client.ts';
import { unixMilliseconds } from './read-values.ts';
import type { SelectionStep, Warning } from './schema.ts';
import { type Conversation, quicCapture, simulatedCapture } from './simulated-capture.ts';

export type CreateAnalyser = (options: { limits: Limits; onConnection: (connection: JudgedConnection) => void }) => CaptureAnalyser;

const FIRST_CLIENT_PORT = 1024;
const LEAST_ROOM = 64;

/** The connections as they would be captured. A client port for each. */
export function captureOfPlayed(played: readonly Meeting[], transport: MeetingTransport, values: Values): Uint8Array {
  const start = unixMilliseconds(values) / 1000;
  if (transport === 'quic') return quicCapture(played.map((_, index) => FIRST_CLIENT_PORT + index), start);
  const conversations = played.map(({ steps, reaction }, index): Conversation => ({
    steps, reaction, serverPort: transport === 'netbios' ? 139 : 445, clientPort: FIRST_CLIENT_PORT + index,
  }));
  return simulatedCapture(conversations, start);
}

/** Longest exchange that is remembered, and how many: all pairs of profiles make some 1 100, of 400 bytes each. */
const REMEMBERED = { characters: 4096, entries: 4096 } as const;

/** What was said of bytes before. It follows from them alone, so that it holds for all that ask. */
export class Known<T> {
  readonly #known = new Map<string, T>();

  get(wire: string): T | undefined {
    return this.#known.get(wire);
  }

  set(wire: string, said: T): void {
    if (wire.length > REMEMBERED.characters) return;
    if (this.#known.size >= REMEMBERED.entries) this.#known.clear();
    this.#known.set(wire, said);
  }
}

/** What the analyser says of exchanges, as `read` takes it. Those of the same bytes are judged once. */
export class VerdictReader<T> {
  readonly #judging: Judging;
  readonly #read: (judged: JudgedConnection) => T;
  readonly #known: Known<T | null>;
  readonly #circumstances: string;

  /** `known`: of readers that read the same. */
  constructor(judging: Judging, read: (judged: JudgedConnection) => T, known = new Known<T | null>()) {
    this.#judging = judging;
    this.#read = read;
    this.#known = known;
    this.#circumstances = `${judging.transport} ${judging.values.time}`;
  }

  /** In order; null where nothing was sent. */
  of(played: readonly Meeting[]): (T | null)[] {
    const wires = played.map((meeting) => `${this.#circumstances}\n${onTheWire(meeting)}`);
    const said = new Map(wires.map((wire) => [wire, this.#known.get(wire)]));
    const unknown = new Map(wires.flatMap((wire, index) => (said.get(wire) === undefined ? [[wire, played[index]!] as const] : [])));
    for (const [wire, verdict] of this.#judge([...unknown.keys()], [...unknown.values()])) {
      said.set(wire, verdict);
      this.#known.set(wire, verdict);
    }
    return wires.map((wire) => said.get(wire) ?? null);
  }

  #judge(wires: readonly string[], played: readonly Meeting[]): ReadonlyMap<string, T | null> {
    const said = new Map<string, T | null>(wires.map((wire) => [wire, null]));
    if (played.length === 0) return said;
    const { transport, values, createAnalyser, limits } = this.#judging;
    // Room for as many connections as there are: tables of a service's size would cost more than the analysis.
    const room = Math.max(LEAST_ROOM, 2 * played.length);
    const onConnection = (judged: JudgedConnection): void => {
      const wire = wires[judged.client.port - FIRST_CLIENT_PORT];
      if (wire !== undefined) said.set(wire, this.#read(judged));
    };
    const analyser = createAnalyser({ limits: { ...limits, flows: room, activeConnections: room }, onConnection });
    analyser.write(captureOfPlayed(played, transport, values));
    analyser.end();
    return said;
  }
}

/** All that a capture of this exchange would show, as a key. */
function onTheWire({ steps, reaction }: Meeting): string {
  const parts = steps.map(({ bytes, ...step }) => (step.from === 'client' ? (step.sent ? 'c' : 'x') : step.after) + (bytes === null ? '' : latin1(bytes)));
  return `${parts.join('\n')}\n${reaction?.does ?? ''}${reaction?.waitSeconds ?? ''}`;
}

export interface Judging {
  readonly transport: MeetingTransport;
  readonly values: Values;
  readonly createAnalyser: CreateAnalyser;
  readonly limits: Limits;
}

/** The verdict with its texts, as a report has it. */
export function fullVerdict(judged: JudgedConnection): Connection['verdict'] {
  return buildConnection(judged, 'full', 6).verdict;
}

/** Steps as the contract writes them. Messages of the same bytes are decoded once. */
export class StepWriter {
  readonly #known = new Known<SelectionStep['message'] | null>();

  json(step: Step): SelectionStep {
    if (step.from === 'client') {
      const [first] = step.messages;
      const message = first === undefined ? null : this.#message(first.type, first.bytes);
      return { from: 'client', kind: step.sent ? message?.kind ?? 'bytes' : 'not-sent', hex: hexOf(step.bytes), ...(message !== null && { message }) };
    }
    const { answers, kind, index, dialect, status, command, bytes, after, rule } = step;
    const message = bytes === null || bytes.length < 4 ? null : this.#message(bytes[0] ?? 0, bytes.subarray(4));
    return {
      from: 'server', answers, kind,
      ...(index !== undefined && { index }), ...(dialect !== undefined && { dialect }), ...(command !== undefined && { command }),
      ...(status !== undefined && { status: hexNumber(status, 8) }),
      ...(bytes !== null && { hex: hexOf(bytes) }),
      ...(message !== null && { message }),
      // oxlint-disable-next-line unicorn/no-thenable -- the contract's word; the value is a text
      then: after,
      ...(rule !== null && { rule }),
    };
  }

  /** Null for bytes that are no message. */
  #message(type: number, bytes: Uint8Array): NonNullable<SelectionStep['message']> | null {
    const key = `${type} ${latin1(bytes)}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const message = decoded(type, bytes);
    const told = message === undefined ? null : buildMessage(message);
    this.#known.set(key, told);
    return told;
  }
}

function decoded(type: number, bytes: Uint8Array): Message | undefined {
  if (type !== NBSS.sessionMessage) return decodeNbss(type, bytes, bytes.length);
  return bytes.length === 0 ? undefined : decodeSmb(bytes, bytes.length)[0];
}

function hexOf(bytes: Uint8Array): string {
  return bufferOf(bytes).toString('hex');
}

function latin1(bytes: Uint8Array): string {
  return bufferOf(bytes).toString('latin1');
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** What is odd about the question or the way it was answered. */
export function playWarnings(played: Meeting, client: ResolvedClient, transport: MeetingTransport): Warning[] {
  const warnings: Warning[] = [];
  if (transport === 'quic') warnings.push({ path: 'transport', code: 'encrypted', message: 'A capture of SMB over QUIC shows only that it is SMB: the verdict is about that, steps and outcome are inside the encryption.' });
  if ('writes' in client) {
    played.steps.filter((step) => step.from === 'client').forEach((step, index) => {
      if (step.sent && step.messages.some((message) => !isNegotiation(message))) {
        warnings.push({ path: `client.hex.${index}`, code: 'no-negotiate', message: 'This write has a message that is no negotiate request: the answer is what the server does with it.' });
      }
      if (step.sent && step.messages.length === 0) warnings.push({ path: `client.hex.${index}`, code: 'no-message', message: 'This write completes no message: the server waits for the rest.' });
    });
  }
  return warnings;
}

function isNegotiation(message: ClientMessage): boolean {
  return message.type !== NBSS.sessionMessage || message.decoded.some(({ kind }) => kind === 'smb1-negotiate-request' || kind === 'smb2-negotiate-request');
}
