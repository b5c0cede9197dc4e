import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fieldsOf } from '../../../src/smb/fields/fields-of.ts';
import type { Field } from '../../../src/smb/fields/field.ts';
import { statusOf } from '../../../src/smb/smb2-error.ts';
import { tcpPacket } from '../../build/packet.ts';
import { pcapFile } from '../../build/pcap.ts';
import { compare } from './compare.ts';
import { decodedPairs } from './decoded.ts';
import { filterNames, type PdmlMessage, pdmlMessages, TSHARK, valueNames } from './pdml.ts';
import { every, flaws } from './tree.ts';
import { streamOf, vectors, vectorsPresent } from './vectors.ts';

const SHARED = new URL('../../../../shared/', import.meta.url).pathname;
const present = existsSync(TSHARK) && vectorsPresent && existsSync(join(SHARED, 'captures/index.jsonl'));

/** Where tshark 4.0 and we differ, and why. Whatever is not here fails the test. */
const EXPLAINED: readonly (readonly [RegExp, string])[] = [
  [/^smb2\.sec_mode(?:\.sign_\w+)?: 2 bytes, for tshark 1$/, 'SecurityMode has two bytes in [MS-SMB2] 2.2.3, 2.2.4 and 2.2.31.4; tshark reads the first'],
  [/^smb2\.negotiate_context\.(?:count|offset) at (?:74|96|100|128): only tshark has it/, 'below 3.1.1 these bytes are reserved or ClientStartTime; tshark names them as of 3.1.1'],
  [/^smb2\.reserved at 102: only tshark has it/, 'the end of ClientStartTime, as above'],
  [/^smb\.server_guid at \d+ \(ServerGUID\)/, 'tshark 4.0 does not swap the first three parts of the SMB1 ServerGUID'],
  [/^nbss\.length at (?:2: not there for tshark|1: only tshark has it, 3 bytes)$/, 'RFC 1002 has one byte of flags and two of length; tshark takes the three together'],
  [/^nbss\.flags(?:\.e)? at 1: only tshark has it, 1 bytes$/, 'a session message on port 139: the flags are the length\'s upper bits'],
  [/^smb2\.tree at (?:40|120): only tshark has it, 4 bytes$/, 'the path of an earlier packet, shown at TreeId'],
  [/^smb2\.olb\.(?:offset|length) at (?:\d+: only tshark has it, 2 bytes|7[24]: not there for tshark)$/, 'tshark 4.0 gives PathOffset and PathLength of TREE_CONNECT a position behind the message'],
  [/^smb\.access_mask at \d+: only tshark has it, 4 bytes$/, 'tshark shows what opened the file that this message names'],
  [/^smb\.bcc at \d+: (?:not there for tshark|only tshark has it, 2 bytes)$/, 'Windows writes WordCount 42 where NT_CREATE_ANDX has 50 words; tshark counts what there is'],
  [/^smb2\.(?:session_flags|ses_flags\.\w+) at 70: only tshark has it, 2 bytes$/, 'a failed SESSION_SETUP has an ERROR body, [MS-SMB2] 2.2.2; tshark reads it as a successful one'],
  [/^ntlmssp\.(?:negotiate|auth|challenge)\.\w+ at \d+: only tshark has it, 8 bytes$/, 'a part of length 0 has no bytes; tshark shows its offset and lengths under that name'],
  [/^smb2\.error\.data at \d+: only tshark has it, 1 bytes$/, 'the error ends at NextCommand; tshark takes the next header\'s first byte for its data'],
  [/^smb2\.previous_sesid at 84: only tshark has it, 8 bytes$/, 'a client from before Vista\'s release has its buffer there; tshark reads the bytes twice'],
  [/^smb\.primary_domain at 7[34]: (?:not there for tshark|only tshark has it, \d+ bytes)$/, 'LAN Manager names are OEM, [MS-CIFS] 2.2.4.52.2; tshark takes Flags2 for UTF-16'],
];

interface Seen { readonly file: string; readonly message: PdmlMessage; readonly fields: readonly Field[] }

/** Commands whose body we hand out as bytes: tshark knows more there. */
const UNOPENED = new Set(['Body', 'Words', 'Bytes', 'CompressedData', 'EncryptedMessage']);

async function readAll(files: readonly string[]): Promise<Seen[]> {
  const seen: Seen[] = [];
  for (const file of files) for (const message of await pdmlMessages(file)) seen.push({ file, message, fields: fieldsOf(message.bytes) });
  return seen;
}

