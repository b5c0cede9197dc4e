/** Bits of the map: 128 KiB, made when it is first needed. Below a million texts the count is right within one per cent. */
const BITS = 1 << 20;

/** How many different texts there were, estimated in fixed memory: linear counting, doi:10.1145/78922.78925. */
export class DistinctCount {
  #map: Uint8Array | null = null;
  #set = 0;

  add(text: string): void {
    this.#map ??= new Uint8Array(BITS / 8);
    let hash = 0x811c9dc5;
    for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    const bit = (hash ^ (hash >>> 16)) & (BITS - 1);
    if ((this.#map[bit >> 3]! & (1 << (bit & 7))) !== 0) return;
    this.#map[bit >> 3]! |= 1 << (bit & 7);
    this.#set++;
  }

  get count(): number {
    const empty = Math.max(1, BITS - this.#set);
    return Math.round(-BITS * Math.log(empty / BITS));
  }
}
