import { readFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { FaultLog } from '../../src/bytes/fault-log.ts';
import { RecordReader } from '../../src/capture/record-reader.ts';
import { DEFAULT_LIMITS, type Limits } from '../../src/limits.ts';
import { addressText } from '../../src/negotiation/address.ts';
import { Dissector } from '../../src/packet/dissector.ts';
import type { ByteSink } from '../../src/stream/half.ts';
import type { TcpConnection } from '../../src/stream/tcp-connection.ts';
import { CaptureClock } from '../../src/stream/capture-clock.ts';
import { TcpStreams } from '../../src/stream/tcp-streams.ts';
import { analyseBytes, jsonLines, SHARED, sharedPresent } from './analyse.ts';

interface Payload {
  readonly gap: boolean; readonly stream: number; readonly node0: string; readonly node1: string;
  readonly bytes0: number; readonly sha256_0: string; readonly bytes1: number; readonly sha256_1: string;
}
interface Odd { readonly file: string; readonly tcp_payload: readonly Payload[] }

const EMPTY = createHash('sha256').digest('hex');
const LIMITS: Limits = { ...DEFAULT_LIMITS, probes: 1_000_000, idleSeconds: 1e9 };

interface Stream { readonly ends: string; readonly sha: [string, string]; readonly bytes: [number, number]; gap: boolean }

function read(path: string): Uint8Array {
  const bytes = readFileSync(path);
  return bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes;
}

/** Every TCP stream's bytes per direction, whatever they are, under sorted endpoints. */
function streamsOf(bytes: Uint8Array): Stream[] {
  const found: Stream[] = [];
  const faults = new FaultLog(100);
  const hashes = new Map<TcpConnection, { hash: [ReturnType<typeof createHash>, ReturnType<typeof createHash>]; length: [number, number]; gap: boolean }>();
  const streams = new TcpStreams({
    limits: LIMITS, faults, seed: 1, clock: new CaptureClock(),
    recognise: () => 'smb', isHinted: () => true, handshake: () => {}, probe: () => {}, notProbe: () => {}, notSmb: () => {},
    observe: (connection) => {
      const one = { hash: [createHash('sha256'), createHash('sha256')] as [ReturnType<typeof createHash>, ReturnType<typeof createHash>], length: [0, 0] as [number, number], gap: false };
      hashes.set(connection, one);
      const sink = (side: 0 | 1): ByteSink => ({
        bytes: (data, start, end) => { one.hash[side].update(data.subarray(start, end)); one.length[side] += end - start; },
        missing: () => { one.gap = true; },
      });
      return { sinks: [sink(0), sink(1)], final: false, notSmb: false, smbSeen: true, answered: false, end: () => {}, release: () => {} };
    },
    final: (connection) => {
      const one = hashes.get(connection)!;
      const name = (side: 0 | 1): string => `${addressText(connection.addresses, side * 4, connection.ipVersion)}:${connection.ports[side]}`;
      const pair = ([0, 1] as const).map((side) => ({ name: name(side), sha: one.hash[side].digest('hex'), length: one.length[side] })).sort((a, b) => (a.name < b.name ? -1 : 1));
      found.push({
        ends: `${pair[0]!.name} ${pair[1]!.name}`, gap: one.gap,
        sha: [pair[0]!.sha, pair[1]!.sha], bytes: [pair[0]!.length, pair[1]!.length],
      });
    },
  });
  const packets = new Dissector({ tcp: (segment) => streams.segment(segment), udp: () => {} }, faults, LIMITS);
  const reader = new RecordReader({ frame: (frame) => packets.frame(frame) }, faults, LIMITS);
  reader.write(bytes);
  reader.end();
  packets.end();
  streams.end();
  return found;
}

function expected(payload: Payload): Stream {
  const pair = [
    { name: payload.node0.replace('[', '').replace(']', ''), sha: payload.sha256_0, length: payload.bytes0 },
    { name: payload.node1.replace('[', '').replace(']', ''), sha: payload.sha256_1, length: payload.bytes1 },
  ].sort((a, b) => (a.name < b.name ? -1 : 1));
  return { ends: `${pair[0]!.name} ${pair[1]!.name}`, gap: payload.gap, sha: [pair[0]!.sha, pair[1]!.sha], bytes: [pair[0]!.length, pair[1]!.length] };
}

/** Where tshark's payload is not ours, each with the reason. */
const EXPLAINED: Readonly<Record<string, string>> = {
  'OISF__suricata-verify__tests_tcp-rst-unacked-stream-01-raw_input.pcap 0': 'the 13 bytes are the text of a reset: a diagnostic, not data (RFC 9293 3.5.3)',
};

describe.skipIf(!sharedPresent)('hostile and odd captures (needs ../shared)', () => {
  for (const { file, tcp_payload: payloads } of sharedPresent ? jsonLines<Odd>(SHARED + 'odd/index.jsonl') : []) {
    test(file, () => {
      const bytes = read(SHARED + 'odd/files/' + file);
      const before = performance.now();
      analyseBytes(bytes, 65_536);
      expect(performance.now() - before).toBeLessThan(1000);

      const ours = streamsOf(bytes);
      const wrong: string[] = [];
      for (const payload of payloads) {
        const wanted = expected(payload);
        if (wanted.gap || EXPLAINED[`${file} ${payload.stream}`] !== undefined) continue;
        if (wanted.sha[0] === EMPTY && wanted.sha[1] === EMPTY) continue;
        const same = ours.filter(({ ends }) => ends === wanted.ends);
        if (same.some(({ sha }) => sha[0] === wanted.sha[0] && sha[1] === wanted.sha[1])) continue;
        wrong.push(`stream ${payload.stream} ${wanted.ends}: ${wanted.bytes} bytes, ours ${same.map((one) => `${one.bytes}${one.gap ? ' gap' : ''}`).join('; ') || 'none'}`);
      }
      expect(wrong).toEqual([]);
    });
  }
});
