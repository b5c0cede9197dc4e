import { describe, expect, it } from 'vitest';
import { ethernet, fromHex, ipv4, join, udpPacket } from '../build/packet.ts';
import { pcapFile } from '../build/pcap.ts';
import { hasTshark, withFile } from '../capture/tshark.ts';
import { Bench } from './dissect.ts';
import { FRAME, IN_IPV4, WIFI_HEADER } from './encapsulations.ts';
import { tsharkSegments } from './tshark-segments.ts';

const wifi = (head: string): Uint8Array => join(fromHex(head), fromHex('aaaa03 000000 0800'), IN_IPV4);
const LINE = (protocol: string): Uint8Array => join(fromHex(`ff03 ${protocol}`), IN_IPV4);

describe('packets whose content cannot be read', () => {
  it.each([
    ['802.11 frames that are encrypted', wifi(WIFI_HEADER.replace('0801', '0841')), 105, 'encrypted-802.11'],
    ['the first of several 802.11 fragments', wifi(WIFI_HEADER.replace('0801', '0805')), 105, 'link-fragments'],
    ['the last of several 802.11 fragments', wifi(WIFI_HEADER.replace(/0000$/, '0200')), 105, 'link-fragments'],
    ['PPP with VJ-compressed TCP', LINE('002d'), 9, 'compressed-packets'],
    ["PPP with VJ's uncompressed TCP, which has a slot for a protocol", LINE('002f'), 9, 'compressed-packets'],
    ['PPP with MPPE', LINE('00fd'), 9, 'compressed-packets'],
    ['a fragment of multilink PPP', LINE('003d 80000001 0021'), 9, 'link-fragments'],
    ['SLIP with VJ-compressed TCP', join(fromHex('00 8f 00000000000000000000000000 00'), IN_IPV4), 8, 'compressed-packets'],
    ['IPsec', ethernet({ type: 0x0800, payload: ipv4({ protocol: 50, payload: join(fromHex('0000100100000001'), IN_IPV4) }) }), 1, 'ipsec'],
  ])('are told once and counted: %s', (_, bytes, linkType, code) => {
    const bench = new Bench().feed(bytes, { linkType }).feed(bytes, { linkType });
    expect(bench.seen).toEqual([]);
    expect(bench.faults.kept).toMatchObject([{ code, packets: [1] }]);
    expect([...bench.faults.counts]).toEqual([[code, 2]]);
    expect(bench.dissector.counters).toMatchObject({ malformedPackets: 0, cutPackets: 0 });
  });

  it('may be IPsec in UDP, but its key exchange and keep-alives are not', () => {
    const over = (hex: string): Uint8Array => udpPacket({ sourcePort: 4500, destinationPort: 4500, payload: fromHex(hex) });
    const bench = new Bench().feed(over('ff')).feed(over('00000000 0102030405060708')).feed(over('00001001 00000001 0102'));
    expect([...bench.faults.counts]).toEqual([['ipsec', 1]]);
    expect(bench.faults.kept[0]?.packets).toEqual([3]);
  });

  it('are none where 802.11 frames only manage the network', () => {
    const bench = new Bench().feed(fromHex('8000 0000 ffffffffffff 020000000001 020000000001 0000 0000'), { linkType: 105 });
    expect(bench.faults.kept).toEqual([]);
  });
});

/** CAPWAP's fragments of an Ethernet frame: header of eight bytes with F, and L in the last. [RFC 5415] 4.3 */
function capwapFragments(frame: Uint8Array, size: number, id: number): Uint8Array[] {
  const fragments: Uint8Array[] = [];
  for (let at = 0; at < frame.length; at += size) {
    const last = at + size >= frame.length;
    const header = [0, 0x10, 0x00, last ? 0xc0 : 0x80, id >> 8, id & 255, at >> 8, at & 0xf8];
    fragments.push(udpPacket({ sourcePort: 5246 + id, destinationPort: 5247, payload: join(header, frame.subarray(at, at + size)) }));
  }
  return fragments;
}

describe("CAPWAP's fragments", () => {
  const [first = FRAME, second = FRAME, third = FRAME] = capwapFragments(FRAME, 24, 5);

  it.each([['in order', [first, second, third]], ['in another order', [third, first, second]]])('are joined %s', (_, frames) => {
    const bench = new Bench();
    for (const frame of frames) bench.feed(frame);
    expect(bench.seen).toMatchObject([{ number: 3, source: '10.1.0.1', ports: '50000>445', payload: 'smb!', sequence: 7 }]);
    expect(bench.faults.kept).toEqual([]);
  });

  it('are not mixed with those of IP that have the same number', () => {
    const whole = ipv4({ protocol: 17, id: 5, payload: first.subarray(34), source: '10.0.0.5', destination: '10.0.0.9', moreFragments: true });
    const bench = new Bench().feed(ethernet({ type: 0x0800, payload: whole })).feed(first).feed(second).feed(third);
    expect(bench.seen).toHaveLength(1);
    bench.dissector.end();
    expect([...bench.faults.counts]).toEqual([['fragment-timeout', 1]]);
  });

  it.skipIf(!hasTshark)('are joined as tshark joins them' + (hasTshark ? '' : ' (skipped: tshark is not installed)'), async () => {
    const bytes = pcapFile([first, second, third, ...capwapFragments(FRAME, 32, 6)].map((frame) => ({ bytes: frame })));
    const rows = await withFile(bytes, (file) => tsharkSegments(file));
    expect([...rows]).toEqual([[3, '10.1.0.1 10.1.0.2 50000 445 7 24 4'], [5, '10.1.0.1 10.1.0.2 50000 445 7 24 4']]);
    const bench = new Bench();
    for (const frame of [first, second, third, ...capwapFragments(FRAME, 32, 6)]) bench.feed(frame);
    expect(bench.seen.map((seen) => [seen.number, seen.sequence, seen.payloadLength])).toEqual([[3, 7, 4], [5, 7, 4]]);
  });
});
