import { describe, expect, it } from 'vitest';
import { costsOf, total } from '../../bench/scale/costs.ts';
import { readFigures } from '../../bench/scale/figures.ts';
import { simulate, type Day } from '../../bench/scale/model.ts';

const day = (over: Partial<Day>): Day => ({
  capturesPerDay: 86_400, sizes: [{ share: 1, bytes: 10 }], burst: { share: 0, seconds: 1 }, concurrency: 10, startAt: 5, morePerMinute: 300, seconds: () => 1, ...over,
});

describe('A simulated day', () => {
  it('of less than the functions can do leaves nothing waiting', () => {
    expect(simulate(day({}))).toMatchObject({ greatestAge: 0, left: 0, load: 0.1, functionSeconds: 86_400 });
  });

  it('of more than they can do leaves the rest at midnight', () => {
    const { left, load } = simulate(day({ concurrency: 1, startAt: 1, seconds: () => 2 }));
    expect(load).toBe(2);
    expect(left).toBeCloseTo(43_200, -2);
  });

  it('with a burst is behind as long as the burst takes them', () => {
    // 8640 captures in ten seconds; ten functions of a second each, of which one is busy anyway.
    const { greatestAge, left } = simulate(day({ burst: { share: 0.1, seconds: 10 } }));
    expect(greatestAge).toBeGreaterThan(800);
    expect(greatestAge).toBeLessThan(1200);
    expect(left).toBe(0);
  });
});

it('A thousand captures of no size cost what their requests cost', () => {
  const { figures } = readFigures(new URL('../..', import.meta.url).pathname);
  const costs = costsOf({ captures: 1000, bytes: 0, functionSeconds: 0 }, figures);
  expect(costs.requests).toBeCloseTo(0.003, 9); // 3000 requests at a dollar a million
  expect(costs.queue).toBeCloseTo(0.0012, 9); // 3000 at 40 cents
  expect(total(costs)).toBeCloseTo(costs.functions + costs.requests + costs.store + costs.queue + costs.logs, 12);
});
