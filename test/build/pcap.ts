/** Classic capture files, written from draft-ietf-opsawg-pcap; shares nothing with src. */
export interface BuiltPacket {
  bytes: Uint8Array;
  seconds?: number;
  micros?: number;
  /** Instead of micros, for files with nanoseconds. */
  nanos?: number;
  originalLength?: number;
}

export interface PcapOptions {
  bigEndian?: boolean;
  nanos?: boolean;
  /** The whole 32-bit word, with FCS bits if wanted. */
  linkType?: number;
  magic?: number;
  snaplen?: number;
  version?: [major: number, minor: number];
  /** Write the original length first, as before version 2.3. */
  lengthsSwapped?: boolean;
}

export function concat(...parts: Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Numbers as `[bytes, value]`, in one byte order. */
export function fields(bigEndian: boolean, ...values: [1 | 2 | 4, number][]): Uint8Array {
  const whole = new Uint8Array(values.reduce((sum, [size]) => sum + size, 0));
  const view = new DataView(whole.buffer);
  let at = 0;
  for (const [size, value] of values) {
    if (size === 4) view.setUint32(at, value, !bigEndian);
    else if (size === 2) view.setUint16(at, value, !bigEndian);
    else view.setUint8(at, value);
    at += size;
  }
  return whole;
}

export function pcapFile(packets: readonly BuiltPacket[], options: PcapOptions = {}): Uint8Array {
  const { bigEndian = false, nanos = false, linkType = 1, snaplen = 262144, version = [2, 4], lengthsSwapped = false } = options;
  const magic = options.magic ?? (nanos ? 0xa1b23c4d : 0xa1b2c3d4);
  const header = fields(bigEndian, [4, magic], [2, version[0]], [2, version[1]], [4, 0], [4, 0], [4, snaplen], [4, linkType]);
  const ixia = magic === 0x1c0001ac || magic === 0x1c0001ab ? fields(bigEndian, [4, 0]) : new Uint8Array(0);
  const records = packets.map((packet, index) => {
    const fraction = nanos ? (packet.nanos ?? (packet.micros ?? 0) * 1000) : (packet.micros ?? 0);
    const original = packet.originalLength ?? packet.bytes.length;
    const lengths = lengthsSwapped ? [original, packet.bytes.length] : [packet.bytes.length, original];
    const start = fields(bigEndian, [4, packet.seconds ?? 1_600_000_000 + index], [4, fraction], [4, lengths[0] ?? 0], [4, lengths[1] ?? 0]);
    const extra = magic === 0xa1b2cd34 ? new Uint8Array(8) : new Uint8Array(0);
    return concat(start, extra, packet.bytes);
  });
  return concat(header, ixia, ...records);
}
