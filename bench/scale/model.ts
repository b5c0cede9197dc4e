/** A day of captures through queue and functions, second by second. Pure: what it is given is all it knows. */

export interface Day {
  readonly capturesPerDay: number;
  /** Share of the captures and bytes of each. */
  readonly sizes: readonly { readonly share: number; readonly bytes: number }[];
  /** A share of the day's captures comes within so many seconds, at noon. */
  readonly burst: { readonly share: number; readonly seconds: number };
  /** Most functions at once. */
  readonly concurrency: number;
  readonly startAt: number;
  readonly morePerMinute: number;
  /** What one capture of so many bytes takes one function. */
  readonly seconds: (bytes: number) => number;
}

export interface Outcome {
  /** Age of the oldest waiting capture in seconds, each minute. */
  readonly age: readonly number[];
  readonly greatestAge: number;
  /** Captures that still wait at midnight. */
  readonly left: number;
  /** Work over what the functions can do in a day: above 1 the queue grows for ever. */
  readonly load: number;
  readonly bytes: number;
  readonly functionSeconds: number;
}

const DAY = 86_400;

/** By day twice as many as by night, a share of all in one burst at noon. */
function arrivals({ capturesPerDay, burst }: Day): Float64Array {
  const perSecond = new Float64Array(DAY);
  const calm = (capturesPerDay * (1 - burst.share)) / DAY;
  for (let second = 0; second < DAY; second++) perSecond[second] = calm * (1 - Math.cos((2 * Math.PI * second) / DAY) / 3);
  for (let second = 0; second < burst.seconds; second++) perSecond[DAY / 2 + second]! += (capturesPerDay * burst.share) / burst.seconds;
  return perSecond;
}

/** First come, first served; functions are added while captures wait, as Lambda does for a queue. */
export function simulate(day: Day): Outcome {
  const each = day.sizes.reduce((sum, { share, bytes }) => sum + share * day.seconds(bytes), 0);
  const coming = arrivals(day);
  const age: number[] = [];
  let functions = Math.min(day.startAt, day.concurrency);
  let came = 0;
  let done = 0;
  let head = 0; // the second in which the oldest waiting capture came
  let before = 0; // captures that came before that second
  for (let second = 0; second < DAY; second++) {
    came += coming[second]!;
    const able = functions / each;
    done = Math.min(came, done + able);
    while (head < second && before + coming[head]! <= done) before += coming[head++]!;
    const waits = came - done > 1e-6;
    functions = waits ? Math.min(day.concurrency, functions + day.morePerMinute / 60) : Math.max(Math.min(day.startAt, day.concurrency), functions - 1);
    if (second % 60 === 0) age.push(waits ? second - head : 0);
  }
  return {
    age,
    greatestAge: age.reduce((most, one) => Math.max(most, one), 0),
    left: came - done,
    load: (day.capturesPerDay * each) / (day.concurrency * DAY),
    bytes: day.capturesPerDay * day.sizes.reduce((sum, { share, bytes }) => sum + share * bytes, 0),
    functionSeconds: day.capturesPerDay * each,
  };
}
