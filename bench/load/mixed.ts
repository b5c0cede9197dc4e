import { clientHello, serverHello } from './application-hello.ts';
import type { CaptureWriter } from './capture-writer.ts';
import { type Ends, writeDatagram } from './ipv4-frame.ts';
import { bytesOf, type Payload, PayloadPool } from './payload-pool.ts';
import { type Random, seededRandom } from './random.ts';
import { beginReplay, clientPort, stepOne } from './sessions.ts';
import { readTemplates } from './session-templates.ts';
import { payloadOf, TcpFlow } from './tcp-flow.ts';
import type { TruthCollector } from './truth.ts';

const AT_ONCE = 400;
const MICROS_APART = 2;
const SEGMENT = 1460;
/** Eleven full segments make one TLS record, just below its 16 kB. */
const RECORD_SEGMENTS = 11;

const HTTP_REQUEST = payloadOf(Buffer.from('GET /files/object-000123.txt HTTP/1.1\r\nHost: files.example\r\nUser-Agent: curl/8\r\nAccept: */*\r\n\r\n'));
const HTTP_ANSWER = payloadOf(Buffer.from('HTTP/1.1 200 OK\r\nServer: nginx\r\nContent-Type: text/plain\r\nContent-Length: 999999999\r\nConnection: close\r\n\r\n'));

/** One packet a call; false after its last. */
type Flow = (writer: CaptureWriter) => boolean;

/** Mixed traffic of `bytes` bytes: HTTP, TLS and UDP flows of all lengths, each hundredth flow a short SMB session. Sessions end whole, others are cut. */
export function writeMixed(writer: CaptureWriter, truth: TruthCollector, { templates, bytes }: { templates: string; bytes: number }): void {
  const random = seededRandom(42);
  const pool = new PayloadPool(random);
  const kinds = readTemplates(templates);
  const live: { flow: Flow; isSmb: boolean }[] = [];
  let begun = 0;
  const begin = (): { flow: Flow; isSmb: boolean } => {
    const index = begun++;
    if (index % 100 !== 50) return { flow: otherFlow(index, pool, random), isSmb: false };
    const replay = beginReplay(kinds, index, random, truth);
    return { flow: (to) => replay.step(to), isSmb: true };
  };
  while (writer.length < bytes) {
    while (live.length < AT_ONCE) live.push(begin());
    stepOne(live, random, ({ flow }) => flow(writer));
  }
  const sessions = live.filter(({ isSmb }) => isSmb);
  while (sessions.length > 0) stepOne(sessions, random, ({ flow }) => flow(writer));
}

function otherFlow(index: number, pool: PayloadPool, random: Random): Flow {
  const kind = random() % 100;
  const ends: Ends = {
    clientAddress: 0x0a00_0000 | (Math.imul(index, 0x9e37_79b1) & 0xff_ffff),
    clientPort: clientPort(index),
    serverAddress: 0xc612_0000 | (random() & 0xffff),
    serverPort: kind < 35 ? 80 : 443,
  };
  const bytes = flowLength(random);
  if (kind >= 80) return datagrams(ends, bytes, pool, random);
  return kind < 35 ? http(ends, bytes, pool, random) : tls(ends, bytes, pool, random);
}

/** Most flows are short, most bytes are in the few long ones. */
function flowLength(random: Random): number {
  const kind = random() % 1000;
  if (kind < 700) return 2000 + (random() % 30_000);
  return kind < 970 ? 30_000 + (random() % 200_000) : 1_000_000 + (random() % 5_000_000);
}

/** Like QUIC after its handshake: short headers, nearly all from the server. */
function datagrams(ends: Ends, bytes: number, pool: PayloadPool, random: Random): Flow {
  let left = bytes;
  return (writer) => {
    const length = Math.min(left, 1350);
    left -= length;
    const payload = pool.take('encrypted', length, random);
    writeDatagram(writer, ends, random() % 10 === 0, marked(payload, Buffer.of(0x40 | (payload.bytes[payload.offset] ?? 0) & 0x3f)), MICROS_APART);
    return left > 0;
  };
}

function http(ends: Ends, bytes: number, pool: PayloadPool, random: Random): Flow {
  return transfer(ends, random, {
    bytes, request: HTTP_REQUEST, answer: HTTP_ANSWER, segment: (length) => pool.take('text', length, random),
  });
}

function tls(ends: Ends, bytes: number, pool: PayloadPool, random: Random): Flow {
  let segments = 0;
  const segment = (length: number, left: number): Payload => {
    const payload = pool.take('encrypted', length, random);
    if (segments++ % RECORD_SEGMENTS !== 0) return payload;
    const record = Math.max(0, Math.min(left, SEGMENT * RECORD_SEGMENTS) - 5);
    return marked(payload, Buffer.of(23, 3, 3, record >>> 8, record & 255));
  };
  return transfer(ends, random, {
    bytes,
    request: clientHello(bytesOf(pool.take('encrypted', 32, random))),
    answer: serverHello(bytesOf(pool.take('encrypted', 32, random))),
    segment,
  });
}

/** A payload that begins with these bytes. */
function marked(payload: Payload, start: Buffer): Payload {
  const bytes = Buffer.from(bytesOf(payload));
  start.copy(bytes);
  return payloadOf(bytes);
}

interface Transfer {
  readonly bytes: number;
  readonly request: Payload;
  readonly answer: Payload;
  /** The next `length` of `left` bytes. */
  readonly segment: (length: number, left: number) => Payload;
}

/** Handshake, request, answer, data with an acknowledgement for every other segment, close. */
function transfer(ends: Ends, random: Random, { bytes, request, answer, segment }: Transfer): Flow {
  let flow: TcpFlow | undefined;
  let step = 0;
  let left = bytes;
  let unacknowledged = 0;
  const data = (tcp: TcpFlow): boolean => {
    if (unacknowledged === 2) {
      unacknowledged = 0;
      tcp.acknowledge(true);
      return false;
    }
    const length = Math.min(left, SEGMENT);
    tcp.send(false, segment(length, left));
    left -= length;
    unacknowledged++;
    return left === 0;
  };
  return (writer) => {
    flow ??= new TcpFlow(writer, ends, random, MICROS_APART);
    if (step === 5 && !data(flow)) return true;
    switch (step++) {
      case 0: flow.syn(); break;
      case 1: flow.synAck(); break;
      case 2: flow.acknowledge(true); break;
      case 3: flow.send(true, request); break;
      case 4: flow.send(false, answer); break;
      case 5: break;
      case 6: flow.fin(false); break;
      case 7: flow.fin(true); break;
      default: flow.acknowledge(false); return false;
    }
    return true;
  };
}
