import { describe, expect, it } from 'vitest';
import type { Exchange } from '../../src/negotiation/exchange.ts';
import type { Judgement } from '../../src/verdicts/judgement.ts';
import { explainVerdict } from '../../src/verdicts/explain.ts';
import { MISSING_SENTENCES } from '../../src/verdicts/missing.ts';
import { VERDICT_CODES, type Verdict, type VerdictCode } from '../../src/verdicts/verdict.ts';
import { WEAKER } from '../../src/verdicts/weaker.ts';
import { at, coreResponse, exchange, lanmanResponse, seen, smb1Exchange, smb1Response, smb1Selected, WITHOUT_SMB2 } from '../build/exchange.ts';

const XP = ['PC NETWORK PROGRAM 1.0', 'LANMAN1.0', 'NT LM 0.12'];
const T3 = ['NT LM 0.12', 'SMB 2.002', 'SMB 2.???'];

const verdict = (given: Exchange, code: VerdictCode, over: Partial<Judgement> = {}): Verdict =>
  explainVerdict(given, { code, certainty: 'certain', smb1: 'unknown', missing: [], ...over });

const TCP_ONLY = { ...WITHOUT_SMB2, messages: [], offer: { kind: 'none', smb1Dialects: [], smb2Dialects: [], packet: null, smb2Packet: null }, answer: { kind: 'none', packet: null, dialect: null, dialectCode: null } } as const;
const SILENT = { kind: 'silence', dialect: null, dialectCode: null, packet: null, status: null, waitSeconds: null } as const;
const NO_RESPONSE = { smb2Response: null, smb2Success: false, smb2Offered: null, smb2Command: null, sessionSetup: false, dialect: null, dialectCode: null } as const;

interface Case { given: Exchange; says: string; evidence: string[]; events: string[] }

