import type { CaptureWriter } from './capture-writer.ts';
import { type Random, seededRandom } from './random.ts';
import { type Placement, writeRecorded } from './recorded-session.ts';
import { expectedOf, readTemplates, type SessionTemplate } from './session-templates.ts';
import type { TruthCollector } from './truth.ts';

const AT_ONCE = 200;
/** The product's MAX_FLOWS: it remembers closed connections until it needs their places, and says so when it does. */
const FLOWS_REMEMBERED = 524_288;
const MICROS_APART = 5;

/** A recorded session on its way, one frame at a time. */
export class Replay {
  readonly #template: SessionTemplate;
  readonly #placement: Placement;
  #next = 0;

  constructor(template: SessionTemplate, placement: Placement) {
    this.#template = template;
    this.#placement = placement;
  }

  /** False when the last frame is written. */
  step(writer: CaptureWriter): boolean {
    const frame = this.#template.frames[this.#next++];
    if (frame !== undefined) writeRecorded(writer, frame, this.#placement, MICROS_APART);
    return this.#next < this.#template.frames.length;
  }
}

/** As Linux gives them out: 32768 to 60999. */
export const clientPort = (index: number): number => 32_768 + (index % 28_232);

/** The `index`-th session: no two of them within 2²⁴ share a client. */
export function placementOf(index: number): Placement {
  return {
    clientAddress: 0x0a00_0000 | (Math.imul(index, 0x9e37_79b1) & 0xff_ffff),
    clientPort: clientPort(index),
    serverAddress: 0xc0a8_0000 | (Math.imul(index, 0x85eb_ca6b) >>> 16),
  };
}

/** `connections` short sessions, 200 of them at a time, their frames interleaved at random. */
export function writeSessions(writer: CaptureWriter, truth: TruthCollector, { templates, connections }: { templates: string; connections: number }): void {
  const random = seededRandom(7);
  if (connections > FLOWS_REMEMBERED) truth.limits.push('flow-limit');
  const kinds = readTemplates(templates);
  const live: Replay[] = [];
  for (let begun = 0; begun < connections || live.length > 0;) {
    for (; live.length < AT_ONCE && begun < connections; begun++) live.push(beginReplay(kinds, begun, random, truth));
    stepOne(live, random, (replay) => replay.step(writer));
  }
}

export function beginReplay(kinds: readonly SessionTemplate[], index: number, random: Random, truth: TruthCollector): Replay {
  const template = kinds[random() % kinds.length];
  if (template === undefined) throw new Error('no templates');
  const placement = placementOf(index);
  truth.expect(expectedOf(template, placement));
  return new Replay(template, placement);
}

/** One of those that live goes on; it leaves when it is done. */
export function stepOne<T>(live: T[], random: Random, step: (each: T) => boolean): void {
  const chosen = random() % live.length;
  const each = live[chosen];
  if (each === undefined || step(each)) return;
  const last = live.pop();
  if (last !== undefined && chosen < live.length) live[chosen] = last;
}
