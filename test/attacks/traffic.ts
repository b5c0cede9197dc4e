/** TCP over IPv4 over Ethernet in a classic pcap, record by record; no more of it than a chunk is in memory at once. */
export interface Segment {
  /** 32-bit addresses. */
  readonly source?: number;
  readonly destination?: number;
  readonly sourcePort?: number;
  readonly destinationPort?: number;
  readonly sequence?: number;
  readonly acknowledgment?: number;
  /** Letters of FIN, SYN, RST, PSH, ACK. */
  readonly flags?: string;
  readonly ttl?: number;
  readonly payload?: Uint8Array;
}

export const CLIENT = 0x0a00_0005; // 10.0.0.5
export const SERVER = 0x0a00_0009;

const LETTERS: Readonly<Record<string, number>> = { F: 1, S: 2, R: 4, P: 8, A: 16 };
const BITS = new Map<string, number>();
const NOTHING = new Uint8Array(0);
const CHUNK = 1024 * 1024;
const START_SECONDS = 1_700_000_000;

function bitsOf(flags: string): number {
  let bits = BITS.get(flags);
  if (bits === undefined) BITS.set(flags, (bits = [...flags].reduce((sum, letter) => sum | (LETTERS[letter] ?? 0), 0)));
  return bits;
}

/** Writes packets and hands them on in chunks of a megabyte. Packets are a microsecond apart on the capture's clock. */
export class Traffic {
  /** Packets so far, which is the number of the last one. */
  packets = 0;
  /** The capture's clock. */
  seconds = START_SECONDS;
  micros = 0;
  readonly #write: (chunk: Uint8Array) => void;
  readonly #chunk = new Uint8Array(CHUNK + 128 * 1024);
  readonly #view = new DataView(this.#chunk.buffer);
  #used = 24;

  constructor(write: (chunk: Uint8Array) => void) {
    this.#write = write;
    this.#view.setUint32(0, 0xa1b2_c3d4, true);
    this.#view.setUint16(4, 2, true);
    this.#view.setUint16(6, 4, true);
    this.#view.setUint32(16, 262_144, true);
    this.#view.setUint32(20, 1, true);
  }

  send({ source = CLIENT, destination = SERVER, sourcePort = 50_000, destinationPort = 445, sequence = 0, acknowledgment = 0, flags = 'A', ttl = 64, payload = NOTHING }: Segment): void {
    const at = this.#record(54 + payload.length);
    const view = this.#view;
    this.#chunk.fill(0, at, at + 54);
    view.setUint32(at + 2, destination); // 802.3: any two addresses
    view.setUint32(at + 8, source);
    view.setUint16(at + 12, 0x0800);
    view.setUint16(at + 14, 0x4500); // RFC 791 3.1
    view.setUint16(at + 16, 40 + payload.length);
    this.#chunk[at + 22] = ttl;
    this.#chunk[at + 23] = 6;
    view.setUint32(at + 26, source);
    view.setUint32(at + 30, destination);
    view.setUint16(at + 34, sourcePort); // RFC 9293 3.1
    view.setUint16(at + 36, destinationPort);
    view.setUint32(at + 38, sequence);
    view.setUint32(at + 42, acknowledgment);
    this.#chunk[at + 46] = 0x50;
    this.#chunk[at + 47] = bitsOf(flags);
    view.setUint16(at + 48, 8192);
    this.#chunk.set(payload, at + 54);
  }

  /** Any Ethernet frame. */
  frame(bytes: Uint8Array): void {
    this.#chunk.set(bytes, this.#record(bytes.length));
  }

  /** Hands on what is left. */
  flush(): void {
    this.#write(this.#chunk.slice(0, this.#used)); // a chunk of its own, as a socket would give
    this.#used = 0;
  }

  #record(length: number): number {
    if (this.#used >= CHUNK) this.flush();
    if (++this.micros === 1_000_000) {
      this.micros = 0;
      this.seconds++;
    }
    const at = this.#used;
    this.#view.setUint32(at, this.seconds, true);
    this.#view.setUint32(at + 4, this.micros, true);
    this.#view.setUint32(at + 8, length, true);
    this.#view.setUint32(at + 12, length, true);
    this.#used += 16 + length;
    this.packets++;
    return at + 16;
  }
}
