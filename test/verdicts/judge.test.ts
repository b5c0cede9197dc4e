import { describe, expect, test } from 'vitest';
import type { Exchange } from '../../src/negotiation/exchange.ts';
import { judge } from '../../src/verdicts/judge.ts';
import { coreResponse, exchange, oldSmb2Response, seen, smb1Exchange, smb1Request, smb1Response, smb1Selected, smb2Request, WITHOUT_SMB2 } from '../build/exchange.ts';

type Over = NonNullable<Parameters<typeof exchange>[0]>;
type Make = (over?: Over) => Exchange;

const ONLY = ['NT LM 0.12'];
const MULTI = ['NT LM 0.12', 'SMB 2.002', 'SMB 2.???'];
const PROVEN: Over = { serverSilenceProven: true, clientSilenceProven: true };
const CLIENT_CLOSED = { by: 'client', how: 'close', packet: 7, origin: 'peer' } as const;
const SERVER_RESET = { by: 'server', how: 'reset', packet: 7, origin: 'peer' } as const;
const NO_OFFER: Over = {
  ...WITHOUT_SMB2, messages: [], offer: { kind: 'none', packet: null, smb2Packet: null, smb2Dialects: [] },
  answer: { kind: 'none', dialect: null, dialectCode: null, status: null, packet: null, time: null }, ended: CLIENT_CLOSED,
};

/** Of each code a connection that leaves no doubt. */
const CERTAIN: Readonly<Record<string, Make>> = {
  'smb-over-quic': (over) => exchange({ transport: 'quic', quic: { version: 1, sni: null, alpn: ['smb'] }, ...over }),
  'smb1-in-use': (over) => smb1Selected(ONLY, smb1Response(), { smb1Command: { packet: 6, name: 'SESSION_SETUP_ANDX' }, ...over }),
  'smb2-negotiated-after-decoy': (over) => exchange({ decoySign: true, ...over }),
  'smb2-negotiated': (over) => exchange(over),
  'session-in-progress': (over) => exchange({ smb2Success: false, smb2Offered: null, ...over }),
  'smb1-only-server-found': (over) => smb1Selected(MULTI, smb1Response(), { ...PROVEN, ...over, ended: { ...CLIENT_CLOSED, ...over?.ended } }),
  'smb1-selected': (over) => smb1Selected(ONLY, smb1Response(), { ...PROVEN, ...over, ended: { ...CLIENT_CLOSED, ...over?.ended } }),
  'netbios-session-refused': (over) => exchange({ ...NO_OFFER, ...PROVEN, ...over, answer: { kind: 'netbios-refused', packet: 5 } }),
  'no-common-dialect': (over) => smb1Exchange(MULTI, { ...PROVEN, smb1Response: seen(5, 'server', coreResponse(0xffff)), ...over, answer: { kind: 'smb1-none', index: 0xffff, packet: 5, ...over?.answer } }),
  'smb1-only-client-rejected': (over) => smb1Exchange(ONLY, { ...PROVEN, ...over, answer: { kind: 'reset', packet: 7 }, ended: { ...SERVER_RESET, ...over?.ended } }),
  'negotiation-refused': (over) => smb1Exchange(MULTI, { ...PROVEN, ...over, answer: { kind: 'closed', packet: 7 }, ended: { by: 'server', how: 'close', packet: 7, origin: 'peer', ...over?.ended } }),
  'negotiation-abandoned': (over) => smb1Exchange(MULTI, { ...PROVEN, decoySign: true, wildcardPacket: 5, smb2Response: seen(5, 'server', oldSmb2Response(0x02ff)), ...over, answer: { kind: 'smb2-wildcard', packet: 5 }, ended: CLIENT_CLOSED }),
  'smb1-only-client-unanswered': (over) => smb1Exchange(ONLY, { ...PROVEN, ...over, answer: { kind: 'silence' }, ended: { ...CLIENT_CLOSED, ...over?.ended } }),
  'negotiation-unanswered': (over) => smb1Exchange(MULTI, { ...PROVEN, waitedSeconds: 5, ...over, answer: { kind: 'silence' } }),
  'malformed-negotiation': (over) => smb1Exchange(ONLY, { ...PROVEN, ...over, answer: { kind: 'malformed', packet: 5, malformed: { packet: 5, field: 'ByteCount', offset: 33 } } }),
  'connection-refused': (over) => exchange({ ...NO_OFFER, handshake: { syn: 1, synAck: null, ack: null }, refusedPacket: 2, refusedPlainly: true, ...over }),
  'connection-without-negotiation': (over) => exchange({ ...NO_OFFER, ...PROVEN, ...over }),
  'transport-race-lost': (over) => exchange({ ...NO_OFFER, ...PROVEN, raceWonBy: { packet: 3 }, ...over }),
};

