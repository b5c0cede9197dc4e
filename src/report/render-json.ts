import type { CollectedReport } from './report-collector.ts';

/** Connections joined to one piece of text: few writes, and no string as long as the report. */
const CONNECTIONS_A_PIECE = 64;

/** The report as JSON, in pieces. */
export function* renderJson({ head, connections }: CollectedReport): Generator<string> {
  yield `${JSON.stringify(head).slice(0, -1)},"connections":[`;
  for (let from = 0; from < connections.length; from += CONNECTIONS_A_PIECE) {
    yield (from === 0 ? '' : ',') + connections.slice(from, from + CONNECTIONS_A_PIECE).join(',');
  }
  yield ']}\n';
}
