import type { Exchange } from '../../src/negotiation/exchange.ts';
import { JudgedConnection } from '../../src/report/judged-connection.ts';
import type { Judgement } from '../../src/verdicts/judgement.ts';

/** An exchange in which nothing was seen but the two ends; tests say what differs. */
export function exchange(differs: Partial<Exchange> = {}): Exchange {
  return {
    id: 0, transport: 'direct-tcp', directionBy: 'syn',
    client: { address: '10.0.0.5', isPublic: false, port: 50_000, mac: null }, server: { address: '10.0.0.9', isPublic: false, port: 445, mac: null },
    ipVersion: 4, start: { seconds: 1_600_000_000, nanos: 123_456_000 }, end: { seconds: 1_600_000_001, nanos: 0 }, firstPacket: 1, lastPacket: 6, packets: [1], packetCount: 6,
    handshake: { syn: 1, synAck: 2, ack: 3 }, synPackets: 1, refusedPacket: null, refusedPlainly: false, seenFrom: { client: true, server: true },
    offer: { kind: 'none', smb1Dialects: [], smb2Dialects: [], packet: null, smb1Packet: null, smb2Packet: null, time: null, malformed: null },
    answer: { kind: 'none', index: null, dialect: null, dialectCode: null, dialectInferred: false, status: null, packet: null, time: null, waitSeconds: null, malformed: null },
    ended: { by: null, how: 'capture-end', packet: null, time: null, waitSeconds: null, origin: 'unknown' },
    dialect: null, dialectCode: null, smb2Success: false, smb2Offered: null, decoySign: false, wildcardPacket: null, smb1Selected: false, smb1SelectedPacket: null,
    smb1Command: null, smb2Command: null, sessionSetup: false, treeConnect: false, encrypted: null, commandsAfterTreeConnect: 0,
    serverSilenceProven: false, clientSilenceProven: false, waitedSeconds: null, gaps: { client: false, server: false }, cut: false, raceWonBy: null, missing: [],
    messages: [], rounds: [], smb1Request: null, smb1Response: null, smb2Request: null, smb2Response: null, validateRequest: null, validateResponse: null,
    netbios: { called: null, calling: null }, quic: null,
    ...differs,
  };
}

export function judged(judgement: Pick<Judgement, 'code' | 'smb1'>, differs: Partial<Exchange> = {}): JudgedConnection {
  return JudgedConnection.decided(exchange(differs), { certainty: 'certain', missing: [], ...judgement }, []);
}

const offers = exchange().offer;
const answers = exchange().answer;
export const SMB1_OFFER = { ...offers, kind: 'smb1-only', smb1Dialects: ['NT LM 0.12'], packet: 4, smb1Packet: 4 } as const;
export const MIXED_OFFER = { ...offers, kind: 'multi-protocol', smb1Dialects: ['NT LM 0.12', 'SMB 2.???'], packet: 4, smb1Packet: 4 } as const;
export const SMB2_OFFER = { ...offers, kind: 'smb2-only', smb2Dialects: [0x0202, 0x0311], packet: 4, smb2Packet: 4 } as const;
export const RESET = { ...answers, kind: 'reset', packet: 5 } as const;
export const SELECTED = { ...answers, kind: 'smb1-selected', index: 0, dialect: 'NT LM 0.12', packet: 5 } as const;
export const SMB311 = { ...answers, kind: 'smb2-dialect', dialect: '3.1.1', dialectCode: 0x0311, packet: 5 } as const;
