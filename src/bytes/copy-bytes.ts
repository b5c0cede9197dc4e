/** From this length on a view and the engine's own copy are quicker than a loop (measured). */
const LOOP_UP_TO = 96;

/** Copies bytes [start, end) of `from` to `at` of `to`, which has room for them. */
export function copyBytes(from: Uint8Array, start: number, end: number, to: Uint8Array, at: number): void {
  if (end - start > LOOP_UP_TO) {
    to.set(from.subarray(start, end), at);
    return;
  }
  for (let index = start; index < end; index++) to[at++] = from[index]!;
}
