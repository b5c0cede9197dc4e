import { type RecordKind, tryRecords, type Variant, VARIANTS } from './pcap-variants.ts';
import type { RecordDecoder, RecordOutput, Refusal } from './record-output.ts';

/** draft-ietf-opsawg-pcap section 4: file header. Offsets count from its first byte. */
const HEADER = { major: 4, minor: 6, snaplen: 16, linkType: 20, length: 24 } as const;
/** Section 5: record header; some variants have more behind it. */
const RECORD = { seconds: 0, fraction: 4, captured: 8, original: 12, length: 16 } as const;

type Lengths = 'in-order' | 'swapped' | 'swapped-if-greater';

/** AIX (version 2.2) writes RFC 1573 interface types where others write link types, and nanoseconds. */
const AIX_LINK_TYPES: Readonly<Record<number, number>> = { 6: 1, 9: 6, 15: 10, 24: 0 };
const FDDI = 10;
const AIX_FDDI_PADDING = 3;

/** The low 16 bits are the link type; 26 are kept, so that a non-standard class stays unknown. The rest tells of the FCS. */
const LINK_TYPE_MASK = 0x03ffffff;

/** True when the four bytes begin a classic capture file of a kind that is read here. */
export function isPcapMagic(first: number): boolean {
  return VARIANTS[first] !== undefined || VARIANTS[swapped(first)] !== undefined;
}

/** Cuts a classic capture file into records. */
export class PcapDecoder implements RecordDecoder {
  format = 'pcap';
  needed: number = HEADER.length;
  stopped = false;
  refusal: Refusal | undefined;
  opened = false;
  readonly #out: RecordOutput;
  #little = true;
  #nanos = false;
  /** 0 until it is known of which kind the records are. */
  #recordLength = 0;
  #variant: Variant | undefined;
  #snaplen = 0;
  /** Whole records that wait for the kind to be known. */
  #waiting = 0;
  #last = false;
  #lengths: Lengths = 'in-order';
  #linkType = 0;
  #padding = 0;

  constructor(out: RecordOutput) {
    this.#out = out;
  }

