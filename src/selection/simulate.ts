import { buildServerMessage, type ServerMessage } from '../smb/build/server-message.ts';
import { type ClientMessage, cutMessages } from './client-message.ts';
import { describeReply, type ReplyFacts } from './describe-reply.ts';
import { type ConnectionState, NEW_CONNECTION, type Reaction, type Server, type Transport } from './family.ts';
import type { Rule } from './rule.ts';
import type { Values } from './values.ts';

/** One TCP write of a client. */
export interface ClientStep {
  readonly from: 'client';
  /** `not-sent`: the connection was closed before. */
  readonly sent: boolean;
  readonly bytes: Uint8Array;
  /** The whole messages that this write completed. */
  readonly messages: readonly ClientMessage[];
}

/** One answer of the server, or what it did instead. */
export interface ServerStep extends ReplyFacts {
  readonly from: 'server';
  /** Index of the client's step. */
  readonly answers: number;
  /** As fields, and with the 4-byte prefix as bytes; null where nothing is sent. */
  readonly reply: ServerMessage | null;
  readonly bytes: Uint8Array | null;
  readonly after: 'open' | 'closed' | 'reset';
  readonly rule: Rule | null;
}

export type Step = ClientStep | ServerStep;

/** Gives the client's next write for what was answered to the last one (none before the first); null where it sends no more. */
export type ClientWrites = (answers: readonly ServerStep[] | null) => Uint8Array | null;

export interface Simulation {
  readonly transport: Transport;
  readonly values: Values;
}

/** A client that goes on without end would be a fault of its own; real ones send three messages. */
const MOST_WRITES = 64;

/** A connection from its first byte to the last that the client sends, message by message. */
export function simulate(next: ClientWrites, server: Server, { transport, values }: Simulation): readonly Step[] {
  const connection = new SimulatedConnection(server, transport, values);
  let answers: readonly ServerStep[] | null = null;
  for (let count = 0; count < MOST_WRITES; count++) {
    const bytes = next(answers);
    if (bytes === null) break;
    answers = connection.write(bytes);
  }
  return connection.steps;
}

/** A client that sends what it was given, whatever is answered. */
export function scripted(writes: readonly Uint8Array[]): ClientWrites {
  let at = 0;
  return () => writes[at++] ?? null;
}

class SimulatedConnection {
  readonly steps: Step[] = [];
  readonly #server: Server;
  readonly #values: Values;
  #state: ConnectionState;
  #rest: Uint8Array = new Uint8Array(0);
  #open = true;

  constructor(server: Server, transport: Transport, values: Values) {
    this.#server = server;
    this.#values = values;
    this.#state = { ...NEW_CONNECTION, transport };
  }

  write(bytes: Uint8Array): ServerStep[] {
    const answers = this.steps.length;
    if (!this.#open) {
      this.steps.push({ from: 'client', sent: false, bytes, messages: [] });
      return [];
    }
    const { messages, rest } = cutMessages(this.#rest.length === 0 ? bytes : joined(this.#rest, bytes));
    this.#rest = rest;
    this.steps.push({ from: 'client', sent: true, bytes, messages });
    const answered: ServerStep[] = [];
    for (const message of messages) {
      if (!this.#open) break;
      const reaction = this.#server(message, this.#state, this.#values);
      if (reaction?.state !== undefined) this.#state = { ...this.#state, ...reaction.state };
      if (reaction !== null) answered.push(this.#serverStep(reaction, answers));
    }
    if (answered.length === 0) answered.push({ from: 'server', answers, kind: 'silence', reply: null, bytes: null, after: 'open', rule: null });
    this.steps.push(...answered);
    return answered;
  }

  #serverStep(reaction: Reaction, answers: number): ServerStep {
    const { reply, after, rule } = reaction;
    this.#open = after === 'open';
    return { from: 'server', answers, ...describeReply(reaction), reply, bytes: reply === null ? null : buildServerMessage(reply), after, rule };
  }
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const out = new Uint8Array(first.length + second.length);
  out.set(first);
  out.set(second, first.length);
  return out;
}
