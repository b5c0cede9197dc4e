import { describe, expect, it, vi } from 'vitest';
import { FaultLog } from '../../src/bytes/fault-log.ts';
import { Frame } from '../../src/capture/frame.ts';
import { DEFAULT_LIMITS } from '../../src/limits.ts';
import { Fragments } from '../../src/packet/fragments.ts';
import { ipv4 as ipv4Header } from '../../src/packet/ipv4.ts';
import { FRAGMENT } from '../../src/packet/layers.ts';
import { Packet } from '../../src/packet/packet.ts';
import { ethernet, ipFragments, ipv4, ipv6Fragments, tcp } from '../build/packet.ts';
import { Bench } from './dissect.ts';

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const payload = tcp({ payload: text('0123456789abcdefghijklmnopqrstuv') });
const fragments = ipFragments({ protocol: 6, payload, size: 24 });

function feed(frames: readonly Uint8Array[], limits = {}): Bench {
  const bench = new Bench(limits);
  for (const frame of frames) bench.feed(frame);
  return bench;
}

describe('fragments', () => {
  it.each([
    ['in order', [0, 1, 2], 3],
    ['in reverse', [2, 1, 0], 3],
    ['with a duplicate', [1, 1, 0, 2], 4],
  ])('make their datagram %s, numbered by the one that completes it', (_name, order, number) => {
    const bench = feed(order.map((index) => fragments[index] ?? payload));
    expect(bench.seen).toMatchObject([{ number, payload: '0123456789abcdefghijklmnopqrstuv', payloadLength: 32, sourceMac: '', ports: '50000>445' }]);
    expect(bench.faults.kept).toEqual([]);
  });

  it('work in IPv6', () => {
    expect(feed(ipv6Fragments({ nextHeader: 6, payload, size: 16 })).seen).toMatchObject([{ number: 4, payloadLength: 32, source: 'fd00:0:0:0:0:0:0:5' }]);
  });

  it('of different datagrams are not mixed', () => {
    const other = ipFragments({ protocol: 6, payload: tcp({ sourcePort: 50001, payload: text('y'.repeat(32)) }), size: 24, id: 2 });
    const bench = feed([0, 1, 2].flatMap((index) => [fragments[index] ?? payload, other[index] ?? payload]));
    expect(bench.seen.map((seen) => `${seen.ports} ${seen.payload[0]}`)).toEqual(['50000>445 0', '50001>445 y']);
  });

  it('may be in a datagram that is itself a fragment of a tunnel', () => {
    const inner = ipFragments({ protocol: 6, payload, size: 24 }).map((frame) => frame.subarray(14));
    const frames = inner.flatMap((bytes, id) => ipFragments({ protocol: 4, source: '192.0.2.1', payload: bytes, size: 24, id }));
    expect(feed(frames).seen).toMatchObject([{ source: '10.0.0.5', payloadLength: 32 }]);
  });

  it('that overlap with other bytes are told, and the first copy stays', () => {
    const forged = ethernet({ type: 0x0800, payload: ipv4({ protocol: 6, payload: text('X'.repeat(24)), fragmentOffset: 24, moreFragments: true }) });
    const bench = feed([fragments[0] ?? payload, fragments[1] ?? payload, forged, fragments[2] ?? payload]);
    expect(bench.seen).toMatchObject([{ payload: '0123456789abcdefghijklmnopqrstuv' }]);
    expect(bench.faults.kept).toMatchObject([{ code: 'fragment-overlap', packets: [2, 3] }]);
  });

  it('that overlap in part fill only what was missing', () => {
    const wide = ethernet({ type: 0x0800, payload: ipv4({ protocol: 6, payload: payload.subarray(0, 40), moreFragments: true }) });
    const middle = ethernet({ type: 0x0800, payload: ipv4({ protocol: 6, payload: payload.subarray(8, 16), fragmentOffset: 8, moreFragments: true }) });
    const bench = feed([middle, wide, fragments[1] ?? payload, fragments[2] ?? payload]);
    expect(bench.seen).toMatchObject([{ number: 4, payload: '0123456789abcdefghijklmnopqrstuv' }]);
    expect(bench.faults.kept).toEqual([]);
  });

  it('are given up after 30 seconds of capture time', () => {
    const bench = new Bench();
    bench.feed(fragments[0] ?? payload).feed(fragments[1] ?? payload, { seconds: 31 }).feed(fragments[2] ?? payload, { seconds: 31 });
    expect(bench.seen).toEqual([]);
    expect(bench.faults.kept).toMatchObject([{ code: 'fragment-timeout', packets: [1, 2] }]);
  });

  it('that never complete are told at the end', () => {
    const bench = feed([fragments[0] ?? payload]);
    bench.dissector.end();
    expect([...bench.faults.counts]).toEqual([['fragment-timeout', 1]]);
  });

  it('beyond 65535 bytes are refused', () => {
    const frame = ethernet({ type: 0x0800, payload: ipv4({ protocol: 6, payload: new Uint8Array(16), fragmentOffset: 65_528 }) });
    expect([...feed([frame]).faults.counts]).toEqual([['fragment-length', 1]]);
  });

  it('with two ends are refused', () => {
    const end = ethernet({ type: 0x0800, payload: ipv4({ protocol: 6, payload: new Uint8Array(16), fragmentOffset: 80 }) });
    expect([...feed([fragments[2] ?? payload, end]).faults.counts]).toEqual([['fragment-length', 1]]);
  });

  it('wait in bounded number, the oldest leaving first', () => {
    const heads = [1, 2, 3].map((id) => ipFragments({ protocol: 6, payload, size: 24, id }));
    const bench = feed([...heads.map((head) => head[0] ?? payload), heads[2]?.[1] ?? payload, heads[2]?.[2] ?? payload], { fragmentedDatagrams: 2 });
    expect(bench.faults.kept).toMatchObject([{ code: 'fragment-limit', packets: [1, 3] }]);
    expect(bench.seen).toHaveLength(1);
  });

  it('wait in bounded bytes', () => {
    const bench = new Bench({ fragmentBytes: 10_000 });
    for (let id = 0; id < 50; id++) bench.feed(ipFragments({ protocol: 6, payload, size: 24, id })[0] ?? payload);
    expect(bench.faults.counts.get('fragment-limit')).toBeGreaterThan(30);
  });

  it('cut by the capture give the bytes before the cut and the whole length', () => {
    const bench = new Bench();
    const [first = payload, second = payload, third = payload] = fragments;
    bench.feed(first).feed(second, { captured: second.length - 20 }).feed(third);
    expect(bench.seen).toMatchObject([{ payload: '01234567', payloadLength: 32 }]);
    expect(bench.dissector.counters.cutPackets).toBe(2);
  });

  it('of eight bytes each are copied once, whatever their order', () => {
    const whole = tcp({ payload: new Uint8Array(65_400) });
    const tiny = ipFragments({ protocol: 6, payload: whole, size: 8 });
    const shuffled = [...tiny.filter((_, index) => index % 2 === 1).toReversed(), ...tiny.filter((_, index) => index % 2 === 0).toReversed()];
    const bench = new Bench();
    const frames = shuffled.map((bytes) => () => bench.feed(bytes));
    const copies = vi.spyOn(Uint8Array.prototype, 'slice');
    for (const feedOne of frames) feedOne();
    const copied = copies.mock.results.map(({ value }) => (value as Uint8Array).length);
    copies.mockRestore();
    expect(copied).toHaveLength(8178);
    expect(copied.reduce((sum, length) => sum + length, 0)).toBe(65_420);
    expect(bench.seen).toMatchObject([{ payloadLength: 65_400 }]);
    expect(bench.dissector.counters).toMatchObject({ fragments: 8178, reassembledDatagrams: 1, droppedDatagrams: 0 });
  });
});

