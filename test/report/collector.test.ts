import { describe, expect, it } from 'vitest';
import type { Analysis } from '../../src/report/analysis.ts';
import { renderJson } from '../../src/report/render-json.ts';
import { printable, renderText } from '../../src/report/render-text.ts';
import { readConnections, ReportCollector } from '../../src/report/report-collector.ts';
import { filetimeText } from '../../src/bytes/filetime.ts';
import { timeText } from '../../src/report/time-text.ts';
import type { VerdictCode } from '../../src/verdicts/verdict.ts';
import { judged, MIXED_OFFER, SMB2_OFFER } from './exchange.ts';

const ANALYSIS: Analysis = {
  capture: { format: 'pcap', files: [{ format: 'pcap', bytes: 24, packets: 0 }], bytes: 24, packets: 0, start: null, end: null, timeDigits: 6, linkTypes: ['ETHERNET'], complete: true },
  faults: [], faultCounts: new Map(), probes: { syn: 0, refused: 0 }, probesBy: new Map(), notSmb: 0, refusal: null,
};
const IDENTITY = { product: { version: '1', catalogue: '1' } };

function collect(limit: number, ...codes: VerdictCode[]) {
  const collector = new ReportCollector({ limits: { hosts: 100, jsonConnections: limit }, detail: 'summary' });
  codes.forEach((code, id) => collector.add(judged({ code, smb1: 'unknown' }, { id }), 6));
  return collector.finish(ANALYSIS, IDENTITY);
}

describe('a full report', () => {
  it('lets probes go first, then the least severe, and counts both', () => {
    const report = collect(2, 'connection-refused', 'smb2-negotiated', 'smb1-in-use', 'connection-unanswered', 'smb1-only-server-found');
    expect([...readConnections(report)].map(({ id, verdict }) => [id, verdict.code])).toEqual([[2, 'smb1-in-use'], [4, 'smb1-only-server-found']]);
    expect(report.head.summary).toMatchObject({ connections: 5, connectionsOmitted: 3, verdicts: { 'connection-refused': 1, 'smb2-negotiated': 1 } });
  });

  it('keeps what it has where the new one is no graver', () => {
    expect([...readConnections(collect(1, 'smb1-in-use', 'smb1-in-use', 'inconclusive'))].map(({ id }) => id)).toEqual([0]);
  });
});

describe('the answer', () => {
  const answer = (...connections: Parameters<typeof judged>[]): string => {
    const collector = new ReportCollector({ limits: { hosts: 100, jsonConnections: 10 }, detail: 'summary' });
    for (const connection of connections) collector.add(judged(...connection), 6);
    return collector.finish(ANALYSIS, IDENTITY).head.summary.answer;
  };
  it('says that a decoy is only a decoy', () => {
    expect(answer([{ code: 'smb2-negotiated-after-decoy', smb1: 'decoy' }, { offer: MIXED_OFFER }])).toContain('SMB1 is offered only as a decoy: no host here needs it.');
  });
  it('names the server with which SMB1 is in use', () => {
    expect(answer([{ code: 'smb1-in-use', smb1: 'in-use' }])).toContain('SMB1 is really in use: one connection ran SMB1 commands with the server 10.0.0.9.');
  });
  it('says that no SMB1 was seen, and only then', () => {
    expect(answer([{ code: 'smb2-negotiated', smb1: 'none' }, { offer: SMB2_OFFER }])).toContain('No SMB1 was seen');
    expect(answer()).toContain('No SMB was captured');
    expect(answer([{ code: 'inconclusive', smb1: 'unknown' }])).toContain('Nothing here says whether SMB1 is in use');
  });
  it('tells of doubts', () => {
    expect(answer([{ code: 'smb2-negotiated', smb1: 'none' }], [{ code: 'inconclusive', smb1: 'unknown' }])).toContain('one connection of 2 could not be judged for SMB1.');
  });
});

describe('renderings', () => {
  it('JSON in pieces is one document, with connections and without', () => {
    expect(JSON.parse([...renderJson(collect(10))].join('')).connections).toEqual([]);
    const many = collect(500, ...Array.from({ length: 200 }, () => 'smb2-negotiated' as const));
    expect(JSON.parse([...renderJson(many)].join('')).connections).toHaveLength(200);
  });

  it('text carries no control character of the capture to a terminal', () => {
    expect(printable('NAS\u001b[2J\u0007\u202e')).toBe('NAS\ufffd[2J\ufffd\ufffd');
    const report = collect(10, 'smb1-in-use');
    // oxlint-disable-next-line no-control-regex -- escapes are what is looked for
    expect([...renderText(report.head, readConnections(report))].join('')).not.toMatch(/\u001b/);
    expect([...renderText(report.head, readConnections(report), true)].join('')).toContain('\u001b[31mHIGH');
  });

  it('times have the digits of the capture, and none beyond four-digit years', () => {
    const time = { seconds: 1_599_127_200, nanos: 123_456_789 };
    expect(timeText(time, 6)).toBe('2020-09-03T10:00:00.123456Z');
    expect(timeText(time, 9)).toBe('2020-09-03T10:00:00.123456789Z');
    expect(timeText(null, 6)).toBeNull();
    expect(timeText({ seconds: 1e15, nanos: 0 }, 6)).toBeNull();
    expect(timeText({ seconds: 3e11, nanos: 0 }, 6)).toBeNull();
  });

  it('FILETIME 116444736000000001 is 100 ns after 1970', () => {
    expect(filetimeText(116_444_736_000_000_001n)).toBe('1970-01-01T00:00:00.000000100Z');
    expect(filetimeText(0n)).toBeUndefined();
    expect(filetimeText(0xffff_ffff_ffff_ffffn)).toBeUndefined();
  });
});
