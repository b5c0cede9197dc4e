import { describe, expect, it } from 'vitest';
import { PasteFault, type Paste } from '../../src/paste/paste.ts';
import { readPaste } from '../../src/paste/read-paste.ts';

function read(text: string): Paste {
  const paste = readPaste(text);
  if (paste instanceof PasteFault) throw new Error(`${paste.code} ${paste.message}`);
  return paste;
}

function fault(text: string): [string, number, number] {
  const paste = readPaste(text);
  return paste instanceof PasteFault ? [paste.code, paste.line, paste.column] : ['read', 0, 0];
}

/** Form, and for each piece its bytes in hex, with the side where it is told. */
function said(text: string): string[] {
  const { form, chunks } = read(text);
  return [form, ...chunks.map(({ bytes, direction }) => `${direction === null ? '' : `${direction} `}${Buffer.from(bytes).toString('hex')}`)];
}

const BYTES = '00000085ff534d4272000000001853c8';
const R = String.raw;

describe('literal pastes of each form', () => {
  it.each<[name: string, form: string, text: string]>([
    ['plain hex', 'plain-hex', '00000085ff534d4272000000001853c8'],
    ['upper case, CR LF, blanks at the ends', 'plain-hex', '  00000085FF534D42  \r\n72000000001853C8\r\n\r\n'],
    ['0x in front', 'plain-hex', '0x00000085FF534D4272000000001853C8\n'],
    ['colons (Wireshark: copy value)', 'plain-hex', '00:00:00:85:ff:53:4d:42:72:00:00:00:00:18:53:c8'],
    ['a Wireshark filter', 'plain-hex', 'tcp.payload == 00:00:00:85:ff:53:4d:42:72:00:00:00:00:18:53:c8'],
    ['hyphens (.NET BitConverter)', 'plain-hex', '00-00-00-85-FF-53-4D-42-72-00-00-00-00-18-53-C8'],
    ['wrapped at an odd place', 'plain-hex', '00000085ff534\nd4272000000001853c8'],
    ['a label and a remark', 'plain-hex', 'Request: 00 00 00 85 ff 53 4d 42\n72 00 00 00 00 18 53 c8 # flags2'],
    ['a comment above, as Markdown', 'plain-hex', '```\n# first try\n00000085ff534d4272000000001853c8\n```'],
    ['quoted mail', 'plain-hex', '> 00000085ff534d42\n> 72000000001853c8'],
    ['bytes.fromhex', 'plain-hex', 'x = bytes.fromhex("00000085 ff534d42 72000000001853c8")'],
    ['Node', 'plain-hex', '<Buffer 00 00 00 85 ff 53 4d 42 72 00 00 00 00 18 53 c8>'],
    ['no zeros in front (printf %x)', 'plain-hex', '0 0 0 85 ff 53 4d 42 72 0 0 0 0 18 53 c8'],
    ['a text column, no offsets', 'plain-hex', '00 00 00 85 ff 53 4d 42  .....SMB\n72 00 00 00 00 18 53 c8  r.....S.'],
    ['xxd', 'xxd', '00000000: 0000 0085 ff53 4d42 7200 0000 0018 53c8  .....SMBr.....S.\n'],
    ['xxd -e', 'xxd', '00000000: 85000000 424d53ff 00000072 c8531800  .....SMBr.....S.\n'],
    ['hexdump -C', 'hexdump-canonical', '00000000  00 00 00 85 ff 53 4d 42  72 00 00 00 00 18 53 c8  |.....SMBr.....S.|\n00000010\n'],
    ['hexdump of an Intel machine', 'hexdump-words', '0000000 0000 8500 53ff 424d 0072 0000 1800 c853\n0000010\n'],
    ['hexdump of a big-endian machine', 'hexdump-words', '0000000 0000 0085 ff53 4d42 7200 0000 0018 53c8\n0000010\n'],
    ['Wireshark', 'wireshark-dump', '0000   00 00 00 85 ff 53 4d 42 72 00 00 00 00 18 53 c8   .....SMBr.....S.\n'],
    ['Wireshark, blanks lost on a web page', 'hex-dump', '0000 00 00 00 85 ff 53 4d 42 72 00 00 00 00 18 53 c8 .....SMBr.....S.\n'],
    ['tcpdump -X', 'tcpdump', '12:00:00.000000 IP 10.0.0.5.53994 > 10.0.0.9.445: Flags [P.], length 16\n\t0x0000:  0000 0085 ff53 4d42 7200 0000 0018 53c8  .....SMBr.....S.\n'],
    ['Format-Hex of Windows PowerShell 5.1', 'format-hex', [
      '', '', '           Path: C:\\temp\\neg.bin', '', '           00 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F', '',
      '00000000   00 00 00 85 FF 53 4D 42 72 00 00 00 00 18 53 C8  ...\u2026\u00ffSMBr.....S\u00c8', '',
    ].join('\r\n')],
    ['Format-Hex of PowerShell 7', 'format-hex', [
      '', '   Label: C:\\temp\\neg.bin', '', '          Offset Bytes                                           Ascii',
      '                 00 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F', '          ------ ----------------------------------------------- -----',
      '0000000000000000 00 00 00 85 FF 53 4D 42 72 00 00 00 00 18 53 C8    \u00bf\u00ffSMBr    \u2191S\u00c8', '',
    ].join('\r\n')],
    ['C', 'number-list', 'unsigned char x[] = { /* 0x11 */ 0x00, 0x00, 0x00, 0x85,\n 0xff, 0x53, 0x4d, 0x42, 0x72, 0x0, 0x0, 0x0, // flags\n 0x0, 0x18, 0x53, 0xc8 };'],
    ['C with a size and suffixes', 'number-list', 'const uint8_t neg[16] = {0x00u,0x00u,0x00u,0x85u,0xffu,\'S\',\'M\',\'B\',0x72u,0,0,0,0,0x18u,83,200};'],
    ['PowerShell, hex', 'number-list', '[byte[]](0x00,0x00,0x00,0x85,0xFF,0x53,0x4D,0x42,0x72,0x00,0x00,0x00,0x00,0x18,0x53,0xC8)'],
    ['PowerShell, decimal', 'number-list', '$neg = [byte[]]@(0,0,0,133,255,83,77,66,114,0,0,0,0,24,83,200)'],
    ['PowerShell, as it prints an array', 'number-list', '0\n0\n0\n133\n255\n83\n77\n66\n114\n0\n0\n0\n0\n24\n83\n200\n'],
    ['a decimal list', 'number-list', '0,0,0,133,255,83,77,66,114,0,0,0,0,24,83,200'],
    ['a 0x list with blanks', 'number-list', '0x00 0x00 0x00 0x85 0xff 0x53 0x4d 0x42 0x72 0x00 0x00 0x00 0x00 0x18 0x53 0xc8'],
    ['Go', 'number-list', 'pkt := []byte{0x00, 0x00, 0x00, 0x85, 0xff, 0x53, 0x4d, 0x42, 0x72, 0x00, 0x00, 0x00, 0x00, 0x18, 0x53, 0xc8}'],
    ['Rust', 'number-list', 'let p = vec![0x00u8, 0x00, 0x00, 0x85, 0xff, 0x53, 0x4d, 0x42, 0x72, 0x00, 0x00, 0x00, 0x00, 0x18, 0x53, 0xc8];'],
    ['Java', 'number-list', 'byte[] p = new byte[] { 0, 0, 0, (byte) 0x85, -1, 83, 77, 66, 114, 0, 0, 0, 0, 24, 83, -56 };'],
    ['Visual Basic', 'number-list', 'Dim p() As Byte = {&H0, &H0, &H0, &H85, &HFF, &H53, &H4D, &H42, &H72, &H0, &H0, &H0, &H0, &H18, &H53, &HC8}'],
    ['JSON of a Node buffer', 'number-list', '{"type":"Buffer","data":[0,0,0,133,255,83,77,66,114,0,0,0,0,24,83,200]}'],
    ['Wireshark: copy as escaped string', 'escaped-string', R`"\x00\x00\x00\x85\xff\x53\x4d\x42" \
"\x72\x00\x00\x00\x00\x18\x53\xc8"`],
    ['Python, literal characters', 'escaped-string', R`b'\x00\x00\x00\x85\xffSMBr\x00\x00\x00\x00\x18S\xc8'`],
    ['Python at the prompt', 'escaped-string', R`>>> sock.recv(16)
b"\x00\x00\x00\x85\xffSMBr\x00\x00\x00\x00\x18S\xc8"`],
    ['C, octal and joined', 'escaped-string', R`char p[] = "\0\0\0\205\377SMB"
"r\0\0\0\0\030S\310";`],
    ['Zeek, tabs', 'escaped-string', '1600000000.1\tCHhAvVGS1DHFjwGM9\t\\x00\\x00\\x00\\x85\\xffSMBr\\x00\\x00\\x00\\x00\\x18S\\xc8\t-'],
    ['Zeek in JSON', 'escaped-string', R`{"ts":1.0,"payload":"\\x00\\x00\\x00\\x85\\xffSMBr\\x00\\x00\\x00\\x00\\x18S\\xc8"}`],
    ['base64', 'base64', 'AAAAhf9TTUJyAAAAABhTyA==\n'],
    ['base64, url-safe and wrapped', 'base64', 'AAAAhf9T\r\nTUJyAAAA\r\nABhTyA'],
    ['a data URL', 'base64', 'data:application/octet-stream;base64,AAAAhf9TTUJyAAAAABhTyA=='],
  ])('%s', (_name, form, text) => {
    expect(said(text)).toEqual([form, BYTES]);
  });

  it('Suricata says who sent', () => {
    expect(said('{"event_type":"alert","src_ip":"10.0.0.5","src_port":49513,"dest_port":445,"payload":"AAAAhf9TTUJyAAAAABhTyA==","payload_printable":"....SMBr"}')).toEqual(['json', `client ${BYTES}`]);
    expect(said('{"src_port":445,"dest_port":49513,"payload":"AAAAhf9TTUJyAAAAABhTyA=="}\n{"src_port":1,"dest_port":445,"payload":"AAAAhf9TTUJyAAAAABhTyA=="}')).toEqual(['json', `server ${BYTES}`, `client ${BYTES}`]);
  });

  it("Wireshark's C arrays name the sides, and a reply bit corrects them", () => {
    const request = '0x00, 0x00, 0x00, 0x85, 0xff, 0x53, 0x4d, 0x42,\n0x72, 0x00, 0x00, 0x00, 0x00, 0x18, 0x53, 0xc8 };';
    const response = request.replace('0x18', '0x98');
    expect(said(`char peer0_0[] = { /* Packet 4 */\n${request}\nchar peer1_0[] = { /* Packet 5 */\n${response}\n`)).toEqual(['number-list', `client ${BYTES}`, `server ${BYTES.replace('1853', '9853')}`]);
    expect(said(`char peer0_0[] = { /* Packet 4 */\n${response}\nchar peer1_0[] = { /* Packet 5 */\n${request}\n`)).toEqual(['number-list', `server ${BYTES.replace('1853', '9853')}`, `client ${BYTES}`]);
  });

  it("Wireshark's dump of a followed stream tells sides by indentation, and by ports where it was joined midway", () => {
    const row = '00000000  00 00 00 85 ff 53 4d 42  72 00 00 00 00 18 53 c8   .....SMB r.....S.';
    expect(said(`${row}\n    ${row.replace('18 53', '98 53')}\n00000010  00 00 00 00                                       ....\n`)).toEqual(['wireshark-follow', `client ${BYTES}`, `server ${BYTES.replace('1853', '9853')}`, 'client 00000000']);
    expect(said(`Node 0: 10.0.0.9:445\nNode 1: 10.0.0.5:50000\n${row}\n    ${row}\n`).map((one) => one.split(' ')[0])).toEqual(['wireshark-follow', 'server', 'client']);
  });

  it('the old YAML of Wireshark', () => {
    expect(said('# Packet 4\npeer0_0: !!binary |\n  AAAAhf9TTUJyAAAA\n  ABhTyA==\n# Packet 5\npeer1_0: !!binary |\n  AAAAhf9TTUJyAAAAAJhTyA==\n')).toEqual(['yaml', `client ${BYTES}`, `server ${BYTES.replace('1853', '9853')}`]);
  });
});

