/** Classic capture files come in variants. Some share a magic number and differ only in what follows each record's four usual words. */
export interface RecordKind {
  readonly format: string;
  readonly length: number;
}

export interface Variant {
  readonly nanos: boolean;
  readonly headerLength: number;
  /** What the records may be, the likeliest first. */
  readonly records: readonly RecordKind[];
}

/** draft-ietf-opsawg-pcap section 4. IXIA's file header ends with the size of all records. */
const HEADER_LENGTH = 24;
const IXIA_HEADER_LENGTH = 28;

const PCAP: RecordKind = { format: 'pcap', length: 16 };
/** Kuznetzov's first patch (1999-04-17) kept the magic number: interface index, protocol, packet type, padding. */
const RED_HAT: RecordKind = { format: 'pcap-redhat-6.1', length: 24 };
/** Four bytes that nobody has explained. */
const NOKIA: RecordKind = { format: 'pcap-nokia', length: 20 };
/** His last patch (1999-10-29): the first one's record, another magic number. */
const MODIFIED: RecordKind = { format: 'pcap-modified', length: 24 };
/** The one between (1999-09-15): two processor numbers and padding more, the last one's magic number. */
const SUSE: RecordKind = { format: 'pcap-suse-6.3', length: 28 };
const IXIA: RecordKind = { format: 'pcap-ixia', length: 16 };

/** By the magic number in the writer's byte order. */
export const VARIANTS: Readonly<Record<number, Variant>> = {
  0xa1b2c3d4: { nanos: false, headerLength: HEADER_LENGTH, records: [PCAP, RED_HAT, NOKIA] },
  0xa1b23c4d: { nanos: true, headerLength: HEADER_LENGTH, records: [PCAP] },
  0xa1b2cd34: { nanos: false, headerLength: HEADER_LENGTH, records: [MODIFIED, SUSE] },
  // Hardware capture counts nanoseconds, software capture microseconds.
  0x1c0001ac: { nanos: true, headerLength: IXIA_HEADER_LENGTH, records: [IXIA] },
  0x1c0001ab: { nanos: false, headerLength: IXIA_HEADER_LENGTH, records: [IXIA] },
};

const AT = { fraction: 4, captured: 8, original: 12, interfaceIndex: 16, protocol: 20, packetType: 22, nokia: 16 } as const;
/** Each record that fits makes it unlikelier that the fit is chance. */
const RECORDS_TO_TRY = 3;
const MOST_PLAUSIBLE_ORIGINAL = 0x0800_0000;

/** The bytes in which records are tried. */
export interface TrialBytes {
  readonly view: DataView;
  readonly at: number;
  readonly end: number;
  /** No more will come. */
  readonly last: boolean;
  readonly little: boolean;
  readonly snaplen: number;
  readonly recordBytes: number;
}

/** How well records of one kind fit. `needed` is above 0 where more bytes must come to tell. */
export interface Trial {
  readonly oddities: number;
  readonly needed: number;
}

/** Reads the first records as if they were of this kind, and counts what would be odd about them. */
export function tryRecords(bytes: TrialBytes, kind: RecordKind): Trial {
  let oddities = 0;
  let at = bytes.at;
  for (let record = 0; record < RECORDS_TO_TRY; record++) {
    if (!bytes.last && bytes.end - at < kind.length) return { oddities, needed: at + kind.length - bytes.at };
    if (bytes.end === at) break;
    oddities += headerOddities(bytes, at, kind);
    const captured = bytes.end - at < kind.length ? 0 : bytes.view.getUint32(at + AT.captured, bytes.little);
    at += kind.length + captured;
    if (captured > bytes.recordBytes || (bytes.last && at > bytes.end)) return { oddities: oddities + 1, needed: 0 };
  }
  return { oddities, needed: 0 };
}

/** Of as much of the header as the file has. */
function headerOddities({ view, end, little, snaplen }: TrialBytes, at: number, kind: RecordKind): number {
  if (end - at < PCAP.length) return 0;
  const captured = view.getUint32(at + AT.captured, little);
  const original = view.getUint32(at + AT.original, little);
  let odd = 0;
  if (view.getUint32(at + AT.fraction, little) >= 1_000_000) odd++;
  if (captured > original) odd++;
  if (snaplen !== 0 && captured > snaplen) odd++;
  if (original > MOST_PLAUSIBLE_ORIGINAL) odd++;
  if (kind.length === PCAP.length || end - at < kind.length) return odd;
  if (kind === NOKIA) return odd + (isNokias(view.getUint32(at + AT.nokia, little)) ? 0 : 1);
  return odd + linuxOddities(view, at, little);
}

/** Interface index, an EtherType or one of Linux' own numbers below, PACKET_HOST to PACKET_OUTGOING. */
function linuxOddities(view: DataView, at: number, little: boolean): number {
  const protocol = view.getUint16(at + AT.protocol, little);
  const knownProtocol = protocol >= 0x0600 || protocol <= 0x17 || protocol === 0x60 || protocol === 0x200 || protocol === 0x400;
  return (view.getUint32(at + AT.interfaceIndex, little) > 10_000 ? 1 : 0) + (knownProtocol ? 0 : 1) + (view.getUint8(at + AT.packetType) > 4 ? 1 : 0);
}

/** Devices write 9 or b, fbf, b or d, 6 or 9, 0, 1 or 2; converters, which know no better, 0. */
function isNokias(word: number): boolean {
  return word === 0 || /^[9b]fbf[bd][69]0[12]$/.test(word.toString(16).padStart(8, '0'));
}
