import { describe, expect, test } from 'vitest';
import { FaultLog } from '../../src/bytes/fault-log.ts';
import { DEFAULT_LIMITS, type Limits } from '../../src/limits.ts';
import { TCP_ACK, TCP_FIN, TCP_RST, TCP_SYN, TcpSegment } from '../../src/packet/segment.ts';
import type { ByteSink } from '../../src/stream/half.ts';
import type { TcpConnection } from '../../src/stream/tcp-connection.ts';
import { CaptureClock } from '../../src/stream/capture-clock.ts';
import { TcpStreams } from '../../src/stream/tcp-streams.ts';

const CLIENT = 1;
const SERVER = 2;

interface Given { readonly flags?: number; readonly seq?: number; readonly ack?: number; readonly text?: string; readonly seconds?: number; readonly ttl?: number; readonly port?: number; readonly clientPort?: number }

/** Streams whose bytes begin with "SMB" or are another protocol; what happens is written down. */
function listening(over: Partial<Limits> = {}) {
  const finals: TcpConnection[] = [];
  const heard: string[] = [];
  const counted = { syn: 0, refused: 0, notSmb: 0, handshakes: 0, notProbe: 0 };
  const faults = new FaultLog(10);
  let number = 0;
  const clock = new CaptureClock();
  const streams = new TcpStreams({
    limits: { ...DEFAULT_LIMITS, ...over }, faults, seed: 3, clock,
    isHinted: (port) => port === 445 || port === 139,
    recognise: (bytes, start, end) => (Buffer.from(bytes.subarray(start, end)).toString('latin1').startsWith('SMB') ? 'smb' : 'no'),
    observe: () => {
      const observer = { sinks: [sink(), sink()] as [ByteSink, ByteSink], final: false, notSmb: false, smbSeen: false, answered: false, end: () => {}, release: () => {} };
      function sink(): ByteSink {
        return {
          bytes: (bytes: Uint8Array, start: number, end: number) => {
            const text = Buffer.from(bytes.subarray(start, end)).toString('latin1');
            heard.push(text);
            if (text === 'SMB!') observer.answered = true;
            if (text.startsWith('SMB')) observer.smbSeen = true;
            else if (!observer.smbSeen) observer.notSmb = true;
          },
          missing: () => {},
        };
      }
      return observer;
    },
    handshake: () => { counted.handshakes++; },
    final: (connection) => finals.push(connection),
    probe: (kind) => { counted[kind]++; },
    notProbe: (_connection, packets) => { counted.notProbe += packets; },
    notSmb: () => { counted.notSmb++; },
  });
  const send = (from: number, { flags = TCP_ACK, seq = 0, ack = 0, text = '', seconds = 0, ttl = 64, port = 445, clientPort = 50_000 }: Given): void => {
    const segment = new TcpSegment();
    const bytes = Buffer.from(text, 'latin1');
    Object.assign(segment, {
      source3: from, destination3: 3 - from, sourcePort: from === CLIENT ? clientPort : port, destinationPort: from === CLIENT ? port : clientPort,
      flags, sequence: seq | 0, acknowledgment: ack | 0, bytes, payloadStart: 0, payloadEnd: bytes.length, payloadLength: bytes.length,
      number: ++number, timed: true, seconds, ttl,
    });
    clock.note(seconds, 0);
    streams.segment(segment);
  };
  const handshake = (over: Given = {}): void => {
    send(CLIENT, { flags: TCP_SYN, seq: 99, ...over });
    send(SERVER, { flags: TCP_SYN | TCP_ACK, seq: 199, ack: 100, ...over });
    send(CLIENT, { seq: 100, ack: 200, ...over });
  };
  return { streams, send, handshake, finals, heard, counted, faults };
}

