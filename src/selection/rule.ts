/** What a rule rests on: what the program was seen to do, what its specification says, what its source says, or what is remembered of it. */
export type RuleCertainty = 'observed' | 'specification' | 'source' | 'recollection';

/** Why an answer is what it is. */
export interface Rule {
  /** Stable: family, then the rule's own name. */
  readonly id: string;
  /** Where it is written, or where it was observed. */
  readonly clause: string;
  readonly text: string;
  readonly certainty: RuleCertainty;
  /** The specification's own word, where this program does otherwise: administrators meet the difference. */
  readonly deviatesFrom?: { readonly clause: string; readonly text: string };
}

/** The rules of one family by their short names; the id gets the family's name in front. */
export function rules<Name extends string>(family: string, texts: Readonly<Record<Name, Omit<Rule, 'id'>>>): Readonly<Record<Name, Rule>> {
  const entries = Object.entries<Omit<Rule, 'id'>>(texts).map(([name, rule]) => [name, { id: `${family}-${name}`, ...rule }]);
  return Object.fromEntries(entries) as Record<Name, Rule>;
}
