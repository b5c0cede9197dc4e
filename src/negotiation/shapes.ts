import type { Limits } from '../limits.ts';
import type { Side } from '../stream/tcp-connection.ts';
import type { Exchange, PacketTime } from './exchange.ts';
import type { RecordedConnection, RecordedTalk } from './recorded.ts';
import { type NotedPackets, ShapeKeys } from './shape-key.ts';
import { buildSpecimen, drawPlaceholders, type Placeholders } from './specimen.ts';

/** An exchange with placeholders, which stands for all of its shape. */
export interface Specimen {
  readonly exchange: Exchange;
  readonly clientSide: Side;
  readonly placeholders: Placeholders;
}

/** A connection like one that was judged before: what they have in common, and the packets that its record names. */
export interface Likeness {
  readonly specimen: Specimen;
  readonly noted: NotedPackets;
}

/** Shapes remembered at once: a network has some dozen. A capture with more costs time, no memory. */
const REMEMBERED = 2048;

/**
 * Finds connections whose record differs from an earlier one only in packet numbers, times and addresses: they are most of
 * a large capture, and need not be built, judged and explained again. The first of its kind is judged on its own.
 */
export class Shapes {
  readonly #keys = new ShapeKeys();
  /** 'once': seen, a specimen is made for the next. */
  readonly #known = new Map<string, Specimen | 'once'>();
  readonly #limits: Limits;
  /** Drawn when the first specimen needs them. */
  #placeholders: Placeholders | null = null;
  readonly #seed: number;
  readonly #isHinted: (port: number) => boolean;

  constructor(limits: Limits, seed: number, isHinted: (port: number) => boolean) {
    this.#limits = limits;
    this.#seed = seed;
    this.#isHinted = isHinted;
  }

  /** @param isPublic of each side's address. Null where the connection must be judged on its own. */
  like(connection: RecordedConnection, talk: RecordedTalk, now: PacketTime | null, isPublic: readonly [boolean, boolean]): Likeness | null {
    const [first, second] = connection.ports;
    if (this.#isHinted(first) === this.#isHinted(second)) return null;
    const hinted: Side = this.#isHinted(first) ? 0 : 1;
    const key = this.#keys.of(connection, talk, now, { hinted, publicBits: (isPublic[0] ? 1 : 0) | (isPublic[1] ? 2 : 0) });
    if (key === null) return null;
    const { noted } = this.#keys;
    let specimen = this.#known.get(key);
    if (specimen === undefined) {
      if (this.#known.size >= REMEMBERED) this.#known.clear();
      this.#known.set(key, 'once');
      return null;
    }
    if (specimen === 'once') {
      specimen = this.#make(connection, talk, noted, hinted, isPublic);
      this.#known.set(key, specimen);
    }
    return { specimen, noted };
  }

  #make(connection: RecordedConnection, talk: RecordedTalk, noted: NotedPackets, hinted: Side, isPublic: readonly [boolean, boolean]): Specimen {
    const placeholders = (this.#placeholders ??= drawPlaceholders(this.#seed));
    const exchange = buildSpecimen(connection, talk, noted, placeholders, { limits: this.#limits, isHinted: this.#isHinted, hinted, isPublic });
    return { exchange, clientSide: exchange.client.address === placeholders.addresses[0] ? 0 : 1, placeholders };
  }
}
