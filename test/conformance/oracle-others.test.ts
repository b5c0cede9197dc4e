import { describe, expect, it } from 'vitest';
import { awo00 } from '../../src/selection/families/awo00.ts';
import { impacket } from '../../src/selection/families/impacket.ts';
import type { Server } from '../../src/selection/family.ts';
import { oraclePresent, readOracle, type Recorded, recordedRow, simulatedRow } from './oracle.ts';

const NAMES = { serverName: 'LABSRV', domain: 'LABGRP' };

function compare(rows: readonly Recorded[], server: (row: Recorded) => Server, what: 'answers' | 'bytes', left: readonly string[] = []): { compared: number; differing: string[] } {
  const chosen = rows.filter(({ policy, offer }) => !left.includes(offer.id) && !left.includes(`${policy.id} ${offer.id}`));
  const differing = chosen.flatMap((row) => {
    const expected = recordedRow(row, true)[what].join(' | ');
    const predicted = simulatedRow(row, server(row), NAMES, true)[what].join(' | ');
    return expected === predicted ? [] : [`${row.policy.id} ${row.offer.id}: ${expected} <> ${predicted}`];
  });
  return { compared: chosen.length, differing };
}

describe.skipIf(!oraclePresent)('impacket 0.10.0 as recorded (skipped where ../shared is absent)', () => {
  const rows = oraclePresent ? readOracle('impacket') : [];
  const on = impacket.server({ options: { smb2support: 'yes' } });
  const off = impacket.server({});
  const server = ({ policy }: Recorded): Server => (policy.id === 'smb2=off' ? off : on);

  it('answers 1 011 connections as foretold', () => {
    expect(compare(rows, server, 'answers')).toEqual({ compared: 1011, differing: [] });
  });

  it('sends the very bytes, but for times', () => {
    // A compound of two negotiates: impacket answers both in one message, or the last alone; the answer foretold is the first one's.
    expect(compare(rows, server, 'bytes', ['h-compound'])).toEqual({ compared: 1011 - 3, differing: [] });
  });
});

describe.skipIf(!oraclePresent)('npm @awo00/smb2 1.1.1 as recorded (skipped where ../shared is absent)', () => {
  const rows = oraclePresent ? readOracle('awo00') : [];
  const server = awo00.server({});

  it('answers 337 connections as foretold', () => {
    expect(compare(rows, () => server, 'answers')).toEqual({ compared: 337, differing: [] });
  });

  it('sends the very bytes, but for times', () => {
    // One example of each distinct answer was kept. Two messages in one segment: it answered the second one first.
    expect(compare(rows.filter(({ own }) => own), () => server, 'bytes', ['f-retry-win10-smb2'])).toEqual({ compared: 8, differing: [] });
  });
});
