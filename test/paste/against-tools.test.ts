import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { PasteFault } from '../../src/paste/paste.ts';
import { readPaste } from '../../src/paste/read-paste.ts';
import { stripHeaders } from '../../src/paste/strip-headers.ts';
import { SHARED } from '../conformance/analyse.ts';
import { isInstalled, outputsOf } from './tools.ts';

const VECTORS = SHARED + 'protocol/vectors.json';
const present = existsSync(VECTORS);
const inputs = present ? (JSON.parse(readFileSync(VECTORS, 'utf8')) as { hex: string }[]).map(({ hex }) => Buffer.from(hex, 'hex')) : [];

/** What is read from a text, as hex; several pieces with a stroke between, a fault as its sentence. */
export function readBack(text: string): string {
  const paste = readPaste(text);
  return paste instanceof PasteFault ? `${paste.code}: ${paste.message}` : paste.chunks.map(({ bytes }) => Buffer.from(bytes).toString('hex')).join('|');
}

/** Command, and the form under which its output is announced. */
const TOOLS: readonly [program: string, command: string, form: string][] = [
  ['xxd', 'xxd $f', 'xxd'], ['xxd', 'xxd -g1 $f', 'xxd'], ['xxd', 'xxd -g4 -u $f', 'xxd'], ['xxd', 'xxd -g8 -c 24 $f', 'xxd'], ['xxd', 'xxd -c 32 $f', 'xxd'], ['xxd', 'xxd -g0 $f', 'xxd'],
  ['xxd', 'xxd -b $f', 'xxd'], ['xxd', 'xxd -a $f', 'xxd'], ['xxd', 'xxd -p $f', 'plain-hex'], ['xxd', 'xxd -p -c 7 $f', 'plain-hex'], ['xxd', 'xxd -i $f', 'number-list'], ['xxd', 'xxd -i < $f', 'number-list'],
  ['hexdump', 'hexdump -C $f', 'hexdump-canonical'], ['hexdump', 'hexdump -C -v $f', 'hexdump-canonical'], ['hexdump', 'hexdump $f', 'hexdump-words'], ['hexdump', 'hexdump -x $f', 'hexdump-words'],
  ['hexdump', `hexdump -v -e '1/1 "%02x "' $f`, 'plain-hex'], ['hexdump', `hexdump -v -e '"%08_ax  " 16/1 "%02x " "\\n"' $f`, 'wireshark-follow'],
  ['od', 'od -A x -t x1 $f', 'od'], ['od', 'od -A x -t x1z $f', 'od'], ['od', 'od -t x1 $f', 'od'], ['od', 'od -A d -t x1z -v $f', 'od'], ['od', 'od -A n -v -t x1 $f', 'plain-hex'],
  ['od', 'od -A x -x $f', 'od'], ['od', 'od $f', 'od'], ['od', 'od -b $f', 'od'], ['od', 'od -t x4 $f', 'od'],
  ['base64', 'base64 $f', 'base64'], ['base64', 'base64 -w 0 $f', 'base64'], ['base64', 'base64 $f | tr "+/" "-_" | tr -d "="', 'base64'],
];

describe.skipIf(!present)('every vector comes back from what a tool prints (../shared is here)', () => {
  for (const [program, command, form] of TOOLS) {
    it.skipIf(!isInstalled(program))(command, () => {
      const wrong = outputsOf(command, inputs).flatMap((text, index) => {
        const expected = inputs[index]?.toString('hex') ?? '';
        const got = readBack(text);
        const paste = readPaste(text);
        if (paste instanceof PasteFault || paste.form !== form) return [`${text}\nis not read as ${form}`];
        return got === expected ? [] : [`${text}\nexpected ${expected}\n     got ${got}`];
      });
      expect(wrong.length === 0 ? '' : `${wrong.length}\n${wrong[0]}`).toBe('');
    });
  }
});

/** Records of a classic little-endian pcap, read without any of the product. */
function recordsOf(pcap: Buffer): Buffer[] {
  const records: Buffer[] = [];
  for (let at = 24; at + 16 <= pcap.length && at + 16 + pcap.readUInt32LE(at + 8) <= pcap.length; at += 16 + pcap.readUInt32LE(at + 8)) records.push(pcap.subarray(at + 16, at + 16 + pcap.readUInt32LE(at + 8)));
  return records;
}

/** tshark prints joined segments once more under their packet: those pieces are said to be repetitions. */
function packetsIn(text: string): string {
  const paste = readPaste(text);
  if (paste instanceof PasteFault) return paste.message;
  const { repeated } = stripHeaders(paste.chunks);
  return paste.chunks.filter(({ line }) => !repeated.includes(line)).map(({ bytes }) => Buffer.from(bytes).toString('hex')).join('|');
}

/** Small captures of the article and of real clients and servers: Ethernet, cooked, IPv6, VLAN. */
function captures(): { name: string; bytes: Buffer }[] {
  const folders = ['protocol/', 'lab-captures/scenarios/', 'lab-captures/matrix/'];
  const files = folders.flatMap((folder) => readdirSync(SHARED + folder).filter((file) => file.endsWith('.pcap')).map((file) => SHARED + folder + file));
  const small = files.filter((file, index) => statSync(file).size < 30_000 && (index < 60 || index % 70 === 0));
  return small.map((name) => ({ name: name.slice(SHARED.length), bytes: readFileSync(name) })).filter(({ bytes }) => bytes.length > 24 && bytes.readUInt32LE(0) === 0xa1b2c3d4);
}

