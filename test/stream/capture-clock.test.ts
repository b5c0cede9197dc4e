import { describe, expect, it } from 'vitest';
import { CaptureClock } from '../../src/stream/capture-clock.ts';

function after(...seconds: number[]): CaptureClock {
  const clock = new CaptureClock();
  for (const each of seconds) clock.note(each, 5);
  return clock;
}

const run = (from: number, count: number, step: number): number[] => Array.from({ length: count }, (_, at) => from + at * step);

describe('A clock', () => {
  it('goes with the packets, and not back with those that the capture shows late', () => {
    const clock = after(100, 101, 102, 101);
    clock.note(102, 9);
    clock.note(102, 7);
    expect([clock.seconds, clock.nanos]).toEqual([102, 9]);
  });

  it('does not believe one packet of another year', () => {
    expect(after(100, 4_000_000_000, 100).seconds).toBe(100);
    expect(after(100, 5, 101).seconds).toBe(101);
  });

  it('does not believe a second clock, however many of its packets come between', () => {
    const clock = after(100);
    for (let at = 0; at < 100; at++) for (const seconds of [3700, 3700, 3701, 100]) clock.note(seconds, 0);
    expect(clock.seconds).toBe(100);
  });

  it('believes sixteen packets that keep to another time, be it later or earlier', () => {
    expect(after(100, ...run(1000, 15, 1)).seconds).toBe(100);
    expect(after(100, ...run(1000, 16, 1)).seconds).toBe(1015);
    expect(after(1000, ...run(100, 16, 1)).seconds).toBe(115);
  });

  it('goes on, sixteen packets behind at most, where packets are rare', () => {
    expect(after(...run(0, 17, 60)).seconds).toBe(16 * 60);
  });

  it('counts witnesses anew when time goes back once more', () => {
    expect(after(100, ...run(9000, 15, 1), ...run(500, 15, 1)).seconds).toBe(100);
  });

  it('believes at the end what nobody denied', () => {
    const quiet = after(100, 160);
    quiet.end();
    expect(quiet.seconds).toBe(160);
    const denied = after(100, 160, 101);
    denied.end();
    expect(denied.seconds).toBe(101);
  });
});