describe('several messages', () => {
  const two = ['plain-hex', BYTES, BYTES];
  it('are parted where one begins, not where a line is blank', () => {
    expect(said(`${BYTES}\n\n${BYTES}`)).toEqual(two);
    expect(said(`${BYTES}\n${BYTES}`)).toEqual(two);
    expect(said(`${BYTES.slice(0, 16)}\n\n${BYTES.slice(16)}\n\n${BYTES}`)).toEqual(two);
    expect(said(`client:\n${BYTES}\nserver:\n${BYTES}`)).toEqual(two);
  });

  it('in one packet of which each line has sixteen bytes stay with their headers', () => {
    const headers = '4500003c00010000400600000a0000050a000009c00001bd0000000100000001b018ffff000000000101080a00000000000000000101010101010101'.slice(0, 88);
    const text = `${headers}00000085\n${BYTES.slice(8)}`;
    expect(read(text).chunks).toHaveLength(1);
  });
});

describe('text columns that look like hex', () => {
  it('are told from bytes by the next offset', () => {
    const text = '00000000: 6465 6164 6265 6566  deadbeef\n00000008: 6361 6665            cafe\n';
    expect(said(text)).toEqual(['xxd', '646561646265656663616665']);
    expect(read(text).warnings).toEqual([]);
  });

  it('are told by saying the same as the bytes', () => {
    expect(said('0000   61 62 20 63 64   ab cd\n')).toEqual(['wireshark-dump', '6162206364']);
    expect(said('0000   61 62 63 64 65 66 61 62 63 64 65 66 61 62 63 64   abcdefabcdefabcd')).toEqual(['wireshark-dump', '61626364656661626364656661626364']);
  });

  it('are warned of where nothing tells', () => {
    const { warnings, chunks } = read('00000000: 0102 0304  0506 0708\n');
    expect(Buffer.from(chunks[0]?.bytes ?? []).toString('hex')).toBe('01020304');
    expect(warnings).toEqual(['In 1 row the text beside the bytes looks like bytes too; it was taken for text because of the gap before it.']);
  });

  it('a reading that holds SMB goes before one that does not', () => {
    expect(said('12, 34, 56, 78, 90, 10')).toEqual(['number-list', '0c22384e5a0a']);
    expect(said('00 00 00 20 ff 53 4d 42')).toEqual(['plain-hex', '00000020ff534d42']);
    expect(read('deadbeef').warnings).toEqual(['It can be read as plain-hex or as base64, and neither holds SMB: it was taken for plain-hex.']);
  });
});