/** One process for all inputs. */
const PRINTED: readonly [program: string, what: string, command: string, form: string][] = [
  ['python3', 'repr', `print(repr(data), end=chr(30))`, 'escaped-string'], ['python3', 'a list', `print(list(data), end=chr(30))`, 'number-list'],
  ['python3', 'hex with colons', `print("data =", data.hex(":"), end=chr(30))`, 'plain-hex'], ['python3', 'bytearray', `print(bytearray(data), end=chr(30))`, 'escaped-string'],
  ['node', 'a JSON buffer', `process.stdout.write(JSON.stringify(data) + "\\x1e")`, 'number-list'],
];

describe.skipIf(!present)('every vector comes back from what a language prints (../shared is here)', () => {
  for (const [program, what, command, form] of PRINTED) {
    it.skipIf(!isInstalled(program))(`${program}: ${what}`, () => {
      const hexes = inputs.map((bytes) => bytes.toString('hex'));
      const script = program === 'node'
        ? `for (const hex of process.argv.slice(1)) { const data = Buffer.from(hex, "hex"); ${command} }`
        : `import sys\nfor hex in sys.argv[1:]:\n data = bytes.fromhex(hex)\n ${command}`;
      const { stdout } = spawnSync(program, [program === 'node' ? '-e' : '-c', script, ...hexes], { encoding: 'utf8', maxBuffer: 2 ** 28 });
      const printed = stdout.split('\u001e').slice(0, -1);
      expect(printed).toHaveLength(inputs.length);
      printed.forEach((text, index) => {
        const paste = readPaste(text);
        expect([readBack(text), paste instanceof PasteFault ? paste.code : paste.form]).toEqual([hexes[index], form]);
      });
    });
  }
});

describe.skipIf(!present || !isInstalled('tshark'))('what tshark follows comes back with its sides (../shared is here)', () => {
  const [article] = present ? [readFileSync(SHARED + 'protocol/article_b.pcap')] : [Buffer.alloc(0)];
  const payloads = present ? recordsOf(article).map((record) => record.subarray(54).toString('hex')).filter((payload) => payload !== '') : [];

  it.each(['hex', 'raw', 'yaml'])('%s', (form) => {
    const [text = ''] = outputsOf(`tshark -nr $f -q -z follow,tcp,${form},0 2>/dev/null`, [article]);
    const paste = readPaste(text);
    expect(paste).not.toBeInstanceOf(PasteFault);
    if (paste instanceof PasteFault) return;
    expect(paste.chunks.map(({ bytes, direction }) => [direction, Buffer.from(bytes).toString('hex')])).toEqual([['client', payloads[0]], ['server', payloads[1]]]);
    expect(paste.form).toBe({ hex: 'wireshark-follow', raw: 'plain-hex', yaml: 'yaml' }[form]);
  });

  it.each(['json -x', 'jsonraw', 'ek -x'])('and its packets as -T %s', (form) => {
    const [text = ''] = outputsOf(`tshark -nr $f -T ${form} 2>/dev/null`, [article]);
    expect(readBack(text)).toBe(recordsOf(article).map((record) => record.toString('hex')).join('|'));
  });
});

describe.skipIf(!present)('every packet comes back from what a capture tool prints (../shared is here)', () => {
  const given = present ? captures() : [];

  for (const [program, command] of [['tcpdump', 'tcpdump -nr $f -xx 2>/dev/null'], ['tcpdump', 'tcpdump -ntttt -vvr $f -XX 2>/dev/null'], ['tshark', 'tshark -nr $f -x 2>/dev/null']] as const) {
    it.skipIf(!isInstalled(program))(command, () => {
      expect(given.length).toBeGreaterThan(40);
      const some = program === 'tshark' ? given.filter(({ name }, index) => index % 3 === 0 || name.includes('reorder')) : given; // tshark takes half a second to start
      const wrong = outputsOf(command, some.map(({ bytes }) => bytes)).flatMap((text, index) => {
        const { name, bytes } = some[index] ?? { name: '', bytes: Buffer.alloc(0) };
        const expected = recordsOf(bytes).map((record) => record.toString('hex')).join('|');
        const got = packetsIn(text);
        return got === expected ? [] : [`${name}\n${text}\nexpected ${expected}\n     got ${got}`];
      });
      expect(wrong.length === 0 ? '' : `${wrong.length}\n${wrong[0]}`).toBe('');
    });
  }

  it.skipIf(!isInstalled('tcpdump'))('tcpdump -X and -x, which leave the link layer out', () => {
    for (const command of ['tcpdump -nr $f -X 2>/dev/null', 'tcpdump -r $f -nx 2>/dev/null']) {
      outputsOf(command, given.map(({ bytes }) => bytes)).forEach((text, index) => {
        const { name, bytes } = given[index] ?? { name: '', bytes: Buffer.alloc(0) };
        const records = recordsOf(bytes).map((record) => record.toString('hex'));
        const pieces = readBack(text).split('|');
        expect(pieces.length, name).toBe(records.length);
        // What is missing in front is the link layer's; behind, Ethernet's padding
        pieces.forEach((piece, at) => {
          const found = records[at]?.indexOf(piece) ?? -1;
          expect(found >= 0 && found <= 56 && ['45', '6', '0'].some((start) => piece.startsWith(start)), `${name} ${at + 1}: ${piece}`).toBe(true);
        });
      });
    }
  });
});