/** One exchange per code; what the text says of it is literal. */
const CASES: Record<VerdictCode, Case> = {
  'smb-over-quic': {
    given: exchange({ ...TCP_ONLY, transport: 'quic', quic: { version: 1, sni: 'files.example', alpn: ['smb'] }, server: { port: 443 } }),
    says: 'The client 10.0.0.5 opened a QUIC connection to the server 10.0.0.9 (port 443) with the application protocol "smb" for the server name "files.example" (packet 1). It can only be SMB 3.1.1; the negotiation is encrypted and cannot be seen here.',
    evidence: ['1 tls.handshake.extensions_alpn_str=smb'], events: [],
  },
  'smb1-in-use': {
    given: smb1Selected(XP, smb1Response({ selectedIndex: 2 }), { smb1Command: { packet: 6, name: 'SMB_COM_SESSION_SETUP_ANDX' } }),
    says: 'The client 10.0.0.5 offered only SMB1 to the server 10.0.0.9 (port 445): "PC NETWORK PROGRAM 1.0", "LANMAN1.0", "NT LM 0.12" (packet 4). The server selected the SMB1 dialect "NT LM 0.12" (index 2) after 0.001 s (packet 5). SMB1 commands ran afterwards, the first being SMB_COM_SESSION_SETUP_ANDX (packet 6). Nothing but SMB1 was on offer, so the client needs SMB1; what else the server speaks is not seen here.',
    evidence: ['4 smb.dialect.name="PC NETWORK PROGRAM 1.0", "LANMAN1.0", "NT LM 0.12"', '5 smb.dialect.index=2', '6 smb.cmd=SMB_COM_SESSION_SETUP_ANDX'],
    events: ['server SMBServer/Audit 3000', 'server SMBServer/Audit 3002', 'client SMBClient/Audit 32002', 'client SmbClient/Security 32002'],
  },
  'smb2-negotiated-after-decoy': {
    given: exchange({ decoySign: true, wildcardPacket: 5, offer: { kind: 'multi-protocol', smb1Dialects: T3, smb1Packet: 4, smb2Packet: 6 }, answer: { packet: 7 } }),
    says: 'The client 10.0.0.5 offered "NT LM 0.12", "SMB 2.002", "SMB 2.???" to the server 10.0.0.9 (port 445) in an SMB1-framed request that also asks for SMB2 (packet 4), then 2.0.2, 2.1, 3.0, 3.0.2, 3.1.1 in an SMB2 request (packet 6). The server answered 0x02FF (packet 5), which asks for a second negotiate in SMB2. The server selected SMB 3.1.1 (0x0311) after 0.001 s (packet 7). The SMB1 strings were a decoy: this connection does not use SMB1, and turning SMB1 off does not touch it.',
    evidence: ['4 smb.dialect.name="NT LM 0.12", "SMB 2.002", "SMB 2.???"', '6 smb2.dialect=0x0202, 0x0210, 0x0300, 0x0302, 0x0311', '5 smb2.dialect=0x02FF', '7 smb2.dialect=0x0311'],
    events: [],
  },
  'smb2-negotiated': {
    given: exchange(),
    says: 'The client 10.0.0.5 offered SMB2 dialects to the server 10.0.0.9 (port 445): 2.0.2, 2.1, 3.0, 3.0.2, 3.1.1 (packet 4). The server selected SMB 3.1.1 (0x0311) after 0.001 s (packet 5). It is the highest dialect that the client offered.',
    evidence: ['4 smb2.dialect=0x0202, 0x0210, 0x0300, 0x0302, 0x0311', '5 smb2.dialect=0x0311'], events: [],
  },
  'session-in-progress': {
    given: exchange({ ...NO_RESPONSE, smb2Request: null, smb2Command: { packet: 2, name: 'READ' }, offer: { kind: 'not-captured', packet: null, smb2Packet: null, smb1Dialects: null, smb2Dialects: null }, answer: { kind: 'not-captured', packet: null, dialect: null, dialectCode: null } }),
    says: 'Between the client 10.0.0.5 and the server 10.0.0.9 (port 445) the capture shows READ (packet 2), but no negotiate answer. The session is SMB2 or SMB3; its dialect, and what was offered for it, is not seen. The connection went on.',
    evidence: ['2 smb2.cmd=READ'], events: [],
  },
  'smb1-only-server-found': {
    given: smb1Selected(T3, smb1Response(), { ended: { by: 'client', how: 'reset', packet: 6, time: at(6_200_000), waitSeconds: 0.0002, origin: 'peer' } }),
    says: 'The client 10.0.0.5 offered "NT LM 0.12", "SMB 2.002", "SMB 2.???" to the server 10.0.0.9 (port 445) in an SMB1-framed request that also asks for SMB2 (packet 4). The server selected the SMB1 dialect "NT LM 0.12" (index 0) after 0.001 s (packet 5). The client reset the connection 0.0002 s later (packet 6). The SMB1 strings were a decoy, and only a server that does not speak SMB2 takes it: 10.0.0.9 needs an update or a replacement, the client does not need SMB1.',
    evidence: ['4 smb.dialect.name="NT LM 0.12", "SMB 2.002", "SMB 2.???"', '5 smb.dialect.index=0', '6 tcp.flags.reset=1'],
    events: ['client SMBClient/Audit 32000', 'client SmbClient/Security 32000', 'server SMBServer/Audit 3000', 'server SMBServer/Audit 3002'],
  },
  'smb1-selected': {
    given: smb1Selected(XP, lanmanResponse()),
    says: 'The client 10.0.0.5 offered only SMB1 to the server 10.0.0.9 (port 445): "PC NETWORK PROGRAM 1.0", "LANMAN1.0", "NT LM 0.12" (packet 4). The server selected the SMB1 dialect "LANMAN1.0" (index 1) after 0.001 s (packet 5). The capture does not show how it ended. No SMB1 command was seen after that, so SMB1 is enabled on 10.0.0.9, but this connection does not show it in use.',
    evidence: ['4 smb.dialect.name="PC NETWORK PROGRAM 1.0", "LANMAN1.0", "NT LM 0.12"', '5 smb.dialect.index=1'],
    events: ['server SMBServer/Audit 3000', 'server SMBServer/Audit 3002', 'client SMBClient/Audit 32002', 'client SmbClient/Security 32002', 'client SMBClient/Audit 32000', 'client SmbClient/Security 32000'],
  },
  'netbios-session-refused': {
    given: exchange({ ...TCP_ONLY, transport: 'netbios', server: { port: 139 }, netbios: { called: 'WRONG', calling: 'LABCLIENT' }, messages: [seen(5, 'server', { kind: 'nbss-negative-response', errorCode: 0x82, errorName: undefined })], answer: { kind: 'netbios-refused', dialect: null, dialectCode: null, packet: 5, waitSeconds: 0.002 }, ended: { by: 'server', how: 'close', packet: 6, time: at(6_000_000), waitSeconds: 0.001 } }),
    says: 'The client 10.0.0.5 asked the server 10.0.0.9 (port 139) for a NetBIOS session for the name "WRONG". The server refused the NetBIOS session with 0x82, the called name is not present after 0.002 s (packet 5). The server closed the connection 0.001 s later (packet 6). No dialect was negotiated.',
    evidence: ['5 nbss.type=0x83', '5 nbss.error_code=0x82', '6 tcp.flags.fin=1'], events: ['client SMBClient/Connectivity 30804'],
  },
  'no-common-dialect': {
    given: exchange({ ...NO_RESPONSE, offer: { smb2Dialects: [0x0202, 0x0210] }, answer: { kind: 'smb2-error', dialect: null, dialectCode: null, status: 0xc00000bb } }),
    says: 'The client 10.0.0.5 offered SMB2 dialects to the server 10.0.0.9 (port 445): 2.0.2, 2.1 (packet 4). The server answered with 0xC00000BB STATUS_NOT_SUPPORTED after 0.001 s (packet 5). The connection went on. No offered dialect lies within what 10.0.0.9 accepts.',
    evidence: ['4 smb2.dialect=0x0202, 0x0210', '5 smb2.nt_status=0xc00000bb'], events: ['server SMBServer/Operational 1061', 'client SMBClient/Connectivity 30816'],
  },
  'smb1-only-client-rejected': {
    given: smb1Exchange(XP, { answer: { kind: 'reset', packet: 5, time: at(5_000_000), waitSeconds: 0.00085 }, ended: { by: 'server', how: 'reset', packet: 5, time: at(5_000_000), waitSeconds: 0.00085 } }),
    says: 'The client 10.0.0.5 offered only SMB1 to the server 10.0.0.9 (port 445): "PC NETWORK PROGRAM 1.0", "LANMAN1.0", "NT LM 0.12" (packet 4). The server reset the connection without an answer after 0.00085 s (packet 5). The server did not take SMB1, and this client offered nothing else.',
    evidence: ['4 smb.dialect.name="PC NETWORK PROGRAM 1.0", "LANMAN1.0", "NT LM 0.12"', '5 tcp.flags.reset=1'],
    events: ['server SMBServer/Operational 1001', 'server SMBServer/Audit 3000', 'server SMBServer/Audit 3002', 'client SMBClient/Connectivity 30804'],
  },
  'negotiation-refused': {
    given: exchange({ ...NO_RESPONSE, answer: { kind: 'smb2-error', dialect: null, dialectCode: null, status: 0xc000009a }, ended: { by: 'client', how: 'close', packet: 7, time: at(7_000_000), waitSeconds: 0.03 } }),
    says: 'The client 10.0.0.5 offered SMB2 dialects to the server 10.0.0.9 (port 445): 2.0.2, 2.1, 3.0, 3.0.2, 3.1.1 (packet 4). The server answered with 0xC000009A STATUS_INSUFFICIENT_RESOURCES after 0.001 s (packet 5). The client closed the connection 0.03 s later (packet 7). The offer held SMB2, so the refusal is not about SMB1 alone.',
    evidence: ['4 smb2.dialect=0x0202, 0x0210, 0x0300, 0x0302, 0x0311', '5 smb2.nt_status=0xc000009a', '7 tcp.flags.fin=1'], events: ['client SMBClient/Connectivity 30816'],
  },
  'negotiation-abandoned': {
    given: smb1Exchange(T3, { decoySign: true, wildcardPacket: 5, answer: { kind: 'smb2-wildcard', packet: 5, dialect: '2.???', dialectCode: 0x02ff, waitSeconds: 0.002 }, ended: { by: 'client', how: 'close', packet: 6, time: at(6_000_000), waitSeconds: 0.001 } }),
    says: 'The client 10.0.0.5 offered "NT LM 0.12", "SMB 2.002", "SMB 2.???" to the server 10.0.0.9 (port 445) in an SMB1-framed request that also asks for SMB2 (packet 4). The server answered 0x02FF, "go on in SMB2" after 0.002 s (packet 5). The client closed the connection 0.001 s later (packet 6). The second negotiate was not seen, so that no dialect was agreed on; the server would have gone on in SMB2.',
    evidence: ['4 smb.dialect.name="NT LM 0.12", "SMB 2.002", "SMB 2.???"', '5 smb2.dialect=0x02FF', '6 tcp.flags.fin=1'], events: [],
  },
  'smb1-only-client-unanswered': {
    given: smb1Exchange(XP, { answer: SILENT, waitedSeconds: 12.5, serverSilenceProven: false }),
    says: 'The client 10.0.0.5 offered only SMB1 to the server 10.0.0.9 (port 445): "PC NETWORK PROGRAM 1.0", "LANMAN1.0", "NT LM 0.12" (packet 4). No answer of the server was seen within 12.5 s. That the server sent nothing is not proven: its packets may only not have been captured. The capture does not show how it ended.',
    evidence: ['4 smb.dialect.name="PC NETWORK PROGRAM 1.0", "LANMAN1.0", "NT LM 0.12"'], events: ['client SMBClient/Connectivity 30809'],
  },
  'negotiation-unanswered': {
    given: exchange({ ...NO_RESPONSE, answer: SILENT, waitedSeconds: 60, serverSilenceProven: true, ended: { by: 'client', how: 'reset', packet: 9, time: at(9_000_000), waitSeconds: 60 } }),
    says: 'The client 10.0.0.5 offered SMB2 dialects to the server 10.0.0.9 (port 445): 2.0.2, 2.1, 3.0, 3.0.2, 3.1.1 (packet 4). No answer of the server was seen within 60 s. Later packets prove by their sequence numbers that the server sent nothing. The client reset the connection 60 s later (packet 9). A server that speaks only SMB1 behaves so; it may also be a firewall or an overloaded server.',
    evidence: ['4 smb2.dialect=0x0202, 0x0210, 0x0300, 0x0302, 0x0311', '9 tcp.flags.reset=1'], events: ['client SMBClient/Connectivity 30809'],
  },
  'malformed-negotiation': {
    given: exchange({ ...NO_RESPONSE, smb2Request: null, offer: { kind: 'smb2-only', smb2Dialects: [], malformed: { packet: 4, field: 'DialectCount', offset: 66 } }, answer: { kind: 'closed', dialect: null, dialectCode: null, packet: 5 }, ended: { by: 'server', how: 'close', packet: 5, time: at(5_000_000), waitSeconds: 0.001 } }),
    says: 'The request of the client cannot be read: its field DialectCount, at offset 66 of the message, is wrong (packet 4). The client 10.0.0.5 sent an SMB2 negotiate without a readable dialect to the server 10.0.0.9 (port 445) (packet 4).',
    evidence: ['4 frame.number=4', '5 tcp.flags.fin=1'], events: ['client SMBClient/Connectivity 30804'],
  },
  'connection-refused': {
    given: exchange({ ...TCP_ONLY, handshake: { syn: 1, synAck: null, ack: null }, refusedPacket: 2 }),
    says: 'The client 10.0.0.5 asked the server 10.0.0.9 (port 445) for a TCP connection (packet 1) and met a reset (packet 2). Nothing listens there, or a firewall rejects it; no SMB byte was sent.',
    evidence: ['1 tcp.flags.syn=1', '2 tcp.flags.reset=1'], events: ['client SMBClient/Connectivity 30803'],
  },
  'connection-unanswered': {
    given: exchange({ ...TCP_ONLY, handshake: { syn: 1, synAck: null, ack: null }, synPackets: 3 }),
    says: 'The client 10.0.0.5 asked the server 10.0.0.9 (port 445) for a TCP connection (packet 1), 3 times, and no answer was seen. The host may be away, a firewall may drop the packets, or the answer was not captured.',
    evidence: ['1 tcp.flags.syn=1'], events: ['client SMBClient/Connectivity 30803'],
  },
  'connection-without-negotiation': {
    given: exchange({ ...TCP_ONLY, serverSilenceProven: true, clientSilenceProven: true, ended: { by: 'client', how: 'close', packet: 4, time: at(4_000_000), waitSeconds: 0.5 } }),
    says: 'The client 10.0.0.5 connected to the server 10.0.0.9 (port 445) (packet 2), and no SMB byte was seen on the connection. Later packets prove by their sequence numbers that no byte was sent. The client closed the connection 0.5 s later (packet 4).',
    evidence: ['1 tcp.flags.syn=1', '2 tcp.flags.syn=1', '4 tcp.flags.fin=1'], events: [],
  },
  'transport-race-lost': {
    given: exchange({ ...TCP_ONLY, transport: 'netbios', server: { port: 139 }, handshake: { syn: 4, synAck: 5, ack: null }, raceWonBy: { packet: 2 }, ended: { by: 'client', how: 'reset', packet: 7, time: at(7_000_000), waitSeconds: 0.0001 } }),
    says: 'The client 10.0.0.5 opened port 139 of 10.0.0.9 beside port 445, which had been accepted first (packet 2). The client reset the connection 0.0001 s later (packet 7). Dropping the slower connection is normal.',
    evidence: ['4 tcp.flags.syn=1', '5 tcp.flags.syn=1', '2 tcp.flags.syn=1', '7 tcp.flags.reset=1'], events: ['client SMBClient/Operational 30952'],
  },
  inconclusive: {
    given: exchange({ ...NO_RESPONSE, answer: { kind: 'not-captured', dialect: null, dialectCode: null, packet: null }, ended: { how: 'capture-end' } }),
    says: 'The client 10.0.0.5 offered SMB2 dialects to the server 10.0.0.9 (port 445): 2.0.2, 2.1, 3.0, 3.0.2, 3.1.1 (packet 4). No answer is in the capture. The capture does not show how it ended. What was captured does not decide what happened.',
    evidence: ['1 tcp.flags.syn=1', '2 tcp.flags.syn=1', '4 smb2.dialect=0x0202, 0x0210, 0x0300, 0x0302, 0x0311'], events: [],
  },
};

