import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BytePool } from '../../src/bytes/byte-pool.ts';
import { MessageFramer } from '../../src/smb/framing.ts';
import { join, nbss, smb1Command, smb1NegotiateRequest, smb2Command, smb2Compound, smb2Encrypted, smb2NegotiateRequest, smb2NegotiateResponse, validateNegotiateRequest, zeros } from '../build/smb.ts';

interface Heard { readonly type: number; readonly hex: string; readonly declared: number; readonly packet: number; readonly cut: boolean }

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const origin = (number: number) => ({ number, timed: true, seconds: number, nanos: 0 });

/** A framer, what it said, and a way to feed it. */
function framer({ startKnown = true, limit = 70_000, keep = false }: { startKnown?: boolean; limit?: number; keep?: boolean } = {}) {
  const heard: Heard[] = [];
  const kept: { readonly bytes: Uint8Array; readonly hex: string }[] = [];
  let refused = 0;
  let packet = 0;
  const pool = new BytePool();
  const framing = new MessageFramer({
    message: ({ type, bytes, declaredLength, origin: from, cut }) => {
      heard.push({ type, hex: hexOf(bytes), declared: declaredLength, packet: from.number, cut });
      if (keep) kept.push({ bytes, hex: hexOf(bytes) });
      return keep;
    },
    otherProtocol: () => { refused++; },
  }, 0, { startKnown }, limit, pool);
  const say = (bytes: Uint8Array, number = ++packet): void => framing.bytes(join([0xee], bytes, [0xee]), 1, 1 + bytes.length, origin(number));
  const miss = (length: number): void => framing.missing(length, false, origin(packet + 1));
  return { framing, heard, kept, say, miss, pool, refusals: () => refused };
}

/** What of a message is handed out: all of a negotiate, of an IOCTL and of a compound, of others 124 bytes. */
const WHOLE = [smb1NegotiateRequest(), smb2NegotiateRequest(), smb2NegotiateResponse(), validateNegotiateRequest(), smb2Compound(smb2Command(3, { body: zeros(100) }), smb2Command(5, { body: zeros(90) }))];
const HEADS = [smb2Command(8, { body: zeros(400) }), smb1Command(0x2e), smb2Encrypted(5n, zeros(300)), smb2Command(9, { body: zeros(5000) }), smb2Command(13), smb2Command(13, { body: zeros(60) }), smb2Command(13, { body: zeros(61) })];
const CONTROL = [nbss.keepalive(), nbss.positive(), nbss.negative(), nbss.retarget(), nbss.sessionRequest()];

const expected = (message: Uint8Array): Omit<Heard, 'packet'> => {
  const length = message.length - 4;
  const handed = WHOLE.includes(message) ? length : Math.min(length, 124);
  return { type: message[0]!, hex: hexOf(message.subarray(4, 4 + handed)), declared: length, cut: false };
};

describe('Messages', () => {
  const anyMessages = fc.array(fc.constantFrom(...WHOLE, ...HEADS, ...CONTROL), { minLength: 1, maxLength: 12 });

  it('come out one by one however the stream is cut into segments, each with the packet that completes it', () => {
    fc.assert(fc.property(anyMessages, fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 40 }), fc.boolean(), (messages, sizes, keep) => {
      const stream = join(...messages);
      const { framing, heard, kept, say } = framer({ keep });
      const packetAt: number[] = [];
      for (let at = 0, turn = 0; at < stream.length; turn++) {
        const end = Math.min(stream.length, at + sizes[turn % sizes.length]!);
        say(stream.subarray(at, end));
        for (; at < end; at++) packetAt.push(turn + 1);
      }
      framing.end();
      let at = 0;
      const due = messages.map((message): Heard => {
        const one = expected(message);
        const completed = packetAt[at + 4 + one.hex.length / 2 - 1]!;
        at += message.length;
        return { ...one, packet: completed };
      });
      expect(heard).toEqual(due);
      for (const { bytes, hex } of kept) expect(hexOf(bytes)).toBe(hex); // not written over by later ones
    }), { numRuns: 300 });
  });

  it('are cut at the limit, and what lies behind it is passed over', () => {
    const { heard, say } = framer({ limit: 150 });
    say(join(smb2NegotiateRequest(), nbss.keepalive()));
    expect(heard).toMatchObject([{ type: 0, declared: smb2NegotiateRequest().length - 4, hex: hexOf(smb2NegotiateRequest().subarray(4, 154)) }, { type: 0x85 }]);
  });

  it('that are empty are told, and need no SMB behind them', () => {
    const { heard, say, refusals } = framer();
    say(join([0, 0, 0, 0], smb2Command(1)));
    expect(heard).toMatchObject([{ type: 0, declared: 0, hex: '' }, { type: 0 }]);
    expect(refusals()).toBe(0);
  });

  it('are given back to the pool, those that were kept too', () => {
    for (const keep of [true, false]) {
      const { framing, say, pool } = framer({ keep });
      say(join(smb2NegotiateRequest(), smb2NegotiateRequest(), smb2NegotiateRequest().subarray(0, 60)));
      expect(pool.lent).toBeGreaterThan(0);
      framing.release();
      expect(pool.lent).toBe(0);
    }
  });
});

