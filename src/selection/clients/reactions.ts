import type { AnswerClass, ClientReaction } from '../client-behaviour.ts';
import { rules, type Rule } from '../rule.ts';

type Row = Omit<ClientReaction, 'rule'> & Omit<Rule, 'id'>;

/** A table of reactions out of rows that have rule and reaction side by side. */
export function reactions(name: string, rows: Readonly<Record<AnswerClass, Row>>): Readonly<Record<AnswerClass, ClientReaction>> {
  const table = rules(`client-${name}`, rows);
  return Object.fromEntries(Object.entries<Row>(rows).map(([answer, { clause: _clause, text: _text, certainty: _certainty, deviatesFrom: _deviatesFrom, ...reaction }]) => {
    const { id, clause, text, certainty, deviatesFrom } = table[answer as AnswerClass];
    return [answer, { ...reaction, rule: { id, clause, text, certainty, ...(deviatesFrom !== undefined && { deviatesFrom }) } }];
  })) as Record<AnswerClass, ClientReaction>;
}
