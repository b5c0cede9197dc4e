import { isPcapMagic } from './pcap.ts';
import type { Refusal } from './record-output.ts';

/** Bytes that decide whether a capture begins here. */
export const MAGIC_LENGTH = 4;
/** Bytes of the beginning that are looked at to name what cannot be read. */
export const HEAD_LENGTH = 512;

/** First bytes of the magic numbers, in both byte orders. */
const MAGIC_STARTS = new Set([0xa1, 0xd4, 0x4d, 0x34, 0x1c, 0xac, 0xab, 0x0a]);
const PCAPNG = 0x0a0d0d0a;

/** What begins with these bytes: a capture that is read here, or undefined. */
export function captureKind(head: Uint8Array): 'pcap' | 'pcapng' | undefined {
  if (head.length < MAGIC_LENGTH) return undefined;
  const first = new DataView(head.buffer, head.byteOffset).getUint32(0);
  if (first === PCAPNG) return 'pcapng';
  return isPcapMagic(first) ? 'pcap' : undefined;
}

interface Signature {
  readonly format: string;
  readonly at: number;
  readonly bytes: string;
  readonly advice: string;
}

const EDITCAP = 'convert it with `editcap -F pcap IN OUT` (part of Wireshark) and send OUT';
const NO_CAPTURE = 'send the network capture itself (pcap or pcapng)';
const unpack = (command: string): string => `unpack it: \`${command} | curl -T - URL\``;
const signature = (format: string, bytes: string, advice: string, at = 0): Signature => ({ format, at, bytes, advice });

/** Bytes as latin-1. Order matters only where one begins another. */
const SIGNATURES: readonly Signature[] = [
  signature('gzip', '\x1f\x8b', unpack('gzip -dc FILE')),
  signature('zstd', '\x28\xb5\x2f\xfd', unpack('zstd -dc FILE')),
  signature('xz', '\xfd7zXZ\0', unpack('xz -dc FILE')),
  signature('lzma', '\x5d\0\0', unpack('xz -dc --format=lzma FILE')),
  signature('lz4', '\x04\x22\x4d\x18', unpack('lz4 -dc FILE')),
  signature('lz4', '\x02\x21\x4c\x18', unpack('lz4 -dc FILE')),
  signature('bzip2', 'BZh', unpack('bzip2 -dc FILE')),
  signature('lzip', 'LZIP', unpack('lzip -dc FILE')),
  signature('compress', '\x1f\x9d', unpack('gzip -dc FILE')),
  signature('snappy', '\xff\x06\0\0sNaPpY', unpack('snzip -dc FILE')),
  signature('zip', 'PK\x03\x04', unpack('unzip -p FILE')),
  signature('zip', 'PK\x05\x06', 'the archive is empty'),
  signature('7z', '7z\xbc\xaf\x27\x1c', unpack('7z e -so FILE')),
  signature('rar', 'Rar!\x1a\x07', unpack('unrar p -inul FILE')),
  signature('cab', 'MSCF', 'unpack it with `expand FILE -F:* DIR` or `cabextract FILE`, then send the capture in it'),
  signature('tar', 'ustar', unpack('tar -xOf FILE'), 257),
  signature('snoop', 'snoop\0\0\0', EDITCAP),
  signature('netmon', 'GMBU', EDITCAP),
  signature('netmon', 'RTSS', EDITCAP),
  signature('netxray', 'XCP\0', EDITCAP),
  signature('sniffer', 'TRSNIFF data    \x1a', EDITCAP),
  signature('peek', '\x7fver', EDITCAP),
  signature('visual-networks', '\x05VNF', EDITCAP),
  signature('5views', '\xaa\xaa\xaa\xaa', EDITCAP),
  signature('observer', 'ObserverPktBuffe', EDITCAP),
  signature('nettl', 'TR\0d', EDITCAP),
  signature('lanalyzer', 'Trace Display', EDITCAP, 6),
  signature('k12text', '+---------+---------------+----------+', EDITCAP),
  signature('iptrace', 'iptrace ', EDITCAP),
  signature('btsnoop', 'btsnoop\0', 'it is a Bluetooth capture: there is no SMB in it'),
  signature('evtx', 'ElfFile\0', 'it is a Windows event log: ' + NO_CAPTURE),
  signature('elf', '\x7fELF', 'it is a program: ' + NO_CAPTURE),
  signature('pe', 'MZ', 'it is a program: ' + NO_CAPTURE),
  signature('pdf', '%PDF', 'it is a document: ' + NO_CAPTURE),
  signature('png', '\x89PNG', 'it is a picture: ' + NO_CAPTURE),
  signature('jpeg', '\xff\xd8\xff', 'it is a picture: ' + NO_CAPTURE),
  signature('sqlite', 'SQLite format 3\0', 'it is a database: ' + NO_CAPTURE),
];

/** Names what begins with these bytes and cannot be read, with the way to make it readable; undefined for bytes that say nothing. */
export function unsupportedFormat(head: Uint8Array): Refusal | undefined {
  const named = SIGNATURES.find((each) => matches(head, each));
  if (named !== undefined) return refused(named.format, named.advice);
  if (isEtl(head)) return refused('etl', 'convert it with `etl2pcapng IN.etl OUT.pcapng` (github.com/microsoft/etl2pcapng), or `pktmon etl2pcap IN.etl` if Packet Monitor made it, and send OUT');
  if (isNetScaler(head)) return refused('nstrace', EDITCAP);
  if (isCommView(head)) return refused('commview', EDITCAP);
  return textFormat(head) ?? (isErf(head) ? refused('erf', EDITCAP) : undefined);
}

