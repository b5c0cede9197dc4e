import type { JudgedConnection, JudgedSpecimen } from './judged-connection.ts';
import { buildPredicted } from './build-predicted.ts';
import { type Conversation, conversationOf } from '../selection/conversation.ts';
import { type Explanation, Predictor, unexplained } from '../selection/predict.ts';
import { ServerBelief } from '../selection/server-belief.ts';

/** Different negotiations that are compared in one analysis, some milliseconds each: a network has some dozen, only a forger more. */
const COMPARED = 500;
/** Servers whose connections narrow each other (some hundred bytes each); with later ones each connection stands alone. */
const SERVERS = 16_384;
const TOO_MANY = unexplained(`more than ${COMPARED} different negotiations were compared before`);

/** What no connection can narrow. */
const NOBODY = new ServerBelief();

/** What is to be said of one connection; `text` may be asked for once or at the end, when all connections of its server are known. */
export interface Ticket {
  readonly explanation: Explanation;
  readonly belief: ServerBelief;
}

/** Explanations remembered for all analyses of a process: a sensor posts the same negotiations all day, and each costs milliseconds. */
const REMEMBERED = 4096;

/** What the known servers say to negotiations that were met before, in whichever capture. */
export class Explanations {
  readonly predictor = new Predictor();
  readonly #byConversation = new Map<string, Explanation>();

  of(conversation: Conversation): Explanation {
    let explanation = this.#byConversation.get(conversation.key);
    if (explanation === undefined) {
      if (this.#byConversation.size >= REMEMBERED) this.#byConversation.clear();
      this.#byConversation.set(conversation.key, (explanation = this.predictor.explain(conversation)));
    }
    return explanation;
  }
}

/** Compares what each server answered with what the known servers would have: once for all connections that say the same. */
export class Foresight {
  readonly #explanations: Explanations;
  readonly #byConversation = new Map<string, Explanation>();
  readonly #reasons = new Map<string, Explanation>();
  readonly #bySpecimen = new WeakMap<JudgedSpecimen, Explanation>();
  readonly #servers = new Map<string, ServerBelief>();
  readonly #texts = new Map<Explanation, string>();
  readonly #textsOf = new WeakMap<ServerBelief, Map<Explanation, string>>();

  /** @param explanations shared by the analyses of a process, where it makes many. */
  constructor(explanations = new Explanations()) {
    this.#explanations = explanations;
  }

  /** Takes notice of one connection. */
  observe(judged: JudgedConnection): Ticket {
    const explanation = this.explain(judged);
    if (explanation.agrees !== true) return { explanation, belief: NOBODY };
    const belief = this.#beliefOf(judged);
    if (belief.add(explanation)) this.#textsOf.delete(belief);
    return { explanation, belief };
  }

  /** The JSON text of a record with `predicted` as its last field, with what is known by now. */
  addTo(record: string, ticket: Ticket): string {
    return `${record.slice(0, -1)},"predicted":${this.textOf(ticket)}}`;
  }

  explain({ alike, shape }: JudgedConnection): Explanation {
    if (alike === null) return this.#explain(shape.exchange);
    let explanation = this.#bySpecimen.get(alike.specimen);
    if (explanation === undefined) this.#bySpecimen.set(alike.specimen, (explanation = this.#explain(shape.exchange)));
    return explanation;
  }

  /** The JSON of `predicted`, with what is known by now. */
  textOf({ explanation, belief }: Ticket): string {
    if (!belief.isMixed) return this.#text(this.#texts, explanation, belief);
    let texts = this.#textsOf.get(belief);
    if (texts === undefined) this.#textsOf.set(belief, (texts = new Map<Explanation, string>()));
    return this.#text(texts, explanation, belief);
  }

  #text(texts: Map<Explanation, string>, explanation: Explanation, belief: ServerBelief): string {
    let text = texts.get(explanation);
    if (text === undefined) texts.set(explanation, (text = JSON.stringify(buildPredicted(belief.decide(explanation, this.#explanations.predictor)))));
    return text;
  }

  #explain(exchange: JudgedConnection['exchange']): Explanation {
    const conversation = conversationOf(exchange);
    if (typeof conversation === 'string') {
      let reason = this.#reasons.get(conversation);
      if (reason === undefined) this.#reasons.set(conversation, (reason = unexplained(conversation)));
      return reason;
    }
    let explanation = this.#byConversation.get(conversation.key);
    if (explanation === undefined) {
      if (this.#byConversation.size >= COMPARED) return TOO_MANY;
      this.#byConversation.set(conversation.key, (explanation = this.#explanations.of(conversation)));
    }
    return explanation;
  }

  /** One server is one address; what listens elsewhere than on 139 and 445 may be another behind it. */
  #beliefOf({ server: { address, port } }: JudgedConnection): ServerBelief {
    const key = port === 445 || port === 139 ? address : `${address} ${port}`;
    let belief = this.#servers.get(key);
    if (belief === undefined) {
      belief = new ServerBelief();
      if (this.#servers.size < SERVERS) this.#servers.set(key, belief);
    }
    return belief;
  }
}
