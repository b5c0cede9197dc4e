import { describe, expect, it } from 'vitest';
import { toHex } from '../../src/bytes/text.ts';
import { DEFAULT_LIMITS } from '../../src/limits.ts';
import { QuicInitials, type QuicHello } from '../../src/smb/quic-initial.ts';
import { QUIC_V1, clientInitialKeys } from '../../src/smb/quic-keys.ts';
import { clientHello, crypto, extension, quicInitial } from '../build/quic.ts';
import { join } from '../build/smb.ts';

const ID = [0x83, 0x94, 0xc8, 0xf0, 0x3e, 0x51, 0x57, 0x08];
const SERVER_ID = [0xaa, 0xbb, 0xcc, 0xdd];
const HELLO = clientHello([extension.serverName('files.example.com'), extension.padding(1500), extension.alpn('smb')]);
const SMB: QuicHello = { version: 1, sni: 'files.example.com', alpn: ['smb'], complete: true };

const give = (initials: QuicInitials, bytes: Uint8Array, key: string | number = 'a'): QuicHello | null => initials.datagram(key, bytes, 0, bytes.length);
const fresh = (quicConnections = DEFAULT_LIMITS.quicConnections): QuicInitials => new QuicInitials({ ...DEFAULT_LIMITS, quicConnections });

describe('the keys of a client Initial', () => {
  it('are those of RFC 9001 appendix A.1', () => {
    const keys = clientInitialKeys(QUIC_V1, Uint8Array.from(ID));
    expect(toHex(keys.key)).toBe('1f369613dd76d5467730efcbe3b1a22d');
    expect(toHex(keys.iv)).toBe('fa044b2f42a3fd3b46fb255c');
    expect(toHex(keys.headerProtection)).toBe('9f50449e04a0e810283a1e9933adedd2');
  });
});

describe('joining the Initials of a connection', () => {
  it('reads a hello that lies in one datagram, once', () => {
    const initials = fresh();
    const datagram = quicInitial({ destinationId: ID, frames: [crypto(0, clientHello([extension.alpn('smb')]))] });
    expect(give(initials, datagram)).toEqual({ version: 1, sni: null, alpn: ['smb'], complete: true });
    expect(give(initials, datagram)).toBeNull();
  });

  it('reads version 2', () => {
    const datagram = quicInitial({ version: 2, destinationId: ID, frames: [crypto(0, HELLO)], size: 2000 });
    expect(give(fresh(), datagram)).toEqual({ ...SMB, version: 0x6b3343cf });
  });

  it('reads it inside a larger buffer', () => {
    const datagram = quicInitial({ destinationId: ID, frames: [crypto(0, HELLO)], size: 2000 });
    const record = join([9, 9, 9], datagram, [9]);
    expect(fresh().datagram(1, record, 3, 3 + datagram.length)).toEqual(SMB);
  });

  it('joins frames that are split over datagrams and come in the wrong order', () => {
    const initials = fresh();
    expect(give(initials, quicInitial({ destinationId: ID, number: 1, frames: [crypto(1000, HELLO.subarray(1000))] }))).toBeNull();
    expect(give(initials, quicInitial({ destinationId: ID, frames: [crypto(500, HELLO.subarray(500, 1000)), [1], crypto(0, HELLO.subarray(0, 520))] }))).toEqual(SMB);
  });

  it('reads coalesced packets of one datagram', () => {
    const first = quicInitial({ destinationId: ID, frames: [crypto(0, HELLO.subarray(0, 800))], size: 900 });
    const second = quicInitial({ destinationId: ID, number: 1, frames: [crypto(800, HELLO.subarray(800))], size: 900 });
    expect(give(fresh(), join(first, second))).toEqual(SMB);
  });

  it('keeps the first keys when the client turns to the id that the server chose', () => {
    const initials = fresh();
    give(initials, quicInitial({ destinationId: ID, frames: [crypto(0, HELLO.subarray(0, 800))] }));
    expect(give(initials, quicInitial({ destinationId: SERVER_ID, keyId: ID, number: 1, frames: [[2, 0, 0, 0, 0], crypto(800, HELLO.subarray(800))] }))).toEqual(SMB);
  });

  it('takes new keys after a Retry', () => {
    const initials = fresh();
    give(initials, quicInitial({ destinationId: ID, frames: [crypto(0, HELLO.subarray(0, 800))] }));
    expect(give(initials, quicInitial({ destinationId: SERVER_ID, number: 1, frames: [crypto(0, HELLO)], size: 2000 }))).toEqual(SMB);
  });

  it('says when the hello is not there to its end', () => {
    const hello = clientHello([extension.alpn('smb'), extension.padding(3000), extension.serverName('late.example.com')]);
    expect(give(fresh(), quicInitial({ destinationId: ID, frames: [crypto(0, hello.subarray(0, 900))] }))).toEqual({ version: 1, sni: null, alpn: ['smb'], complete: false });
  });

  it('gives an empty list where the client names no protocol', () => {
    expect(give(fresh(), quicInitial({ destinationId: ID, frames: [crypto(0, clientHello([]))] }))).toEqual({ version: 1, sni: null, alpn: [], complete: true });
  });

  it('forgets the oldest connection when there are more than the limit', () => {
    const initials = fresh(1);
    give(initials, quicInitial({ destinationId: ID, frames: [crypto(0, HELLO.subarray(0, 800))] }), 'a');
    give(initials, quicInitial({ destinationId: SERVER_ID, frames: [crypto(0, HELLO.subarray(0, 800))] }), 'b');
    expect(give(initials, quicInitial({ destinationId: ID, number: 1, frames: [crypto(800, HELLO.subarray(800))] }), 'a')).toBeNull();
    expect(initials.forgotten).toBe(2);
  });

  it('counts as forgotten only who had not told its protocol', () => {
    const initials = fresh(1);
    give(initials, quicInitial({ destinationId: ID, frames: [crypto(0, HELLO)] }), 'a');
    give(initials, quicInitial({ destinationId: SERVER_ID, frames: [crypto(0, HELLO)] }), 'b');
    expect(initials.forgotten).toBe(0);
  });
});

describe('what is no client Initial', () => {
  it('is ignored when its tag is wrong, and does not disturb the connection', () => {
    const initials = fresh();
    const datagram = quicInitial({ destinationId: ID, frames: [crypto(0, HELLO)], size: 2000 });
    const damaged = datagram.slice();
    damaged[1500] = (damaged[1500] ?? 0) ^ 1;
    expect(give(initials, damaged)).toBeNull();
    expect(give(initials, datagram)).toEqual(SMB);
  });

  it('is ignored without a throw at any length and with any byte changed in its header', () => {
    const datagram = quicInitial({ destinationId: ID, frames: [crypto(0, HELLO)], size: 2000 });
    for (let length = 0; length < datagram.length; length += 7) expect(give(fresh(), datagram.subarray(0, length))).toBeNull();
    for (let at = 0; at < 30; at++) {
      for (const value of [0, 0x3f, 0x40, 0x7f, 0x80, 0xc0, 0xff]) {
        const changed = datagram.slice();
        changed[at] = value;
        expect(() => give(fresh(), changed)).not.toThrow();
      }
    }
  });
});
