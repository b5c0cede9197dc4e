import { renderSeverityRule } from '../verdicts/render-docs.ts';
import { page, renderReferences, renderRemedies } from '../verdicts/render-markdown.ts';
import { ALL_FINDINGS } from './catalogue.ts';
import type { FindingEntry } from './finding.ts';

/** One finding's page: docs/findings/<id>.md. */
export function renderFindingPage(finding: FindingEntry): string {
  return page([
    `# ${finding.title}`, '',
    `\`${finding.id}\` · severity: ${finding.severity} · since ${finding.since}`, '',
    '## What it means', '', finding.explanation, '',
    '## When it may be wrong', '', finding.falsePositives, '',
    '## What to do', '', ...renderRemedies(finding.remediation), '',
    '## References', '', ...renderReferences(finding.references),
  ]);
}

/** The table of all: docs/findings/README.md. */
export function renderFindingIndex(): string {
  return page([
    '# Findings', '',
    'Separate from the verdict; several per connection or, where several connections together show it, per host. Each is present, absent, not applicable or unknown; absence of evidence is unknown, never absent. Generated from `src/findings`; run `BLESS=1 npx vitest run test/catalogue.test.ts` after a change.', '',
    '| id | severity | title |', '|---|---|---|',
    ...ALL_FINDINGS.map(({ id, severity, title }) => `| [\`${id}\`](${id}.md) | ${severity} | ${title} |`), '',
    '## Severity', '', ...renderSeverityRule(),
  ]);
}

/** File name in docs/findings → its text. */
export function renderFindingDocs(): ReadonlyMap<string, string> {
  return new Map([['README.md', renderFindingIndex()], ...ALL_FINDINGS.map((finding): [string, string] => [`${finding.id}.md`, renderFindingPage(finding)])]);
}