describe('TCP connections', () => {
  test('are judged when both sides have closed and nothing is missing before that', () => {
    const { send, handshake, finals, heard, counted } = listening();
    handshake();
    send(CLIENT, { seq: 100, ack: 200, text: 'SMB?' });
    send(SERVER, { flags: TCP_ACK | TCP_FIN, seq: 204, ack: 104 });
    send(CLIENT, { flags: TCP_ACK | TCP_FIN, seq: 104, ack: 205 });
    expect(finals).toHaveLength(0);
    send(SERVER, { seq: 200, ack: 104, text: 'SMB!' });
    expect(heard).toEqual(['SMB?', 'SMB!']);
    expect(finals).toHaveLength(1);
    expect(counted.handshakes).toBe(1);
  });

  test('that closed without an answer wait for what the capture shows late', () => {
    const { streams, send, handshake, finals, heard } = listening();
    handshake();
    send(CLIENT, { seq: 100, ack: 200, text: 'SMB?' });
    send(CLIENT, { flags: TCP_ACK | TCP_FIN, seq: 104, ack: 200 });
    send(SERVER, { flags: TCP_ACK | TCP_FIN, seq: 200, ack: 105 });
    send(CLIENT, { seq: 105, ack: 201 });
    streams.end();
    expect(heard).toEqual(['SMB?']);
    expect(finals.map(({ ends }) => ends.map(({ how }) => how))).toEqual([['close', 'close']]);
  });

  test('begin anew with another initial sequence number on the same ports', () => {
    const { streams, send, handshake, finals } = listening();
    handshake();
    send(CLIENT, { flags: TCP_SYN, seq: 99 });
    expect(finals).toHaveLength(0);
    send(CLIENT, { flags: TCP_SYN, seq: 5000 });
    expect(finals).toHaveLength(1);
    streams.end();
    expect(finals.map(({ syn }) => syn?.sequence)).toEqual([99, 5000]);
  });

  test('are refused when a reset answers the SYN', () => {
    const { streams, send, finals } = listening();
    send(CLIENT, { flags: TCP_SYN, seq: 99 });
    send(SERVER, { flags: TCP_RST | TCP_ACK, seq: 0, ack: 100 });
    streams.end();
    expect(finals.map(({ refusedBy }) => refusedBy?.number)).toEqual([2]);
  });

  test('above the limit of listed probes are only counted, until they turn out to be connections', () => {
    const { streams, send, handshake, finals, counted } = listening({ probes: 1 });
    for (let port = 1; port <= 10; port++) send(CLIENT, { flags: TCP_SYN, seq: 1, clientPort: port });
    handshake({ clientPort: 5 });
    expect(counted.syn).toBe(10);
    streams.end();
    expect(finals).toHaveLength(2); // the one that was listed, and the connection
    handshake({ clientPort: 77 });
    // The first SYN from port 5 had another number: it was another attempt, and stays one
    expect(counted).toMatchObject({ syn: 10, notProbe: 1 });
    streams.end();
    expect(finals).toHaveLength(3);
    expect(finals[2]!.handshakeAck?.number).toBe(16);
  });

  test('of other protocols are counted on 445 and ignored elsewhere', () => {
    const { streams, send, handshake, finals, counted } = listening();
    handshake();
    send(CLIENT, { seq: 100, ack: 200, text: 'GET / HTTP/1.1' });
    handshake({ port: 80 });
    send(CLIENT, { seq: 100, ack: 200, text: 'GET / HTTP/1.1', port: 80 });
    streams.end();
    expect(counted.notSmb).toBe(1);
    expect(finals).toHaveLength(0);
  });

  test('with SMB on any port are followed', () => {
    const { streams, send, handshake, finals, heard } = listening();
    handshake({ port: 44_445 });
    send(CLIENT, { seq: 100, ack: 200, text: 'SMB?', port: 44_445 });
    streams.end();
    expect(heard).toEqual(['SMB?']);
    expect(finals).toHaveLength(1);
    expect(finals[0]!.halves.every(({ startKnown }) => startKnown)).toBe(true);
  });

  test('are judged after two idle minutes of capture time', () => {
    const { send, handshake, finals } = listening();
    handshake({ seconds: 1000 });
    for (let seconds = 1001; seconds <= 1120; seconds++) send(CLIENT, { flags: TCP_SYN, seq: 1, clientPort: 6, seconds });
    expect(finals).toHaveLength(0);
    send(CLIENT, { flags: TCP_SYN, seq: 1, clientPort: 6, seconds: 1121 });
    expect(finals).toHaveLength(1);
  });

  test('prove silence by sequence numbers, for good by the own reset, and a reset with another TTL looks like a middlebox', () => {
    const { send, handshake, finals } = listening();
    handshake();
    send(CLIENT, { seq: 100, ack: 200, text: 'SMB?' });
    send(SERVER, { seq: 200, ack: 104 });
    send(SERVER, { flags: TCP_RST | TCP_ACK, seq: 200, ack: 104, ttl: 61 });
    const [{ quiet, ends }] = finals as [TcpConnection];
    expect(quiet.map((one) => [one?.number, one?.atEnd])).toEqual([[6, false], [6, true]]);
    expect(ends.map(({ how, likePeer }) => [how, likePeer])).toEqual([['reset', false]]);
  });

  test('are not ended by a reset below what the other side acknowledged, before or after', () => {
    const { streams, send, handshake, finals, heard } = listening();
    handshake();
    send(CLIENT, { seq: 100, ack: 200, text: 'SMB?' });
    send(SERVER, { seq: 200, ack: 104, text: 'SMB!' });
    send(CLIENT, { seq: 104, ack: 204 });
    send(SERVER, { flags: TCP_RST, seq: 200 }); // answers an older packet of the client: RFC 9293 3.5.2
    send(CLIENT, { seq: 104, ack: 204, text: 'SMB2' });
    expect(finals).toHaveLength(0);
    send(SERVER, { flags: TCP_RST | TCP_ACK, seq: 204, ack: 112 }); // waits for what it acknowledges …
    send(SERVER, { seq: 204, ack: 108, text: 'late' });
    send(CLIENT, { seq: 108, ack: 208 }); // … which shows that it was none
    streams.end();
    const [{ ends }] = finals as [TcpConnection];
    expect(ends).toEqual([]);
    expect(heard).toEqual(['SMB?', 'SMB!', 'SMB2', 'late']);
  });

  test('never are more at once than the limit: the longest silent is judged first', () => {
    const { handshake, finals, faults } = listening({ activeConnections: 3 });
    for (let port = 1; port <= 5; port++) handshake({ clientPort: port });
    expect(finals.map(({ ports }) => Math.min(...ports))).toEqual([1, 2]);
    expect(faults.counts.get('active-connections-limit')).toBe(2);
  });
});
