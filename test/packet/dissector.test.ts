import { describe, expect, it } from 'vitest';
import { ethernet, fromHex, ipv4, ipv6, join, tcp, udp, udpPacket } from '../build/packet.ts';
import { Bench } from './dissect.ts';
import { ENCAPSULATIONS, ENCAPSULATIONS_OF_IPV6 } from './encapsulations.ts';

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const segment = tcp({ sequence: 7, flags: 'PA', payload: text('smb!') });
const inIpv4 = ipv4({ source: '10.1.0.1', destination: '10.1.0.2', protocol: 6, payload: segment, ttl: 63 });
const inIpv6 = ipv6({ source: 'fd00::1', destination: 'fd00::2', nextHeader: 6, payload: segment, hopLimit: 62 });
const frame = ethernet({ type: 0x0800, payload: inIpv4, source: '02:00:00:00:00:aa' });

function only(bytes: Uint8Array, linkType = 1) {
  const bench = new Bench().feed(bytes, { linkType });
  expect(bench.faults.kept).toEqual([]);
  expect(bench.seen).toHaveLength(1);
  return bench.seen[0];
}

describe('a plain packet', () => {
  it('gives addresses, ports, sequence, flags, TTL, MAC and payload', () => {
    expect(only(frame)).toEqual({
      kind: 'tcp',
      source: '10.1.0.1',
      destination: '10.1.0.2',
      ports: '50000>445',
      number: 1,
      payload: 'smb!',
      payloadLength: 4,
      sourceMac: '0200000000aa',
      ttl: 63,
      sequence: 7,
      flags: 0x18,
    });
  });

  it('is read the same in IPv6', () => {
    const seen = only(ethernet({ type: 0x86dd, payload: inIpv6 }));
    expect(seen).toMatchObject({ source: 'fd00:0:0:0:0:0:0:1', destination: 'fd00:0:0:0:0:0:0:2', payload: 'smb!', ttl: 62 });
  });

  it('is a datagram where it is UDP', () => {
    const seen = only(udpPacket({ destinationPort: 443, payload: text('quic') }));
    expect(seen).toMatchObject({ kind: 'udp', ports: '50000>443', payload: 'quic', payloadLength: 4 });
  });
});

const over = (port: number, head: string, payload: Uint8Array): Uint8Array =>
  udpPacket({ destinationPort: port, payload: join(fromHex(head), payload) });

describe('layers around IP', () => {
  const inside = frame.subarray(14);

  it('take the MAC address of the innermost frame', () => {
    expect(only(over(4789, '0800000000002a00', frame))?.sourceMac).toBe('0200000000aa');
    expect(only(join(fromHex('0000 0001 0006 020000000007 0000 0800'), inside), 113)?.sourceMac).toBe('020000000007');
    expect(only(inside, 101)?.sourceMac).toBe('');
  });

  it('do not lend the MAC address of a tunnel to what is in it', () => {
    const tunnels = [ipv4({ protocol: 4, payload: inside }), ipv4({ protocol: 47, payload: join(fromHex('00000800'), inside) }), udpPacket({ destinationPort: 4341, payload: join(fromHex('8800000100000001'), inside) }).subarray(14)];
    for (const payload of tunnels) expect(only(ethernet({ type: 0x0800, payload }))?.sourceMac).toBe('');
  });

  it('may aggregate several packets in one 802.11 frame', () => {
    const llc = join(fromHex('aaaa03 000000 0800'), inIpv4);
    const subframe = join(fromHex('020000000009 020000000005'), [0, llc.length], llc, new Uint8Array((4 - ((14 + llc.length) % 4)) % 4));
    const bench = new Bench().feed(join(fromHex('8802 0000 020000000001 020000000002 020000000003 0000 8000'), subframe, subframe), { linkType: 105 });
    expect(bench.seen.map((seen) => seen.payload)).toEqual(['smb!', 'smb!']);
    expect(bench.faults.kept).toEqual([]);
  });

  it('are followed to the limit nesting, and told beyond it', () => {
    const nested = (depth: number): Uint8Array => (depth === 0 ? inIpv4 : ipv4({ protocol: 4, payload: nested(depth - 1) }));
    const read = (depth: number): unknown[] => {
      const bench = new Bench({ nesting: 5 }).feed(nested(depth), { linkType: 228 });
      return [bench.seen.length, ...bench.faults.counts];
    };
    expect([read(0), read(3), read(4), read(40)]).toEqual([[1], [1], [0, ['nesting-limit', 1]], [0, ['nesting-limit', 1]]]);
    expect(new Bench().feed(nested(3), { linkType: 228 }).seen).toHaveLength(1);
  });

  it('that only look like a tunnel stay UDP', () => {
    expect(only(udpPacket({ destinationPort: 4789, payload: text('hello') }))).toMatchObject({ kind: 'udp', payload: 'hello' });
  });
});

