import type { Random } from './random.ts';

const HALF = 2 * 1024 * 1024;
const WORDS = 'the of and to in is that for it as was with be by on not he his but at are this have from or had an they which one you were all her she there would their'.split(' ');

/** Bytes to send, with the sum of their words so that no checksum reads them again. */
export interface Payload { readonly bytes: Buffer; readonly offset: number; readonly length: number; readonly sum: number }

export const bytesOf = ({ bytes, offset, length }: Payload): Buffer => bytes.subarray(offset, offset + length);

/** What the flows carry: 2 MB that look encrypted and 2 MB of text. Sums of any part are two look-ups. */
export class PayloadPool {
  readonly #bytes = Buffer.alloc(2 * HALF);
  readonly #sums = new Float64Array(HALF + 1);

  constructor(random: Random) {
    for (let at = 0; at < HALF; at += 4) this.#bytes.writeUInt32LE(random(), at);
    for (let at = HALF; at < 2 * HALF;) at += this.#bytes.write(`${WORDS[random() % WORDS.length] ?? ''} `, at, 'latin1');
    for (let word = 0; word < HALF; word++) this.#sums[word + 1] = (this.#sums[word] ?? 0) + this.#bytes.readUInt16BE(2 * word);
  }

  /** `length` bytes from some place of the kind that is asked for. */
  take(kind: 'encrypted' | 'text', length: number, random: Random): Payload {
    const offset = (kind === 'text' ? HALF : 0) + 2 * (random() % ((HALF - length) >> 1));
    const last = offset + length - 1;
    const sum = (this.#sums[(offset + length) >> 1] ?? 0) - (this.#sums[offset >> 1] ?? 0);
    return { bytes: this.#bytes, offset, length, sum: length & 1 ? sum + ((this.#bytes[last] ?? 0) << 8) : sum };
  }
}
