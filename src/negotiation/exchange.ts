import type { Message } from '../smb/messages.ts';

/** Time since 1970-01-01 UTC; `null` where the packet carries none. */
export interface PacketTime {
  readonly seconds: number;
  readonly nanos: number;
}

/** Seconds from `earlier` to `later`, null when either has no time. Never negative: packets may be out of order. */
export function waitBetween(earlier: PacketTime | null, later: PacketTime | null): number | null {
  if (earlier === null || later === null) return null;
  const wait = later.seconds - earlier.seconds + (later.nanos - earlier.nanos) / 1e9;
  return wait < 0 ? 0 : Math.round(wait * 1e9) / 1e9;
}

export type Role = 'client' | 'server';

export interface Endpoint {
  /** RFC 5952 text. */
  readonly address: string;
  /** Reachable from the whole Internet. */
  readonly isPublic: boolean;
  readonly port: number;
  readonly mac: string | null;
}

/** A message, where it was seen, and when. */
export interface Seen {
  readonly packet: number;
  readonly time: PacketTime | null;
  readonly from: Role;
  readonly message: Message;
  /** The capture cut the packet: fields after the cut are unknown. */
  readonly cut: boolean;
  /** Of a negotiate: the whole transport message behind its 4-byte prefix. */
  readonly bytes?: Uint8Array;
}

/** A negotiate request and its answer, either of which the capture may lack. */
export interface SeenRound {
  readonly request: Seen | null;
  readonly response: Seen | null;
}

export type OfferKind = 'smb1-only' | 'multi-protocol' | 'smb2-only' | 'none' | 'not-captured';

export interface Offer {
  readonly kind: OfferKind;
  /** Wire order, duplicates kept; null when not captured. */
  readonly smb1Dialects: readonly string[] | null;
  readonly smb2Dialects: readonly number[] | null;
  /** Packet of the first negotiate request, null when none was seen. */
  readonly packet: number | null;
  readonly smb1Packet: number | null;
  readonly smb2Packet: number | null;
  readonly time: PacketTime | null;
  readonly malformed: { readonly packet: number; readonly field: string; readonly offset: number } | null;
}

export type AnswerKind =
  | 'smb1-selected' | 'smb1-none' | 'smb1-error' | 'smb2-dialect' | 'smb2-wildcard' | 'smb2-error'
  | 'netbios-refused' | 'netbios-retarget' | 'malformed' | 'closed' | 'reset' | 'silence' | 'none' | 'not-captured';

export interface Answer {
  readonly kind: AnswerKind;
  /** SMB1 index, null otherwise. */
  readonly index: number | null;
  /** SMB1 string or contract text of the SMB2 dialect ('3.1.1', '0x0222'); null when there is none. */
  readonly dialect: string | null;
  readonly dialectCode: number | null;
  readonly dialectInferred: boolean;
  /** NT status or DOS error of an error answer. */
  readonly status: number | null;
  readonly packet: number | null;
  readonly time: PacketTime | null;
  /** From the request that it answers. */
  readonly waitSeconds: number | null;
  readonly malformed: { readonly packet: number; readonly field: string; readonly offset: number } | null;
}

export interface Ended {
  readonly by: Role | null;
  readonly how: 'reset' | 'close' | 'continued' | 'capture-end';
  readonly packet: number | null;
  readonly time: PacketTime | null;
  /** From the last negotiation message (or the handshake). */
  readonly waitSeconds: number | null;
  readonly origin: 'peer' | 'middlebox-suspected' | 'unknown';
}

/** What the capture did not show and would be needed to be sure. */
export type Missing =
  | 'handshake' | 'client-packets' | 'server-packets' | 'request' | 'answer' | 'end-of-connection'
  | 'gap-in-client-stream' | 'gap-in-server-stream' | 'cut-packets' | 'proof-of-silence' | 'what-followed' | 'names-of-offered-dialects';

/** One connection's negotiation: everything that findings and verdicts are decided from. */
export interface Exchange {
  /** Order of the connections' first packets. */
  readonly id: number;
  readonly transport: 'direct-tcp' | 'netbios' | 'quic';
  readonly directionBy: 'syn' | 'syn-ack' | 'nbss' | 'negotiate' | 'port';
  readonly client: Endpoint;
  readonly server: Endpoint;
  readonly ipVersion: 4 | 6;
  readonly start: PacketTime | null;
  readonly end: PacketTime | null;
  readonly firstPacket: number;
  readonly lastPacket: number;
  readonly packets: readonly number[];
  readonly packetCount: number;

  readonly handshake: { readonly syn: number | null; readonly synAck: number | null; readonly ack: number | null };
  readonly synPackets: number;
  /** The SYN was answered by a reset. */
  readonly refusedPacket: number | null;
  /** … whose sequence number is 0: so a closed port answers a SYN, and nobody ends what was established. RFC 9293 3.5.2 */
  readonly refusedPlainly: boolean;
  readonly seenFrom: { readonly client: boolean; readonly server: boolean };

  readonly offer: Offer;
  readonly answer: Answer;
  readonly ended: Ended;
  /** The dialect that the negotiation ended on: SMB1 string or SMB2 text; null when none. */
  readonly dialect: string | null;
  readonly dialectCode: number | null;

  /** A real (not 0x02FF) SMB2 dialect was answered with success at any point. */
  readonly smb2Success: boolean;
  /** ... and it was in the offer; null when the offer is unknown. */
  readonly smb2Offered: boolean | null;
  /** An SMB1-framed offer with "SMB 2.*" or a 0x02FF answer was seen. */
  readonly decoySign: boolean;
  readonly wildcardPacket: number | null;
  /** An SMB1 dialect was selected at any point. */
  readonly smb1Selected: boolean;
  readonly smb1SelectedPacket: number | null;
  /** First SMB1 command other than NEGOTIATE. */
  readonly smb1Command: { readonly packet: number; readonly name: string | undefined } | null;
  /** First SMB2 command other than NEGOTIATE, or transform. */
  readonly smb2Command: { readonly packet: number; readonly name: string | undefined } | null;
  readonly sessionSetup: boolean;
  readonly treeConnect: boolean;
  /** First encrypted message's packet. */
  readonly encrypted: number | null;
  readonly commandsAfterTreeConnect: number;

  /** Later packets prove by sequence and acknowledgement numbers that the server sent no byte after the request (or handshake). */
  readonly serverSilenceProven: boolean;
  /** The same for the client after the answer (or handshake). */
  readonly clientSilenceProven: boolean;
  /** Seconds of capture time between the request and the last packet of the capture or connection. */
  readonly waitedSeconds: number | null;
  readonly gaps: { readonly client: boolean; readonly server: boolean };
  readonly cut: boolean;
  /** The connection on 445 from the same client to the same server that won the race (transport-race-lost), or null. */
  readonly raceWonBy: { readonly packet: number } | null;
  readonly missing: readonly Missing[];

  /** Negotiates, NBSS control, first commands; bounded. */
  readonly messages: readonly Seen[];
  /** Every negotiate with its answer, in the order of the requests; bounded as `messages` is. */
  readonly rounds: readonly SeenRound[];
  /** The deciding messages, already picked: last SMB1/SMB2 request and answer of the negotiation. */
  readonly smb1Request: Seen | null;
  readonly smb1Response: Seen | null;
  readonly smb2Request: Seen | null;
  readonly smb2Response: Seen | null;
  readonly validateRequest: Seen | null;
  readonly validateResponse: Seen | null;
  readonly netbios: { readonly called: string | null; readonly calling: string | null };
  readonly quic: { readonly version: number; readonly sni: string | null; readonly alpn: readonly string[] } | null;
}
