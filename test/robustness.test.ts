import { describe, expect, test } from 'vitest';
import type { Exchange } from '../src/negotiation/exchange.ts';
import type { VerdictCode } from '../src/verdicts/verdict.ts';
import { WEAKER } from '../src/verdicts/weaker.ts';
import { analyseBytes, sharedPresent } from './conformance/analyse.ts';
import { conversation } from './mutants/conversations.ts';
import { publicConnections } from './mutants/cut-connections.ts';
import { tcpOf, writePcap, type Editable, type Packet } from './mutants/edit-capture.ts';
import { Dice } from './mutants/mutations.ts';
import { reordered } from './mutants/reorder.ts';
import { matrixCaptures, smallCaptures, type SmallCapture } from './mutants/small-captures.ts';

/** ROBUSTNESS=all takes every exchange of the lab, every public connection and many more conversations. */
const ALL = process.env['ROBUSTNESS'] === 'all';

interface Said { readonly code: VerdictCode; readonly certain: boolean; readonly several: boolean }

/** More than one negotiation on the connection: 0x02FF and what follows it are one. */
function holdsSeveral({ messages }: Exchange): boolean {
  let requests = 0;
  for (const { message } of messages) {
    if (message.kind === 'smb1-negotiate-request' || message.kind === 'smb2-negotiate-request') requests++;
    if (message.kind === 'smb2-negotiate-response' && message.dialectRevision === 0x02ff) requests--;
  }
  return requests > 1;
}

/** Verdicts under the connection's two endpoints. */
function saidOf(bytes: Uint8Array): Map<string, Said[]> {
  const said = new Map<string, Said[]>();
  for (const { exchange, judgement } of analyseBytes(bytes).connections) {
    const ends = [exchange.client, exchange.server].map(({ address, port }) => `${address}:${port}`).sort().join(' ');
    said.set(ends, [...(said.get(ends) ?? []), { code: judgement.code, certain: judgement.certainty === 'certain', several: holdsSeveral(exchange) }]);
  }
  return said;
}

/**
 * What the weaker capture claims that the whole one contradicts: nothing beyond the table with certainty, ever. Where `strict`,
 * and the connection held one negotiation, not even unsure.
 */
function contradictions(whole: Map<string, Said[]>, weaker: Uint8Array, strict = true): string[] {
  const found: string[] = [];
  for (const [ends, list] of saidOf(weaker)) {
    const originals = whole.get(ends) ?? [];
    for (const { code, certain } of list) {
      const allowed = originals.some((one) => one.code === code || WEAKER[one.code].includes(code));
      const unsure = !certain && (!strict || originals.length === 0 || originals.some(({ several }) => several));
      if (!allowed && !unsure) found.push(`${originals.map((one) => one.code).join('|') || 'not listed'} → ${code}${certain ? ' (certain)' : ''}`);
    }
  }
  return found;
}

/** One capture of each way to ask and to answer, end and verdict. */
function oneOfEachKind(captures: readonly SmallCapture[]): SmallCapture[] {
  const kinds = new Map<string, SmallCapture>();
  for (const capture of captures) {
    const kind = analyseBytes(writePcap(capture)).connections.map(({ exchange: { offer, answer, ended }, judgement }) =>
      `${offer.kind} ${offer.smb1Dialects?.length} ${answer.kind} ${answer.dialect} ${ended.how} ${ended.by} ${judgement.code}`).join();
    if (!kinds.has(kind)) kinds.set(kind, capture);
  }
  return [...kinds.values()];
}

const matrix = matrixCaptures(1);
const CAPTURES = [...smallCaptures(12_000), ...(ALL ? matrix : oneOfEachKind(matrix))];

const written = ({ linkType }: Editable, packets: readonly Packet[]): Uint8Array => writePcap({ linkType, packets });

type Less = Iterable<readonly [label: string, packets: readonly Packet[]]>;

function* withoutOne({ packets }: Editable): Less {
  for (let gone = 0; gone < packets.length; gone++) yield [`without ${gone + 1}`, packets.filter((_, at) => at !== gone)];
}

function* withoutTwo({ packets }: Editable): Less {
  for (let gone = 0; gone + 1 < packets.length; gone++) {
    yield [`without ${gone + 1} and ${gone + 2}`, packets.filter((_, at) => at !== gone && at !== gone + 1)];
  }
}