describe('lengths', () => {
  it('trim Ethernet padding', () => {
    expect(only(join(frame, new Uint8Array(6)))).toMatchObject({ payload: 'smb!', payloadLength: 4 });
  });

  it('of 0 mean a send before segmentation', () => {
    const bytes = ethernet({ type: 0x0800, payload: ipv4({ protocol: 6, payload: segment, totalLength: 0 }) });
    expect(only(bytes)).toMatchObject({ payload: 'smb!', payloadLength: 4 });
  });

  it('longer than the packet are not believed', () => {
    const bench = new Bench().feed(ethernet({ type: 0x0800, payload: ipv4({ protocol: 6, payload: segment, totalLength: 1400 }) }));
    expect(bench.seen[0]).toMatchObject({ payload: 'smb!', payloadLength: 4 });
    expect(bench.faults.kept).toEqual([
      { code: 'ip-length', message: 'An IP header announces more bytes than the packet had on the wire; what was there is used.', packets: [1], offset: 25 },
    ]);
  });

  it('of a jumbogram stand in its option', () => {
    const payload = new Uint8Array(70_000);
    const big = join(fromHex('0600 c204 0001118c'), tcp({ payload }));
    const seen = only(ethernet({ type: 0x86dd, payload: ipv6({ nextHeader: 0, payloadLength: 0, payload: big }) }));
    expect(seen?.payloadLength).toBe(70_000);
  });

  it('go on where the capture cut the packet', () => {
    const bench = new Bench().feed(frame, { captured: frame.length - 3 });
    expect(bench.seen[0]).toMatchObject({ payload: 's', payloadLength: 4 });
    expect(bench.dissector.counters.cutPackets).toBe(1);
    expect(bench.faults.kept).toEqual([]);
  });

  it('are known from fourteen bytes of a cut TCP header', () => {
    const bench = new Bench().feed(frame, { captured: 14 + 20 + 14 });
    expect(bench.seen[0]).toMatchObject({ payload: '', payloadLength: 4, sequence: 7, flags: 0x18 });
    expect(new Bench().feed(frame, { captured: 14 + 20 + 13 }).seen).toEqual([]);
  });
});

describe('what makes no sense', () => {
  it('is a fault with its packet', () => {
    const lying = new Uint8Array(frame);
    lying[14 + 20 + 12] = 0x40;
    const bench = new Bench().feed(frame).feed(lying);
    expect(bench.seen).toHaveLength(1);
    expect(bench.faults.kept).toMatchObject([{ code: 'tcp-header', packets: [2], offset: 26 }]);
    expect(bench.dissector.counters.malformedPackets).toBe(1);
  });

  it('is said once for a link type that is not known, and counted', () => {
    const bench = new Bench().feed(frame, { linkType: 187 }).feed(frame, { linkType: 187 });
    expect([...bench.dissector.unsupportedLinkTypes]).toEqual([[187, 2]]);
    expect(bench.faults.kept.map((fault) => fault.message)).toEqual(['Packets of link type BLUETOOTH_HCI_H4 (187) cannot be read.']);
  });

  it('never leaves its packet, wherever it is cut or changed', () => {
    const seeds = [...ENCAPSULATIONS, ...ENCAPSULATIONS_OF_IPV6];
    const bench = new Bench();
    let state = 1;
    const random = (): number => (state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff) >>> 8;
    for (let round = 0; round < 30_000; round++) {
      const seed = seeds[round % seeds.length] ?? { bytes: frame, linkType: 1 };
      const bytes = new Uint8Array(seed.bytes);
      for (let change = 0; change < 3; change++) bytes[random() % bytes.length] = random() & 255;
      const linkType = round % 3 === 0 ? random() % 300 : seed.linkType;
      bench.feed(bytes, { linkType, captured: random() % (bytes.length + 1) });
    }
    expect(bench.seen.every((seen) => !seen.payload.includes('\u00ee'.repeat(8)))).toBe(true);
  });

  it('knows what a UDP length must be', () => {
    const bench = new Bench().feed(ipv4({ protocol: 17, payload: udp({ destinationPort: 443, payload: text('x'), length: 7 }) }), { linkType: 101 });
    expect([...bench.faults.counts]).toEqual([['udp-header', 1]]);
  });
});
