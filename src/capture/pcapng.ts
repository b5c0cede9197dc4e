import { type CaptureInterface, readInterface } from './pcapng-interface.ts';
import type { RecordDecoder, RecordOutput, Refusal } from './record-output.ts';

/** draft-ietf-opsawg-pcapng section 11.1: block types that matter here. */
const BLOCK = { section: 0x0a0d0d0a, interface: 1, packet: 2, simplePacket: 3, enhancedPacket: 6 } as const;
/** Blocks that are no packets but that Wireshark numbers as if they were: journal, Sysdig events, custom. */
const NUMBERED = new Set([9, 0x204, 0x216, 0x221, 0xbad, 0x40000bad]);
/** Shortest whole block of each kind that is read. */
const SHORTEST: Readonly<Record<number, number>> = {
  [BLOCK.section]: 28, [BLOCK.interface]: 20, [BLOCK.packet]: 32, [BLOCK.simplePacket]: 16, [BLOCK.enhancedPacket]: 32,
};
const SHORTEST_SECTION = 28;
/** Type, length, and the length again at the end. */
const EMPTY_BLOCK = 12;
const BYTE_ORDER = 0x1a2b3c4d;
const SECTION = { byteOrder: 8, major: 12 } as const;
/** The obsolete Packet Block has a 16-bit interface and a drop count where the Enhanced one has 32 bits; the rest agrees. */
const PACKET = { interface: 8, timeHigh: 12, timeLow: 16, captured: 20, original: 24, data: 28 } as const;
const SIMPLE = { original: 8, data: 12 } as const;
const TRAILER = 4;

/** Cuts a pcapng file into packets. */
export class PcapngDecoder implements RecordDecoder {
  readonly format = 'pcapng';
  needed: number = EMPTY_BLOCK;
  stopped = false;
  refusal: Refusal | undefined;
  opened = false;
  readonly #out: RecordOutput;
  #little = true;
  #interfaces: CaptureInterface[] = [];
  /** Interfaces of the section that were over the limit. */
  #interfacesLeftOut = 0;
  /** Bytes of a block that are still to be passed over, then its length, which must be found again. */
  #skip = 0;
  #skippedLength = 0;
  #skippedOffset = 0;
  /** Type of the block that is not whole yet. */
  #unfinished: number | undefined;

  constructor(out: RecordOutput) {
    this.#out = out;
  }

  restsAt(held: number): boolean {
    return held === 0 && this.#skippedLength === 0;
  }

  read(bytes: Uint8Array, view: DataView, from: number, end: number, base: number): number {
    const { frame } = this.#out;
    frame.bytes = bytes;
    frame.view = view;
    let at = from;
    while (!this.stopped) {
      const next = this.#skippedLength > 0 ? this.#passOver(view, at, end) : this.#block(view, at, end, base);
      if (next === at && !this.stopped) return at;
      at = next;
    }
    return at;
  }