describe('explainVerdict', () => {
  for (const code of VERDICT_CODES) {
    const { given, says, evidence, events } = CASES[code];
    it(`explains ${code} with this connection's own facts`, () => {
      expect(verdict(given, code).explanation).toBe(says);
    });
    it(`points at packets for ${code}`, () => {
      expect(verdict(given, code).evidence.map(({ packet, field, value }) => `${packet} ${field}=${value}`)).toEqual(evidence);
    });
    it(`names the Windows events of ${code}, with their conditions`, () => {
      const expected = verdict(given, code).expectedEvents;
      expect(expected.map(({ side, channel, id }) => `${side} ${channel.replace('Microsoft-Windows-', '')} ${id}`)).toEqual(events);
      for (const event of expected) {
        expect(event.channel).toMatch(/^Microsoft-Windows-S(MB|mb)(Server|Client)\/[A-Z][a-z]+$/);
        expect(event.when).toMatch(/^If this side is Windows/);
      }
    });
  }

  it('says of a likely verdict what is missing, in sentences', () => {
    const likely = verdict(CASES['negotiation-unanswered'].given, 'negotiation-unanswered', { certainty: 'likely', missing: ['proof-of-silence', 'gap-in-server-stream'] });
    expect(likely.explanation).toMatch(/This is likely, not certain: no later packet proves that the other side sent nothing; its packets may only not have been captured\. Some bytes of the server are missing from the capture\.$/);
    expect(likely.missing).toEqual(['proof-of-silence', 'gap-in-server-stream']);
  });

  it('lists what is missing of an inconclusive one, without calling itself possible', () => {
    const text = verdict(CASES.inconclusive.given, 'inconclusive', { certainty: 'possible', missing: ['answer'] }).explanation;
    expect(text).toMatch(/What was captured does not decide what happened\. An answer of the server is not in the capture\.$/);
    expect(text).not.toContain('not certain');
  });

  it('points at the first packet when nothing decided', () => {
    const bare = exchange({ ...TCP_ONLY, handshake: { syn: null, synAck: null, ack: null }, firstPacket: 77, answer: { kind: 'not-captured' } });
    for (const code of VERDICT_CODES) expect(verdict(bare, code).evidence.length, code).toBeGreaterThan(0);
    expect(verdict(bare, 'inconclusive').evidence).toEqual([{ packet: 77, field: 'frame.number', value: '77', meaning: 'the first packet of the connection' }]);
  });

  it('survives every code on every exchange', () => {
    for (const { given } of Object.values(CASES)) for (const code of VERDICT_CODES) expect(verdict(given, code).explanation).toMatch(/\.$/);
  });

  it('names 0xFFFF, DOS errors and NT statuses of SMB1', () => {
    expect(verdict(smb1Exchange(XP, { smb1Response: seen(5, 'server', coreResponse(0xffff)), answer: { kind: 'smb1-none', packet: 5, waitSeconds: 0.002 } }), 'smb1-only-client-rejected').explanation)
      .toContain('The server answered index 0xFFFF, none of the offered dialects after 0.002 s (packet 5).');
    const dos = seen(5, 'server', smb1Response({ form: 'error', wordCount: 0, header: { ...smb1Response().header, status: 0x00570001, flags2: 0x8001 } }));
    expect(verdict(smb1Exchange(XP, { smb1Response: dos, answer: { kind: 'smb1-error', packet: 5, status: 0x00570001 } }), 'smb1-only-client-rejected').explanation).toContain('The server answered with ERRDOS 87 (packet 5).');
    const nt = seen(5, 'server', smb1Response({ form: 'error', wordCount: 0, header: { ...smb1Response().header, status: 0xc0000022, flags2: 0xc001 } }));
    expect(verdict(smb1Exchange(XP, { smb1Response: nt, answer: { kind: 'smb1-error', packet: 5, status: 0xc0000022 } }), 'smb1-only-client-rejected').explanation).toContain('The server answered with 0xC0000022 STATUS_ACCESS_DENIED (packet 5).');
  });

  it('shows hostile dialect names short and without control characters', () => {
    const text = verdict(smb1Exchange(['\u001b[2J\n"' + 'A'.repeat(500), '\u202eevil']), 'inconclusive').explanation;
    expect(text).toContain(`"·[2J··${'A'.repeat(42)}…", "·evil"`);
  });

  it('names a suspected middlebox', () => {
    const reset = { by: 'server', how: 'reset', packet: 5, time: at(5_000_000), waitSeconds: 0.001, origin: 'middlebox-suspected' } as const;
    expect(verdict(smb1Exchange(XP, { answer: { kind: 'reset', packet: 5 }, ended: reset }), 'smb1-only-client-rejected').explanation).toContain('The TTL or MAC address of that packet differs');
  });

  it('uses the names of IPv6 and UDP in the display filter', () => {
    expect(verdict(exchange(), 'smb2-negotiated').displayFilter).toBe('ip.addr==10.0.0.5 && ip.addr==10.0.0.9 && tcp.port==53994 && tcp.port==445 && frame.number>=1 && frame.number<=12');
    expect(verdict(exchange({ ipVersion: 6, transport: 'quic', client: { address: 'fd00::5' }, server: { address: 'fd00::9', port: 443 } }), 'smb-over-quic').displayFilter)
      .toBe('ipv6.addr==fd00::5 && ipv6.addr==fd00::9 && udp.port==53994 && udp.port==443 && frame.number>=1 && frame.number<=12');
  });
});

