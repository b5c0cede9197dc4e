import type { Candidate } from './candidate.ts';
import { levelSeen } from './conversation.ts';
import type { Misfit } from './play.ts';
import type { Explanation, Predictor } from './predict.ts';

/** What is said of one connection, its server's other connections considered. */
export interface Decision {
  readonly agrees: boolean | null;
  readonly candidates: readonly Candidate[];
  readonly differs: readonly Misfit[];
  readonly because: string | null;
  /** It differs from what other connections of the server show, not from every known server. */
  readonly byOthers: boolean;
}

/** Different conversations remembered of one server; real ones have some dozen clients of a few kinds. */
const REMEMBERED = 32;

/** One server, and all the ways in which it was seen to answer. */
export class ServerBelief {
  readonly #explanations: Explanation[] = [];
  #decisions: Map<Explanation, Decision> | null = null;

  /** Whether it is new. What is beyond the bound is decided on its own. */
  add(explanation: Explanation): boolean {
    if (explanation.agrees !== true || this.#explanations.length >= REMEMBERED || this.#explanations.includes(explanation)) return false;
    this.#explanations.push(explanation);
    this.#decisions = null;
    return true;
  }

  /** More than one way of answering: only then can one narrow the other. */
  get isMixed(): boolean {
    return this.#explanations.length > 1;
  }

  decide(explanation: Explanation, predictor: Predictor): Decision {
    if (!this.isMixed) return alone(explanation);
    this.#decisions ??= decisionsOf(this.#explanations, predictor);
    return this.#decisions.get(explanation) ?? alone(explanation);
  }
}

function alone({ agrees, candidates, differs, because }: Explanation): Decision {
  return { agrees, candidates, differs, because, byOthers: false };
}

const rank = ({ conversation }: Explanation): number => (conversation === null ? -1 : levelSeen(conversation) ?? -1);

/** The greatest dialect first: what a server once chose, it can choose. What does not go with that is what has to be explained. */
function decisionsOf(explanations: readonly Explanation[], predictor: Predictor): Map<Explanation, Decision> {
  let believed: readonly Candidate[] | null = null;
  const odd: Explanation[] = [];
  for (const explanation of explanations.toSorted((left, right) => rank(right) - rank(left))) {
    const both: readonly Candidate[] = believed === null ? explanation.candidates : together(believed, explanation.candidates);
    if (both.length > 0) believed = both;
    else odd.push(explanation);
  }
  const candidates = believed ?? [];
  return new Map(explanations.map((explanation): [Explanation, Decision] => [explanation, odd.includes(explanation)
    ? { agrees: false, candidates: [], differs: contradictions(candidates, explanation, predictor), because: null, byOthers: true }
    : { agrees: true, candidates, differs: [], because: null, byOthers: false }]));
}

function contradictions([first]: readonly Candidate[], { conversation }: Explanation, predictor: Predictor): readonly Misfit[] {
  return first === undefined || conversation === null ? [] : predictor.differences(first, conversation);
}

/** The candidates of both, under settings that make both. */
function together(left: readonly Candidate[], right: readonly Candidate[]): Candidate[] {
  const found: Candidate[] = [];
  for (const one of left) {
    const other = right.find(({ profile }) => profile === one.profile);
    const both = other === undefined ? null : joined(one, other);
    if (both !== null) found.push(both);
  }
  return found;
}

function joined(left: Candidate, right: Candidate): Candidate | null {
  const others = right.ranges;
  const ranges = left.ranges === null || others === null ? left.ranges ?? others : new Set([...left.ranges].filter((range) => others.has(range)));
  if (ranges?.size === 0) return null;
  for (const [name, value] of right.settings) if ((left.settings.get(name) ?? value) !== value) return null;
  return { ...left, ranges, settings: new Map([...left.settings, ...right.settings]) };
}
