import type { JudgedConnection } from './judged-connection.ts';
import { ConnectionTexts } from './connection-texts.ts';
import type { Detail } from './detail.ts';
import { type Explanations, Foresight } from './foresight.ts';
import type { Problem, ReportHead } from './schema.ts';
import type { TimeDigits } from './time-text.ts';

/** The lines of connections that are final. */
export class ConnectionLines {
  readonly #texts: ConnectionTexts;
  /** Null where lines do not say what was predicted. */
  readonly #foresight: Foresight | null;

  constructor(detail: Detail, sensor: string | undefined, explanations?: Explanations) {
    this.#texts = new ConnectionTexts(detail, { type: 'connection', ...named(sensor) });
    this.#foresight = detail === 'summary' ? null : new Foresight(explanations);
  }

  lineOf(judged: JudgedConnection, digits: TimeDigits): string {
    const text = this.#texts.textOf(judged, digits);
    return (this.#foresight === null ? text : this.#foresight.addTo(text, this.#foresight.observe(judged))) + '\n';
  }
}

/** The last line of an analysis that came to its end. */
export function summaryLine(head: ReportHead): string {
  return line({ type: 'summary', ...head });
}

/** The last line of an analysis that failed after lines had left. */
export function problemLine(problem: Problem, sensor: string | undefined): string {
  return line({ ...problem, ...named(sensor), type: 'problem' });
}

function named(sensor: string | undefined): { sensor?: string } {
  return sensor === undefined ? {} : { sensor };
}

function line(value: object): string {
  return JSON.stringify(value) + '\n';
}
