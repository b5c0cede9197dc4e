import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { checkHead, ConnectionCheck, type ReportedConnection, type ReportedHead } from '../../bench/check/check-answers.ts';
import { foldChecksum, wordSum } from '../../bench/load/checksum.ts';
import { makeLoad } from '../../bench/load/make-load.ts';
import type { Truth } from '../../bench/load/truth.ts';
import { Analyser } from '../../src/analyser.ts';

const folder = mkdtempSync(join(tmpdir(), 'smb-verdict-loads-'));
const templates = join(import.meta.dirname, '../../bench/templates');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function made(name: string, size: number): { truth: Truth; file: Buffer; lines: string[] } {
  const [out, connectionsOut] = [join(folder, `${name}.pcap`), join(folder, `${name}.txt`)];
  const truth = makeLoad({ name, size, templates, out, connectionsOut });
  return { truth, file: readFileSync(out), lines: readFileSync(connectionsOut, 'utf8').trimEnd().split('\n') };
}

/** Name, size and SHA-256: figures of two machines are of the same bytes. */
const KNOWN: readonly [string, number, string][] = [
  ['w1-mss', 3e6, 'ca9ea29afd662cd5020c0bae8dacd9e2a4430a3be9ac2cbee800143c23cdfa3f'],
  ['w1-gso', 3e6, '52e4ebb245016fc39cd4044e5419966a0a56ef7cd9f788f992058f32165f95c5'],
  ['w2', 3e6, '38b7cdec7c66df34908677a48b2be57f1da57f14699e203b03619eb2597b87f9'],
  ['w3', 5000, '43967d0ba82d985dc8923900c98824484bb144476aee13c9f1c4337e2ccbce7f'],
  ['w4', 100, '1ac3849cec11212348eb4d39cec6715dfcb404a3ce610e45f9e1ce78fc141fe0'],
  ['w5', 2, '78c267b6e3c8856a01f0a90300071ef03d1a01bc33086ee5756a4e764ddfc3a7'],
];

describe('a load of the bench', () => {
  it.each(KNOWN)('has the same bytes everywhere: %s', (name, size, sha256) => {
    const { truth, file } = made(name, size);
    expect(truth.sha256).toBe(sha256);
    expect(file.length).toBe(truth.bytes);
  });

  it.each(KNOWN)('has right checksums in every packet: %s', (name, size) => {
    const { file } = made(name, size);
    const wrong: number[] = [];
    let packet = 0;
    for (let at = 24; at < file.length; at += 16 + file.readUInt32LE(at + 8)) {
      packet++;
      if (!isSound(file.subarray(at + 16, at + 16 + file.readUInt32LE(at + 8)))) wrong.push(packet);
    }
    expect(packet).toBeGreaterThan(20);
    expect(wrong).toEqual([]);
  });

  it.each(KNOWN)('is judged as its generator says: %s', (name, size) => {
    const { truth, file } = made(name, size);
    const verdicts: Record<string, number> = {};
    const analyser = new Analyser({
      onConnection: ({ judgement: { code } }) => { verdicts[code] = (verdicts[code] ?? 0) + 1; },
    });
    analyser.write(file);
    const { capture, faultCounts } = analyser.end();
    expect({ packets: capture.packets, verdicts, faults: faultCounts.size }).toEqual({ packets: truth.packets, verdicts: truth.verdicts, faults: 0 });
  });
});

/** IPv4's own checksum and that of TCP or UDP; a sum over everything, the checksum too, folds to zero. */
function isSound(frame: Buffer): boolean {
  const ipv6 = frame.readUInt16BE(12) === 0x86dd;
  const [protocol, length, transport] = ipv6 ? [frame[20] ?? 0, frame.readUInt16BE(18), 54] : [frame[23] ?? 0, frame.readUInt16BE(16) - 20, 34];
  const addresses = ipv6 ? wordSum(frame, 22, 32) : wordSum(frame, 26, 8);
  return (ipv6 || foldChecksum(wordSum(frame, 14, 20)) === 0) && foldChecksum(addresses + protocol + length + wordSum(frame, transport, length)) === 0;
}

describe('the check of answers', () => {
  const truth: Truth = { load: 'w', bytes: 10, packets: 2, sha256: '', connections: 1, verdicts: { 'smb2-negotiated': 1 }, probes: { syn: 3, refused: 1 }, limits: ['flow-limit'] };
  const right: ReportedHead = {
    capture: { bytes: 10, packets: 2, complete: true, faultCounts: {} },
    summary: { connections: 1, connectionsOmitted: 0, notSmb: 0, verdicts: { 'smb2-negotiated': 1 }, probes: { refused: 1, syn: 3 } },
  };
  const connection: ReportedConnection = { client: { address: '10.0.0.1', port: 1024 }, server: { address: '10.0.0.2', port: 445 }, dialect: '3.1.1', verdict: { code: 'smb2-negotiated' } };
  const LINE = '10.0.0.1 1024 10.0.0.2 445 smb2-negotiated 3.1.1';

  it('finds nothing wrong with what is right, a limit that the load may reach among it', () => {
    const check = new ConnectionCheck('w', [LINE]);
    check.add(connection);
    const limited = { ...right, capture: { ...right.capture, faultCounts: { 'flow-limit': 1 } } };
    expect([...checkHead(right, truth), ...checkHead(limited, truth), ...check.finish(0)]).toEqual([]);
  });

  it.each([
    ['another verdict', { ...right, summary: { ...right.summary, verdicts: { 'smb1-in-use': 1 } } }, 'w: summary.verdicts is [["smb1-in-use",1]], must be [["smb2-negotiated",1]]'],
    ['a fault', { ...right, capture: { ...right.capture, faultCounts: { 'bad-ip': 1 } } }, 'w: capture.faultCounts is {"bad-ip":1}, must be {}'],
    ['a packet too few', { ...right, capture: { ...right.capture, packets: 1 } }, 'w: capture.packets is 1, must be 2'],
    ['a probe that was not counted', { ...right, summary: { ...right.summary, probes: { syn: 2, refused: 1 } } }, 'w: summary.probes is [["refused",1],["syn",2]], must be [["refused",1],["syn",3]]'],
  ])('finds %s', (_name, head, sentence) => {
    expect(checkHead(head, truth)).toEqual([sentence]);
  });

  it.each([
    ['a connection with another dialect', [{ ...connection, dialect: '3.0' }], 0, ['w: was not expected, or comes twice: 10.0.0.1 1024 10.0.0.2 445 smb2-negotiated 3.0', 'w: 1 connections are missing from 1, 0 are said to be omitted']],
    ['a connection told twice', [connection, connection], 0, [`w: was not expected, or comes twice: ${LINE}`]],
    ['one that is missing', [], 0, ['w: 1 connections are missing from 0, 0 are said to be omitted']],
  ])('finds %s', (_name, reported, omitted, sentences) => {
    const check = new ConnectionCheck('w', [LINE]);
    for (const each of reported) check.add(each);
    expect(check.finish(omitted)).toEqual(sentences);
  });
});
