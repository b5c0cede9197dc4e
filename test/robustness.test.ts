import { describe, expect, test } from 'vitest';
import type { VerdictCode } from '../src/verdicts/verdict.ts';
import { WEAKER } from '../src/verdicts/weaker.ts';
import { analyseBytes } from './conformance/analyse.ts';
import { tcpOf, writePcap, type Editable, type Packet } from './mutants/edit-capture.ts';
import { matrixCaptures, smallCaptures } from './mutants/small-captures.ts';

/** MATRIX=1 takes every exchange of the lab. */
const CAPTURES = [...smallCaptures(12_000), ...matrixCaptures(Number(process.env['MATRIX'] ?? 20))];

interface Said { readonly code: VerdictCode; readonly certain: boolean }

/** Verdicts under the connection's two endpoints. */
function saidOf(bytes: Uint8Array): Map<string, Said[]> {
  const said = new Map<string, Said[]>();
  for (const { exchange, judgement } of analyseBytes(bytes).connections) {
    const ends = [exchange.client, exchange.server].map(({ address, port }) => `${address}:${port}`).sort().join(' ');
    said.set(ends, [...(said.get(ends) ?? []), { code: judgement.code, certain: judgement.certainty === 'certain' }]);
  }
  return said;
}

/** What the weaker capture claims that the whole one contradicts. */
function contradictions(whole: Map<string, Said[]>, weaker: Uint8Array, strict: boolean): string[] {
  const found: string[] = [];
  for (const [ends, list] of saidOf(weaker)) {
    for (const { code, certain } of list) {
      const originals = whole.get(ends) ?? [];
      const allowed = originals.some((one) => one.code === code || WEAKER[one.code].includes(code));
      if (!allowed && (strict || certain)) found.push(`${originals.map((one) => one.code).join('|') || 'not listed'} → ${code}${certain ? ' (certain)' : ''}`);
    }
  }
  return found;
}

/** Where less of the capture is rightly another story, as long as that is not certain. */
const SEVERAL_NEGOTIATIONS = /^session-(smb1-then-smb2-same-connection|error-then-retry|two-negotiates-rejected)|raw-f-s2-s2/; // the first, or the last, of them ended otherwise
const NOT_OFFERED = /^impacket/; // impacket answers dialects that were not offered: malformed until its client uses them
const isStrict = (name: string): boolean => !NOT_OFFERED.test(name) && !SEVERAL_NEGOTIATIONS.test(name);

const written = ({ linkType }: Editable, packets: readonly Packet[]): Uint8Array => writePcap({ linkType, packets });

function without(name: string, make: (capture: Editable) => Iterable<readonly [label: string, packets: readonly Packet[]]>): void {
  test(name, () => {
    const found: string[] = [];
    for (const capture of CAPTURES) {
      const whole = saidOf(writePcap(capture));
      for (const [label, packets] of make(capture)) {
        for (const text of contradictions(whole, written(capture, packets), isStrict(capture.name))) found.push(`${capture.name} ${label}: ${text}`);
      }
    }
    expect(found).toEqual([]);
  });
}

describe('what is taken away from a capture never makes it claim something else with certainty', () => {
  without('any one packet', function* ({ packets }) {
    for (let gone = 0; gone < packets.length; gone++) yield [`without ${gone + 1}`, packets.filter((_, at) => at !== gone)] as const;
  });

  without('any tail', function* ({ packets }) {
    for (let kept = 0; kept < packets.length; kept++) yield [`first ${kept}`, packets.slice(0, kept)] as const;
  });

  without('any head', function* ({ packets }) {
    for (let gone = 1; gone < packets.length; gone++) yield [`from ${gone + 1}`, packets.slice(gone)] as const;
  });

  without('one direction', function* ({ packets, linkType }) {
    const senders = new Set(packets.map((packet) => tcpOf(packet, linkType)?.source).filter((one) => one !== undefined));
    for (const sender of senders) yield [`without ${sender}`, packets.filter((packet) => tcpOf(packet, linkType)?.source !== sender)] as const;
  });

  without('any two packets in a row', function* ({ packets }) {
    for (let gone = 0; gone + 1 < packets.length; gone++) yield [`without ${gone + 1} and ${gone + 2}`, packets.filter((_, at) => at !== gone && at !== gone + 1)] as const;
  });

  test('any prefix of the file', () => {
    const found: string[] = [];
    for (const capture of CAPTURES.filter(({ packets }) => packets.length <= 16)) {
      const bytes = writePcap(capture);
      const whole = saidOf(bytes);
      for (let length = 0; length < bytes.length; length += 3) {
        for (const text of contradictions(whole, bytes.subarray(0, length), isStrict(capture.name))) found.push(`${capture.name} first ${length} bytes: ${text}`);
      }
    }
    expect(found).toEqual([]);
  });
});
