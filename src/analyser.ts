import { FaultLog, type CaptureFault } from './bytes/fault-log.ts';
import type { Frame, FrameSink } from './capture/frame.ts';
import { RecordReader } from './capture/record-reader.ts';
import { DEFAULT_LIMITS, type Limits } from './limits.ts';
import { AddressBook } from './negotiation/address-book.ts';
import { buildExchange } from './negotiation/build-exchange.ts';
import type { Endpoint, Exchange, PacketTime } from './negotiation/exchange.ts';
import { Negotiator } from './negotiation/negotiator.ts';
import { ProbeCounts } from './negotiation/probe-counts.ts';
import { addressWords, quicExchange } from './negotiation/quic-exchange.ts';
import { Shapes, type Likeness, type Specimen } from './negotiation/shapes.ts';
import { TransportRaces } from './negotiation/transport-races.ts';
import { Dissector } from './packet/dissector.ts';
import { linkTypeName } from './packet/link-types.ts';
import type { TcpSegment, TransportSink, UdpDatagram } from './packet/segment.ts';
import type { Analysis, CaptureAnalyser } from './report/analysis.ts';
import { JudgedConnection, JudgedSpecimen } from './report/judged-connection.ts';
import { MessageForms } from './smb/message-forms.ts';
import type { VerdictCode } from './verdicts/verdict.ts';
import { isQuicLongHeader, QuicInitials } from './smb/quic-initial.ts';
import { recogniseStart } from './smb/recognise.ts';
import { CaptureClock } from './stream/capture-clock.ts';
import { TcpStreams } from './stream/tcp-streams.ts';
import type { Side, TcpConnection } from './stream/tcp-connection.ts';

export interface AnalyserOptions {
  readonly limits?: Limits;
  /** Seeds hashes that a capture's maker must not predict; shells give a random one. */
  readonly seed?: number;
  /** Takes each connection as soon as its verdict is final. */
  readonly onConnection: (connection: JudgedConnection) => void;
}

/** Both endpoints of a connection, by side. */
type Ends = readonly [Endpoint, Endpoint];

/** SMB's registered ports; elsewhere SMB is recognised by its bytes. */
const isHinted = (port: number): boolean => port === 445 || port === 139;

/** The whole product: bytes in, judged connections out. Synchronous, chunk by chunk; no I/O, no clock, no globals. */
export class Analyser implements CaptureAnalyser, FrameSink, TransportSink {
  readonly #limits: Limits;
  readonly #faults: FaultLog;
  readonly #records: RecordReader;
  readonly #packets: Dissector;
  readonly #streams: TcpStreams;
  readonly #quic: QuicInitials;
  readonly #races: TransportRaces;
  readonly #clock = new CaptureClock();
  readonly #addresses = new AddressBook();
  readonly #shapes: Shapes;
  readonly #judgedSpecimens = new WeakMap<Specimen, JudgedSpecimen>();
  readonly #onConnection: (connection: JudgedConnection) => void;
  readonly #probes = { syn: 0, refused: 0 };
  readonly #probesBy: ProbeCounts;
  #notSmb = 0;
  #connections = 0;
  #cut = false;
  #timed = false;
  #startSeconds = 0;
  #startNanos = 0;
  #endSeconds = 0;
  #endNanos = 0;