/** Feeds fragments to the reassembly alone, and keeps the most that it ever held. */
class Reassembly {
  readonly faults = new FaultLog(10);
  readonly counters = { fragments: 0, reassembledDatagrams: 0, droppedDatagrams: 0 };
  mostOpen = 0;
  mostBytes = 0;
  readonly #fragments = new Fragments(DEFAULT_LIMITS, this.counters);
  readonly #packet = new Packet(this.faults);
  readonly #frame = new Frame();

  /** An IPv4 packet, of which only `captured` bytes are in the capture. */
  feed(bytes: Uint8Array, captured = bytes.length): this {
    const frame = this.#frame;
    frame.bytes = bytes;
    frame.view = new DataView(bytes.buffer, bytes.byteOffset);
    frame.end = captured;
    frame.originalLength = bytes.length;
    frame.number++;
    this.#packet.load(frame);
    expect(ipv4Header(this.#packet)).toBe(FRAGMENT);
    this.#fragments.take(this.#packet);
    this.mostOpen = Math.max(this.mostOpen, this.#fragments.open);
    this.mostBytes = Math.max(this.mostBytes, this.#fragments.bytes);
    return this;
  }
}

describe('attacks on reassembly', () => {
  const piece = (fragmentOffset: number, length = 8, more: Partial<Parameters<typeof ipv4>[0]> = {}): Uint8Array =>
    ipv4({ protocol: 6, payload: new Uint8Array(length), fragmentOffset, moreFragments: true, ...more });

  it('by 65 535 tiny fragments of one datagram hold each byte once', () => {
    const bench = new Reassembly();
    for (let index = 0; index < 65_535; index++) bench.feed(piece((index % 8190) * 8));
    expect(bench).toMatchObject({ mostOpen: 1, mostBytes: 512 + 8190 * (256 + 8), counters: { fragments: 65_535, droppedDatagrams: 0 } });
  });

  it('by repeating fragments for ever end with the datagram', () => {
    const bench = new Reassembly();
    const one = piece(0);
    for (let index = 0; index < 200_000; index++) bench.feed(one);
    expect(bench).toMatchObject({ mostOpen: 1, mostBytes: 512 + 256 + 8, counters: { droppedDatagrams: 3 } });
    expect(bench.faults.counts.get('fragment-limit')).toBe(3);
  });

  it('by fragments that the capture cut but that overlap with thousands end with the datagram', () => {
    const bench = new Reassembly();
    for (let index = 0; index < 4000; index++) bench.feed(piece(index * 16));
    const wide = piece(0, 65_000);
    for (let index = 0; index < 2000; index++) bench.feed(wide, 60);
    // 4000 overlaps, then 8000 and one with each: the ninth is one too many.
    expect(bench.counters).toMatchObject({ fragments: 6000, droppedDatagrams: 1 });
    expect(bench.faults.counts.get('fragment-limit')).toBe(1);
    expect(bench.mostBytes).toBeLessThan(512 + 8001 * 256 + 4000 * 8 + 60);
  });

  it('by ever more datagrams reach the limit fragmentedDatagrams and stay there', () => {
    const bench = new Reassembly();
    for (let id = 0; id < 20_000; id++) bench.feed(piece(0, 8, { id }));
    expect(bench).toMatchObject({ mostOpen: 1024, counters: { droppedDatagrams: 20_000 - 1024 } });
    expect(bench.faults.counts.get('fragment-limit')).toBe(20_000 - 1024);
  });

  it('by large fragments reach the limit fragmentBytes and stay there', () => {
    const bench = new Reassembly();
    const large = piece(0, 60_000);
    for (let id = 0; id < 1000; id++) bench.feed(large.with(4, id >> 8).with(5, id & 255));
    // (16 MiB) / (512 + 256 + 60 000)
    expect(bench).toMatchObject({ mostOpen: 276, mostBytes: 276 * 60_768, counters: { droppedDatagrams: 724 } });
  });

  it('by datagrams of one hash keep the chain short', () => {
    const bench = new Reassembly();
    for (let id = 0; id < 5000; id++) bench.feed(piece(0, 8, { id, source: `10.0.${id >> 8}.${id & 255}` }));
    expect(bench).toMatchObject({ mostOpen: 32, counters: { droppedDatagrams: 5000 - 32 } });
  });
});
