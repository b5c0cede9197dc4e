import { buildConnection } from './build-connection.ts';
import { ConnectionTemplate } from './connection-template.ts';
import type { JudgedConnection, JudgedSpecimen } from './judged-connection.ts';
import type { Detail } from './detail.ts';
import type { TimeDigits } from './time-text.ts';

/** The JSON texts of connections, at one level of detail. Those of a known shape are filled in, not built. */
export class ConnectionTexts {
  readonly #detail: Detail;
  readonly #before: Readonly<Record<string, string>>;
  readonly #templates: Readonly<Record<TimeDigits, WeakMap<JudgedSpecimen, ConnectionTemplate>>> = { 6: new WeakMap(), 9: new WeakMap() };

  /** @param before fields that stand before those of the connection. */
  constructor(detail: Detail, before: Readonly<Record<string, string>> = {}) {
    this.#detail = detail;
    this.#before = before;
  }

  textOf(judged: JudgedConnection, digits: TimeDigits): string {
    const { alike } = judged;
    // Whole messages hold what is random in them, and texts of what each connection did: these are written one by one.
    if (alike === null || this.#detail === 'full') return JSON.stringify({ ...this.#before, ...buildConnection(judged, this.#detail, digits) });
    const templates = this.#templates[digits];
    let template = templates.get(alike.specimen);
    if (template === undefined) {
      templates.set(alike.specimen, (template = new ConnectionTemplate(alike.specimen, this.#detail, digits, this.#before)));
    }
    return template.fill(alike.particulars);
  }
}