describe('dumps with rows left out', () => {
  it('are filled where * says with what', () => {
    expect(said('00000000  ff 53 4d 42 00 00 00 00  00 00 00 00 00 00 00 00  |.SMB............|\n00000010  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  |................|\n*\n00000030  01                                                |.|\n00000031\n')).toEqual(['hexdump-canonical', `ff534d42${'00'.repeat(44)}01`]);
  });

  it('are parted, with a warning, where nothing says', () => {
    const { chunks, warnings } = read('0000  00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f\n0010  00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f\n0040  aa bb\n');
    expect(chunks.map(({ bytes }) => bytes.length)).toEqual([32, 2]);
    expect(warnings).toEqual(['Between line 3 and the row before it offsets are left out: what stood there is missing.']);
  });

  it('cannot be filled without offsets', () => {
    expect(fault('00 00 00 85\n*\n00 00 00 01')).toEqual(['bad-hex', 2, 1]);
  });

  it('lines left out of the answer are listed', () => {
    expect(read('$ xxd neg.bin\n00000000: 0000 0085 ff53 4d42  .....SMB\nthat is all\nreally').ignored).toEqual([
      { line: 1, lines: 1, reason: 'no offset and bytes' }, { line: 3, lines: 2, reason: 'no offset and bytes' },
    ]);
  });
});

