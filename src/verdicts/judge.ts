import type { Exchange, Missing, Seen } from '../negotiation/exchange.ts';
import { factsOf } from './facts.ts';
import type { Judgement } from './judgement.ts';
import { decide } from './table.ts';
import type { Certainty, VerdictCode } from './verdict.ts';

/** The one verdict of a connection, and how sure it is. */
export function judge(exchange: Exchange): Judgement {
  const { code, smb1 } = decide(factsOf(exchange));
  const doubts = DOUBTS[code](exchange);
  const missing = [...new Set([...exchange.missing.filter((one) => RELEVANT[code] === 'all' || doubts.includes(one)), ...doubts])];
  return { code, smb1, certainty: certaintyOf(exchange, code, doubts), missing };
}

function certaintyOf(exchange: Exchange, code: VerdictCode, doubts: readonly Missing[]): Certainty {
  if (code === 'inconclusive') return 'possible';
  if (code === 'connection-unanswered') return 'likely';
  if (doubts.length > 0 || exchange.directionBy === 'port') return 'likely';
  return 'certain';
}

/** Codes whose `missing` lists everything that the capture lacks, not only what weakens them. */
const RELEVANT: Readonly<Partial<Record<VerdictCode, 'all'>>> = { inconclusive: 'all', 'session-in-progress': 'all' };

type Doubt = (exchange: Exchange) => Missing[];

const when = (holds: boolean, missing: Missing): Missing[] => (holds ? [missing] : []);
const damaged: Doubt = ({ gaps, cut }) => [
  ...when(gaps.client, 'gap-in-client-stream'), ...when(gaps.server, 'gap-in-server-stream'), ...when(cut, 'cut-packets'),
];
/** An earlier request may have been sent before the capture began, or in a gap. */
const mayLackFirstRequest: Doubt = (exchange) => [
  ...when(exchange.gaps.client, 'gap-in-client-stream'),
  ...when(exchange.cut, 'cut-packets'),
  ...when(!startSeen(exchange), 'handshake'),
  ...when(exchange.offer.kind === 'not-captured', 'request'),
];
const serverMayHaveAnswered: Doubt = (exchange) => [
  ...damaged(exchange),
  ...when(!startSeen(exchange), 'handshake'),
  ...when(!exchange.serverSilenceProven, 'proof-of-silence'),
  ...when(exchange.ended.origin === 'middlebox-suspected' && exchange.ended.by === 'server', 'proof-of-silence'),
];
const clientMayHaveGoneOn: Doubt = (exchange) => [
  ...answered(exchange),
  ...when(exchange.offer.kind === 'not-captured', 'request'),
  ...when(askedAgain(exchange) && !exchange.serverSilenceProven, 'proof-of-silence'),
];
/** An answer was read, and stands unless the client asked again: a refusal is not always the end. */
const answered: Doubt = (exchange) => [
  ...damaged(exchange),
  ...when(!startSeen(exchange), 'handshake'),
  ...when(!exchange.clientSilenceProven, 'what-followed'),
];
/** A reset or close without an answer rests on silence; after 0x02FF on that of both sides. */
const refusal: Doubt = (exchange) => {
  switch (exchange.answer.kind) {
    case 'reset': case 'closed': return serverMayHaveAnswered(exchange);
    case 'smb2-wildcard': return [...serverMayHaveAnswered(exchange), ...when(!exchange.clientSilenceProven, 'what-followed')];
    default: return answered(exchange);
  }
};
const silentTcp: Doubt = (exchange) => [
  ...damaged(exchange),
  ...when(exchange.handshake.syn === null || exchange.handshake.synAck === null, 'handshake'),
  ...when(!exchange.clientSilenceProven || !exchange.serverSilenceProven, 'proof-of-silence'),
];

const isRequest = ({ message }: Seen): boolean => message.kind === 'smb1-negotiate-request' || message.kind === 'smb2-negotiate-request';

/** The SYN-ACK tells where both streams begin, the SYN only the client's: a lost first answer would make the second the answer to the first request. */
function startSeen({ handshake, messages }: Exchange): boolean {
  return handshake.synAck !== null || (handshake.syn !== null && messages.filter(isRequest).length <= 1);
}

/** Another request came after the answer that decides. */
function askedAgain({ answer, messages }: Exchange): boolean {
  const { packet } = answer;
  return packet !== null && messages.some((seen) => isRequest(seen) && seen.packet > packet);
}

/** What would have to be known for certainty, per code: absence is proven by sequence numbers only. */
const DOUBTS: Readonly<Record<VerdictCode, Doubt>> = {
  'smb-over-quic': () => [],
  'smb1-in-use': (exchange) => [
    ...when(!exchange.smb1Selected, 'answer'),
    ...when(exchange.gaps.client && exchange.gaps.server, 'gap-in-client-stream'),
  ],
  'smb2-negotiated-after-decoy': (exchange) => [
    ...when(!exchange.smb2Success, 'answer'), ...when(exchange.cut, 'cut-packets'),
    // SMB1 may have been used in what is not shown.
    ...when(exchange.gaps.client, 'gap-in-client-stream'),
  ],
  'smb2-negotiated': mayLackFirstRequest,
  'session-in-progress': () => [],
  'smb1-only-server-found': clientMayHaveGoneOn,
  'smb1-selected': clientMayHaveGoneOn,
  'netbios-session-refused': (exchange) => [...damaged(exchange), ...when(!exchange.clientSilenceProven, 'what-followed')],
  'no-common-dialect': refusal,
  'smb1-only-client-rejected': refusal,
  'negotiation-refused': refusal,
  'negotiation-abandoned': clientMayHaveGoneOn,
  'smb1-only-client-unanswered': serverMayHaveAnswered,
  'negotiation-unanswered': serverMayHaveAnswered,
  // Readable ones may have come before; a dialect that was not offered is malformed only as long as nobody uses it.
  'malformed-negotiation': answered,
  'connection-refused': (exchange) => [...when(exchange.cut, 'cut-packets'), ...when(!exchange.refusedPlainly, 'handshake')],
  'connection-unanswered': () => ['server-packets'],
  'connection-without-negotiation': silentTcp,
  'transport-race-lost': silentTcp,
  inconclusive: (exchange) => (exchange.missing.length === 0 ? ['what-followed'] : []),
};
