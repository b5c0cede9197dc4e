import { judgeFindings } from '../findings/judge.ts';
import type { PresentFinding } from '../findings/finding.ts';
import type { Endpoint, Exchange, PacketTime } from '../negotiation/exchange.ts';
import type { NotedPackets } from '../negotiation/shape-key.ts';
import type { Specimen } from '../negotiation/shapes.ts';
import { judge } from '../verdicts/judge.ts';
import type { Judgement } from '../verdicts/judgement.ts';

/** What a record of a known shape writes down beside what the shape says. */
export interface Particulars {
  readonly id: number;
  readonly client: Endpoint;
  readonly server: Endpoint;
  readonly start: PacketTime;
  readonly end: PacketTime;
  /** End of the connection, or of the capture so far: until then an answer was waited for. */
  readonly waitedUntil: PacketTime;
  readonly noted: NotedPackets;
  readonly firstPacket: number;
  readonly lastPacket: number;
  readonly packetCount: number;
}

/** A specimen and everything that was decided about it, once for all of its shape. */
export class JudgedSpecimen {
  readonly specimen: Specimen;
  readonly judgement: Judgement;
  readonly findings: readonly PresentFinding[];

  constructor(specimen: Specimen) {
    this.specimen = specimen;
    this.judgement = judge(specimen.exchange);
    this.findings = judgeFindings(specimen.exchange);
  }
}

/**
 * One connection with everything decided about it, handed out as soon as it is final; valid during the call only.
 * Where an equal one was judged before, its own exchange is built only if somebody reads it.
 */
export class JudgedConnection {
  readonly judgement: Judgement;
  /** The shape that it has in common with others, and what is its own; null where it was judged on its own. */
  readonly alike: { readonly specimen: JudgedSpecimen; readonly particulars: Particulars } | null;
  #exchange: Exchange | (() => Exchange);
  #findings: readonly PresentFinding[] | null;

  private constructor(judgement: Judgement, exchange: Exchange | (() => Exchange), findings: readonly PresentFinding[] | null, alike: JudgedConnection['alike']) {
    this.judgement = judgement;
    this.alike = alike;
    this.#exchange = exchange;
    this.#findings = findings;
  }

  /** Judges one exchange. */
  static of(exchange: Exchange): JudgedConnection {
    return new JudgedConnection(judge(exchange), exchange, judgeFindings(exchange), null);
  }

  /** What was decided elsewhere. */
  static decided(exchange: Exchange, judgement: Judgement, findings: readonly PresentFinding[]): JudgedConnection {
    return new JudgedConnection(judgement, exchange, findings, null);
  }

  static like(specimen: JudgedSpecimen, particulars: Particulars, build: () => Exchange): JudgedConnection {
    return new JudgedConnection(specimen.judgement, build, null, { specimen, particulars });
  }

  get exchange(): Exchange {
    if (typeof this.#exchange === 'function') this.#exchange = this.#exchange();
    return this.#exchange;
  }

  get findings(): readonly PresentFinding[] {
    return (this.#findings ??= judgeFindings(this.exchange));
  }

  get id(): number {
    return this.alike?.particulars.id ?? this.exchange.id;
  }

  get start(): PacketTime | null {
    return this.alike === null ? this.exchange.start : this.alike.particulars.start;
  }

  get client(): Endpoint {
    return this.alike?.particulars.client ?? this.exchange.client;
  }

  get server(): Endpoint {
    return this.alike?.particulars.server ?? this.exchange.server;
  }

  /** The number in this connection of a packet that `shape` names. */
  packetOf(packet: number): number {
    if (this.alike === null) return packet;
    const { specimen: { specimen }, particulars: { noted } } = this.alike;
    return noted.numbers[packet - specimen.placeholders.packet] ?? packet;
  }

  /** An exchange of the same shape: for all that does not depend on packet numbers, times and addresses. */
  get shape(): { readonly exchange: Exchange; readonly findings: readonly PresentFinding[] } {
    return this.alike === null ? this : { exchange: this.alike.specimen.specimen.exchange, findings: this.alike.specimen.findings };
  }
}
