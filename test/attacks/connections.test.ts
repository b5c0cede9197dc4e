import { describe, expect, it } from 'vitest';
import { smb2NegotiateRequest, smb2NegotiateResponse, smb2Command, join } from '../build/smb.ts';
import { attack } from './attack.ts';
import { reachableMiB } from './heap.ts';
import { Peers } from './peers.ts';
import type { Traffic } from './traffic.ts';

const REQUEST = smb2NegotiateRequest();
const ANSWER = smb2NegotiateResponse();
const VICTIM = 40_000;
/** The first of many addresses that attack. */
const FOE = 0x0b00_0000;

/** A negotiation with `flood` between its request and its answer. */
function victim(traffic: Traffic, flood: () => void): void {
  const peers = new Peers(traffic, { clientPort: VICTIM });
  peers.handshake().request(REQUEST);
  flood();
  peers.answer(ANSWER).request(smb2Command(1)).close();
}

describe('A negotiation keeps its verdict between', { timeout: 120_000 }, () => {
  it('a million SYNs to the same port from a million addresses', () => {
    const { codes, analysis, faults } = attack((traffic) => victim(traffic, () => {
      for (let each = 0; each < 1_000_000; each++) traffic.send({ source: FOE + each, sourcePort: each & 0xffff, flags: 'S', sequence: each });
    }));
    expect(codes.get(VICTIM)).toEqual(['smb2-negotiated']);
    expect(analysis.probes.syn).toBe(1_000_000);
    expect(faults).toEqual({ 'probe-sources-limit': 1 });
  });

  it('SYNs with data from more addresses than are followed', () => {
    const data = REQUEST.subarray(0, 8);
    const { codes, verdicts, faults } = attack((traffic) => victim(traffic, () => {
      for (let each = 0; each < 200_000; each++) traffic.send({ source: FOE + each, flags: 'S', sequence: each, payload: data });
    }));
    expect(codes.get(VICTIM)).toEqual(['smb2-negotiated']);
    expect(verdicts).toEqual({ 'smb2-negotiated': 1, 'connection-unanswered': 200_000 });
    expect(faults).toEqual({ 'active-connections-limit': 200_001 - 32_768, 'probe-sources-limit': 1 });
  });

  it('more open connections without a byte than are followed', () => {
    const { codes, verdicts, faults } = attack((traffic) => victim(traffic, () => {
      for (let each = 0; each < 100_000; each++) new Peers(traffic, { client: FOE + each }).handshake();
    }));
    expect(codes.get(VICTIM)).toEqual(['smb2-negotiated']);
    expect(verdicts).toEqual({ 'smb2-negotiated': 1, 'connection-without-negotiation': 100_000 });
    expect(faults['active-connections-limit']).toBe(100_001 - 32_768);
  });

  it('other traffic of more flows than are remembered', () => {
    const { codes, faults, analysis } = attack((traffic) => victim(traffic, () => {
      for (let each = 0; each < 1_200_000; each++) traffic.send({ source: FOE + each, destinationPort: 8080, sequence: 5, payload: Uint8Array.of(0, 1, 2) });
    }), { limits: { flows: 65_536 } });
    expect(codes.get(VICTIM)).toEqual(['smb2-negotiated']);
    expect(faults).toEqual({ 'flow-limit': 1 });
    expect(analysis.faults[0]!.message).toContain('MAX_FLOWS=65536');
  });

  it('segments of its own connection that repeat, overlap and differ, a hundred thousand times', () => {
    const other = REQUEST.map((byte) => byte ^ 0xff);
    const { codes, faults, analysis } = attack((traffic) => {
      const peers = new Peers(traffic, { clientPort: VICTIM });
      peers.handshake();
      const start = REQUEST.subarray(0, 100);
      peers.request(start);
      for (let each = 0; each < 100_000; each++) peers.raw(true, { ahead: -1 - (each % 100), payload: other.subarray(0, 1 + (each % 100)) });
      peers.request(REQUEST.subarray(100)).answer(ANSWER).request(smb2Command(1)).close();
    });
    expect(codes.get(VICTIM)).toEqual(['smb2-negotiated']);
    // One byte right before the next is a keep-alive. RFC 9293 3.8.4
    expect(faults).toEqual({ 'tcp-overlap-differs': 99_000 });
    expect(analysis.faults).toHaveLength(1000);
  });

  it('a packet of another year, ahead or behind', () => {
    for (const seconds of [4_000_000_000, 5]) {
      const { codes } = attack((traffic) => victim(traffic, () => {
        const now = traffic.seconds;
        traffic.seconds = seconds;
        new Peers(traffic, { clientPort: 41_000 }).handshake().request(REQUEST);
        traffic.seconds = now;
      }));
      expect(codes.get(VICTIM), String(seconds)).toEqual(['smb2-negotiated']);
    }
  });
});

