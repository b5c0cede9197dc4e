/** Most of a TLS handshake's first flight that is kept; a ClientHello with post-quantum keys has about 2 KiB. */
const BYTE_LIMIT = 65_536;
/** Frames that wait for the ones before them. Browsers cut a ClientHello into a dozen. */
const WAITING_LIMIT = 256;

const EMPTY = new Uint8Array(0);

interface Piece {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** The bytes of CRYPTO frames in order, whatever order they come in. RFC 9000 19.6. Bounded; what exceeds is dropped. */
export class CryptoStream {
  #bytes: Uint8Array = EMPTY;
  #length = 0;
  #waiting: Piece[] = [];
  #waitingBytes = 0;

  /** The bytes from offset 0 up to the first gap. */
  get contiguous(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Takes a frame's data; `bytes` may be a view, it is copied. */
  add(offset: number, bytes: Uint8Array): void {
    if (offset + bytes.length > BYTE_LIMIT) return;
    if (offset > this.#length) {
      if (this.#waiting.length === WAITING_LIMIT || this.#waitingBytes + bytes.length > BYTE_LIMIT) return;
      this.#waiting.push({ offset, bytes: bytes.slice() });
      this.#waitingBytes += bytes.length;
      return;
    }
    this.#append(offset, bytes);
    this.#joinWaiting();
  }

  #append(offset: number, bytes: Uint8Array): void {
    const end = offset + bytes.length;
    if (end <= this.#length) return;
    if (end > this.#bytes.length) {
      const larger = new Uint8Array(Math.min(BYTE_LIMIT, Math.max(end, 2048, this.#bytes.length * 2)));
      larger.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = larger;
    }
    this.#bytes.set(bytes.subarray(this.#length - offset), this.#length);
    this.#length = end;
  }

  /** Each piece is appended once or still waits: in the order of offsets one pass is enough. */
  #joinWaiting(): void {
    if (this.#waiting.length === 0) return;
    this.#waiting.sort((a, b) => a.offset - b.offset);
    let joined = 0;
    for (const piece of this.#waiting) {
      if (piece.offset > this.#length) break;
      this.#append(piece.offset, piece.bytes);
      this.#waitingBytes -= piece.bytes.length;
      joined++;
    }
    this.#waiting.splice(0, joined);
  }
}
