import { describe, expect, it } from 'vitest';
import { communityId, eventId } from '../../src/report/community-id.ts';

function id(client: [string, number], server: [string, number], transport: 'direct-tcp' | 'quic' = 'direct-tcp'): string {
  const end = ([address, port]: [string, number]) => ({ address, port, mac: null });
  return communityId({ client: end(client), server: end(server), transport });
}

/** The value is the specification's published example for this flow. No published IPv6 example was at hand: those tests compare forms only. */
describe('Community ID', () => {
  it('is that of the specification for TCP over IPv4, in both directions', () => {
    expect(id(['128.232.110.120', 34_855], ['66.35.250.204', 80])).toBe('1:LQU9qZlK+B5F3KDmev6m5PMibrg=');
    expect(id(['66.35.250.204', 80], ['128.232.110.120', 34_855])).toBe('1:LQU9qZlK+B5F3KDmev6m5PMibrg=');
  });

  it('is the same for every way to write an IPv6 address, and another over UDP', () => {
    const short = id(['2001:db8::1', 50_000], ['2001:db8::2', 445]);
    expect(short).toMatch(/^1:[A-Za-z0-9+/]{27}=$/);
    expect(id(['2001:db8:0:0:0:0:0:1', 50_000], ['2001:db8:0::2', 445])).toBe(short);
    expect(id(['2001:db8::1', 50_000], ['2001:db8::2', 445], 'quic')).not.toBe(short);
    expect(id(['::ffff:10.0.0.1', 1], ['::1', 2])).toBe(id(['::ffff:a00:1', 1], ['::1', 2]));
  });
});

it('an event has another id when the connection starts at another time', () => {
  const at = (seconds: number | null, firstPacket = 1) => eventId('1:x', { start: seconds === null ? null : { seconds, nanos: 0 }, firstPacket });
  expect(at(1)).toBe(at(1, 9));
  expect(at(1)).not.toBe(at(2));
  expect(at(null, 1)).not.toBe(at(null, 2));
});
