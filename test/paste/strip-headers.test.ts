import { describe, expect, it } from 'vitest';
import { stripHeaders } from '../../src/paste/strip-headers.ts';

const hex = (text: string): Uint8Array => Buffer.from(text.replace(/\s/g, ''), 'hex');
/** IPv4 and TCP written by hand (RFC 791 3.1, RFC 9293 3.1): 10.0.0.5 port 49152 to 10.0.0.9 port 445, or back. */
function packet(from: 'client' | 'server', sequence: number, payload: string, link = ''): { bytes: Uint8Array; direction: null; line: number } {
  const [addresses, ports] = from === 'client' ? ['0a000005 0a000009', 'c000 01bd'] : ['0a000009 0a000005', '01bd c000'];
  const length = (40 + hex(payload).length).toString(16).padStart(4, '0');
  const number = (sequence >>> 0).toString(16).padStart(8, '0');
  return { bytes: hex(`${link} 4500 ${length} 0001 4000 4006 0000 ${addresses} ${ports} ${number} 00000001 5018 ffff 0000 0000 ${payload}`), direction: null, line: sequence };
}

const ETHERNET = '020000000002 020000000001 0800';
const VLAN = '020000000002 020000000001 8100 0005 0800';
const COOKED = '0000 0001 0006 020000000001 0000 0800';
const LOOPBACK = '02000000';
const PREFIX = '00000020';
const HEADER = 'ff534d42 72 00000000 18 53c8 0000 0000000000000000 0000 0000 feff 0000 0000';

describe('headers come off', () => {
  it.each([['none (tcpdump -X)', '', 40], ['Ethernet', ETHERNET, 54], ['a VLAN tag', VLAN, 58], ['Linux cooked', COOKED, 56], ['BSD loopback', LOOPBACK, 44]])('behind %s', (_name, link, headers) => {
    const { payloads, frames, bare } = stripHeaders([packet('client', 1, PREFIX + HEADER, link), packet('server', 1, '', link)]);
    expect([frames.length, bare]).toEqual([2, 0]);
    expect(payloads.map(({ bytes, direction, headers: before }) => [Buffer.from(bytes).toString('hex'), direction, before])).toEqual([[hex(PREFIX + HEADER).reduce((text, byte) => text + byte.toString(16).padStart(2, '0'), ''), 'client', headers]]);
  });

  it('and Ethernet padding behind', () => {
    const short = packet('client', 1, '85000000', ETHERNET);
    const { payloads } = stripHeaders([{ ...short, bytes: Buffer.concat([short.bytes, Buffer.alloc(2)]) }]);
    expect(payloads.map(({ bytes }) => Buffer.from(bytes).toString('hex'))).toEqual(['85000000']);
  });
});

describe('segments of one message are joined', () => {
  const whole = Buffer.from(hex(PREFIX + HEADER)).toString('hex');
  const part = (from: number, to?: number): string => whole.slice(2 * from, to === undefined ? undefined : 2 * to);
  const read = (...packets: ReturnType<typeof packet>[]): unknown[] => stripHeaders(packets).payloads.map(({ bytes, packets: by }) => [Buffer.from(bytes).toString('hex') === whole, by.at(-1)?.packet]);

  it('in order, out of order, sent twice, overlapping, over the wrap of sequence numbers', () => {
    expect(read(packet('client', 1, part(0, 4)), packet('client', 5, part(4)))).toEqual([[true, 2]]);
    expect(read(packet('client', 5, part(4)), packet('client', 1, part(0, 4)))).toEqual([[true, 2]]);
    expect(read(packet('client', 1, part(0, 4)), packet('client', 1, part(0, 4)), packet('client', 5, part(4)))).toEqual([[true, 3]]);
    expect(read(packet('client', 1, part(0, 10)), packet('client', 5, part(4)))).toEqual([[true, 2]]);
    expect(read(packet('client', -2, part(0, 4)), packet('client', 2, part(4)))).toEqual([[true, 2]]);
  });

  it('but not over a gap, and not once the message is whole', () => {
    expect(stripHeaders([packet('client', 1, part(0, 4)), packet('client', 9, part(8))]).payloads).toHaveLength(2);
    expect(stripHeaders([packet('client', 1, whole), packet('client', 37, whole)]).payloads).toHaveLength(2);
  });

  it('which tshark prints once more: that is a repetition; ARP beside it is none', () => {
    const arp = { bytes: hex('ffffffffffff 020000000001 0806 0001 0800 06 04 0001 020000000001 0a000005 000000000000 0a000009'), direction: null, line: 7 };
    const { payloads, repeated, others, bare } = stripHeaders([arp, packet('client', 1, part(0, 4)), packet('client', 5, part(4)), { bytes: hex(whole), direction: null, line: 9 }]);
    expect([payloads.length, repeated, others, bare]).toEqual([1, [9], [7], 0]);
  });
});
