import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { Exchange } from '../../src/negotiation/exchange.ts';
import { analyseBytes } from '../conformance/analyse.ts';
import { ethernet, fromHex, ipv4, join, udp } from '../build/packet.ts';
import { pcapFile } from '../build/pcap.ts';
import { hasTshark, tsharkFields, withFile } from '../capture/tshark.ts';
import { readCapture } from '../capture/read-capture.ts';

const CAPTURES = ['article_a', 'article_b'].map((name) => new Uint8Array(readFileSync(new URL(`../captures/${name}.pcap`, import.meta.url))));

const outer = (protocol: number, payload: Uint8Array): Uint8Array =>
  ethernet({ type: 0x0800, payload: ipv4({ source: '192.0.2.1', destination: '192.0.2.2', protocol, payload }), source: '00:50:56:00:00:01', destination: '00:50:56:00:00:02' });
const inUdp = (destinationPort: number, head: string, payload: Uint8Array): Uint8Array => outer(17, udp({ destinationPort, payload: join(fromHex(head), payload) }));
const hexLength = (bytes: number): string => bytes.toString(16).padStart(4, '0');

/** How real monitoring ports, access points, mobile networks and routers carry other people's packets. */
const WRAPPINGS: readonly (readonly [string, (frame: Uint8Array) => Uint8Array])[] = [
  ['GTP-U', (frame) => inUdp(2152, `30ff ${hexLength(frame.length - 14)} 00000001`, frame.subarray(14))],
  ['CAPWAP', (frame) => inUdp(5247, '00 100000 0000 0000', frame)],
  ['LISP', (frame) => inUdp(4341, '88000001 00000001', frame.subarray(14))],
  ['VXLAN', (frame) => inUdp(4789, '0800000000002a00', frame)],
  ['VXLAN-GPE', (frame) => inUdp(4790, '0c00000300002a00', frame)],
  ['GENEVE', (frame) => inUdp(6081, '0000655800000100', frame)],
  ['MPLS in UDP', (frame) => inUdp(6635, '00020140', frame.subarray(14))],
  ['TZSP', (frame) => inUdp(37008, '01000001 01', frame)],
  ['NVGRE', (frame) => outer(47, join(fromHex('20006558 00002a01'), frame))],
  ['ERSPAN type I', (frame) => outer(47, join(fromHex('000088be'), frame))],
  ['ERSPAN type II', (frame) => outer(47, join(fromHex('100088be 00000001 1001000a 00000000'), frame))],
  ['ERSPAN type III', (frame) => outer(47, join(fromHex('100022eb 00000001 2001000a 00000000 00000000'), frame))],
  ['PPPoE', (frame) => ethernet({ type: 0x8864, payload: join(fromHex(`11000001 ${hexLength(frame.length - 12)} 0021`), frame.subarray(14)) })],
  ['Q-in-Q', (frame) => join(frame.subarray(0, 12), fromHex('88a80064 81000007'), frame.subarray(12))],
];

function wrapped(bytes: Uint8Array, wrap: (frame: Uint8Array) => Uint8Array): Uint8Array {
  const packets = readCapture([[bytes]]).frames.map(({ captured, time = '0.0' }) => {
    const [seconds, nanos] = time.split('.');
    return { bytes: wrap(fromHex(captured)), seconds: Number(seconds), micros: Number(nanos) / 1000 };
  });
  return pcapFile(packets);
}

const ends = ({ client, server }: Exchange): string => `${client.address}:${client.port} ${server.address}:${server.port}`;

/** Who, with whom, and what came of it. */
function told(bytes: Uint8Array): unknown {
  const { analysis, connections } = analyseBytes(bytes);
  expect(analysis.faults).toEqual([]);
  return connections.map(({ exchange, judgement }) => [ends(exchange), judgement.code, judgement.certainty]);
}

it.each(WRAPPINGS)('changes nothing about the verdict: %s', (_, wrap) => {
  for (const capture of CAPTURES) {
    expect(told(wrapped(capture, wrap))).toEqual(told(capture));
    expect(told(capture)).toHaveLength(1);
  }
});

const suffix = hasTshark ? '' : ' (skipped: tshark is not installed)';

it.skipIf(!hasTshark).each(WRAPPINGS)('is plain SMB for tshark too: %s' + suffix, async (_, wrap) => {
  const smb = (bytes: Uint8Array): Promise<string[][]> => withFile(bytes, (file) => tsharkFields(file, ['frame.number', 'smb.cmd', 'smb2.cmd'], ['-Y', 'smb || smb2']));
  for (const capture of CAPTURES) {
    const plain = await smb(capture);
    expect(plain.length).toBeGreaterThan(0);
    expect(await smb(wrapped(capture, wrap))).toEqual(plain);
  }
});