describe('MISSING_SENTENCES', () => {
  it('holds whole sentences', () => {
    for (const sentence of Object.values(MISSING_SENTENCES)) expect(sentence).toMatch(/^[A-Z].*\.$/);
  });
});

describe('WEAKER', () => {
  it('never lets a verdict fall to itself or twice to one code', () => {
    for (const code of VERDICT_CODES) {
      expect(WEAKER[code]).not.toContain(code);
      expect(new Set(WEAKER[code]).size, code).toBe(WEAKER[code].length);
    }
  });
  it('never turns SMB2 into a need for SMB1, nor anything into SMB1 use', () => {
    const needs = ['smb1-in-use', 'smb1-selected', 'smb1-only-server-found', 'smb1-only-client-rejected', 'smb1-only-client-unanswered'];
    for (const code of ['smb2-negotiated', 'smb2-negotiated-after-decoy', 'session-in-progress', 'negotiation-abandoned'] as const) expect(WEAKER[code].filter((weaker) => needs.includes(weaker))).toEqual([]);
    for (const code of VERDICT_CODES) expect(WEAKER[code]).not.toContain('smb1-in-use');
  });
  it('lets every verdict but inconclusive end as inconclusive', () => {
    for (const code of VERDICT_CODES) if (code !== 'inconclusive') expect(WEAKER[code], code).toContain('inconclusive');
  });
});
