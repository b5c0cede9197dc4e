import { readdirSync, readFileSync, statSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { FaultLog } from '../../src/bytes/fault-log.ts';
import { RecordReader } from '../../src/capture/record-reader.ts';
import { DEFAULT_LIMITS } from '../../src/limits.ts';
import { SHARED, sharedPresent } from '../conformance/analyse.ts';
import { tcpOf, type Packet } from './edit-capture.ts';
import type { SmallCapture } from './small-captures.ts';

/** A connection's first packets; more would only repeat what follows a negotiation. */
const FIRST_PACKETS = 60;
const LARGEST_FILE = 8_000_000;
const SMB_PORTS = new Set(['445', '139']);

/** The TCP connections between two endpoints of a capture of any format, each as a small capture of its own. */
function connectionsOf(name: string, file: Uint8Array): SmallCapture[] {
  const connections = new Map<string, { linkType: number; packets: Packet[] }>();
  const take = (packet: Packet, linkType: number): void => {
    const tcp = tcpOf(packet, linkType);
    if (tcp === null) return;
    const ends = [tcp.source, tcp.destination].sort().join(' ');
    const known = connections.get(ends) ?? { linkType, packets: [] };
    if (known.linkType === linkType && known.packets.length < FIRST_PACKETS) known.packets.push(packet);
    connections.set(ends, known);
  };
  const reader = new RecordReader({
    frame: ({ bytes, start, end, originalLength, seconds, nanos, linkType }) =>
      take({ bytes: bytes.slice(start, end), originalLength, seconds, micros: Math.floor(nanos / 1000) }, linkType),
  }, new FaultLog(0), DEFAULT_LIMITS);
  reader.write(file);
  reader.end();
  return [...connections].map(([ends, connection]) => ({ name: `${name} ${ends}`, ...connection }));
}

/** Of every public capture the connections on SMB's ports, at most `most` per file; none where the captures are not present. */
export function publicConnections(most: number): SmallCapture[] {
  if (!sharedPresent) return [];
  const folder = SHARED + 'captures/files/';
  return readdirSync(folder).filter((name) => statSync(folder + name).size <= LARGEST_FILE).flatMap((name) => {
    const bytes = readFileSync(folder + name);
    const smb = connectionsOf(name, bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes)
      .filter(({ name: ends }) => ends.split(/[ :]/).some((part) => SMB_PORTS.has(part)));
    return smb.slice(0, most);
  });
}
