import { FaultLog, type CaptureFault } from './bytes/fault-log.ts';
import type { Frame, FrameSink } from './capture/frame.ts';
import { RecordReader } from './capture/record-reader.ts';
import { judgeFindings } from './findings/judge.ts';
import { DEFAULT_LIMITS, type Limits } from './limits.ts';
import { addressText } from './negotiation/address.ts';
import { buildExchange } from './negotiation/build-exchange.ts';
import type { Exchange, PacketTime } from './negotiation/exchange.ts';
import { Negotiator } from './negotiation/negotiator.ts';
import { addressWords, quicExchange } from './negotiation/quic-exchange.ts';
import { TransportRaces } from './negotiation/transport-races.ts';
import { Dissector } from './packet/dissector.ts';
import { linkTypeName } from './packet/link-types.ts';
import type { TcpSegment, TransportSink, UdpDatagram } from './packet/segment.ts';
import type { Analysis, CaptureAnalyser, JudgedConnection } from './report/analysis.ts';
import { QuicInitials } from './smb/quic-initial.ts';
import { recogniseStart } from './smb/recognise.ts';
import { TcpStreams } from './stream/tcp-streams.ts';
import type { TcpConnection } from './stream/tcp-connection.ts';
import { judge } from './verdicts/judge.ts';

export interface AnalyserOptions {
  readonly limits?: Limits;
  /** Seeds hashes that a capture's maker must not predict; shells give a random one. */
  readonly seed?: number;
  /** Takes each connection as soon as its verdict is final. */
  readonly onConnection: (connection: JudgedConnection) => void;
}

/** SMB's registered ports; elsewhere SMB is recognised by its bytes. */
const isHinted = (port: number): boolean => port === 445 || port === 139;
const QUIC_LONG_HEADER = 0xc0;

/** The whole product: bytes in, judged connections out. Synchronous, chunk by chunk; no I/O, no clock, no globals. */
export class Analyser implements CaptureAnalyser, FrameSink, TransportSink {
  readonly #limits: Limits;
  readonly #faults: FaultLog;
  readonly #records: RecordReader;
  readonly #packets: Dissector;
  readonly #streams: TcpStreams;
  readonly #quic: QuicInitials;
  readonly #races: TransportRaces;
  readonly #onConnection: (connection: JudgedConnection) => void;
  readonly #probes = { syn: 0, refused: 0 };
  readonly #probesBy = new Map<string, number>();
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
    this.#races = new TransportRaces(this.#limits.activeConnections);
    this.#streams = new TcpStreams({
      limits: this.#limits,
      faults: this.#faults,
      seed: options.seed ?? 0x5bd1e995,
      recognise: recogniseStart,
      isHinted,
      observe: (connection, pool) => new Negotiator(connection, this.#limits, pool),
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
    this.#streams.end();
    if (this.#streams.dropped > 0) {
      this.#faults.add({
        code: 'flow-limit',
        message: `${this.#streams.dropped} TCP connections without SMB so far were forgotten to keep memory bounded (MAX_FLOWS=${this.#limits.flows}).`,
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
    if (payloadEnd - payloadStart < 100 || (bytes[payloadStart]! & QUIC_LONG_HEADER) !== QUIC_LONG_HEADER) return;
    const words = addressWords(datagram);
    const key = `${words.join()},${datagram.sourcePort},${datagram.destinationPort}`;
    const hello = this.#quic.datagram(key, bytes, payloadStart, payloadEnd);
    if (hello !== null && hello.alpn.includes('smb')) this.#judged(quicExchange(this.#connections++, datagram, hello));
  }

  #final(connection: TcpConnection): void {
    const exchange = buildExchange(connection, connection.observer as Negotiator, { // observe() above made it
      id: this.#connections,
      limits: this.#limits,
      now: this.#timed ? { seconds: this.#endSeconds, nanos: this.#endNanos } : null,
      raceWonBy: this.#races.winnerOver(connection),
      isHinted,
    });
    if (!isListed(exchange)) return;
    this.#connections++;
    this.#judged(exchange);
  }

  #judged(exchange: Exchange): void {
    const judgement = judge(exchange);
    if (judgement.code === 'connection-unanswered' || judgement.code === 'connection-refused') {
      this.#probes.syn += exchange.synPackets;
      if (judgement.code === 'connection-refused') this.#probes.refused++;
      this.#countProbe(exchange.client.address, exchange.synPackets);
    }
    this.#onConnection({ exchange, judgement, findings: judgeFindings(exchange) });
  }

  #probe(kind: 'syn' | 'refused', segment: TcpSegment): void {
    this.#probes[kind]++;
    if (kind === 'syn') this.#countProbe(addressText(wordsOf(segment), 0, segment.ipVersion), 1);
  }

  #notProbe({ syn, addresses, ipVersion }: TcpConnection, packets: number): void {
    this.#probes.syn -= packets;
    if (syn !== null) this.#countProbe(addressText(addresses, syn.side * 4, ipVersion), -packets);
  }

  #countProbe(address: string, packets: number): void {
    const before = this.#probesBy.get(address);
    if (before === undefined && this.#probesBy.size >= this.#limits.hosts) return;
    this.#probesBy.set(address, Math.max(0, (before ?? 0) + packets));
  }

  #noteTime({ seconds, nanos }: Frame): void {
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
      probesBy: this.#probesBy,
      notSmb: this.#notSmb,
      refusal: this.refusal,
    };
  }
}

/** Listed: what carried SMB or NBSS bytes, completed a handshake on 139/445, or is a probe of them. */
function isListed(exchange: Exchange): boolean {
  const hinted = isHinted(exchange.server.port) || isHinted(exchange.client.port);
  return exchange.messages.length > 0 || (hinted && (exchange.handshake.syn !== null || exchange.handshake.synAck !== null));
}

function wordsOf(segment: TcpSegment): Int32Array {
  return Int32Array.of(segment.source0, segment.source1, segment.source2, segment.source3);
}