function report(seen: readonly Seen[]): { messages: number; equal: number; explained: number; unexplained: string[]; flaws: string[]; decoded: number } {
  const vocabulary = new Set(seen.flatMap(({ fields }) => every(fields).map(({ wireshark = '' }) => wireshark)));
  const result = { messages: seen.length, equal: 0, explained: 0, unexplained: [] as string[], flaws: [] as string[], decoded: 0 };
  for (const { file, message, fields } of seen) {
    const opened = !every(fields).some(({ name }) => UNOPENED.has(name));
    const { equal, differences } = compare(fields, message.fields, opened, vocabulary);
    result.equal += equal;
    for (const difference of differences) {
      if (EXPLAINED.some(([pattern]) => pattern.test(difference))) result.explained++;
      else result.unexplained.push(`${file.split('/').at(-1)} #${message.packet}: ${difference}`);
    }
    for (const [name, decoded, told] of decodedPairs(message.bytes, fields)) {
      result.decoded++;
      if (JSON.stringify(decoded) !== JSON.stringify(told)) result.flaws.push(`${file.split('/').at(-1)} #${message.packet}: ${name} is ${JSON.stringify(decoded)} for the decoder, ${JSON.stringify(told)} here`);
    }
    result.flaws.push(...flaws(message.bytes, fields).map((flaw) => `${file.split('/').at(-1)} #${message.packet}: ${flaw}`));
  }
  return result;
}

/** Those that hold SMB and are small, from the list of third-party captures; and every eighth of the lab's. */
function captures(): string[] {
  const index = readFileSync(join(SHARED, 'captures/index.jsonl'), 'utf8').split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as { file: string; bytes: number; smb_streams?: number });
  const folder = join(SHARED, 'lab-captures/scenarios');
  const lab = readdirSync(folder).filter((file) => /\.pcap(?:ng)?$/.test(file)).map((file) => join(folder, file)).filter((file) => statSync(file).size < 60_000);
  return [
    ...readdirSync(join(SHARED, 'protocol')).filter((file) => file.endsWith('.pcap')).map((file) => join(SHARED, 'protocol', file)),
    ...index.filter(({ smb_streams: streams = 0, bytes }) => streams > 0 && bytes < 45_000).map(({ file }) => join(SHARED, 'captures/files', file)),
    ...lab.filter((_file, position) => position % 8 === 0),
  ];
}

let dissected: Promise<Seen[]> | undefined;
/** Once for all tests: tshark needs most of the time. */
const fromCaptures = (): Promise<Seen[]> => (dissected ??= readAll(captures()));

describe.skipIf(!present)('the fields against tshark (skipped without ../shared and tshark)', () => {
  it('have the place, length and value that tshark gives them in the checked vectors', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'fields-'));
    try {
      const streams = vectors.filter(({ kind }) => kind === 'stream');
      const packets = streams.map((vector, index) => ({ bytes: tcpPacket({ sourcePort: 50_000 + index, destinationPort: vector.port ?? 445, sequence: 1, payload: streamOf(vector) }) }));
      writeFileSync(join(folder, 'vectors.pcap'), pcapFile(packets));
      const { messages, equal, unexplained, flaws: wrong } = report(await readAll([join(folder, 'vectors.pcap')]));
      expect(unexplained).toEqual([]);
      expect(wrong).toEqual([]);
      expect(messages).toBe(93); // the one that is cut in mid-message is no message for tshark
      expect(equal).toBeGreaterThan(4000);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }, 120_000);

  it('have the place, length and value that tshark gives them in captures', async () => {
    const files = captures();
    const { messages, equal, explained, unexplained, flaws: wrong, decoded } = report(await fromCaptures());
    expect(unexplained).toEqual([]);
    expect(wrong).toEqual([]);
    expect(files.length).toBeGreaterThan(60);
    expect(decoded).toBeGreaterThan(10_000);
    expect(messages).toBeGreaterThan(1500);
    expect(equal).toBeGreaterThan(50_000);
    expect(explained).toBeLessThan(equal / 40);
  }, 600_000);

  it('have names that Wireshark has', async () => {
    const known = await filterNames();
    const used = new Set([...vectors.flatMap((vector) => every(fieldsOf(streamOf(vector)))), ...(await fromCaptures()).flatMap(({ fields }) => every(fields))].flatMap(({ wireshark }) => wireshark ?? []));
    expect(used.size).toBeGreaterThan(200);
    expect([...used].filter((name) => !known.has(name))).toEqual([]);
  }, 600_000);

  it('name a status as tshark does', async () => {
    const names = await valueNames('smb.nt_status');
    const ours = [...names].map(([value, name]) => [value, name, statusOf(value).name] as const).filter(([, , own]) => own !== undefined);
    expect(ours.length).toBeGreaterThan(50);
    expect(ours.filter(([, theirs, own]) => theirs !== own)).toEqual([]);
  }, 120_000);
});