  finish(_bytes: Uint8Array, _view: DataView, left: number, offset: number): void {
    if (!this.opened) {
      this.#refuse('The capture ends inside its first section header. Send the whole file.');
      return;
    }
    if (this.#skippedLength === 0 && left === 0) return;
    const type = this.#unfinished;
    const isPacket = type === undefined || type === BLOCK.enhancedPacket || type === BLOCK.simplePacket || type === BLOCK.packet;
    const at = this.#skippedLength > 0 ? this.#skippedOffset : offset;
    if (isPacket) this.#out.fault('truncated-record', 'The capture ends in the middle of a packet record.', at, this.#out.packets + 1);
    else this.#out.fault('truncated-block', 'The capture ends in the middle of a block that is not a packet.', at);
    this.stopped = true;
  }

  /** Passes over a block without holding it: it may be of any size. */
  #passOver(view: DataView, at: number, end: number): number {
    if (this.#skip > 0) {
      const step = Math.min(this.#skip, end - at);
      this.#skip -= step;
      this.needed = this.#skip > 0 ? 1 : TRAILER;
      if (step > 0) return at + step;
      return at;
    }
    if (end - at < TRAILER) {
      this.needed = TRAILER;
      return at;
    }
    if (view.getUint32(at, this.#little) !== this.#skippedLength) this.#mismatch(this.#skippedOffset);
    this.#skippedLength = 0;
    this.needed = EMPTY_BLOCK;
    return at + TRAILER;
  }

  /** Reads one block; returns `at` when it is not all there. */
  #block(view: DataView, at: number, end: number, base: number): number {
    this.#unfinished = undefined;
    this.needed = EMPTY_BLOCK;
    // No block is shorter, and twelve bytes hold a section's byte order too.
    if (end - at < EMPTY_BLOCK) return at;
    const type = view.getUint32(at, this.#little);
    if (type === BLOCK.section && !this.#readByteOrder(view, at, base)) return at;
    const length = view.getUint32(at + 4, this.#little);
    if (length < (type === BLOCK.section ? SHORTEST_SECTION : EMPTY_BLOCK) || (length & 3) !== 0) {
      this.#damage('bad-block-length', `A block gives its length as ${length}; nothing after it in this file can be read.`, base + at);
      return at;
    }
    this.#unfinished = type;
    const shortest = SHORTEST[type];
    if (shortest === undefined) return this.#startSkipping(type, length, at, base);
    if (length > this.#out.limits.blockBytes) {
      this.#damage('bad-record-length', `A block says that it holds ${length} bytes (at most ${this.#out.limits.blockBytes} are believed); nothing after it in this file can be read.`, base + at);
      return at;
    }
    if (end - at < length) {
      this.needed = length;
      return at;
    }
    if (view.getUint32(at + length - TRAILER, this.#little) !== length) {
      this.#mismatch(base + at);
      return at;
    }
    this.#unfinished = undefined;
    if (length < shortest) this.#out.fault('bad-block-length', `A block of type ${type} has only ${length} bytes.`, base + at);
    else this.#take(type, view, at, length, base);
    return at + length;
  }

  #startSkipping(type: number, length: number, at: number, base: number): number {
    if (NUMBERED.has(type)) this.#out.packets++;
    this.#skip = length - EMPTY_BLOCK;
    this.#skippedLength = length;
    this.#skippedOffset = base + at;
    return at + EMPTY_BLOCK - TRAILER;
  }

  #take(type: number, view: DataView, at: number, length: number, base: number): void {
    if (type === BLOCK.enhancedPacket) this.#packet(view.getUint32(at + PACKET.interface, this.#little), view, at, length, base);
    else if (type === BLOCK.packet) this.#packet(view.getUint16(at + PACKET.interface, this.#little), view, at, length, base);
    else if (type === BLOCK.simplePacket) this.#simplePacket(view, at, length, base);
    else if (type === BLOCK.interface) this.#interface(view, at, length, base);
    else this.#section(view, at, base);
  }

  #packet(index: number, view: DataView, at: number, length: number, base: number): void {
    const out = this.#out;
    const little = this.#little;
    const on = this.#interfaces[index];
    if (on === undefined) return this.#unknownInterface(index, base + at);
    const captured = view.getUint32(at + PACKET.captured, little);
    const original = view.getUint32(at + PACKET.original, little);
    if (captured > length - PACKET.data - TRAILER || captured > out.limits.recordBytes) return this.#badLength(captured, base + at);
    const { frame } = out;
    frame.start = at + PACKET.data;
    frame.end = frame.start + captured;
    frame.originalLength = Math.max(captured, original);
    frame.linkType = on.linkType;
    on.unit.apply(frame, view.getUint32(at + PACKET.timeHigh, little), view.getUint32(at + PACKET.timeLow, little));
    frame.offset = base + at;
    frame.number = ++out.packets;
    out.sink.frame(frame);
  }

  /** Section 4.4: belongs to the first interface and has no time; how much was captured follows from the snaplen. */
  #simplePacket(view: DataView, at: number, length: number, base: number): void {
    const out = this.#out;
    const on = this.#interfaces[0];
    if (on === undefined) return this.#unknownInterface(0, base + at);
    const original = view.getUint32(at + SIMPLE.original, this.#little);
    const captured = on.snaplen === 0 ? original : Math.min(on.snaplen, original);
    if (captured > length - SIMPLE.data - TRAILER || captured > out.limits.recordBytes) return this.#badLength(captured, base + at);
    const { frame } = out;
    frame.start = at + SIMPLE.data;
    frame.end = frame.start + captured;
    frame.originalLength = original;
    frame.linkType = on.linkType;
    frame.timed = false;
    frame.seconds = 0;
    frame.nanos = 0;
    frame.offset = base + at;
    frame.number = ++out.packets;
    out.sink.frame(frame);
  }

  #interface(view: DataView, at: number, length: number, base: number): void {
    if (this.#interfaces.length >= this.#out.limits.interfaces) {
      if (this.#interfacesLeftOut++ === 0) {
        this.#out.fault('too-many-interfaces', `The section has more than ${this.#out.limits.interfaces} interfaces; packets of the others are left out.`, base + at);
      }
      return;
    }
    const read = readInterface(view, at, length, this.#little);
    this.#interfaces.push(read);
    this.#out.linkTypes.add(read.linkType);
    if (read.optionsDamaged) this.#out.fault('bad-option-length', 'An option of an interface is longer than its block; times may be wrong where it or a later one tells how they are counted.', base + at);
    if (read.unit.fine) this.#out.timeDigits = 9;
  }

  /** A section may be in another byte order than the one before: known before its length can be read. Section 4.1 */
  #readByteOrder(view: DataView, at: number, base: number): boolean {
    const mark = at + SECTION.byteOrder;
    const little = view.getUint32(mark, true) === BYTE_ORDER;
    if (!little && view.getUint32(mark) !== BYTE_ORDER) {
      if (!this.opened) this.#refuse('The pcapng section header has no byte-order mark. The file is damaged or was changed in transfer: copy it in binary mode.');
      else this.#damage('bad-section-header', 'A section header has no byte-order mark; nothing after it in this file can be read.', base + at);
      return false;
    }
    this.#little = little;
    return true;
  }

  #section(view: DataView, at: number, base: number): void {
    const major = view.getUint16(at + SECTION.major, this.#little);
    if (major !== 1) {
      if (!this.opened) this.#refuse(`The pcapng header has version ${major}; only 1.x is known.`);
      else this.#damage('bad-section-header', `A section has version ${major}; nothing after it in this file can be read.`, base + at);
      return;
    }
    this.opened = true;
    this.#interfaces = [];
    this.#interfacesLeftOut = 0;
  }

  #unknownInterface(index: number, offset: number): void {
    this.#out.fault('unknown-interface', `A packet names interface ${index}, which its section does not describe; it is left out.`, offset);
  }

  #badLength(captured: number, offset: number): void {
    this.#out.fault('bad-record-length', `A packet record says that it holds ${captured} bytes, more than its block does or more than ${this.#out.limits.recordBytes}; it is left out.`, offset);
  }

  #mismatch(offset: number): void {
    this.#damage('block-length-mismatch', 'The two lengths of a block differ; nothing after it in this file can be read.', offset);
  }

  #damage(code: string, message: string, offset: number): void {
    this.stopped = true;
    // A file whose first block is damaged has no header that could be read.
    if (this.opened) this.#out.fault(code, message, offset, this.#out.packets + 1);
    else this.#refuse(`${message} The file is damaged or was changed in transfer: copy it in binary mode.`);
  }

  #refuse(message: string): void {
    this.stopped = true;
    this.refusal = { code: 'bad-header', format: 'pcapng', message };
  }
}
