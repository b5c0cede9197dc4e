/** A packet this many seconds before or after the one before it says nothing of the clock. */
const STEADY_SECONDS = 2;
/** So many packets in a row must keep to a time further off before it is believed. */
const WITNESSES = 16;

/**
 * What time it is in a capture. Not the latest time of all packets: one packet of another year, a second interface whose
 * clock is wrong, or a clock that was set back would let hours pass in which no server was silent. A larger step is
 * believed when the packets after it keep to it, or when none came that denies it.
 */
export class CaptureClock {
  /** False until a packet with a time came. */
  set = false;
  seconds = 0;
  nanos = 0;
  #nextSeconds = 0;
  #nextNanos = 0;
  #witnesses = 0;

  /** The time of the next packet. */
  note(seconds: number, nanos: number): void {
    const ahead = seconds - this.seconds;
    if (!this.set) {
      this.set = true;
      this.#believe(seconds, nanos);
    } else if (ahead <= STEADY_SECONDS && ahead >= -STEADY_SECONDS) {
      this.#witnesses = 0;
      if (ahead > 0 || (ahead === 0 && nanos > this.nanos)) this.#believe(seconds, nanos);
    } else this.#doubt(seconds, nanos);
  }

  /** No packet follows: what was not denied is believed. */
  end(): void {
    if (this.#witnesses > 0) this.#believe(this.#nextSeconds, this.#nextNanos);
  }

  #doubt(seconds: number, nanos: number): void {
    const goesOn = this.#witnesses > 0 && seconds >= this.#nextSeconds - STEADY_SECONDS;
    this.#witnesses = goesOn ? this.#witnesses + 1 : 1;
    this.#nextSeconds = seconds;
    this.#nextNanos = nanos;
    if (this.#witnesses >= WITNESSES) this.#believe(seconds, nanos);
  }

  #believe(seconds: number, nanos: number): void {
    this.seconds = seconds;
    this.nanos = nanos;
    this.#witnesses = 0;
  }
}