describe('Another protocol', () => {
  it.each([
    ['text', new Uint8Array(Buffer.from('GET / HTTP/1.1\r\n'))], ['a type above 0x85', Uint8Array.of(0x86, 0, 0, 0)], ['a type between', Uint8Array.of(0x80, 0, 0, 0)], ['a type below', Uint8Array.of(1, 0, 0, 0)],
    ['no SMB behind the prefix', join([0, 0, 0, 50], zeros(50))], ['a control packet that is too long', Uint8Array.of(0x81, 2, 0, 0)],
    ['a message too short for its name', Uint8Array.of(0, 0, 0, 3, 0xff, 0x53, 0x4d)],
    ['another first byte', join([0, 0, 0, 50, 0xfb, 0x53, 0x4d, 0x42], zeros(46))], ['another letter', join([0, 0, 0, 50, 0xff, 0x53, 0x4e, 0x42], zeros(46))],
  ])('is refused at its first message: %s', (_name, bytes) => {
    const { say, refusals, heard } = framer();
    say(bytes);
    expect(refusals()).toBe(1);
    expect(heard).toEqual([]);
  });

  it('behind messages is lost sync, and found again where a segment begins with a message', () => {
    const { say, refusals, heard } = framer();
    say(smb2Command(1));
    say(new Uint8Array(Buffer.from('what is this and why is it here')));
    say(new Uint8Array(Buffer.from('still no message')));
    say(smb2Command(3));
    expect(refusals()).toBe(0);
    expect(heard.map(({ packet }) => packet)).toEqual([1, 4]);
  });

  it('is told of a stream joined midway only when a segment begins like nothing of ours', () => {
    const midway = framer({ startKnown: false });
    midway.say(Uint8Array.of(0xfe, 0x53, 0x4d, 0x42, 0x40, 0, 0, 0));
    expect(midway.refusals()).toBe(1);
    const short = framer({ startKnown: false });
    short.say(Uint8Array.of(0, 0, 0, 85, 0xff));
    expect(short.refusals()).toBe(0);
    short.say(smb2Command(3));
    expect(short.heard.map(({ packet }) => packet)).toEqual([2]);
  });
});

describe('Behind a gap', () => {
  const LONG = smb2Command(8, { body: zeros(400) });

  it('inside what is passed over anyway nothing is lost', () => {
    const { heard, say, miss } = framer();
    say(LONG.subarray(0, 200));
    miss(100);
    say(join(LONG.subarray(300), smb2Command(3)));
    expect(heard.map(({ cut, declared }) => [cut, declared])).toEqual([[false, LONG.length - 4], [false, 88]]);
  });

  it('in a message the message is told as cut, and the next one is found by its length', () => {
    const { heard, say, miss } = framer();
    const request = smb2NegotiateRequest();
    say(request.subarray(0, 100));
    miss(50);
    say(join(request.subarray(150), smb2Command(3)));
    expect(heard).toMatchObject([{ cut: true, declared: request.length - 4, hex: hexOf(request.subarray(4, 100)), packet: 1 }, { cut: false, declared: 88, packet: 2 }]);
  });

  it('that ends with the message, sync is kept; that goes on, it is lost', () => {
    const request = smb2NegotiateRequest();
    for (const [beyond, due] of [[0, 2], [1, 1], [200, 1]] as const) {
      const { heard, say, miss } = framer();
      say(request.subarray(0, 100));
      miss(request.length - 100 + beyond);
      say(join(smb2Command(3).subarray(beyond), zeros(beyond)));
      expect(heard, String(beyond)).toHaveLength(due);
    }
  });

  it('in a prefix nothing is told, and sync is lost', () => {
    const { heard, say, miss } = framer();
    say(Uint8Array.of(0, 0, 0));
    miss(1);
    say(LONG.subarray(4));
    say(smb2Command(3));
    expect(heard.map(({ packet }) => packet)).toEqual([3]);
  });

  it('right behind a prefix there is no message to tell, but its length counts', () => {
    const { heard, say, miss } = framer();
    say(LONG.subarray(0, 4));
    miss(10);
    say(join(LONG.subarray(14), smb2Command(3)));
    expect(heard.map(({ declared, packet }) => [declared, packet])).toEqual([[88, 2]]);
  });

  it('that never ends the last message is told as cut, unless only its tail is missing', () => {
    const begun = framer();
    begun.say(smb2NegotiateRequest().subarray(0, 70));
    begun.framing.end();
    expect(begun.heard).toMatchObject([{ cut: true, hex: hexOf(smb2NegotiateRequest().subarray(4, 70)) }]);
    const told = framer();
    told.say(LONG.subarray(0, 300));
    told.framing.end();
    expect(told.heard).toMatchObject([{ cut: false }]);
    const prefix = framer();
    prefix.say(LONG.subarray(0, 4));
    prefix.framing.end();
    expect(prefix.heard).toEqual([]);
  });

  it('before the first byte a stream is joined midway', () => {
    const { heard, say, miss } = framer({ startKnown: false });
    miss(77);
    say(new Uint8Array(Buffer.from('tail of something')));
    say(smb2Command(3));
    expect(heard.map(({ packet }) => packet)).toEqual([2]);
  });
});

it('Of a chained or large message the header decides how much is handed out', () => {
  const chained = (at: number): Uint8Array => {
    const message = smb2Command(8, { body: zeros(200) });
    message[4 + 20 + at] = 1;
    return message;
  };
  for (const at of [0, 1, 2, 3]) {
    const { heard, say } = framer();
    say(chained(at));
    expect(heard[0]!.hex.length / 2, String(at)).toBe(264);
  }
  const { heard, say } = framer();
  say(join(smb2Command(0x0100, { body: zeros(200) }), smb2Command(0x0b00 + 11, { body: zeros(200) })));
  expect(heard.map(({ hex }) => hex.length / 2)).toEqual([124, 124]);
});
