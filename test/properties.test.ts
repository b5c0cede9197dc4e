import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Analyser } from '../src/analyser.ts';
import { decompressed } from '../src/intake/decompress.ts';
import { analyseBytes, type Result } from './conformance/analyse.ts';
import { resegment, tcpOf, vlanTagged, writePcap, type Packet } from './mutants/edit-capture.ts';
import { Dice } from './mutants/mutations.ts';
import { reordered, repeated, type Order } from './mutants/reorder.ts';
import { smallCaptures, type SmallCapture } from './mutants/small-captures.ts';

const CAPTURES = smallCaptures(20_000);
const TINY = CAPTURES.filter(({ packets }) => packets.length <= 24);

/** Joined midway: where the first bytes seen are too few or come too late to find a message's start, less is known, rightly. */
const MIDWAY = /^mid-(?!.*-full)/;

/** Everything that is said of the connections. */
function wholeOf({ connections, analysis }: Result): string {
  const plain = (_key: string, value: unknown): unknown =>
    typeof value === 'bigint' ? `${value}n` : value instanceof Map ? [...value] : value;
  return JSON.stringify([connections, analysis.capture, analysis.faults, analysis.probes, analysis.notSmb], plain);
}

/** What must not change when the same bytes travel otherwise. */
function verdictsOf(bytes: Uint8Array): string[] {
  return analyseBytes(bytes).connections.map(({ exchange: { client, server, dialect, offer, answer }, judgement: { code, smb1 } }) =>
    `${client.address}:${client.port} ${server.address}:${server.port} ${code} ${smb1} ${dialect} ${offer.smb1Dialects} ${offer.smb2Dialects} ${answer.kind}`).sort();
}

function changes(edit: (capture: SmallCapture) => readonly Packet[] | null, captures: readonly SmallCapture[] = CAPTURES): string[] {
  const found: string[] = [];
  for (const capture of captures) {
    const packets = edit(capture);
    if (packets === null) continue;
    const before = verdictsOf(writePcap(capture));
    const after = verdictsOf(writePcap({ ...capture, packets }));
    for (const text of after) if (!before.includes(text)) found.push(`${capture.name}: ${before.join(' | ')} → ${text}`);
    if (after.length !== before.length) found.push(`${capture.name}: ${before.length} connections became ${after.length}`);
  }
  return found;
}

describe('how the bytes arrive changes nothing', () => {
  test('every size of chunk gives the same report', () => {
    for (const capture of TINY) {
      const bytes = writePcap(capture);
      const whole = wholeOf(analyseBytes(bytes));
      for (const size of [1, 2, 3, 5, 7, 15, 16, 17, 23, 24, 25, 64, 1000]) {
        expect(wholeOf(analyseBytes(bytes, size)) === whole, `${capture.name} in chunks of ${size}`).toBe(true);
      }
    }
  });

  test('every split in two gives the same report', () => {
    const [capture] = TINY;
    const bytes = writePcap(capture!);
    const whole = wholeOf(analyseBytes(bytes));
    for (let at = 1; at < bytes.length; at++) {
      expect(wholeOf(inChunks(bytes, [at])) === whole, `${capture!.name} split at ${at}`).toBe(true);
    }
  });

  test('any split in chunks gives the same report', () => {
    fc.assert(fc.property(fc.nat(CAPTURES.length - 1), fc.array(fc.nat(20_000), { maxLength: 40 }), (which, cuts) => {
      const bytes = writePcap(CAPTURES[which]!);
      return wholeOf(inChunks(bytes, cuts)) === wholeOf(analyseBytes(bytes));
    }), { seed: 445, numRuns: 400 });
  });

  test('gzip, once and twice, gives the same report', async () => {
    for (const capture of CAPTURES) {
      const bytes = writePcap(capture);
      const twice = gzipSync(gzipSync(bytes));
      for (const packed of [gzipSync(bytes), twice]) {
        expect(Buffer.compare(await unpacked(packed), bytes)).toBe(0);
      }
    }
  });
});