  constructor(options: AnalyserOptions) {
    this.#limits = options.limits ?? DEFAULT_LIMITS;
    this.#onConnection = options.onConnection;
    this.#faults = new FaultLog(this.#limits.faults);
    this.#records = new RecordReader(this, this.#faults, this.#limits);
    this.#packets = new Dissector(this, this.#faults, this.#limits);
    this.#quic = new QuicInitials(this.#limits);
    const seed = options.seed ?? 0x5bd1e995;
    const forms = new MessageForms(seed);
    this.#probesBy = new ProbeCounts(this.#limits.hosts, seed);
    this.#races = new TransportRaces(this.#limits.activeConnections, seed);
    this.#shapes = new Shapes(this.#limits, seed, isHinted);
    this.#streams = new TcpStreams({
      limits: this.#limits,
      faults: this.#faults,
      seed,
      clock: this.#clock,
      recognise: recogniseStart,
      isHinted,
      observe: (connection, pool) => new Negotiator(connection, this.#limits, pool, forms),
      handshake: (connection) => this.#races.handshake(connection),
      final: (connection) => this.#final(connection),
      probe: (kind, segment) => this.#probe(kind, segment),
      notProbe: (connection, packets) => this.#notProbe(connection, packets),
      notSmb: () => {
        this.#notSmb++;
      },
    });
  }

  get refusal(): Analysis['refusal'] {
    return this.#records.refusal ?? null;
  }

  get timeDigits(): 6 | 9 {
    return this.#records.timeDigits;
  }

  get progress(): { readonly bytes: number; readonly packets: number } {
    return { bytes: this.#records.bytes, packets: this.#records.packets };
  }

  /** Takes the next bytes; connections whose verdict became final are handed to `onConnection`. */
  write(chunk: Uint8Array): void {
    // A Buffer's own subarray makes Buffers, at several times the cost.
    this.#records.write(chunk.constructor === Uint8Array ? chunk : new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength));
  }

  nextFile(): void {
    this.#records.nextFile();
  }

  fault(fault: CaptureFault): void {
    this.#cut = true;
    this.#faults.add(fault);
  }

  /** The capture ends here: judges what is still open. */
  end(): Analysis {
    this.#records.end();
    this.#packets.end();
    this.#clock.end();
    this.#streams.end();
    if (this.#streams.dropped > 0) {
      this.#faults.add({
        code: 'flow-limit',
        message: `${this.#streams.dropped} TCP connections without SMB so far were forgotten to keep memory bounded (MAX_FLOWS=${this.#limits.flows}).`,
        packets: [],
      });
    }
    if (this.#probesBy.uncounted > 0) {
      this.#faults.add({
        code: 'probe-sources-limit',
        message: `${this.#probesBy.uncounted} connection attempts are not counted by sender: there were more senders than MAX_HOSTS=${this.#limits.hosts}.`,
        packets: [],
      });
    }
    if (this.#quic.forgotten > 0) {
      this.#faults.add({
        code: 'quic-limit',
        message: `${this.#quic.forgotten} QUIC connections were forgotten before they told what they carry: more than ${this.#limits.quicConnections} began at once.`,
        packets: [],
      });
    }
    return this.#analysis();
  }

  /** A record of the capture. */
  frame(frame: Frame): void {
    if (frame.timed) this.#noteTime(frame);
    this.#packets.frame(frame);
  }

  /** A TCP segment of a packet. */
  tcp(segment: TcpSegment): void {
    this.#streams.segment(segment);
  }

  /** A UDP datagram: only QUIC Initials matter. RFC 9000 17.2 */
  udp(datagram: UdpDatagram): void {
    const { bytes, payloadStart, payloadEnd } = datagram;
    if (payloadEnd - payloadStart < 100 || !isQuicLongHeader(bytes, payloadStart)) return;
    const words = addressWords(datagram);
    const key = `${words.join()},${datagram.sourcePort},${datagram.destinationPort}`;
    const hello = this.#quic.datagram(key, bytes, payloadStart, payloadEnd);
    if (hello !== null && hello.alpn.includes('smb')) this.#onConnection(JudgedConnection.of(quicExchange(this.#connections++, datagram, hello, this.#addresses)));
  }

  #final(connection: TcpConnection): void {
    const talk = connection.observer as Negotiator; // observe() above made it
    if (!isListed(connection, talk)) return;
    const id = this.#connections++;
    if (talk.omitted > 0) this.#faults.count('messages-limit');
    const raceWonBy = this.#races.winnerOver(connection);
    const now = this.#clock.set ? { seconds: this.#clock.seconds, nanos: this.#clock.nanos } : null;
    const ends: Ends = [this.#endpoint(connection, 0), this.#endpoint(connection, 1)];
    const build = (): Exchange => buildExchange(connection, talk, { id, now, raceWonBy, isHinted, limits: this.#limits, endpoint: (side) => ends[side] });
    const alike = raceWonBy === null ? this.#shapes.like(connection, talk, now, [ends[0].isPublic, ends[1].isPublic]) : null;
    const judged = alike === null ? JudgedConnection.of(build()) : this.#like(alike, id, connection, ends, now!, build);
    this.#countProbe(connection, judged.judgement.code);
    this.#onConnection(judged);
  }

  /** A connection of which only the attempt was seen is listed, and counted with those that are not. */
  #countProbe({ syn, synPackets, addresses, ipVersion }: TcpConnection, code: VerdictCode): void {
    if (code !== 'connection-unanswered' && code !== 'connection-refused') return;
    this.#probes.syn += synPackets;
    if (code === 'connection-refused') this.#probes.refused++;
    if (syn !== null) this.#probesBy.add(addresses, syn.side * 4, ipVersion, synPackets);
  }

  /** Judged before: only what is this connection's own is put beside it. */
  #like({ specimen, noted }: Likeness, id: number, connection: TcpConnection, ends: Ends, now: PacketTime, build: () => Exchange): JudgedConnection {
    let judged = this.#judgedSpecimens.get(specimen);
    if (judged === undefined) this.#judgedSpecimens.set(specimen, (judged = new JudgedSpecimen(specimen)));
    const { start, last, firstPacket, lastPacket, packetCount } = connection;
    const waitedUntil = last.seconds > now.seconds || (last.seconds === now.seconds && last.nanos > now.nanos) ? last : now;
    return JudgedConnection.like(judged, {
      id, start, noted, firstPacket, lastPacket, packetCount, waitedUntil, end: last,
      client: ends[specimen.clientSide],
      server: ends[specimen.clientSide === 0 ? 1 : 0],
    }, build);
  }

  #endpoint(connection: TcpConnection, side: Side): Endpoint {
    const { text, isPublic } = this.#addresses.of(connection.addresses, side * 4, connection.ipVersion);
    return { address: text, isPublic, port: connection.ports[side], mac: this.#addresses.mac(connection.mac(side)) };
  }

  #probe(kind: 'syn' | 'refused', segment: TcpSegment): void {
    this.#probes[kind]++;
    if (kind === 'syn') this.#probesBy.count(segment);
  }

  #notProbe({ syn, addresses, ipVersion }: TcpConnection, packets: number): void {
    this.#probes.syn -= packets;
    if (syn !== null) this.#probesBy.add(addresses, syn.side * 4, ipVersion, -packets);
  }

  #noteTime({ seconds, nanos }: Frame): void {
    this.#clock.note(seconds, nanos);
    if (!this.#timed || seconds < this.#startSeconds || (seconds === this.#startSeconds && nanos < this.#startNanos)) {
      this.#startSeconds = seconds;
      this.#startNanos = nanos;
    }
    if (!this.#timed || seconds > this.#endSeconds || (seconds === this.#endSeconds && nanos > this.#endNanos)) {
      this.#endSeconds = seconds;
      this.#endNanos = nanos;
    }
    this.#timed = true;
  }

  #analysis(): Analysis {
    const records = this.#records;
    const time = (seconds: number, nanos: number): PacketTime | null => (this.#timed ? { seconds, nanos } : null);
    return {
      capture: {
        format: records.formats[0] ?? 'unknown',
        files: records.files,
        bytes: records.bytes,
        packets: records.packets,
        start: time(this.#startSeconds, this.#startNanos),
        end: time(this.#endSeconds, this.#endNanos),
        timeDigits: records.timeDigits,
        linkTypes: [...records.linkTypes].map((linkType) => linkTypeName(linkType)),
        complete: records.status === 'ok' && !this.#cut,
      },
      faults: this.#faults.kept,
      faultCounts: this.#faults.counts,
      probes: this.#probes,
      probesBy: this.#probesBy.byAddress(),
      notSmb: this.#notSmb,
      refusal: this.refusal,
    };
  }
}

/** Listed: what carried SMB or NBSS bytes, completed a handshake on 139/445, or is a probe of them. */
function isListed({ ports, syn, synAck }: TcpConnection, { heard }: Negotiator): boolean {
  return heard.length > 0 || ((isHinted(ports[0]) || isHinted(ports[1])) && (syn !== null || synAck !== null));
}