describe('Bounds hold, and reaching them is told, when', { timeout: 120_000 }, () => {
  it('negotiations are begun and never end', () => {
    const judged: number[] = [];
    const { verdicts, faults } = attack((traffic) => {
      for (let each = 0; each < 80_000; each++) new Peers(traffic, { client: FOE + each }).handshake().request(REQUEST);
    }, { onJudged: ({ client }) => judged.push(client.port) });
    expect(verdicts).toEqual({ inconclusive: 80_000 });
    expect(faults['active-connections-limit']).toBe(80_000 - 32_768);
    expect(judged).toHaveLength(80_000);
  });

  it('gaps are never filled', () => {
    const piece = new Uint8Array(60_000);
    const before = reachableMiB();
    let during = 0;
    const { verdicts, faults } = attack((traffic) => {
      for (let each = 0; each < 2000; each++) {
        const peers = new Peers(traffic, { client: FOE + each });
        peers.handshake().request(REQUEST).answer(ANSWER.subarray(0, 60));
        for (let at = 1; at <= 4; at++) peers.raw(false, { ahead: at * 60_001, payload: piece });
      }
      traffic.flush();
      during = reachableMiB();
    }, { limits: { bytesHeld: 16 * 2 ** 20 } });
    expect(Object.values(verdicts).reduce((sum, count) => sum + count, 0)).toBe(2000);
    expect(faults['reassembly-limit']).toBeGreaterThan(5000);
    expect(during - before).toBeLessThan(16 + 24);
  });

  it('messages are begun and never ended', () => {
    const begun = join([0, 0, 0xff, 0xf0], REQUEST.subarray(4), new Uint8Array(40_000));
    const before = reachableMiB();
    let during = 0;
    const { verdicts, faults } = attack((traffic) => {
      for (let each = 0; each < 2000; each++) new Peers(traffic, { client: FOE + each }).handshake().request(begun);
      traffic.flush();
      during = reachableMiB();
    }, { limits: { bytesHeld: 16 * 2 ** 20 } });
    expect(Object.values(verdicts).reduce((sum, count) => sum + count, 0)).toBe(2000);
    expect(faults['bytes-held-limit']).toBeGreaterThan(1500);
    expect(during - before).toBeLessThan(2 * 16 + 24);
  });

  it('one connection never ends', () => {
    const before = reachableMiB();
    let during = 0;
    const { codes, analysis } = attack((traffic) => {
      const peers = new Peers(traffic, { clientPort: VICTIM });
      peers.handshake().request(REQUEST).answer(ANSWER);
      const read = smb2Command(8);
      for (let each = 0; each < 300_000; each++) peers.request(read).answer(read);
      traffic.flush();
      during = reachableMiB();
    });
    expect(codes.get(VICTIM)).toEqual(['smb2-negotiated']);
    expect(analysis.capture.packets).toBe(600_005);
    expect(during - before).toBeLessThan(12);
  });
});

it('What was decided before an attack is told before it', () => {
  const order: (readonly [number, number])[] = [];
  attack((traffic) => {
    victim(traffic, () => undefined);
    traffic.seconds += 10;
    for (let each = 0; each < 100_000; each++) new Peers(traffic, { client: FOE + each }).handshake();
  }, { onJudged: ({ client }, packets) => order.push([client.port, packets]) });
  expect(order[0]![0]).toBe(VICTIM);
  expect(order[0]![1]).toBeLessThan(30_000);
});
