import { describe, expect, it } from 'vitest';
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

  it('of eight bytes each stay quick in the worst order', () => {
    const whole = tcp({ payload: new Uint8Array(65_400) });
    const tiny = ipFragments({ protocol: 6, payload: whole, size: 8 });
    const shuffled = [...tiny.filter((_, index) => index % 2 === 1).toReversed(), ...tiny.filter((_, index) => index % 2 === 0).toReversed()];
    const bench = new Bench();
    const started = performance.now();
    for (const frame of shuffled) bench.feed(frame);
    expect(bench.seen).toMatchObject([{ payloadLength: 65_400 }]);
    expect(performance.now() - started).toBeLessThan(2000);
  });
});
