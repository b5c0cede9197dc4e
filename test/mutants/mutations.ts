/** Named, seeded damage to a capture: what hostile or broken tools would write. */
import { concat } from '../build/pcap.ts';
import { tcpOf, writePcap, type Editable, type Packet, type TcpView } from './edit-capture.ts';

/** Small and seeded, so that a failure can be played again by its number. */
export class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = (seed ^ 0x9e3779b9) >>> 0;
  }

  /** A whole number below `limit`. */
  below(limit: number): number {
    let x = this.#state || 1;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#state = x >>> 0;
    return limit <= 0 ? 0 : this.#state % limit;
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)]!;
  }
}

const LIES = [0, 1, 2, 3, 4, 7, 8, 15, 16, 31, 32, 63, 64, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000, 0xfffe, 0xffff, 0x1ffff, 0xffffff, 0x7fffffff, 0x80000000, 0xffffffff];

type PacketEdit = (bytes: Uint8Array, view: DataView, tcp: TcpView, dice: Dice) => void;
type Mutation = (capture: Editable, dice: Dice) => Uint8Array;

/** Changes a copy of one TCP packet. */
const onPacket = (edit: PacketEdit): Mutation => (capture, dice) => {
  const packets = [...capture.packets];
  const at = dice.below(packets.length);
  const packet = packets[at];
  const tcp = packet === undefined ? null : tcpOf(packet, capture.linkType);
  if (packet === undefined || tcp === null) return writePcap(capture);
  const bytes = packet.bytes.slice();
  edit(bytes, new DataView(bytes.buffer), tcp, dice);
  packets[at] = { ...packet, bytes };
  return writePcap({ ...capture, packets });
};

/** The same for packets with data. */
const onData = (edit: PacketEdit): Mutation => onPacket((bytes, view, tcp, dice) => {
  if (tcp.end - tcp.payload >= 8) edit(bytes, view, tcp, dice);
});

const onList = (edit: (packets: Packet[], dice: Dice) => void): Mutation => (capture, dice) => {
  const packets = [...capture.packets];
  if (packets.length > 0) edit(packets, dice);
  return writePcap({ ...capture, packets });
};

const onFile = (edit: (file: Uint8Array, dice: Dice) => Uint8Array): Mutation => (capture, dice) => edit(writePcap(capture), dice);

/** Starts of records in a written file. */
function records(file: Uint8Array): number[] {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const starts: number[] = [];
  for (let at = 24; at + 16 <= file.length; at += 16 + view.getUint32(at + 8, true)) starts.push(at);
  return starts;
}

function flip(bytes: Uint8Array, from: number, to: number, dice: Dice): void {
  const count = 1 + dice.below(4);
  for (let n = 0; n < count; n++) {
    const at = from + dice.below(to - from);
    if (at < bytes.length) bytes[at]! ^= 1 << dice.below(8);
  }
}

