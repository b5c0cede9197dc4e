import type { Rule } from './rule.ts';

/** What an answer is to a client. The classes are the same for all; what is done about each is not. PROTOCOL 4.4 */
export type AnswerClass =
  | 'wildcard' | 'dialect' | 'dialect-not-offered' | 'smb2-error'
  | 'smb1-usable' | 'smb1-unusable' | 'smb1-none' | 'smb1-error'
  | 'refused' | 'silence' | 'unreadable';

export type ClientAction = 'second-negotiate' | 'session-setup' | 'reset' | 'close' | 'wait' | 'give-up';

/** Windows' own log of it. */
export interface ExpectedClientEvent {
  readonly channel: string;
  readonly id: number;
  readonly when: string;
}

/** What the client does next, and what its user or log shows. */
export interface ClientReaction {
  readonly does: ClientAction;
  readonly rule: Rule;
  /** How long it waits before it gives up. */
  readonly waitSeconds?: number;
  /** What the person or the caller gets to see. */
  readonly error?: string;
  readonly events?: readonly ExpectedClientEvent[];
}

/** One code base of clients: its habits as a table. A new one is a file in `clients/` and a line in `clients.ts`. */
export interface ClientBehaviour {
  readonly name: string;
  readonly title: string;
  readonly on: Readonly<Record<AnswerClass, ClientReaction>>;
  /** What it does about a dialect of its range whose own algorithm is not in its lists; as about any other dialect where not given. */
  readonly withoutPrescribed?: ClientReaction;
}
