import { addressText } from './address.ts';
import { isPublicAddress } from './scope.ts';

export interface Address {
  /** Dotted, or RFC 5952. */
  readonly text: string;
  /** Reachable from the whole Internet. */
  readonly isPublic: boolean;
}

/** Addresses remembered at once; a capture with more costs time, no memory. */
const REMEMBERED = 16_384;

/** Texts of addresses: a host has many connections, and its text is made once. */
export class AddressBook {
  readonly #ipv4 = new Map<number, Address>();
  readonly #ipv6 = new Map<string, Address>();
  readonly #macs = new Map<number, string>();

  /** The address in the four words from `at` on. */
  of(words: Int32Array, at: number, ipVersion: 4 | 6): Address {
    if (ipVersion === 4) return remembered(this.#ipv4, words[at + 3]!, words, at, ipVersion);
    return remembered(this.#ipv6, `${words[at]},${words[at + 1]},${words[at + 2]},${words[at + 3]}`, words, at, ipVersion);
  }

  /** '00:11:22:33:44:55' of 48 bits; null of −1. */
  mac(bits: number): string | null {
    if (bits < 0) return null;
    const found = this.#macs.get(bits);
    if (found !== undefined) return found;
    if (this.#macs.size >= REMEMBERED) this.#macs.clear();
    const text = bits.toString(16).padStart(12, '0').match(/../g)!.join(':');
    this.#macs.set(bits, text);
    return text;
  }
}

function remembered<K>(known: Map<K, Address>, key: K, words: Int32Array, at: number, ipVersion: 4 | 6): Address {
  const found = known.get(key);
  if (found !== undefined) return found;
  if (known.size >= REMEMBERED) known.clear();
  const text = addressText(words, at, ipVersion);
  const address = { text, isPublic: isPublicAddress(text) };
  known.set(key, address);
  return address;
}