function* withoutTail({ packets }: Editable): Less {
  for (let kept = 0; kept < packets.length; kept++) yield [`first ${kept}`, packets.slice(0, kept)];
}

function* withoutHead({ packets }: Editable): Less {
  for (let gone = 1; gone < packets.length; gone++) yield [`from ${gone + 1}`, packets.slice(gone)];
}

function* withoutDirection({ packets, linkType }: Editable): Less {
  const senders = new Set(packets.map((packet) => tcpOf(packet, linkType)?.source).filter((one) => one !== undefined));
  for (const sender of senders) yield [`without ${sender}`, packets.filter((packet) => tcpOf(packet, linkType)?.source !== sender)];
}

/** Each packet is kept three times out of four. */
function* withoutSome({ packets }: Editable, dice: Dice, times: number): Less {
  for (let time = 0; time < times; time++) {
    const kept = packets.map(() => dice.below(4) > 0);
    yield [`only ${kept.flatMap((keep, at) => (keep ? [at + 1] : [])).join()}`, packets.filter((_, at) => kept[at])];
  }
}

/** Joined midway where packets overtake each other. */
function* withoutHeadReordered(capture: Editable): Less {
  for (const [label, packets] of withoutHead(capture)) {
    const dice = new Dice(packets.length + 1);
    for (const oneDirection of [true, false]) {
      yield [`${label}, reordered`, reordered(packets, capture.linkType, dice, { window: 8, oneDirection, resetsStay: true })];
    }
  }
}

function claims(captures: readonly SmallCapture[], ways: readonly ((capture: Editable) => Less)[], strict = true): string[] {
  const found: string[] = [];
  for (const capture of captures) {
    const whole = saidOf(writePcap(capture));
    for (const way of ways) {
      for (const [label, packets] of way(capture)) {
        for (const text of contradictions(whole, written(capture, packets), strict)) found.push(`${capture.name} ${label}: ${text}`);
      }
    }
  }
  return found;
}

const conversations = (several: boolean): SmallCapture[] =>
  Array.from({ length: ALL ? 20_000 : 600 }, (_, seed) => conversation(new Dice(seed + 1), several));
const withoutAny = (capture: Editable): Less => withoutSome(capture, new Dice(capture.packets.length), 20);

const EVERY_WAY = [withoutOne, withoutTwo, withoutTail, withoutHead, withoutDirection];

describe('what is taken away from a capture never makes it claim something else with certainty', () => {
  test('any one packet', () => expect(claims(CAPTURES, [withoutOne])).toEqual([]));
  test('any two packets in a row', () => expect(claims(CAPTURES, [withoutTwo])).toEqual([]));
  test('any tail', () => expect(claims(CAPTURES, [withoutTail])).toEqual([]));
  test('any head', () => expect(claims(CAPTURES, [withoutHead])).toEqual([]));
  test('any head, and the rest in another order', () => expect(claims(CAPTURES, [withoutHeadReordered], false)).toEqual([]));
  test('one direction', () => expect(claims(CAPTURES, [withoutDirection])).toEqual([]));
  test('some packets, at random', () => {
    const dice = new Dice(1001);
    expect(claims(CAPTURES, [(capture) => withoutSome(capture, dice, 20)], false)).toEqual([]);
  });

  test('any prefix of the file', { timeout: 900_000 }, () => {
    const found: string[] = [];
    for (const capture of CAPTURES.filter(({ packets }) => packets.length <= 16)) {
      const bytes = writePcap(capture);
      const whole = saidOf(bytes);
      for (let length = 0; length < bytes.length; length += ALL ? 1 : 7) {
        for (const text of contradictions(whole, bytes.subarray(0, length))) found.push(`${capture.name} first ${length} bytes: ${text}`);
      }
    }
    expect(found).toEqual([]);
  });

  test.skipIf(!sharedPresent)('of the public captures’ connections (needs ../shared/captures)', { timeout: 900_000 }, () => {
    expect(claims(publicConnections(ALL ? 1000 : 4), EVERY_WAY)).toEqual([]);
  });

  describe('of conversations that nobody recorded', () => {
    test('one negotiation on a connection', { timeout: 900_000 }, () => {
      expect(claims(conversations(false), [...EVERY_WAY, withoutAny], false)).toEqual([]);
    });
    test('several on one connection', { timeout: 900_000 }, () => {
      expect(claims(conversations(true), [...EVERY_WAY, withoutAny], false)).toEqual([]);
    });
  });
});
