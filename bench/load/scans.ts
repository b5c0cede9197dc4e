import { dnsQuery } from './application-hello.ts';
import type { CaptureWriter } from './capture-writer.ts';
import { ACK, type Ends, ipv4Text, RST, SYN, writeDatagram, writeSegment } from './ipv4-frame.ts';
import { seededRandom } from './random.ts';
import { clientPort } from './sessions.ts';
import type { TruthCollector } from './truth.ts';

const MICROS_APART = 4;
const DNS = 53;
/** After so many the same 4-tuples come again, with other sequence numbers. */
const TUPLES = 3_000_000;
/** The product's MAX_PROBES: so many SYNs are listed as connections, the others are counted. */
const PROBES_LISTED = 1000;

const isSmbPort = (port: number): boolean => port === 445 || port === 139;

/** `packets` tiny packets: SYNs to ever new hosts, two of five refused, six of ten to port 445, and some small UDP. */
export function writeScans(writer: CaptureWriter, truth: TruthCollector, { packets }: { packets: number }): void {
  const random = seededRandom(99);
  truth.limits.push('flow-limit'); // more targets than MAX_FLOWS
  for (let index = 0; writer.packets < packets; index++) {
    const kind = random() % 10;
    const ends = endsOf(index % TUPLES, kind === 0 ? DNS : kind < 7 ? 445 : 1 + (random() % 60_000));
    if (kind === 0) {
      writeDatagram(writer, ends, true, dnsQuery(index & 0xffff, 'a'.repeat(1 + (random() % 23))), MICROS_APART);
      continue;
    }
    const sequence = random();
    writeSegment(writer, { ends, fromClient: true, sequence, acknowledgement: 0, flags: SYN, options: (sequence & 1) === 0 ? 4 : 20 }, MICROS_APART);
    const refused = random() % 5 < 2 && writer.packets < packets;
    if (refused) writeSegment(writer, { ends, fromClient: false, sequence: 0, acknowledgement: (sequence + 1) >>> 0, flags: RST | ACK }, MICROS_APART);
    if (isSmbPort(ends.serverPort)) expectProbe(truth, ends, refused);
  }
}

/** Each index has its own target, so its own 4-tuple. */
function endsOf(index: number, serverPort: number): Ends {
  return {
    clientAddress: 0x0b00_0000 | (Math.imul(index, 0x9e37_79b1) >>> 8),
    clientPort: clientPort(Math.imul(index, 40_503) >>> 0),
    serverAddress: 0x0a00_0000 | index,
    serverPort,
  };
}

function expectProbe(truth: TruthCollector, ends: Ends, refused: boolean): void {
  truth.probes.syn++;
  if (refused) truth.probes.refused++;
  if (truth.connections >= PROBES_LISTED) return;
  truth.expect({
    client: ipv4Text(ends.clientAddress), clientPort: ends.clientPort, server: ipv4Text(ends.serverAddress), serverPort: ends.serverPort,
    code: refused ? 'connection-refused' : 'connection-unanswered', dialect: null,
  });
}
