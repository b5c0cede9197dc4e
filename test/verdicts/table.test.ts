import { describe, expect, test } from 'vitest';
import type { AnswerKind, OfferKind } from '../../src/negotiation/exchange.ts';
import type { Facts } from '../../src/verdicts/facts.ts';
import { decide, TRUTH_TABLE } from '../../src/verdicts/table.ts';
import { VERDICT_CODES } from '../../src/verdicts/verdict.ts';
import { WEAKER } from '../../src/verdicts/weaker.ts';

const BOOLEANS = [false, true] as const;
/** Every value of every fact; the types say when one is forgotten. */
const OFFERS = Object.keys({
  'smb1-only': 1, 'multi-protocol': 1, 'smb2-only': 1, none: 1, 'not-captured': 1,
} satisfies Record<OfferKind, 1>) as OfferKind[];
const ANSWERS = Object.keys({
  'smb1-selected': 1, 'smb1-none': 1, 'smb1-error': 1, 'smb2-dialect': 1, 'smb2-wildcard': 1, 'smb2-error': 1, 'netbios-refused': 1,
  'netbios-retarget': 1, malformed: 1, closed: 1, reset: 1, silence: 1, none: 1, 'not-captured': 1,
} satisfies Record<AnswerKind, 1>) as AnswerKind[];

const VALUES: { readonly [Name in keyof Facts]: readonly Facts[Name][] } = {
  quic: BOOLEANS, smb1Ran: BOOLEANS, smb2: ['none', 'success-offered', 'success-not-offered'], smb2Command: BOOLEANS, decoy: BOOLEANS,
  smb1Selected: BOOLEANS, offer: OFFERS, answer: ANSWERS, notSupported: BOOLEANS, endedBy: ['client', 'server', 'nobody'], waited: BOOLEANS,
  malformed: BOOLEANS, tcp: ['refused', 'unanswered', 'connected', 'unknown'], raceLost: BOOLEANS,
};

type Loose = Record<string, unknown>;

/** Calls `take` with every combination; one object, changed in place. */
function everyCombination(take: (facts: Facts) => void): number {
  const names = Object.keys(VALUES) as (keyof Facts)[];
  const facts: Loose = {};
  let count = 0;
  const walk = (depth: number): void => {
    const name = names[depth];
    if (name === undefined) {
      count++;
      take(facts as unknown as Facts);
      return;
    }
    for (const value of VALUES[name]) {
      facts[name] = value;
      walk(depth + 1);
    }
  };
  walk(0);
  return count;
}

/** A connection of which nothing is known. */
const NOTHING: Facts = {
  quic: false, smb1Ran: false, smb2: 'none', smb2Command: false, decoy: false, smb1Selected: false, offer: 'not-captured', answer: 'not-captured',
  notSupported: false, endedBy: 'nobody', waited: false, malformed: false, tcp: 'unknown', raceLost: false,
};