/** The refusal for bytes that begin no capture. */
export function refusalOf(head: Uint8Array): Refusal {
  if (head.length > 0 && head.length < MAGIC_LENGTH && MAGIC_STARTS.has(head[0] ?? 0)) {
    return { code: 'bad-header', message: 'The capture ends inside its file header. Send the whole file.' };
  }
  return unsupportedFormat(head) ?? {
    code: 'not-a-capture',
    message: 'These bytes begin no pcap or pcapng capture. If they are one in another format, convert it with `editcap -F pcap IN OUT` (part of Wireshark) and send OUT.',
  };
}

function refused(format: string, advice: string): Refusal {
  return { code: 'unsupported-format', format, message: `This is not pcap or pcapng but ${format}: ${advice}.` };
}

function matches(head: Uint8Array, { at, bytes }: Signature): boolean {
  if (head.length < at + bytes.length) return false;
  for (let index = 0; index < bytes.length; index++) {
    if (head[at + index] !== bytes.charCodeAt(index)) return false;
  }
  return true;
}

/** WMI_BUFFER_HEADER (72 bytes, sizes first), then the log file's SYSTEM_TRACE_HEADER: version, type, marker 0xC0. */
function isEtl(head: Uint8Array): boolean {
  if (head.length < 76) return false;
  const view = new DataView(head.buffer, head.byteOffset, head.length);
  const size = view.getUint32(0, true);
  const version = view.getUint16(72, true);
  return size >= 1024 && size % 1024 === 0 && view.getUint32(4, true) <= size && version >= 1 && version <= 3 && head[75] === 0xc0;
}

/** Citrix NetScaler's trace: a signature behind a header that differs between versions. */
function isNetScaler(head: Uint8Array): boolean {
  return /NetScaler [^\0]*Performance Data/.test(String.fromCharCode(...head.subarray(0, 64)));
}

/** TamoSoft CommView: no magic. A date behind the lengths, in the old (two of 16 bits, version 0) or the new form (one of 32 bits). */
function isCommView(head: Uint8Array): boolean {
  return (head[4] === 0 && isDate(head, 5)) || (head[2] === 0 && head[3] === 0 && isDate(head, 4));
}

/** Year in 16 bits, then month, day, hour, minute and second. */
function isDate(head: Uint8Array, at: number): boolean {
  const [low = 0, high = 0, month = 0, day = 0, hour = 24, minute = 60, second = 60] = head.subarray(at, at + 7);
  const year = low + high * 256;
  return year >= 1990 && year < 2100 && month >= 1 && month <= 12 && day >= 1 && day <= 31 && hour < 24 && minute < 60 && second < 60;
}

/** Extensible Record Format: no magic. The first two records must have sane types, flags and lengths (EDM11-01). */
function isErf(head: Uint8Array): boolean {
  const view = new DataView(head.buffer, head.byteOffset, head.length);
  let at = 0;
  for (let record = 0; record < 2; record++) {
    if (head.length - at < 16) return record > 0 && head.length === at;
    const seconds = view.getUint32(at + 4, true);
    const type = view.getUint8(at + 8) & 0x7f;
    const length = view.getUint16(at + 10);
    if (seconds < 500_000_000 || type < 1 || type > 48 || (view.getUint8(at + 9) & 0xc0) !== 0 || length < 16 || view.getUint16(at + 14) === 0) return false;
    at += length;
    if (at >= HEAD_LENGTH) return true;
  }
  return true;
}

/** Offset and hex digits, as tcpdump -x, xxd, hexdump and Wireshark print them. */
const HEX_DUMP = /^\s*(?:0x)?[0-9a-f]{4,8}:?\s+(?:[0-9a-f]{2}\s?){4,}/im;

function textFormat(head: Uint8Array): Refusal | undefined {
  if (head.length === 0 || !head.every((byte) => byte >= 0x20 ? byte !== 0x7f : byte === 9 || byte === 10 || byte === 13)) return undefined;
  const text = String.fromCharCode(...head).replace(/^\xef\xbb\xbf/, '').trimStart();
  if (/^(?:d4c3b2a1|a1b2c3d4|0a0d0d0a|4d3cb2a1)/i.test(text)) return refused('hex-digits', unpack('xxd -r -p FILE'));
  if (HEX_DUMP.test(text)) return refused('hex-dump', 'convert it with `text2pcap IN OUT` (part of Wireshark) and send OUT; what `xxd` printed goes back with `xxd -r IN OUT`');
  if (/^(?:1MPyoQ|obLD1A|Cg0NCg|TTyyoQ)/.test(text)) return refused('base64', unpack('base64 -d FILE'));
  if (/^[{[]/.test(text)) return refused('json', NO_CAPTURE);
  if (/^<(?:!doctype html|html)/i.test(text)) return refused('html', 'it is a web page, perhaps a failed download: ' + NO_CAPTURE);
  if (text.startsWith('<')) return refused('xml', NO_CAPTURE);
  // Bytes above 0x7F may be any binary file that happens to have no control characters so far.
  if (head.some((byte) => byte >= 0x80)) return undefined;
  return refused('text', NO_CAPTURE);
}