describe('how TCP carried the bytes changes no verdict', () => {
  for (const size of [1, 3, 10, 100]) {
    test(`data in segments of ${size} bytes`, () => {
      expect(changes(({ name, packets, linkType }) =>
        (size < 8 && MIDWAY.test(name) ? null : packets.flatMap((packet) => resegment(packet, linkType, size))))).toEqual([]);
    });
  }

  test('each packet twice', () => {
    expect(changes(({ packets }) => packets.flatMap((packet) => [packet, packet]))).toEqual([]);
  });

  test('the whole capture twice', () => {
    // Ports that are used again begin new connections, each time.
    expect(changes(({ name, packets }) => (name === 'same-port-reused.pcap' ? null : [...packets, ...packets]))).toEqual([]);
  });

  test('an 802.1Q tag on every packet, and two', () => {
    for (const tags of [1, 2]) {
      expect(changes(({ packets, linkType }) => linkType !== 1 ? null : packets.map((packet) =>
        Array.from({ length: tags }).reduce<Packet>((tagged) => vlanTagged(tagged, 10), packet)))).toEqual([]);
    }
  });

  test('data cut in two at every byte', () => {
    const found = new Set<string>();
    const longest = Math.max(...TINY.flatMap(({ packets, linkType }) => packets.map((packet) => dataLength(packet, linkType))));
    for (let at = 1; at < longest; at++) {
      for (const text of changes(({ name, packets, linkType }) => (at < 8 && MIDWAY.test(name) ? null : cutAt(packets, linkType, at)), TINY)) found.add(text);
    }
    expect([...found]).toEqual([]);
  });

  const ORDERS: readonly [name: string, order: Order][] = [
    ['of each direction', { window: 8, oneDirection: true, resetsStay: true }],
    ['of both directions, none before what it acknowledges', { window: 8, oneDirection: false, resetsStay: true }],
  ];
  describe.each(ORDERS)('packets %s in any order within eight', (_name, order) => {
    const orders = (shape: (capture: SmallCapture, dice: Dice) => readonly Packet[] | null): string[] =>
      [1, 2, 3, 4, 5, 6].flatMap((seed) => changes((capture) => {
        const packets = shape(capture, new Dice(seed));
        return packets === null ? null : reordered(packets, capture.linkType, new Dice(seed * 7919), order);
      }));
    test('as they are', () => expect(orders(({ packets }) => packets)).toEqual([]));
    // Of a capture that was joined midway the first bytes may then be taken for old ones.
    test('in segments of 40 bytes', () => expect(orders(({ name, packets, linkType }) =>
      (MIDWAY.test(name) ? null : packets.flatMap((packet) => resegment(packet, linkType, 40))))).toEqual([]));
    test('with some repeated', () => expect(orders(({ packets, linkType }, dice) => repeated(packets, linkType, dice, 8))).toEqual([]));
  });

  test('resets that overtake data', () => {
    expect([1, 2, 3, 4].flatMap((seed) => changes(({ packets, linkType }) =>
      reordered(packets, linkType, new Dice(seed * 7919), { window: 8, oneDirection: false, resetsStay: false })))).toEqual([]);
  });

  test('sequence numbers that wrap', () => {
    // Cut packets and fragments could not be shifted with the rest.
    expect(changes(({ packets, linkType }) => (packets.some((packet) => tcpOf(packet, linkType) === null) ? null
      : packets.map((packet) => shifted(packet, packets, linkType))))).toEqual([]);
  });
});

function inChunks(bytes: Uint8Array, cuts: readonly number[]): Result {
  const points = [...new Set(cuts.filter((at) => at > 0 && at < bytes.length))].sort((a, b) => a - b);
  const connections: Result['connections'] = [];
  const analyser = new Analyser({ onConnection: (connection) => { void connection.exchange; connections.push(connection); } });
  // Each chunk in a buffer of its own that is overwritten afterwards: nothing may be kept by reference.
  for (const [index, from] of [0, ...points].entries()) {
    const chunk = bytes.slice(from, points[index] ?? bytes.length);
    analyser.write(chunk);
    chunk.fill(0xee);
  }
  return { analysis: analyser.end(), connections };
}

async function unpacked(packed: Uint8Array): Promise<Uint8Array> {
  async function* source(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < packed.length; at += 777) yield packed.slice(at, at + 777);
  }
  const parts: Uint8Array[] = [];
  for await (const part of decompressed(source(), { maxRatio: 1000, maxNesting: 3, maxWindow: 8 << 20 })) parts.push(part);
  return Buffer.concat(parts);
}

function dataLength(packet: Packet, linkType: number): number {
  const tcp = tcpOf(packet, linkType);
  return tcp === null ? 0 : tcp.end - tcp.payload;
}

/** Each packet's data in two segments, the first of `at` bytes; null where no packet has more. */
function cutAt(packets: readonly Packet[], linkType: number, at: number): Packet[] | null {
  let cut = 0;
  const pieces = packets.flatMap((packet) => {
    if (dataLength(packet, linkType) <= at) return [packet];
    const [first, ...rest] = resegment(packet, linkType, at);
    if (rest.length > 0) cut++;
    return [first!, ...(rest.length > 0 ? [behind(packet, linkType, at)] : [])];
  });
  return cut === 0 ? null : pieces;
}

/** The packet without the first `at` bytes of its data. */
function behind(packet: Packet, linkType: number, at: number): Packet {
  const tcp = tcpOf(packet, linkType)!;
  const bytes = new Uint8Array(packet.bytes.length - at);
  bytes.set(packet.bytes.subarray(0, tcp.payload));
  bytes.set(packet.bytes.subarray(tcp.payload + at), tcp.payload);
  const view = new DataView(bytes.buffer);
  view.setUint16(tcp.version === 4 ? tcp.ip + 2 : tcp.ip + 4, tcp.end - at - tcp.ip - (tcp.version === 4 ? 0 : 40));
  view.setUint32(tcp.tcp + 4, (tcp.sequence + at) >>> 0);
  return { ...packet, bytes, originalLength: bytes.length };
}

/** Moves each sender's numbers so that they pass zero some bytes after its start. */
function shifted(packet: Packet, packets: readonly Packet[], linkType: number): Packet {
  const tcp = tcpOf(packet, linkType);
  if (tcp === null) return packet;
  const firstOf = (sender: string): number | null => {
    for (const one of packets) {
      const view = tcpOf(one, linkType);
      if (view !== null && view.source === sender) return view.sequence;
      // The other side's acknowledgement would be the earlier sight of it.
      if (view !== null && view.destination === sender && (view.flags & 0x10) !== 0) return view.acknowledgment;
    }
    return null;
  };
  const own = firstOf(tcp.source);
  const other = firstOf(tcp.destination);
  const bytes = packet.bytes.slice();
  const view = new DataView(bytes.buffer);
  if (own !== null) view.setUint32(tcp.tcp + 4, (tcp.sequence - own - 20) >>> 0);
  if (other !== null && (tcp.flags & 0x10) !== 0) view.setUint32(tcp.tcp + 8, (tcp.acknowledgment - other - 20) >>> 0);
  return { ...packet, bytes };
}
