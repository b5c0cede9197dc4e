import type { Exchange, Missing } from '../negotiation/exchange.ts';
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
  ...damaged(exchange),
  ...when(!startSeen(exchange), 'handshake'),
  ...when(exchange.offer.kind === 'not-captured', 'request'),
  ...when(!exchange.clientSilenceProven, 'what-followed'),
];
/** An answer was read; a reset or close without one rests on silence. */
const refusal: Doubt = (exchange) =>
  exchange.answer.kind === 'reset' || exchange.answer.kind === 'closed' || exchange.answer.kind === 'smb2-wildcard'
    ? serverMayHaveAnswered(exchange)
    : [...damaged(exchange), ...when(!startSeen(exchange), 'handshake'), ...when(!exchange.clientSilenceProven && exchange.ended.how === 'capture-end', 'what-followed')];
const silentTcp: Doubt = (exchange) => [
  ...damaged(exchange),
  ...when(exchange.handshake.syn === null || exchange.handshake.synAck === null, 'handshake'),
  ...when(!exchange.clientSilenceProven || !exchange.serverSilenceProven, 'proof-of-silence'),
];

function startSeen({ handshake }: Exchange): boolean {
  return handshake.syn !== null || handshake.synAck !== null;
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
  'netbios-session-refused': damaged,
  'no-common-dialect': refusal,
  'smb1-only-client-rejected': refusal,
  'negotiation-refused': refusal,
  'negotiation-abandoned': clientMayHaveGoneOn,
  'smb1-only-client-unanswered': serverMayHaveAnswered,
  'negotiation-unanswered': serverMayHaveAnswered,
  // A dialect that was not offered is malformed only as long as nobody uses it.
  'malformed-negotiation': (exchange) => [...damaged(exchange), ...when(exchange.smb2Success && !exchange.clientSilenceProven, 'what-followed')],
  'connection-refused': (exchange) => when(exchange.cut, 'cut-packets'),
  'connection-unanswered': () => ['server-packets'],
  'connection-without-negotiation': silentTcp,
  'transport-race-lost': silentTcp,
  inconclusive: (exchange) => (exchange.missing.length === 0 ? ['what-followed'] : []),
};
