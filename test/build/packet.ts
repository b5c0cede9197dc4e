/** Packets byte by byte from the RFCs. Shares no constant with src. */

export type Bytes = Uint8Array;

export function join(...parts: readonly (Bytes | readonly number[])[]): Bytes {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

const u16 = (value: number): number[] => [(value >>> 8) & 255, value & 255];
const u32 = (value: number): number[] => [...u16(value >>> 16), ...u16(value)];

export function fromHex(hex: string): Bytes {
  return Uint8Array.from(hex.replace(/\s+/g, '').match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

function mac(text: string): number[] {
  return text.split(':').map((part) => Number.parseInt(part, 16));
}

export function address4(text: string): number[] {
  return text.split('.').map(Number);
}

const words = (part: string): number[] => (part === '' ? [] : part.split(':').map((word) => Number.parseInt(word, 16)));

export function address6(text: string): number[] {
  const [before = '', after] = text.split('::');
  const head = words(before);
  const tail = after === undefined ? [] : words(after);
  const all = [...head, ...Array.from({ length: 8 - head.length - tail.length }, () => 0), ...tail];
  return all.flatMap(u16);
}

/** IEEE 802.3 3.1.1 */
export function ethernet(options: { type: number; payload: Bytes; source?: string; destination?: string }): Bytes {
  const { type, payload, source = '02:00:00:00:00:05', destination = '02:00:00:00:00:09' } = options;
  return join(mac(destination), mac(source), u16(type), payload);
}

/** IEEE 802.1Q 9.6: what stands behind the tag's own type. */
export function vlan(id: number, type: number, payload: Bytes): Bytes {
  return join(u16(id), u16(type), payload);
}

export interface Ipv4Options {
  source?: string;
  destination?: string;
  protocol: number;
  payload: Bytes;
  ttl?: number;
  id?: number;
  /** Offset in bytes. */
  fragmentOffset?: number;
  moreFragments?: boolean;
  totalLength?: number;
  options?: readonly number[];
}

/** RFC 791 3.1 */
export function ipv4(header: Ipv4Options): Bytes {
  const { source = '10.0.0.5', destination = '10.0.0.9', protocol, payload, ttl = 64, id = 1, options = [] } = header;
  const headerLength = 20 + options.length;
  const fragment = (header.moreFragments === true ? 0x2000 : 0) | ((header.fragmentOffset ?? 0) / 8);
  const fixed = [0x40 | (headerLength / 4), 0, ...u16(header.totalLength ?? headerLength + payload.length), ...u16(id), ...u16(fragment)];
  return join(fixed, [ttl, protocol, 0, 0], address4(source), address4(destination), options, payload);
}

export interface Ipv6Options {
  source?: string;
  destination?: string;
  nextHeader: number;
  payload: Bytes;
  hopLimit?: number;
  payloadLength?: number;
}

/** RFC 8200 3 */
export function ipv6(header: Ipv6Options): Bytes {
  const { source = 'fd00::5', destination = 'fd00::9', nextHeader, payload, hopLimit = 64 } = header;
  const length = header.payloadLength ?? payload.length;
  return join([0x60, 0, 0, 0], u16(length), [nextHeader, hopLimit], address6(source), address6(destination), payload);
}

export interface TcpOptions {
  sourcePort?: number;
  destinationPort?: number;
  sequence?: number;
  acknowledgment?: number;
  /** Letters of FIN, SYN, RST, PSH, ACK, URG. */
  flags?: string;
  window?: number;
  options?: readonly number[];
  payload?: Bytes;
}

const FLAG_LETTERS: Readonly<Record<string, number>> = { F: 1, S: 2, R: 4, P: 8, A: 16, U: 32 };

/** RFC 9293 3.1 */
export function tcp(segment: TcpOptions = {}): Bytes {
  const { sourcePort = 50000, destinationPort = 445, sequence = 1000, acknowledgment = 0, flags = 'A', window = 8192 } = segment;
  const options = segment.options ?? [];
  const bits = [...flags].reduce((sum, letter) => sum | (FLAG_LETTERS[letter] ?? 0), 0);
  const offset = ((20 + options.length) / 4) << 4;
  const ports = [...u16(sourcePort), ...u16(destinationPort)];
  const rest = [offset, bits, ...u16(window), 0, 0, 0, 0];
  return join(ports, u32(sequence), u32(acknowledgment), rest, options, segment.payload ?? []);
}

/** RFC 768 */
export function udp(datagram: { sourcePort?: number; destinationPort: number; payload: Bytes; length?: number }): Bytes {
  const { sourcePort = 50000, destinationPort, payload } = datagram;
  return join(u16(sourcePort), u16(destinationPort), u16(datagram.length ?? 8 + payload.length), [0, 0], payload);
}

export interface TcpPacketOptions extends TcpOptions {
  source?: string;
  destination?: string;
  ttl?: number;
  sourceMac?: string;
  destinationMac?: string;
}

function ip(options: { source?: string; destination?: string; ttl?: number }, protocol: number, payload: Bytes): { type: number; bytes: Bytes } {
  const { source = '10.0.0.5', destination = '10.0.0.9', ttl = 64 } = options;
  if (source.includes(':')) return { type: 0x86dd, bytes: ipv6({ source, destination, nextHeader: protocol, hopLimit: ttl, payload }) };
  return { type: 0x0800, bytes: ipv4({ source, destination, protocol, ttl, payload }) };
}

function frameOf(options: TcpPacketOptions, protocol: number, payload: Bytes): Bytes {
  const { type, bytes } = ip(options, protocol, payload);
  return ethernet({
    type,
    payload: bytes,
    ...(options.sourceMac === undefined ? {} : { source: options.sourceMac }),
    ...(options.destinationMac === undefined ? {} : { destination: options.destinationMac }),
  });
}

/** An Ethernet frame with one TCP segment; IPv6 where the source address has a colon. */
export function tcpPacket(options: TcpPacketOptions = {}): Bytes {
  return frameOf(options, 6, tcp(options));
}

/** An Ethernet frame with one UDP datagram. */
export function udpPacket(options: TcpPacketOptions & { destinationPort: number; payload: Bytes }): Bytes {
  return frameOf(options, 17, udp(options));
}

/** The IPv4 fragments of `payload`, each with at most `size` bytes (a multiple of 8), as Ethernet frames. */
export function ipFragments(options: Omit<Ipv4Options, 'fragmentOffset' | 'moreFragments'> & { size: number }): Bytes[] {
  const { payload, size } = options;
  const frames: Bytes[] = [];
  for (let at = 0; at < payload.length; at += size) {
    const piece = payload.subarray(at, at + size);
    const bytes = ipv4({ ...options, payload: piece, fragmentOffset: at, moreFragments: at + size < payload.length });
    frames.push(ethernet({ type: 0x0800, payload: bytes }));
  }
  return frames;
}

/** RFC 8200 4.5: the IPv6 fragments of `payload` as Ethernet frames. */
export function ipv6Fragments(options: { source?: string; destination?: string; nextHeader: number; payload: Bytes; id?: number; size: number }): Bytes[] {
  const { payload, size, nextHeader, id = 1, ...addresses } = options;
  const frames: Bytes[] = [];
  for (let at = 0; at < payload.length; at += size) {
    const more = at + size < payload.length ? 1 : 0;
    const header = [nextHeader, 0, ...u16(at | more), ...u32(id)];
    const piece = join(header, payload.subarray(at, at + size));
    frames.push(ethernet({ type: 0x86dd, payload: ipv6({ ...addresses, nextHeader: 44, payload: piece }) }));
  }
  return frames;
}
