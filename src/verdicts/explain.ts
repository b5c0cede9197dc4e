import type { Exchange } from '../negotiation/exchange.ts';
import { VERDICT_CATALOGUE } from './catalogue.ts';
import { displayFilter } from './display-filter.ts';
import type { VerdictEntry } from './entry.ts';
import { MISSING_SENTENCES } from './missing.ts';
import type { Judgement } from './judgement.ts';
import type { Evidence, Verdict } from './verdict.ts';

/** Makes the text of a verdict from this connection's own facts. */
export function explainVerdict(exchange: Exchange, judgement: Judgement): Verdict {
  const entry = VERDICT_CATALOGUE[judgement.code];
  return {
    code: judgement.code,
    severity: entry.severity,
    certainty: judgement.certainty,
    title: entry.title,
    explanation: explanation(exchange, judgement, entry),
    missing: judgement.missing,
    evidence: verdictEvidence(exchange, entry),
    expectedEvents: entry.expectedEvents(exchange),
    remediation: entry.remediation,
    displayFilter: displayFilter(exchange),
    references: entry.references,
  };
}

function explanation(exchange: Exchange, { certainty, missing }: Judgement, entry: VerdictEntry): string {
  const facts = entry.explain(exchange, certainty);
  if (certainty === 'certain') return facts;
  // This verdict is its own doubt.
  if (entry.code === 'inconclusive') return [facts, ...missing.map((piece) => MISSING_SENTENCES[piece])].join(' ');
  const why = missing.length === 0 ? 'the capture does not prove it.' : missing.map((piece) => MISSING_SENTENCES[piece]).join(' ');
  return `${facts} This is ${certainty}, not certain: ${lowerFirst(why)}`;
}

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

/** Every verdict points at a packet: where nothing decided, at the first one. */
function verdictEvidence(exchange: Exchange, entry: VerdictEntry): readonly Evidence[] {
  const evidence = entry.evidence(exchange);
  if (evidence.length > 0) return evidence;
  return [{ packet: exchange.firstPacket, field: 'frame.number', value: String(exchange.firstPacket), meaning: 'the first packet of the connection' }];
}
