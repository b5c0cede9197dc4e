import type { FastifyInstance } from 'fastify';
import { ALL_FINDINGS, CATALOGUE_VERSION } from '../../findings/catalogue.ts';
import type { FindingEntry } from '../../findings/finding.ts';
import { VERDICT_CATALOGUE } from '../../verdicts/catalogue.ts';
import type { VerdictEntry } from '../../verdicts/entry.ts';
import { HttpProblem } from '../errors.ts';

/** What each code means, when it holds, and what to do. */
export function catalogueRoutes(app: FastifyInstance, _options: object, done: () => void): void {
  const verdicts = Object.values(VERDICT_CATALOGUE).map(verdictEntry);
  const findings = ALL_FINDINGS.map(findingEntry);
  app.get('/v1/verdicts', () => ({ catalogue: CATALOGUE_VERSION, verdicts }));
  app.get<{ Params: { code: string } }>('/v1/verdicts/:code', (request) => pick(verdicts, request.params.code, '/v1/verdicts'));
  app.get('/v1/findings', () => ({ catalogue: CATALOGUE_VERSION, findings }));
  app.get<{ Params: { code: string } }>('/v1/findings/:code', (request) => pick(findings, request.params.code, '/v1/findings'));
  done();
}

function pick<Entry extends { readonly code: string }>(entries: readonly Entry[], code: string, list: string): Entry {
  const found = entries.find((entry) => entry.code === code);
  if (found === undefined) throw new HttpProblem(404, 'not-found', `There is no such code. ${list} lists them.`);
  return found;
}

function verdictEntry({ explain: _explain, evidence: _evidence, expectedEvents: _events, ...rest }: VerdictEntry): Omit<VerdictEntry, 'explain' | 'evidence' | 'expectedEvents'> {
  return rest;
}

function findingEntry(finding: (typeof ALL_FINDINGS)[number]): { code: string } & Omit<FindingEntry, 'id'> {
  const { id, judge: _judge, ...rest } = finding;
  return { code: id, ...rest };
}