  read(bytes: Uint8Array, view: DataView, from: number, end: number, base: number): number {
    let at = from;
    if (!this.opened) {
      at = this.#open(view, at, end);
      if (!this.opened) return at;
    }
    if (this.#recordLength === 0 && !this.#chooseRecords(view, at, end)) return at;
    const out = this.#out;
    const { frame, sink } = out;
    const longest = out.limits.recordBytes;
    const little = this.#little;
    const recordLength = this.#recordLength;
    const padding = this.#padding;
    const inOrder = this.#lengths === 'in-order';
    const always = this.#lengths === 'swapped';
    const unit = this.#nanos ? 1 : 1000;
    const perSecond = this.#nanos ? 1_000_000_000 : 1_000_000;
    frame.bytes = bytes;
    frame.view = view;
    frame.timed = true;
    frame.linkType = this.#linkType;
    while (end - at >= recordLength) {
      let seconds = view.getUint32(at + RECORD.seconds, little);
      let fraction = view.getUint32(at + RECORD.fraction, little);
      let captured = view.getUint32(at + RECORD.captured, little);
      let original = view.getUint32(at + RECORD.original, little);
      if (!inOrder && (always || captured > original)) {
        const other = captured;
        captured = original;
        original = other;
      }
      if (captured > longest) return this.#damaged(at, base, captured);
      const start = at + recordLength;
      if (end - start < captured) {
        this.needed = recordLength + captured;
        return at;
      }
      if (fraction >= perSecond) {
        // Out of range, but its meaning is clear.
        const whole = Math.floor(fraction / perSecond);
        seconds += whole;
        fraction -= whole * perSecond;
      }
      frame.start = start + Math.min(padding, captured);
      frame.end = start + captured;
      frame.originalLength = Math.max(captured, original) - Math.min(padding, captured);
      frame.number = ++out.packets;
      frame.seconds = seconds;
      frame.nanos = fraction * unit;
      frame.offset = base + at;
      at = start + captured;
      sink.frame(frame);
    }
    this.needed = recordLength;
    return at;
  }

  restsAt(held: number): boolean {
    return held === this.#waiting;
  }

  finish(bytes: Uint8Array, view: DataView, end: number, base: number): void {
    if (!this.opened) {
      this.#refuse('The capture ends inside its 24-byte file header. Send the whole file.');
      return;
    }
    this.#last = true;
    const at = this.#recordLength === 0 ? this.read(bytes, view, 0, end, base) : 0;
    if (at === end || this.stopped) return;
    this.#out.fault('truncated-record', 'The capture ends in the middle of a packet record.', base + at, this.#out.packets + 1);
    this.stopped = true;
  }

  #open(view: DataView, at: number, end: number): number {
    if (end - at < this.needed) return at;
    const first = view.getUint32(at);
    this.#little = VARIANTS[first] === undefined;
    const variant = VARIANTS[this.#little ? swapped(first) : first];
    if (variant === undefined) return this.#refuse('This is not a pcap file header.', at);
    if (end - at < variant.headerLength) {
      this.needed = variant.headerLength;
      return at;
    }
    const major = view.getUint16(at + HEADER.major, this.#little);
    const minor = view.getUint16(at + HEADER.minor, this.#little);
    // 543.0 is DG/UX's; everything else in use is 2.x.
    if (major !== 2 && major !== 543) {
      return this.#refuse(`The pcap header has version ${major}.${minor}; only 2.x is known. The file is damaged or was changed in transfer: copy it in binary mode.`, at);
    }
    this.format = variant.records[0]?.format ?? this.format;
    this.#nanos = variant.nanos;
    this.#variant = variant;
    this.#snaplen = view.getUint32(at + HEADER.snaplen, this.#little);
    // Only files of the current version come with records of other kinds.
    if (variant.records.length === 1 || minor !== 4) this.#recordLength = variant.records[0]?.length ?? RECORD.length;
    // The two lengths were in the other order before 2.3; some programs wrote 2.3 and kept the old order.
    this.#lengths = major === 543 || minor < 3 ? 'swapped' : minor === 3 ? 'swapped-if-greater' : 'in-order';
    this.#linkType = view.getUint32(at + HEADER.linkType, this.#little) & LINK_TYPE_MASK;
    if (major === 2 && minor === 2) this.#openAix();
    if (this.#nanos) this.#out.timeDigits = 9;
    this.#out.linkTypes.add(this.#linkType);
    this.opened = true;
    this.needed = RECORD.length;
    return at + variant.headerLength;
  }

  /** Takes the kind of record that fits best; the first that fits without oddity. False while more bytes are needed to tell. */
  #chooseRecords(view: DataView, at: number, end: number): boolean {
    const bytes = { view, at, end, last: this.#last, little: this.#little, snaplen: this.#snaplen, recordBytes: this.#out.limits.recordBytes };
    let fewest = Infinity;
    let best: RecordKind | undefined;
    for (const kind of this.#variant?.records ?? []) {
      const { oddities, needed } = tryRecords(bytes, kind);
      if (needed > 0) {
        this.needed = needed;
        this.#waiting = needed - kind.length;
        return false;
      }
      if (oddities >= fewest) continue;
      fewest = oddities;
      best = kind;
      if (oddities === 0) break;
    }
    this.#waiting = 0;
    this.#recordLength = best?.length ?? RECORD.length;
    this.format = best?.format ?? this.format;
    return true;
  }

  #openAix(): void {
    const linkType = AIX_LINK_TYPES[this.#linkType];
    if (linkType === undefined) return;
    this.format = 'pcap-aix';
    this.#linkType = linkType;
    this.#nanos = true;
    if (linkType === FDDI) this.#padding = AIX_FDDI_PADDING;
  }

  #refuse(message: string, at = 0): number {
    this.stopped = true;
    this.refusal = { code: 'bad-header', format: this.format, message };
    return at;
  }

  #damaged(at: number, base: number, captured: number): number {
    const { limits, packets } = this.#out;
    const message = `A packet record says that it holds ${captured} bytes (at most ${limits.recordBytes} are believed); nothing after it in this file can be read.`;
    this.#out.fault('bad-record-length', message, base + at, packets + 1);
    this.stopped = true;
    return at;
  }
}

function swapped(value: number): number {
  return ((value << 24) | ((value & 0xff00) << 8) | ((value >>> 8) & 0xff00) | (value >>> 24)) >>> 0;
}
