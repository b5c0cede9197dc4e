import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Analyser } from '../../src/analyser.ts';
import { ConnectionLines } from '../../src/report/render-ndjson.ts';
import { readConnections, ReportCollector } from '../../src/report/report-collector.ts';
import { CaptureReport, Connection, ConnectionLine, type ReportHead } from '../../src/report/schema.ts';

/** Recorded from smbd 4.17.12; test/captures/README.md says what is in them. */
const recorded = (name: string): Uint8Array => new Uint8Array(readFileSync(new URL(`../captures/${name}.pcap`, import.meta.url)));
const DECOY = recorded('samba_after_decoy');
const ENCRYPTED = recorded('samba_encrypted');
const SMB1 = recorded('samba_smb1_in_use');

/** One report of several captures: all of them show the server 127.0.0.1. */
function reportOf(...captures: Uint8Array[]): { head: ReportHead; connections: Connection[]; lines: ConnectionLine[] } {
  const collector = new ReportCollector({ limits: { hosts: 10, jsonConnections: 10 }, detail: 'full' });
  const texts = new ConnectionLines('verdicts', undefined);
  const lines: ConnectionLine[] = [];
  const analyser = new Analyser({
    onConnection: (judged) => {
      collector.add(judged, 6);
      lines.push(ConnectionLine.parse(JSON.parse(texts.lineOf(judged, 6))));
    },
  });
  for (const [at, capture] of captures.entries()) {
    if (at > 0) analyser.nextFile();
    analyser.write(capture);
  }
  const report = collector.finish(analyser.end(), { product: { version: '1', catalogue: '1' } });
  const connections = [...readConnections(report)];
  CaptureReport.parse({ ...report.head, connections });
  return { head: report.head, connections, lines };
}

const predictedOf = ({ connections }: ReturnType<typeof reportOf>): Connection['predicted'][] => connections.map(({ predicted }) => predicted);

/** The capture with bytes changed behind the first place where `before` stands, from a given offset on. */
function changed(capture: Uint8Array, before: string, at: number, bytes: readonly number[]): Uint8Array {
  const copy = capture.slice();
  const place = Buffer.from(copy).indexOf(Buffer.from(before, 'hex'));
  expect(place).toBeGreaterThan(0);
  copy.set(bytes, place + at);
  return copy;
}

/** 2.1 instead of 3.1.1, with what smbd tells in 2.1. */
const lowered = (): Uint8Array => changed(changed(ENCRYPTED, ANSWER, AT.dialect, [0x10, 0x02]), ANSWER, AT.capabilities, [0x07]);

/** ProtocolId to Flags of an answer with success, as [MS-SMB2] 2.2.1.2 lays it out: MessageId 0 of the SMB2-only start. */
const ANSWER = 'fe534d4240000000000000000000010001000000';
const AT = { dialect: 68, capabilities: 88 } as const;

describe('what was predicted of one connection', () => {
  it('is the server that answered, with what its settings may be', () => {
    expect(predictedOf(reportOf(ENCRYPTED))).toEqual([{
      agrees: true,
      by: [{
        profile: 'samba-4.17', certainty: 'observed', policy: { minDialect: { from: 'CORE', to: '3.1.1' }, maxDialect: { from: '3.1.1', to: '3.1.1' } },
        alike: ['samba-4.15', 'samba-4.16', 'samba-4.18', 'samba-4.19', 'samba-4.20', 'samba-4.21', 'samba-4.22', 'samba-4.23'],
      }],
      differs: [],
    }]);
  });

  it('takes a lower dialect for a setting: one connection cannot tell it from a downgrade', () => {
    const [lower] = predictedOf(reportOf(lowered()));
    expect(lower).toMatchObject({ agrees: true, by: [{ profile: 'samba-4.17', policy: { minDialect: { from: 'CORE', to: '2.1' }, maxDialect: { from: '2.1', to: '2.1' } } }, {}] });
  });

  it('is false where the program never chooses what was not offered', () => {
    const [odd] = predictedOf(reportOf(changed(ENCRYPTED, ANSWER, AT.dialect, [0x24, 0x02])));
    expect(odd).toMatchObject({ agrees: false, by: [], differs: [{ field: 'dialect', expected: '3.1.1', observed: '0x0224', meaning: 'the dialect that the server chooses of those offered' }] });
  });

  it('is false where the cipher was not offered', () => {
    // Context 2 with one cipher, AES-128-GCM, as smbd answers it
    const [odd] = predictedOf(reportOf(changed(ENCRYPTED, '020004000000000001000200', 10, [0x09, 0x00])));
    expect(odd).toMatchObject({ agrees: false, differs: [{ field: 'cipher', expected: 'AES-128-GCM', observed: '0x0009' }] });
  });

  it('is unknown where no known server tells such capabilities, and says which comes near', () => {
    const [odd] = predictedOf(reportOf(changed(ENCRYPTED, ANSWER, AT.capabilities, [0x97])));
    expect(odd).toMatchObject({ agrees: null, by: [], differs: [{ field: 'capabilities', observed: '0x00000097' }] });
    expect(odd?.because).toMatch(/^the answer resembles that of samba-4\.\d+, but no known server sends it in this form$/);
  });

  it('is unknown without an answer that has a form', () => {
    expect(predictedOf(reportOf(recorded('article_a')))).toEqual([{ agrees: null, by: [], differs: [], because: 'no answer was captured that could be told from others' }]);
  });

  it('takes SMB1 for a setting as well', () => {
    expect(predictedOf(reportOf(SMB1))).toMatchObject([{ agrees: true, by: [{ profile: 'samba-4.17', policy: { maxDialect: { from: 'NT1', to: 'NT1' }, signing: 'required' } }] }]);
  });
});