export const MUTATIONS: Readonly<Record<string, Mutation>> = {
  'bits of the file header': onFile((file, dice) => { flip(file, 0, 24, dice); return file; }),
  'bits of a record header': onFile((file, dice) => { const at = dice.pick(records(file)); flip(file, at, at + 16, dice); return file; }),
  'a record lies about its length': onFile((file, dice) => {
    new DataView(file.buffer).setUint32(dice.pick(records(file)) + 8 + 4 * dice.below(2), dice.pick(LIES), true);
    return file;
  }),
  'bits anywhere': onFile((file, dice) => { flip(file, 0, file.length, dice); return file; }),
  'the file ends early': onFile((file, dice) => file.slice(0, dice.below(file.length))),
  'bytes are inserted': onFile((file, dice) => {
    const at = dice.below(file.length);
    return concat(file.slice(0, at), Uint8Array.from({ length: 1 + dice.below(40) }, () => dice.below(256)), file.slice(at));
  }),
  'bytes are removed': onFile((file, dice) => { const at = dice.below(file.length); return concat(file.slice(0, at), file.slice(at + 1 + dice.below(40))); }),
  'packets change places': onList((packets, dice) => {
    const a = dice.below(packets.length);
    const b = dice.below(packets.length);
    [packets[a], packets[b]] = [packets[b]!, packets[a]!];
  }),
  'packets are repeated': onList((packets, dice) => { packets.splice(dice.below(packets.length), 0, ...Array.from({ length: 1 + dice.below(5) }, () => dice.pick(packets))); }),
  'packets are missing': onList((packets, dice) => { packets.splice(dice.below(packets.length), 1 + dice.below(3)); }),
  'a packet is cut by the snap length': onList((packets, dice) => {
    const at = dice.below(packets.length);
    const packet = packets[at]!;
    packets[at] = { ...packet, bytes: packet.bytes.slice(0, dice.below(packet.bytes.length)) };
  }),
  'time jumps': onList((packets, dice) => {
    const at = dice.below(packets.length);
    packets[at] = { ...packets[at]!, seconds: dice.pick(LIES), micros: dice.pick(LIES) };
  }),
  'bits of link and IP headers': onPacket((bytes, _view, tcp, dice) => flip(bytes, 0, tcp.tcp, dice)),
  'IP lies about its length': onPacket((_bytes, view, tcp, dice) => view.setUint16(tcp.version === 4 ? tcp.ip + 2 : tcp.ip + 4, dice.pick(LIES) & 0xffff)),
  'IP says it is a fragment': onPacket((_bytes, view, tcp, dice) => { if (tcp.version === 4) view.setUint16(tcp.ip + 6, dice.below(0x4000)); }),
  'bits of the TCP header': onPacket((bytes, _view, tcp, dice) => flip(bytes, tcp.tcp, tcp.payload, dice)),
  'TCP flags': onPacket((bytes, _view, tcp, dice) => { bytes[tcp.tcp + 13] = dice.below(256); }),
  'TCP sequence': onPacket((_bytes, view, tcp, dice) => view.setUint32(tcp.tcp + 4, (tcp.sequence + dice.pick([1, -1, ...LIES])) >>> 0)),
  'TCP acknowledgement': onPacket((_bytes, view, tcp, dice) => view.setUint32(tcp.tcp + 8, (tcp.acknowledgment + dice.pick([1, -1, ...LIES])) >>> 0)),
  'TCP ports': onPacket((_bytes, view, tcp, dice) => view.setUint16(tcp.tcp + 2 * dice.below(2), dice.pick([0, 139, 443, 445, 65_535]))),
  'TCP data offset': onPacket((bytes, _view, tcp, dice) => { bytes[tcp.tcp + 12] = dice.below(16) << 4; }),
  'NBSS type': onData((bytes, _view, tcp, dice) => { bytes[tcp.payload] = dice.pick([0, 0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0xff]); }),
  'NBSS length': onData((_bytes, view, tcp, dice) => view.setUint32(tcp.payload, (dice.pick(LIES) >>> 0) & 0xffffff)),
  'NBSS length by a little': onData((bytes, _view, tcp, dice) => { bytes[tcp.payload + 3]! += dice.below(9) - 4; }),
  'SMB protocol id': onData((bytes, _view, tcp, dice) => { bytes[tcp.payload + 4] = dice.pick([0xfc, 0xfd, 0xfe, 0xff, 0]); }),
  'bits of the SMB message': onData((bytes, _view, tcp, dice) => flip(bytes, tcp.payload + 4, tcp.end, dice)),
  'a count or offset in the SMB message': onData((_bytes, view, tcp, dice) => {
    const at = tcp.payload + 4 + dice.below(tcp.end - tcp.payload - 6);
    if (at + 2 <= tcp.end) view.setUint16(at, dice.pick(LIES) & 0xffff, true);
  }),
  'a 32-bit offset in the SMB message': onData((_bytes, view, tcp, dice) => {
    const at = tcp.payload + 4 + dice.below(tcp.end - tcp.payload - 8);
    if (at + 4 <= tcp.end) view.setUint32(at, dice.pick(LIES), true);
  }),
  'SMB data becomes noise': onData((bytes, _view, tcp, dice) => { for (let at = tcp.payload + 4 + dice.below(70); at < tcp.end; at++) bytes[at] = dice.below(256); }),
};
