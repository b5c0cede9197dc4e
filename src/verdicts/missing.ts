import type { Missing } from '../negotiation/exchange.ts';

/** What each missing piece of a capture means, for people. */
export const MISSING_SENTENCES: Readonly<Record<Missing, string>> = {
  handshake: 'The TCP handshake is not in the capture.',
  'client-packets': 'No packet of the client is in the capture.',
  'server-packets': 'No packet of the server is in the capture.',
  request: 'The negotiate request is not in the capture.',
  answer: 'An answer of the server is not in the capture.',
  'end-of-connection': 'The end of the connection is not in the capture.',
  'gap-in-client-stream': 'Some bytes of the client are missing from the capture.',
  'gap-in-server-stream': 'Some bytes of the server are missing from the capture.',
  'cut-packets': 'The capture holds only the beginning of a packet that matters.',
  'proof-of-silence': 'No later packet proves that the other side sent nothing; its packets may only not have been captured.',
  'what-followed': 'What followed the negotiation is not in the capture.',
  'names-of-offered-dialects': 'The names of the offered dialects are not in the capture, so the selected index cannot be named with certainty.',
};
