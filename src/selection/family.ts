import type { ServerMessage } from '../smb/build/server-message.ts';
import type { ClientMessage } from './client-message.ts';
import type { Policy } from './policy.ts';
import type { Rule } from './rule.ts';
import type { Values } from './values.ts';

export type Transport = 'direct-tcp' | 'netbios';

/** What a server remembers of a connection between two messages. */
export interface ConnectionState {
  readonly transport: Transport;
  /** Connection.NegotiateDialect: null before the first answer, then `smb1` or the SMB2 code that was answered, 0x02FF included. */
  readonly negotiated: null | 'smb1' | number;
  /** The MessageId that the next SMB2 request must have. [MS-SMB2] 3.3.1.1 */
  readonly nextMessageId: bigint;
  /** It reads no more, though the connection is open. */
  readonly deaf: boolean;
}

export const NEW_CONNECTION = { negotiated: null, nextMessageId: 0n, deaf: false } as const;

/** What a server does with one message. Its kind, status and dialect are read off `reply`. */
export interface Reaction {
  /** Null where it says nothing. */
  readonly reply: ServerMessage | null;
  /** What it does with the connection behind the reply. */
  readonly after: 'open' | 'closed' | 'reset';
  readonly rule: Rule;
  /** The string that the index of an SMB1 answer means. */
  readonly dialect?: string;
  /** What changes in the state. */
  readonly state?: Partial<Omit<ConnectionState, 'transport'>>;
}

/** A server under one policy. Pure: the same arguments give the same reaction. No bytes make it throw. Null: it takes the message and waits for more. */
export type Server = (message: ClientMessage, connection: ConnectionState, values: Values) => Reaction | null;

/** One kind of server software. A new one is a file in `families/` and a line in `families.ts`. */
export interface ServerFamily {
  readonly name: string;
  readonly title: string;
  /** The family's own setting names that `policy.options` may have. */
  readonly options: readonly string[];
  /** Names of dialects beside those that all families share. */
  readonly dialects: readonly string[];
  /** The range that a policy comes to, as levels: what `min-above-max` is judged by. Throws PolicyProblem. */
  readonly range: (policy: Policy) => { readonly min: number; readonly max: number };
  /** Reads the policy once. Throws PolicyProblem where it contradicts itself or the family has no such setting. */
  readonly server: (policy: Policy) => Server;
}
