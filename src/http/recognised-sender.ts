import { fingerprintText } from '../selection/fingerprint.ts';
import { recogniseRequest } from '../selection/recognise-client.ts';
import { recogniseAnswer } from '../selection/recognise-server.ts';
import type { Recognition } from '../selection/recognition.ts';
import type { Message, Smb1NegotiateRequest, Smb2NegotiateRequest } from '../smb/messages.ts';
import type { RawMessage } from './raw-messages.ts';
import type { RecognisedSender } from './schema.ts';

export type { RecognisedSender } from './schema.ts';

/** Who sends such a message; null for what is no negotiate. An answer is held against the last request before it. */
export function recognised(messages: readonly RawMessage[], index: number): RecognisedSender | null {
  const [message] = messages[index]?.decoded ?? [];
  switch (message?.kind) {
    case 'smb1-negotiate-request': case 'smb2-negotiate-request': return asJson(recogniseRequest(message));
    case 'smb1-negotiate-response': case 'smb2-negotiate-response': case 'smb2-negotiate-error': {
      const before = messages.slice(0, index).flatMap(({ decoded }) => decoded);
      const transport = before.some(({ kind }) => kind === 'nbss-session-request' || kind === 'nbss-positive-response') ? 'netbios' : 'direct-tcp';
      return asJson(recogniseAnswer(message, { request: before.findLast(isRequest) ?? null, transport }));
    }
    default: return null;
  }
}

function isRequest(message: Message): message is Smb1NegotiateRequest | Smb2NegotiateRequest {
  return message.kind === 'smb1-negotiate-request' || message.kind === 'smb2-negotiate-request';
}

function asJson({ fingerprint, exact, candidates }: Recognition): RecognisedSender {
  return {
    fingerprint: fingerprintText(fingerprint), exact,
    candidates: candidates.map(({ profile, certainty, settings, policy, when, for: agreed, against }) => ({
      profile, certainty, settings: { ...settings, ...policy }, ...(when !== undefined && { when }), for: [...agreed], against: against.map((each) => ({ ...each })),
    })),
  };
}
