/** Whole numbers from 0 to 2³²−1, the same ones for the same seed (xorshift32, G. Marsaglia 2003). */
export type Random = () => number;

export function seededRandom(seed: number): Random {
  let state = seed >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state = (state ^ (state << 5)) >>> 0;
    return state;
  };
}