describe('the truth table', () => {
  test('has its rows in the order of the contract', () => {
    expect(TRUTH_TABLE.map(({ row, code }) => `${row} ${code}`)).toEqual([
      '1 smb-over-quic', '2 smb1-in-use', '3a malformed-negotiation', '3b smb2-negotiated-after-decoy', '3c smb2-negotiated',
      '4 smb2-negotiated-after-decoy', '4 session-in-progress', '5 smb1-only-server-found', '5 smb1-selected', '6 netbios-session-refused',
      '7 no-common-dialect', '8 smb1-only-client-rejected', '8 negotiation-refused', '9 negotiation-abandoned',
      '10 smb1-only-client-unanswered', '10 negotiation-unanswered', '11 malformed-negotiation', '12 connection-refused',
      '12 connection-unanswered', '12 transport-race-lost', '12 connection-without-negotiation', '13 inconclusive',
    ]);
  });

  test('decides every combination of facts, and every row decides some', () => {
    const first = new Array<number>(TRUTH_TABLE.length).fill(0);
    const contradictions = new Set<string>();
    const count = everyCombination((facts) => {
      const at = TRUTH_TABLE.findIndex((row) => row.holds(facts));
      if (at < 0) return;
      first[at]!++;
      const { code, smb1 } = decide(facts);
      // What no combination may ever say, whatever else is true.
      if (facts.smb1Ran && !facts.quic && smb1 !== 'in-use') contradictions.add(`SMB1 ran, but smb1 is ${smb1}`);
      if (!facts.smb1Ran && code === 'smb1-in-use') contradictions.add('SMB1 in use without commands');
      if (facts.smb2 !== 'none' && (smb1 === 'client-needs-it' || smb1 === 'server-needs-it')) contradictions.add(`SMB2 ran, but ${code}`);
      if (facts.offer !== 'smb1-only' && smb1 === 'client-needs-it') contradictions.add(`${code} for an offer ${facts.offer}`);
      if (!facts.smb1Selected && (smb1 === 'selected' || smb1 === 'server-needs-it')) contradictions.add(`${code} without a selection`);
    });
    expect(count).toBe(1_290_240);
    expect(first.reduce((sum, one) => sum + one, 0)).toBe(count);
    expect(TRUTH_TABLE.filter((_, at) => first[at] === 0).map(({ row, code }) => `${row} ${code}`)).toEqual([]);
    expect([...contradictions]).toEqual([]);
  });

  test('produces every verdict code and no other', () => {
    expect([...new Set(TRUTH_TABLE.map(({ code }) => code))].sort()).toEqual([...VERDICT_CODES].sort());
  });

  test('names only codes, never the code itself, in the table of weaker codes', () => {
    expect(Object.keys(WEAKER).sort()).toEqual([...VERDICT_CODES].sort());
    for (const code of VERDICT_CODES) {
      expect(WEAKER[code].filter((one) => !VERDICT_CODES.includes(one))).toEqual([]);
      expect(WEAKER[code]).not.toContain(code);
      expect(new Set(WEAKER[code]).size).toBe(WEAKER[code].length);
    }
  });

  const cases: [name: string, facts: Partial<Facts>, code: string, smb1: string][] = [
    ['QUIC wins over all', { quic: true, smb1Ran: true }, 'smb-over-quic', 'none'],
    ['SMB1 commands', { smb1Ran: true, smb1Selected: true, offer: 'multi-protocol', answer: 'smb1-selected', endedBy: 'client' }, 'smb1-in-use', 'in-use'],
    ['SMB2 after SMB1 selection', { smb2: 'success-offered', smb1Selected: true, offer: 'smb2-only', answer: 'smb2-dialect' }, 'smb2-negotiated', 'selected'],
    ['a decoy', { smb2: 'success-offered', decoy: true, offer: 'multi-protocol', answer: 'smb2-dialect' }, 'smb2-negotiated-after-decoy', 'decoy'],
    ['a dialect that was not offered and not used', { smb2: 'success-not-offered', decoy: true, offer: 'smb2-only', answer: 'smb2-dialect' }, 'malformed-negotiation', 'unknown'],
    ['a dialect that was not offered, but is used', { smb2: 'success-not-offered', smb2Command: true, offer: 'smb2-only', answer: 'smb2-dialect' }, 'smb2-negotiated', 'none'],
    ['SMB2 commands only', { smb2Command: true }, 'session-in-progress', 'unknown'],
    ['an SMB1-only server', { smb1Selected: true, offer: 'multi-protocol', answer: 'smb1-selected', endedBy: 'client' }, 'smb1-only-server-found', 'server-needs-it'],
    ['the same, ended by the server', { smb1Selected: true, offer: 'multi-protocol', answer: 'smb1-selected', endedBy: 'server' }, 'smb1-selected', 'selected'],
    ['an SMB1-only offer, selected', { smb1Selected: true, offer: 'smb1-only', answer: 'smb1-selected', endedBy: 'client' }, 'smb1-selected', 'selected'],
    ['a NetBIOS refusal', { offer: 'none', answer: 'netbios-refused' }, 'netbios-session-refused', 'unknown'],
    ['none to a multi-protocol offer', { offer: 'multi-protocol', answer: 'smb1-none' }, 'no-common-dialect', 'offered'],
    ['STATUS_NOT_SUPPORTED', { offer: 'smb2-only', answer: 'smb2-error', notSupported: true }, 'no-common-dialect', 'none'],
    ['none to an SMB1-only offer', { offer: 'smb1-only', answer: 'smb1-none' }, 'smb1-only-client-rejected', 'client-needs-it'],
    ['a reset to an SMB1-only offer', { offer: 'smb1-only', answer: 'reset', endedBy: 'server' }, 'smb1-only-client-rejected', 'client-needs-it'],
    ['a close to an offer with SMB2', { offer: 'multi-protocol', answer: 'closed', endedBy: 'server' }, 'negotiation-refused', 'offered'],
    ['the client left after 0x02FF', { decoy: true, offer: 'multi-protocol', answer: 'smb2-wildcard', endedBy: 'client' }, 'negotiation-abandoned', 'decoy'],
    ['silence and the client left', { offer: 'smb1-only', answer: 'silence', endedBy: 'client' }, 'smb1-only-client-unanswered', 'client-needs-it'],
    ['silence for five seconds', { offer: 'smb2-only', answer: 'silence', waited: true }, 'negotiation-unanswered', 'none'],
    ['silence, not long enough', { offer: 'smb2-only', answer: 'silence' }, 'inconclusive', 'unknown'],
    ['an unreadable answer', { offer: 'smb1-only', answer: 'malformed', malformed: true }, 'malformed-negotiation', 'unknown'],
    ['a refused SYN', { offer: 'none', answer: 'none', tcp: 'refused' }, 'connection-refused', 'unknown'],
    ['an unanswered SYN', { offer: 'none', answer: 'none', tcp: 'unanswered' }, 'connection-unanswered', 'unknown'],
    ['a lost race', { offer: 'none', answer: 'none', tcp: 'connected', raceLost: true }, 'transport-race-lost', 'unknown'],
    ['a connection without bytes', { offer: 'none', answer: 'none', tcp: 'connected' }, 'connection-without-negotiation', 'unknown'],
    ['nothing known', {}, 'inconclusive', 'unknown'],
  ];
  test.each(cases)('%s', (_name, facts, code, smb1) => {
    expect(decide({ ...NOTHING, ...facts })).toEqual({ code, smb1 });
  });

  /** Who ended it, the answer, and the verdict for each offer: smb1-only, multi-protocol, smb2-only, none, not captured. */
  const GRID = `
    nobody  smb1-selected     selected  selected  selected  selected  selected
    client  smb1-selected     selected  found     selected  selected  selected
    server  smb1-selected     selected  selected  selected  selected  selected
    nobody  smb1-none         rejected  no-common refused   -         -
    server  smb1-error        rejected  refused   refused   -         -
    client  smb1-error        rejected  refused   refused   -         -
    nobody  smb2-dialect      smb2      decoy     smb2      smb2      smb2
    nobody  smb2-wildcard     -         -         -         -         -
    client  smb2-wildcard     abandoned abandoned abandoned abandoned abandoned
    server  smb2-wildcard     rejected  refused   refused   -         refused
    nobody  smb2-error        rejected  refused   refused   -         refused
    server  smb2-error        rejected  refused   refused   -         refused
    nobody  netbios-refused   nbss      nbss      nbss      nbss      nbss
    server  netbios-refused   nbss      nbss      nbss      nbss      nbss
    nobody  netbios-retarget  -         -         -         -         -
    client  malformed         malformed malformed malformed malformed malformed
    server  closed            rejected  refused   refused   -         -
    server  reset             rejected  refused   refused   -         -
    nobody  silence           -         -         -         -         -
    client  silence           unclient  unanswered unanswered -       -
    waited  silence           unclient  unanswered unanswered -       -
    client  none              -         -         -         -         -
    waited  none              -         -         -         -         -
    client  not-captured      -         -         -         -         -
    waited  not-captured      -         -         -         -         -`;
  const CELLS: Readonly<Record<string, readonly [code: string, smb1: string]>> = {
    selected: ['smb1-selected', 'selected'], found: ['smb1-only-server-found', 'server-needs-it'],
    rejected: ['smb1-only-client-rejected', 'client-needs-it'], unclient: ['smb1-only-client-unanswered', 'client-needs-it'],
    'no-common': ['no-common-dialect', 'offer'], refused: ['negotiation-refused', 'offer'], unanswered: ['negotiation-unanswered', 'offer'],
    smb2: ['smb2-negotiated', 'none'], decoy: ['smb2-negotiated-after-decoy', 'decoy'], abandoned: ['negotiation-abandoned', 'decoy'],
    nbss: ['netbios-session-refused', 'unknown'], malformed: ['malformed-negotiation', 'unknown'], '-': ['inconclusive', 'unknown'],
  };
  /** What an offer that led nowhere says of SMB1. */
  const BY_OFFER = { 'smb1-only': 'offered', 'multi-protocol': 'offered', 'smb2-only': 'none', none: 'unknown', 'not-captured': 'unknown' } as const;
  const lines = GRID.trim().split('\n').map((line) => line.trim().split(/ +/));
  test.each(lines)('%s ended it, %s', (ended, answer, ...cells) => {
    for (const [at, offer] of OFFERS.entries()) {
      const facts: Facts = {
        ...NOTHING, offer, answer: answer as AnswerKind, endedBy: ended === 'client' || ended === 'server' ? ended : 'nobody', waited: ended === 'waited',
        smb1Selected: answer === 'smb1-selected', smb2: answer === 'smb2-dialect' ? 'success-offered' : 'none',
        decoy: offer === 'multi-protocol' || answer === 'smb2-wildcard', malformed: answer === 'malformed',
      };
      const [code, smb1] = CELLS[cells[at]!]!;
      expect(decide(facts), `offer ${offer}`).toEqual({ code, smb1: smb1 === 'offer' ? BY_OFFER[offer] : smb1 });
    }
  });

  test('STATUS_NOT_SUPPORTED means no common dialect whatever was offered, as an error of SMB1 or SMB2 only', () => {
    for (const offer of OFFERS) {
      for (const answer of ANSWERS) {
        const { code } = decide({ ...NOTHING, offer, answer, notSupported: true });
        const expected = answer === 'smb1-error' || answer === 'smb2-error' || (answer === 'smb1-none' && offer === 'multi-protocol');
        expect(code === 'no-common-dialect', `${offer} ${answer}`).toBe(expected);
      }
    }
  });

  const TCP: readonly [tcp: Facts['tcp'], raceLost: boolean, code: string][] = [
    ['refused', false, 'connection-refused'], ['refused', true, 'connection-refused'], ['unanswered', false, 'connection-unanswered'], ['unanswered', true, 'connection-unanswered'],
    ['connected', true, 'transport-race-lost'], ['connected', false, 'connection-without-negotiation'], ['unknown', true, 'inconclusive'], ['unknown', false, 'inconclusive'],
  ];
  test.each(TCP)('TCP %s, race lost %s: %s, unless SMB was seen', (tcp, raceLost, code) => {
    for (const offer of OFFERS) {
      const without = offer === 'none' || offer === 'not-captured';
      expect(decide({ ...NOTHING, tcp, raceLost, offer, answer: 'none' }).code).toBe(without ? code : 'inconclusive');
      expect(decide({ ...NOTHING, tcp, raceLost, offer, answer: 'not-captured' }).code).toBe('inconclusive');
    }
  });
});
