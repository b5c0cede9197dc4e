import { BytePool } from '../../src/bytes/byte-pool.ts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FaultLog } from '../../src/bytes/fault-log.ts';
import { DEFAULT_LIMITS, type Limits } from '../../src/limits.ts';
import { TcpSegment } from '../../src/packet/segment.ts';
import { Half } from '../../src/stream/half.ts';

/** One direction with everything it says written down: text as it is, `<n>` for n lost bytes, `<n!>` for n that the capture cut. */
function half(over: Partial<Limits> = {}): { half: Half; said: () => string; faults: FaultLog; budget: { bytes: number } } {
  const faults = new FaultLog(100);
  const budget = { bytes: 0 };
  let said = '';
  const sink = {
    bytes: (bytes: Uint8Array, start: number, end: number) => { said += Buffer.from(bytes.subarray(start, end)).toString('latin1'); },
    missing: (length: number, cut: boolean) => { said += `<${length}${cut ? '!' : ''}>`; },
  };
  return { half: new Half(sink, { ...DEFAULT_LIMITS, ...over }, budget, faults, new BytePool()), said: () => said, faults, budget };
}

function data(text: string, length = text.length): TcpSegment {
  const segment = new TcpSegment();
  // In the middle of a buffer, as packets are.
  segment.bytes = Buffer.from(`##${text}##`, 'latin1');
  segment.payloadStart = 2;
  segment.payloadEnd = 2 + text.length;
  segment.payloadLength = length;
  return segment;
}

describe('one direction of a TCP connection', () => {
  test('delivers in order, whatever order segments come in', () => {
    const { half: one, said, budget } = half();
    one.startAt(100);
    one.payload(data('cc'), 104);
    one.payload(data('bb'), 102);
    expect(said()).toBe('');
    expect(one.waiting).toBe(true);
    expect(budget.bytes).toBe(4 + 2 * 256); // and what two segments cost beside their bytes
    one.payload(data('aa'), 100);
    expect(said()).toBe('aabbcc');
    expect(one.waiting).toBe(false);
    expect(budget.bytes).toBe(0);
    expect(one.next).toBe(106);
  });

  test('goes on across the end of the sequence space', () => {
    const { half: one, said } = half();
    one.startAt(0xfffffffe);
    one.payload(data('cd'), 0);
    one.payload(data('ab'), 0xfffffffe | 0);
    expect(said()).toBe('abcd');
  });

  test('takes the first copy and names another that differs', () => {
    const { half: one, said, faults } = half();
    one.startAt(0);
    one.payload(data('abcd'), 0);
    one.payload(data('aXcdef'), 0);
    expect(said()).toBe('abcdef');
    expect(faults.kept.map(({ code }) => code)).toEqual(['tcp-overlap-differs']);
  });

  test('does not take a keep-alive for other data', () => {
    const { half: one, said, faults } = half();
    one.startAt(0);
    one.payload(data('abcd'), 0);
    one.payload(data('\0'), 3);
    expect(said()).toBe('abcd');
    expect(faults.counts.size).toBe(0);
  });

  test('says at the end what is missing before what it holds', () => {
    const { half: one, said } = half();
    one.startAt(0);
    one.payload(data('ab'), 0);
    one.payload(data('ef'), 4);
    one.payload(data('ij'), 8);
    one.flush();
    expect(said()).toBe('ab<2>ef<2>ij');
    expect(one.gap).toBe(true);
  });

  test('knows by the acknowledgement that bytes were lost at the end, and that a FIN is no byte', () => {
    const lost = half();
    lost.half.startAt(0);
    lost.half.payload(data('ab'), 0);
    lost.half.acknowledge(10);
    lost.half.flush();
    expect(lost.half.gap).toBe(true);
    const closed = half();
    closed.half.startAt(0);
    closed.half.payload(data('ab'), 0);
    closed.half.acknowledge(3);
    closed.half.flush();
    expect(closed.half.gap).toBe(false);
  });

  test('says what the capture cut, and keeps its place', () => {
    const { half: one, said } = half();
    one.startAt(0);
    one.payload(data('ab', 5), 0);
    one.payload(data('fg'), 5);
    expect(said()).toBe('ab<3!>fg');
    expect([one.cut, one.gap]).toEqual([true, false]);
  });

  test('gives up the gap, not the data, when it may hold no more', () => {
    const { half: one, said, faults } = half({ segmentsHeldPerDirection: 2 });
    one.startAt(0);
    one.payload(data('c'), 2);
    one.payload(data('e'), 4);
    one.payload(data('g'), 6);
    expect(faults.counts.get('reassembly-limit')).toBe(1);
    one.flush();
    expect(said()).toBe('<2>c<1>e<1>g');
  });

  test('does not believe numbers that no window reaches', () => {
    const { half: one, said, faults } = half();
    one.startAt(0);
    one.payload(data('zz'), 0x60000000);
    one.payload(data('ab'), 0);
    one.flush();
    expect(said()).toBe('ab');
    expect(faults.counts.get('tcp-out-of-window')).toBe(1);
  });

  test('makes the same bytes of any order, overlap and repetition of segments', () => {
    const text = 'the quick brown fox jumps over the lazy dog 0123456789';
    const piece = fc.tuple(fc.nat(text.length - 1), fc.integer({ min: 1, max: 12 }));
    fc.assert(fc.property(fc.array(piece, { maxLength: 30 }), fc.integer(), (pieces, start) => {
      const { half: one, said, faults, budget } = half();
      one.startAt(start);
      for (const [at, length] of pieces) one.payload(data(text.slice(at, at + length)), (start + at) | 0);
      // Whatever is missing comes last, in pieces of seven.
      for (let at = 0; at < text.length; at += 7) one.payload(data(text.slice(at, at + 7)), (start + at) | 0);
      one.flush();
      return said() === text && !one.gap && faults.counts.size === 0 && budget.bytes === 0;
    }), { seed: 139, numRuns: 500 });
  });
});
