import { waitBetween } from '../negotiation/exchange.ts';
import { MOST_PACKETS } from '../negotiation/shape-key.ts';
import { LAST_NANOS, placeholderNanos, type Placeholders } from '../negotiation/specimen.ts';
import { buildConnection } from './build-connection.ts';
import { communityId, eventId } from './community-id.ts';
import { JudgedConnection, type JudgedSpecimen, type Particulars } from './judged-connection.ts';
import type { Detail } from './detail.ts';
import { type TimeDigits, TimeTexts } from './time-text.ts';

/** Where a placeholder stood, and what is written there: a packet, a wait between two packets, or one of the rest. */
type Hole =
  | { readonly is: 'packet'; readonly rank: number }
  | { readonly is: 'wait'; readonly from: number; readonly to: number }
  | { readonly is: 'id' | 'eventId' | 'communityId' | 'start' | 'end' | 'client' | 'server' | 'port' | 'firstPacket' | 'lastPacket' | 'packetCount' };

/** As the `to` of a wait: the end of the connection, or of the capture so far. */
const LAST = MOST_PACKETS;

/** The JSON text of a specimen's record, cut at its placeholders: unchanging parts are written once for all of a shape. */
export class ConnectionTemplate {
  /** One more than holes. */
  readonly #texts: string[] = [''];
  readonly #holes: Hole[] = [];
  readonly #times: TimeTexts;
  readonly #clientHasPort: boolean;

  constructor(judged: JudgedSpecimen, detail: Detail, digits: TimeDigits, before: Readonly<Record<string, string>>) {
    const { specimen, judgement, findings } = judged;
    this.#times = new TimeTexts(digits);
    this.#clientHasPort = specimen.exchange.client.port === specimen.placeholders.port;
    const record = buildConnection(JudgedConnection.decided(specimen.exchange, judgement, findings), detail, digits);
    new Cutter(specimen.placeholders, specimen.clientSide, (text) => this.#text(text), (hole) => this.#hole(hole)).object({ ...before, ...record });
  }

  fill(of: Particulars): string {
    const { noted } = of;
    const community = communityId(of);
    let text = this.#texts[0]!;
    for (let at = 0; at < this.#holes.length; at++) {
      const hole = this.#holes[at]!;
      text += hole.is === 'packet' ? noted.numbers[hole.rank] : this.#value(hole, of, community);
      text += this.#texts[at + 1];
    }
    return text;
  }

  #value(hole: Exclude<Hole, { is: 'packet' }>, of: Particulars, community: string): string | number | null {
    switch (hole.is) {
      case 'wait': return waitOf(of, hole.from, hole.to);
      case 'client': return of.client.address;
      case 'server': return of.server.address;
      case 'port': return this.#clientHasPort ? of.client.port : of.server.port;
      case 'communityId': return community;
      case 'eventId': return eventId(community, of);
      case 'start': return this.#times.json(of.start);
      case 'end': return this.#times.json(of.end);
      default: return of[hole.is];
    }
  }

  #text(text: string): void {
    this.#texts[this.#texts.length - 1] += text;
  }

  #hole(hole: Hole): void {
    this.#holes.push(hole);
    this.#texts.push('');
  }
}

function waitOf({ noted, waitedUntil }: Particulars, from: number, to: number): number | null {
  const earlier = { seconds: noted.seconds[from]!, nanos: noted.nanos[from]! };
  return waitBetween(earlier, to === LAST ? waitedUntil : { seconds: noted.seconds[to]!, nanos: noted.nanos[to]! });
}

/** Each wait between two placeholder times, as the number that a record holds. */
const WAITS: ReadonlyMap<number, { readonly from: number; readonly to: number }> = new Map(
  Array.from({ length: MOST_PACKETS }, (_, from) => Array.from({ length: MOST_PACKETS + 1 - from }, (_each, more) => from + more + 1)
    .filter((to) => to <= LAST)
    .map((to) => [((to === LAST ? LAST_NANOS : placeholderNanos(to)) - placeholderNanos(from)) / 1e9, { from, to }] as const)).flat(),
);

/** Writes a record as JSON.stringify does, and tells text from placeholders. */
class Cutter {
  readonly #text: (text: string) => void;
  readonly #hole: (hole: Hole) => void;
  readonly #inText: RegExp;
  readonly #named: ReadonlyMap<string, Hole>;

  constructor(hold: Placeholders, clientSide: 0 | 1, text: (text: string) => void, hole: (hole: Hole) => void) {
    this.#text = text;
    this.#hole = hole;
    const named = new Map<string, Hole>([
      [hold.addresses[clientSide], { is: 'client' }], [hold.addresses[clientSide === 0 ? 1 : 0], { is: 'server' }],
      [String(hold.id), { is: 'id' }], [String(hold.port), { is: 'port' }], [String(hold.packetCount), { is: 'packetCount' }],
      [String(hold.firstPacket), { is: 'firstPacket' }], [String(hold.lastPacket), { is: 'lastPacket' }],
    ]);
    for (let rank = 0; rank < MOST_PACKETS; rank++) named.set(String(hold.packet + rank), { is: 'packet', rank });
    this.#named = named;
    this.#inText = new RegExp(`(${[...named.keys()].join('|')})`);
  }

  object(value: object): void {
    let separator = '{';
    for (const [key, field] of Object.entries(value)) {
      if (field === undefined) continue;
      this.#text(`${separator}${JSON.stringify(key)}:`);
      separator = ',';
      if (key === 'eventId' || key === 'communityId') this.#quoted({ is: key });
      else if (key === 'start' || key === 'end') this.#hole({ is: key });
      else this.#value(field);
    }
    this.#text(separator === '{' ? '{}' : '}');
  }

  #value(value: unknown): void {
    if (Array.isArray(value)) {
      value.forEach((item, at) => {
        this.#text(at === 0 ? '[' : ',');
        this.#value(item);
      });
      this.#text(value.length === 0 ? '[]' : ']');
    } else if (typeof value === 'number' && !Number.isInteger(value)) {
      const wait = WAITS.get(value);
      if (wait === undefined) this.#text(JSON.stringify(value));
      else this.#hole({ is: 'wait', ...wait });
    } else if (typeof value === 'object' && value !== null) {
      this.object(value);
    } else {
      this.#cut(JSON.stringify(value));
    }
  }

  #cut(text: string): void {
    for (const part of text.split(this.#inText)) {
      const hole = this.#named.get(part);
      if (hole === undefined) this.#text(part);
      else this.#hole(hole);
    }
  }

  #quoted(hole: Hole): void {
    this.#text('"');
    this.#hole(hole);
    this.#text('"');
  }
}