/** What is asked of a connection, and for which codes its lack leaves a doubt. */
const LACKS: readonly [name: string, over: Over, missing: string, doubted: readonly string[]][] = [
  ['bytes of the client', { gaps: { client: true, server: false } }, 'gap-in-client-stream', [
    'smb2-negotiated-after-decoy', 'smb2-negotiated', 'smb1-only-server-found', 'smb1-selected', 'netbios-session-refused', 'no-common-dialect', 'smb1-only-client-rejected',
    'negotiation-refused', 'negotiation-abandoned', 'smb1-only-client-unanswered', 'negotiation-unanswered', 'malformed-negotiation', 'connection-without-negotiation', 'transport-race-lost']],
  ['bytes of the server', { gaps: { client: false, server: true } }, 'gap-in-server-stream', [
    'smb1-only-server-found', 'smb1-selected', 'netbios-session-refused', 'no-common-dialect', 'smb1-only-client-rejected',
    'negotiation-refused', 'negotiation-abandoned', 'smb1-only-client-unanswered', 'negotiation-unanswered', 'malformed-negotiation', 'connection-without-negotiation', 'transport-race-lost']],
  ['ends of packets', { cut: true }, 'cut-packets', [
    'smb2-negotiated-after-decoy', 'smb2-negotiated', 'smb1-only-server-found', 'smb1-selected', 'netbios-session-refused', 'no-common-dialect', 'smb1-only-client-rejected', 'negotiation-refused',
    'negotiation-abandoned', 'smb1-only-client-unanswered', 'negotiation-unanswered', 'malformed-negotiation', 'connection-refused', 'connection-without-negotiation', 'transport-race-lost']],
  ['the handshake', { handshake: { syn: null, synAck: null, ack: null } }, 'handshake', [
    'smb2-negotiated', 'smb1-only-server-found', 'smb1-selected', 'no-common-dialect', 'smb1-only-client-rejected', 'negotiation-refused', 'negotiation-abandoned',
    'smb1-only-client-unanswered', 'negotiation-unanswered', 'malformed-negotiation']],
  ['what the client did next', { clientSilenceProven: false }, 'what-followed', [
    'smb1-only-server-found', 'smb1-selected', 'netbios-session-refused', 'no-common-dialect', 'negotiation-abandoned', 'malformed-negotiation']],
  ['proof that the server was silent', { serverSilenceProven: false }, 'proof-of-silence', [
    'smb1-only-client-rejected', 'negotiation-refused', 'smb1-only-client-unanswered', 'negotiation-unanswered', 'connection-without-negotiation', 'transport-race-lost']],
];

