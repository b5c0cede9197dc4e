import type { Exchange } from '../../negotiation/exchange.ts';
import type { VerdictEntry } from '../entry.ts';
import { CONNECT_FAILED, DISCONNECTED, RACE_LOST, REQUEST_TIMED_OUT, whenServerEnded } from '../events.ts';
import { endEvidence, handshakeEvidence, negotiationEvidence, point } from '../evidence.ts';
import { Client, endSentence, inPacket, offerSentence, say, seconds, server } from '../phrases.ts';
import { DETECT_SMB1, DF_SMB2, DF_TCP, MS_SMB2, RFC9293, SMB_TRAFFIC, STOP_USING_SMB1 } from '../references.ts';
import { CLIENT_WITH_SMB2, networkRemedy, REACHABLE, SERVER_WITH_SMB2 } from '../remedies.ts';

function silenceSentence(x: Exchange): string {
  const wait = x.waitedSeconds === null ? '' : ` within ${seconds(x.waitedSeconds)}`;
  const proof = x.serverSilenceProven
    ? ' Later packets prove by their sequence numbers that the server sent nothing.'
    : ' That the server sent nothing is not proven: its packets may only not have been captured.';
  return `No answer of the server was seen${wait}.${proof}`;
}

export const UNANSWERED_TEXTS = {
  'smb1-only-client-unanswered': {
    code: 'smb1-only-client-unanswered',
    title: 'A client that speaks only SMB1 got no answer',
    severity: 'medium',
    condition: 'No answer was seen to an offer without SMB2, and the client gave up or five seconds passed on the capture’s clock.',
    meaning: 'The client offered nothing but SMB1 and waits. The server, or a firewall on the way, keeps silent instead of refusing.',
    remediation: [...CLIENT_WITH_SMB2, ...REACHABLE],
    references: [DETECT_SMB1, STOP_USING_SMB1, DF_TCP],
    explain: (x) => say`${offerSentence(x)} ${silenceSentence(x)} ${endSentence(x)}`,
    evidence: negotiationEvidence,
    expectedEvents: () => [REQUEST_TIMED_OUT],
  },
  'negotiation-unanswered': {
    code: 'negotiation-unanswered',
    title: 'The negotiation got no answer',
    severity: 'medium',
    condition: 'No answer was seen to an offer with SMB2, and the client gave up or five seconds passed on the capture’s clock.',
    meaning: 'This is the hanging Explorer: TCP is connected and the server does not answer. An old SMB1-only server keeps silent to an SMB2 request (Windows Server 2003 does), an overloaded one answers late, and a firewall may let the handshake pass and drop the rest.',
    remediation: [...SERVER_WITH_SMB2, ...REACHABLE],
    references: [MS_SMB2, DF_SMB2, DF_TCP],
    explain: (x) => {
      const kind = x.offer.kind === 'smb2-only' ? 'A server that speaks only SMB1 behaves so; it may also be a firewall or an overloaded server.' : '';
      return say`${offerSentence(x)} ${silenceSentence(x)} ${endSentence(x)} ${kind}`;
    },
    evidence: negotiationEvidence,
    expectedEvents: () => [REQUEST_TIMED_OUT],
  },
  'connection-refused': {
    code: 'connection-refused',
    title: 'The TCP connection was refused',
    severity: 'low',
    condition: 'The client’s SYN met a reset.',
    meaning: 'Nothing listens on this port, or a firewall rejects the connection. SMB never began. On port 139 this is what a server without NetBIOS does, and nothing to mend.',
    remediation: REACHABLE,
    references: [RFC9293, DF_TCP, SMB_TRAFFIC],
    explain: (x) => say`${Client(x)} asked ${server(x)} for a TCP connection${inPacket(x.handshake.syn)} and met a reset${inPacket(x.refusedPacket)}. Nothing listens there, or a firewall rejects it; no SMB byte was sent.`,
    evidence: (x) => [...point(x.handshake.syn, 'tcp.flags.syn', '1', 'the client asks for a connection'), ...point(x.refusedPacket, 'tcp.flags.reset', '1', 'the connection is refused')],
    expectedEvents: () => [CONNECT_FAILED],
  },
  'connection-unanswered': {
    code: 'connection-unanswered',
    title: 'The TCP connection request got no answer',
    severity: 'low',
    condition: 'The client’s SYN was seen and no answer to it.',
    meaning: 'The host is away, or a firewall drops the packets, or the answer was not captured. It is never certain: the answer may have taken another way. Many of these from one address are a scan.',
    remediation: REACHABLE,
    references: [RFC9293, DF_TCP, SMB_TRAFFIC],
    explain: (x) => say`${Client(x)} asked ${server(x)} for a TCP connection${inPacket(x.handshake.syn)}${x.synPackets > 1 ? `, ${x.synPackets} times` : ''}, and no answer was seen. The host may be away, a firewall may drop the packets, or the answer was not captured.`,
    evidence: (x) => point(x.handshake.syn, 'tcp.flags.syn', '1', 'the client asks for a connection'),
    expectedEvents: () => [CONNECT_FAILED],
  },
  'connection-without-negotiation': {
    code: 'connection-without-negotiation',
    title: 'A TCP connection without a negotiation',
    severity: 'info',
    condition: 'A connection was made, half-open scans too, and no SMB byte was seen on it.',
    meaning: 'The port is open and somebody looked at it: port scanners, load balancers’ health checks and clients that found a quicker connection do this.',
    remediation: [networkRemedy('Find out who opens such connections: a scanner that is not yours deserves a look.')],
    references: [RFC9293, DF_TCP],
    explain: (x) => {
      const proof = x.serverSilenceProven && x.clientSilenceProven ? ' Later packets prove by their sequence numbers that no byte was sent.' : ' That none was sent is not proven by later packets.';
      return say`${Client(x)} connected to ${server(x)}${inPacket(x.handshake.synAck)}, and no SMB byte was seen on the connection.${proof} ${endSentence(x)}`;
    },
    evidence: (x) => [...handshakeEvidence(x), ...endEvidence(x)],
    expectedEvents: (x) => (whenServerEnded(x).length > 0 ? [DISCONNECTED] : []),
  },
  'transport-race-lost': {
    code: 'transport-race-lost',
    title: 'Port 139 lost the race against port 445',
    severity: 'info',
    condition: 'A connection on port 139 ended without an SMB byte, after the same client’s connection to port 445 of the same server had been accepted.',
    meaning: 'Windows opens 445 and, a moment later, 139, takes the first that succeeds and drops the other. The reset or close on 139 is normal and no fault.',
    remediation: [],
    references: [MS_SMB2, DF_TCP],
    explain: (x) => say`${Client(x)} opened port ${x.server.port} of ${x.server.address} beside port 445, which had been accepted first${inPacket(x.raceWonBy?.packet ?? null)}. ${endSentence(x)} Dropping the slower connection is normal.`,
    evidence: (x) => [...handshakeEvidence(x), ...point(x.raceWonBy?.packet ?? null, 'tcp.flags.syn', '1', 'port 445 of the same server is accepted'), ...endEvidence(x)],
    expectedEvents: () => [RACE_LOST],
  },
} as const satisfies Record<string, VerdictEntry>;
