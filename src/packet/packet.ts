import type { FaultLog } from '../bytes/fault-log.ts';
import { Frame } from '../capture/frame.ts';
import { STOP } from './layers.ts';

/** A packet that no sender can have meant so; the rest of it is not read. */
export type PacketFaultCode =
  | 'link-header'
  | 'ip-header'
  | 'ip-length'
  | 'tcp-header'
  | 'udp-header'
  | 'tunnel-header'
  | 'nesting-limit'
  | 'fragment-limit'
  | 'fragment-length'
  | 'fragment-overlap'
  | 'fragment-timeout'
  | UnreadCode;

/** Packets in order whose content cannot be read here. */
export type UnreadCode = 'encrypted-802.11' | 'ipsec' | 'compressed-packets' | 'link-fragments';

const MESSAGES: Readonly<Record<PacketFaultCode, string>> = {
  'link-header': 'A link-layer header is longer than its packet or holds impossible values.',
  'ip-header': 'An IP header is longer than its packet or holds impossible values.',
  'ip-length': 'An IP header announces more bytes than the packet had on the wire; what was there is used.',
  'tcp-header': 'A TCP header is longer than its packet, or its data offset is impossible.',
  'udp-header': 'A UDP header is longer than its packet, or its length is impossible.',
  'tunnel-header': 'A tunnel header is longer than its packet or holds impossible values.',
  'nesting-limit': 'More headers inside headers than are followed (limit nesting).',
  'fragment-limit': 'Too many fragments wait for the rest of their datagrams (limits fragmentedDatagrams, fragmentBytes), or overlap too often; a datagram was dropped.',
  'fragment-length': 'Fragments of one datagram contradict each other about its length, or exceed 65535 bytes.',
  'fragment-overlap': 'Two fragments of one datagram carry different bytes for the same place; the first is used.',
  'fragment-timeout': 'A fragmented datagram was not completed, so that its content is not seen.',
  'encrypted-802.11': 'Packets of the wireless network are encrypted, so that their content is not seen. Decrypt the capture (`airdecap-ng`), or capture behind the access point.',
  ipsec: 'Packets are inside IPsec (ESP), so that their content is not seen. Capture inside the tunnel.',
  'compressed-packets': 'Packets on a PPP or SLIP line are compressed or encrypted (VJ, CCP, MPPE), so that their content is not seen.',
  'link-fragments': 'Packets are in fragments of 802.11 or of multilink PPP, which are not joined, so that their content is not seen.',
};

/** More than any packet, and small enough for 32-bit arithmetic on offsets. */
const LONGEST_WIRE = 0x2000_0000;

/** The one packet that is being taken apart: where its next header is, and what the headers so far said. */
export class Packet {
  bytes: Uint8Array = new Uint8Array(0);
  view: DataView = new DataView(this.bytes.buffer);
  /** The next header starts here. */
  at = 0;
  /** End of the captured bytes of the current layer. */
  end = 0;
  /** End of the current layer on the wire: beyond `end` when the capture cut the packet. */
  wireEnd = 0;
  number = 0;
  timed = false;
  seconds = 0;
  nanos = 0;
  /** Bytes that were on the wire and would have been read are not in the capture. */
  cut = false;
  malformed = false;
  /** Of the innermost IP header so far. */
  ipVersion: 4 | 6 = 4;
  source0 = 0;
  source1 = 0;
  source2 = 0;
  source3 = 0;
  destination0 = 0;
  destination1 = 0;
  destination2 = 0;
  destination3 = 0;
  ttl = 0;
  /** Offset of the innermost Ethernet source address, −1 where there is none: an IP tunnel's own frame is not its passengers'. */
  sourceMac = -1;
  /** Set with FRAGMENT: the fragment's payload starts at `at`. */
  fragmentId = 0;
  fragmentOffset = 0;
  /** The layer that the datagram begins with. */
  fragmentNext = 0;
  moreFragments = false;
  /** Who numbered the fragments: 0 is IP. */
  fragmentSpace = 0;
  /** Rest of an A-MSDU: [restAt, restEnd) of its bytes, −1 when there is none. */
  restAt = -1;
  #restBytes = this.bytes;
  #restView = this.view;
  #restEnd = 0;
  #restWireEnd = 0;

  readonly #faults: FaultLog;
  #frame = new Frame();

  constructor(faults: FaultLog) {
    this.#faults = faults;
  }

  load(frame: Frame): void {
    this.#frame = frame;
    this.bytes = frame.bytes;
    this.view = frame.view;
    this.at = frame.start;
    this.end = frame.end;
    const original = frame.originalLength > LONGEST_WIRE ? LONGEST_WIRE : frame.originalLength;
    this.wireEnd = frame.start + original;
    if (this.wireEnd < frame.end) this.wireEnd = frame.end;
    this.number = frame.number;
    this.timed = frame.timed;
    this.seconds = frame.seconds;
    this.nanos = frame.nanos;
    this.cut = false;
    this.malformed = false;
    this.sourceMac = -1;
    this.restAt = -1;
  }

  /** Remembers that the current layer goes on at `at` with something to be read afterwards. */
  keepRest(at: number): void {
    this.restAt = at;
    this.#restBytes = this.bytes;
    this.#restView = this.view;
    this.#restEnd = this.end;
    this.#restWireEnd = this.wireEnd;
  }

  /** Goes back to what was kept. */
  loadRest(): void {
    this.bytes = this.#restBytes;
    this.view = this.#restView;
    this.at = this.restAt;
    this.end = this.#restEnd;
    this.wireEnd = this.#restWireEnd;
    this.restAt = -1;
  }

  /** Whether the next `length` bytes were captured; where they were not, why is noted. */
  has(length: number, code: PacketFaultCode): boolean {
    if (length <= this.end - this.at) return true;
    if (length <= this.wireEnd - this.at) this.cut = true;
    else this.refuse(code);
    return false;
  }

  /** The current layer has `length` more bytes; what follows is padding. */
  trim(length: number): void {
    const wireEnd = this.at + length;
    if (wireEnd >= this.wireEnd) return;
    this.wireEnd = wireEnd;
    if (wireEnd < this.end) this.end = wireEnd;
  }

  /** The rest of the packet makes no sense. */
  refuse(code: PacketFaultCode): typeof STOP {
    this.malformed = true;
    this.note(code);
    return STOP;
  }

  /** The packet is in order, but its content cannot be read here: told once, and counted. */
  passOver(code: UnreadCode): typeof STOP {
    if (this.#faults.counts.has(code)) this.#faults.count(code);
    else this.note(code);
    return STOP;
  }

  /** Counts a fault; kept with its packets while there is room. */
  note(code: PacketFaultCode, otherPacket = this.number): void {
    if (this.#faults.full) {
      this.#faults.count(code);
      return;
    }
    const packets = otherPacket === this.number ? [this.number] : [otherPacket, this.number];
    this.#faults.add({ code, message: MESSAGES[code], packets, offset: this.#frame.offset });
  }
}