describe('certainty', () => {
  for (const [code, make] of Object.entries(CERTAIN)) {
    test(`${code} is certain where nothing is missing`, () => {
      expect(judge(make())).toMatchObject({ code, certainty: 'certain', missing: [] });
    });

    test(`${code} is likely where only the port tells who is the client`, () => {
      expect(judge(make({ directionBy: 'port' }))).toMatchObject({ code, certainty: 'likely' });
    });
  }

  for (const [name, over, missing, doubted] of LACKS) {
    test(`without ${name} some verdicts are only likely, and say why`, () => {
      const found = Object.entries(CERTAIN).flatMap(([code, make]) => {
        const judgement = judge(make(over));
        // Without a handshake TCP alone says nothing.
        if (judgement.code !== code) return [];
        expect(judgement.certainty === 'likely', code).toBe(judgement.missing.length > 0);
        return judgement.missing.includes(missing as never) ? [code] : [];
      });
      expect(found.toSorted()).toEqual(doubted.toSorted());
    });
  }

  test('a reset that may be a firewall’s proves no silence of the server', () => {
    for (const code of ['smb1-only-client-rejected', 'smb1-only-client-unanswered']) {
      const by = code === 'smb1-only-client-rejected' ? 'server' : 'client';
      expect(judge(CERTAIN[code]!({ ended: { origin: 'middlebox-suspected', by } }))).toMatchObject({ code, certainty: by === 'server' ? 'likely' : 'certain' });
    }
  });

  test('after 0x02FF a close of the server is a refusal only if both were silent', () => {
    const closed = (over: Over): Exchange => smb1Exchange(MULTI, { ...PROVEN, decoySign: true, ...over, answer: { kind: 'smb2-wildcard', packet: 5 }, ended: SERVER_RESET });
    expect(judge(closed({}))).toMatchObject({ code: 'negotiation-refused', certainty: 'certain' });
    expect(judge(closed({ clientSilenceProven: false }))).toMatchObject({ certainty: 'likely', missing: ['what-followed'] });
    expect(judge(closed({ serverSilenceProven: false }))).toMatchObject({ certainty: 'likely', missing: ['proof-of-silence'] });
  });

  test('where the client asked twice, the SYN-ACK must show where the answers begin', () => {
    const messages = [seen(4, 'client', smb1Request(ONLY)), seen(5, 'client', smb2Request())];
    const synOnly = { syn: 1, synAck: null, ack: null };
    expect(judge(CERTAIN['negotiation-unanswered']!({ messages }))).toMatchObject({ certainty: 'certain' });
    expect(judge(CERTAIN['negotiation-unanswered']!({ handshake: synOnly }))).toMatchObject({ certainty: 'certain' });
    expect(judge(CERTAIN['negotiation-unanswered']!({ handshake: synOnly, messages }))).toMatchObject({ certainty: 'likely', missing: ['handshake'] });
    expect(judge(CERTAIN['negotiation-unanswered']!({ handshake: { syn: null, synAck: 2, ack: null }, messages }))).toMatchObject({ certainty: 'certain' });
  });

  test('SMB1 that was selected before another request is certain only if that one got no answer', () => {
    const again = { messages: [seen(4, 'client', smb1Request(ONLY)), seen(5, 'server', smb1Response()), seen(6, 'client', smb2Request())] };
    expect(judge(CERTAIN['smb1-selected']!(again))).toMatchObject({ code: 'smb1-selected', certainty: 'certain' });
    expect(judge(CERTAIN['smb1-selected']!({ serverSilenceProven: false }))).toMatchObject({ certainty: 'certain' });
    expect(judge(CERTAIN['smb1-selected']!({ ...again, serverSilenceProven: false }))).toMatchObject({ certainty: 'likely', missing: ['proof-of-silence'] });
  });

  test('what was not offered in the capture leaves a doubt about what was', () => {
    const offer = { kind: 'not-captured', smb1Dialects: null, smb2Dialects: null } as const;
    expect(judge(CERTAIN['smb2-negotiated']!({ offer }))).toMatchObject({ certainty: 'likely', missing: ['request'] });
    expect(judge(CERTAIN['smb1-selected']!({ offer }))).toMatchObject({ certainty: 'likely', missing: ['request'] });
  });

  test('SMB1 in use without its selection is likely; a gap on one side takes nothing from it, gaps on both do', () => {
    expect(judge(smb1Exchange(ONLY, { smb1Command: { packet: 6, name: undefined } }))).toMatchObject({ code: 'smb1-in-use', certainty: 'likely', missing: ['answer'] });
    expect(judge(CERTAIN['smb1-in-use']!({ gaps: { client: true, server: true } }))).toMatchObject({ certainty: 'likely', missing: ['gap-in-client-stream'] });
  });

  test('a decoy without the answer that made it one is likely', () => {
    expect(judge(CERTAIN['smb2-negotiated-after-decoy']!({ smb2Success: false }))).toMatchObject({ code: 'smb2-negotiated-after-decoy', certainty: 'likely', missing: ['answer'] });
  });

  test('a refusal with a number of its own may follow an acceptance that was not captured', () => {
    expect(judge(CERTAIN['connection-refused']!({ refusedPlainly: false }))).toMatchObject({ certainty: 'likely', missing: ['handshake'] });
  });

  test('a connection without bytes needs its whole handshake, and proof of silence from both sides', () => {
    const silent = CERTAIN['connection-without-negotiation']!;
    expect(judge(silent({ handshake: { syn: null, synAck: 2, ack: 3 } }))).toMatchObject({ certainty: 'likely', missing: ['handshake'] });
    expect(judge(silent({ handshake: { syn: 1, synAck: null, ack: null } }))).toMatchObject({ certainty: 'likely', missing: ['handshake'] });
    expect(judge(silent({ clientSilenceProven: false }))).toMatchObject({ certainty: 'likely', missing: ['proof-of-silence'] });
  });

  test('an unanswered SYN is never certain', () => {
    const unanswered = exchange({ ...NO_OFFER, handshake: { syn: 1, synAck: null, ack: null }, seenFrom: { client: true, server: false } });
    expect(judge(unanswered)).toMatchObject({ code: 'connection-unanswered', certainty: 'likely', missing: ['server-packets'] });
  });

  test('inconclusive is possible, with everything that is missing, or else what followed', () => {
    const open = (over: Over): Exchange => smb1Exchange(ONLY, { ...over, answer: { kind: 'not-captured' } });
    expect(judge(open({ missing: ['answer', 'end-of-connection'] }))).toMatchObject({ code: 'inconclusive', certainty: 'possible', missing: ['answer', 'end-of-connection'] });
    expect(judge(open({}))).toMatchObject({ certainty: 'possible', missing: ['what-followed'] });
  });

  test('what is missing is named once, and only where it matters, but for a session in progress', () => {
    const lacking = { missing: ['handshake', 'request', 'answer'] } as const;
    expect(judge(CERTAIN['session-in-progress']!(lacking)).missing).toEqual(['handshake', 'request', 'answer']);
    expect(judge(CERTAIN['smb1-in-use']!(lacking)).missing).toEqual([]);
    expect(judge(CERTAIN['smb2-negotiated']!({ ...lacking, handshake: { syn: null, synAck: null, ack: null } })).missing).toEqual(['handshake']);
  });
});
