/** Every limit of the heart, named, with its default and its reason. Reaching one is reported, never silent. */
export interface Limits {
  /** TCP connections remembered at once (compact table, about 70 bytes each). */
  readonly flows: number;
  /** TCP connections that may carry SMB and are followed byte by byte at once. */
  readonly activeConnections: number;
  /** Bytes of out-of-order payload held for one direction of one connection. */
  readonly bytesHeldPerDirection: number;
  /** Out-of-order segments held for one direction of one connection. */
  readonly segmentsHeldPerDirection: number;
  /** Bytes of out-of-order payload held for all connections together. */
  readonly bytesHeld: number;
  /** Bytes of one SMB message that are kept for decoding; the rest of a longer one is skipped and counted. */
  readonly messageBytes: number;
  /** Captured bytes of one record; more is taken for damage. tcpdump's and Wireshark's own limit is 262 144. */
  readonly recordBytes: number;
  /** Bytes of one pcapng block that is not a packet and must be read whole. */
  readonly blockBytes: number;
  /** pcapng interfaces of one section. */
  readonly interfaces: number;
  /** Datagrams in reassembly at once, and bytes held for them. */
  readonly fragmentedDatagrams: number;
  readonly fragmentBytes: number;
  /** Headers inside headers (tunnels, tags) that are followed in one packet. */
  readonly nesting: number;
  /** Faults kept with packet and offset; all are counted. */
  readonly faults: number;
  /** Unanswered or refused SYNs that are listed as connections. */
  readonly probes: number;
  /** Hosts remembered for the report (about 250 bytes each); later ones are counted. */
  readonly hosts: number;
  /** Connections kept for a JSON report. */
  readonly jsonConnections: number;
  /** Packet numbers listed per connection. */
  readonly packetsListed: number;
  /** Decoded messages listed per connection. */
  readonly messagesListed: number;
  /** Seconds of capture time without a packet after which a connection is judged with what was seen. */
  readonly idleSeconds: number;
  /** QUIC connections whose Initial packets are being joined at once. */
  readonly quicConnections: number;
}

export const DEFAULT_LIMITS: Limits = {
  flows: 524_288,
  activeConnections: 32_768,
  bytesHeldPerDirection: 262_144,
  segmentsHeldPerDirection: 512,
  bytesHeld: 64 * 1024 * 1024,
  messageBytes: 65_536 + 1024,
  recordBytes: 1_048_576,
  blockBytes: 16 * 1024 * 1024,
  interfaces: 65_536,
  fragmentedDatagrams: 1024,
  fragmentBytes: 16 * 1024 * 1024,
  nesting: 16,
  faults: 1000,
  probes: 1000,
  hosts: 65_536,
  jsonConnections: 10_000,
  packetsListed: 64,
  messagesListed: 16,
  idleSeconds: 120,
  quicConnections: 1024,
};

/** What one pasted text may hold; above `characters` it is refused, at the others reading ends and says so. */
export interface PasteLimits {
  /** UTF-16 units of text. A negotiate is some hundred bytes; 1 MiB of dump is a capture of 200 kB. */
  readonly characters: number;
  /** Bytes that one text may stand for: `*` of hexdump repeats a row without writing it. */
  readonly bytes: number;
  /** Bytes of one row of a dump; no tool writes more (xxd: 256). */
  readonly rowBytes: number;
  /** Separate pieces of bytes. */
  readonly chunks: number;
  /** Ranges of ignored lines that are listed. */
  readonly ignored: number;
}

export const PASTE_LIMITS: PasteLimits = { characters: 1024 * 1024, bytes: 1024 * 1024, rowBytes: 256, chunks: 1024, ignored: 64 };