describe('several connections of a server', () => {
  it('narrow each other', () => {
    const both = predictedOf(reportOf(ENCRYPTED, DECOY));
    expect(both).toMatchObject([{ agrees: true }, { agrees: true }]);
    expect(both[0]).toEqual(both[1]);
  });

  it('disagree where no settings make both: SMB1 selected by who speaks 3.1.1', () => {
    const { connections, head } = reportOf(SMB1, DECOY);
    const smb1 = connections.find(({ dialect }) => dialect === 'NT LANMAN 1.0')!;
    expect(smb1.predicted).toEqual({
      agrees: false, by: [],
      differs: [{ field: 'kind', expected: 'smb2-wildcard', observed: 'smb1-selected', meaning: 'whether, and with what kind of answer, the server answers this request; expected by what other connections of this server show' }],
    });
    expect(connections.find(({ dialect }) => dialect === '3.1.1')!.predicted).toMatchObject({ agrees: true });
    expect(head.hosts.flatMap(({ findings = [] }) => findings.map(({ code, severity }) => [code, severity]))).toEqual([['downgrade-smb1', 'high']]);
    expect(head.summary.findings['downgrade-smb1']).toBe(1);
  });

  it('say the same in whichever order they come; lines say what is known by then', () => {
    const orders = [reportOf(SMB1, DECOY), reportOf(DECOY, SMB1)];
    expect(orders.map(({ connections }) => Object.fromEntries(connections.map(({ dialect, predicted }) => [dialect, predicted!.agrees])))).toEqual([
      { 'NT LANMAN 1.0': false, '3.1.1': true }, { 'NT LANMAN 1.0': false, '3.1.1': true },
    ]);
    expect(orders.map(({ lines }) => lines.map(({ dialect, predicted }) => [dialect, predicted!.agrees]))).toEqual([
      [['NT LANMAN 1.0', true], ['3.1.1', true]], [['3.1.1', true], ['NT LANMAN 1.0', false]],
    ]);
  });

  it('show a lower dialect that was agreed on, though both sides know more', () => {
    const { connections, head } = reportOf(DECOY, lowered());
    expect(connections.map(({ dialect, predicted }) => [dialect, predicted!.agrees])).toEqual([['3.1.1', true], ['2.1', false]]);
    expect(connections[1]!.predicted!.differs).toMatchObject([{ field: 'dialect', expected: '3.1.1', observed: '2.1' }]);
    expect(head.hosts.flatMap(({ findings = [] }) => findings.map(({ code }) => code))).toEqual(['downgrade-dialect']);
  });

  it('are let alone with detail=summary', () => {
    const collector = new ReportCollector({ limits: { hosts: 10, jsonConnections: 10 }, detail: 'summary' });
    const analyser = new Analyser({ onConnection: (judged) => collector.add(judged, 6) });
    analyser.write(DECOY);
    const [connection] = readConnections(collector.finish(analyser.end(), { product: { version: '1', catalogue: '1' } }));
    expect(connection).not.toHaveProperty('predicted');
  });
});
