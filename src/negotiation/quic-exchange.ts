import type { UdpDatagram } from '../packet/segment.ts';
import type { QuicHello } from '../smb/quic-initial.ts';
import type { Address, AddressBook } from './address-book.ts';
import type { Answer, Endpoint, Exchange, PacketTime } from './exchange.ts';

const NO_ANSWER: Answer = {
  kind: 'not-captured', index: null, dialect: null, dialectCode: null, dialectInferred: false, status: null,
  packet: null, time: null, waitSeconds: null, malformed: null,
};

/** A QUIC connection whose Initial asks for `smb`: all that a passive observer learns. RFC 9001 5, [MS-SMB2] 2.1 */
export function quicExchange(id: number, datagram: UdpDatagram, hello: QuicHello, addresses: AddressBook): Exchange {
  const time: PacketTime | null = datagram.timed ? { seconds: datagram.seconds, nanos: datagram.nanos } : null;
  const words = addressWords(datagram);
  return {
    id,
    transport: 'quic',
    directionBy: 'negotiate',
    client: endpoint(addresses.of(words, 0, datagram.ipVersion), datagram.sourcePort),
    server: endpoint(addresses.of(words, 4, datagram.ipVersion), datagram.destinationPort),
    ipVersion: datagram.ipVersion,
    start: time,
    end: time,
    firstPacket: datagram.number,
    lastPacket: datagram.number,
    packets: [datagram.number],
    packetCount: 1,
    handshake: { syn: null, synAck: null, ack: null },
    synPackets: 0,
    refusedPacket: null,
    refusedPlainly: false,
    seenFrom: { client: true, server: false },
    offer: {
      kind: 'not-captured', smb1Dialects: null, smb2Dialects: null, packet: null, smb1Packet: null, smb2Packet: null, time: null, malformed: null,
    },
    answer: NO_ANSWER,
    ended: { by: null, how: 'capture-end', packet: null, time: null, waitSeconds: null, origin: 'unknown' },
    dialect: null,
    dialectCode: null,
    smb2Success: false,
    smb2Offered: null,
    decoySign: false,
    wildcardPacket: null,
    smb1Selected: false,
    smb1SelectedPacket: null,
    smb1Command: null,
    smb2Command: null,
    sessionSetup: false,
    treeConnect: false,
    encrypted: null,
    commandsAfterTreeConnect: 0,
    serverSilenceProven: false,
    clientSilenceProven: false,
    waitedSeconds: null,
    gaps: { client: false, server: false },
    cut: false,
    raceWonBy: null,
    missing: [],
    messages: [], rounds: [],
    smb1Request: null,
    smb1Response: null,
    smb2Request: null,
    smb2Response: null,
    validateRequest: null,
    validateResponse: null,
    netbios: { called: null, calling: null },
    quic: { version: hello.version, sni: hello.sni, alpn: hello.alpn },
  };
}

/** Source and destination as eight words. */
export function addressWords(transport: UdpDatagram): Int32Array {
  return Int32Array.of(
    transport.source0, transport.source1, transport.source2, transport.source3,
    transport.destination0, transport.destination1, transport.destination2, transport.destination3,
  );
}

function endpoint({ text, isPublic }: Address, port: number): Endpoint {
  return { address: text, isPublic, port, mac: null };
}