describe('mistakes have a place', () => {
  it.each<[string, string, [string, number, number]]>([
    ['an odd number of digits', 'ff534', ['bad-hex', 1, 6]],
    ['a digit lost in a group', '00 00 00 85\nff 53 d 42', ['bad-hex', 2, 8]],
    ['a letter that is no digit', '00 00 00 85 ff 53 4d 4x', ['bad-hex', 1, 23]],
    ['a digit lost in a dump', '0000  00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f\n0010  00 01 02 0 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f\n0020  00 01\n', ['bad-hex', 2, 15]],
    ['prose', 'the server said no', ['unrecognised', 1, 1]],
    ['nothing', ' \n\t\n', ['unrecognised', 1, 1]],
    ['one character too many', '0'.repeat(1_048_577), ['too-large', 1, 1]],
    ['a dump that stands for too much', '00000000  00 00\n*\nfffffff0  00 00\n', ['too-large', 1, 1]],
  ])('%s', (_name, text, place) => {
    expect(fault(text)).toEqual(place);
  });
});

describe('what was cut at its end', () => {
  it('gives what is there', () => {
    expect(said('00000000: 0000 0085 ff53 4d42 7200 0000 0018 53c8  .....SMBr.....S.\n00000010: 0000 01')).toEqual(['xxd', `${BYTES}000001`]);
    expect(said(R`b'\x00\x00\x00\x85\xffSMBr\x0`)).toEqual(['escaped-string', '00000085ff534d4272']);
    expect(said('char x[] = { 0x00, 0x00, 0x00, 0x85, 0xff, 0x53, 0x4d, 0x42,')).toEqual(['number-list', '00000085ff534d42']);
    expect(read('<Buffer 00 00 00 85 ff 53 4d 42 ... 129 more bytes>').warnings).toEqual(['Line 1 was shortened by the program that printed it: what it left out is missing.']);
  });
});
