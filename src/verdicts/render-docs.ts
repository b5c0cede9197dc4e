import { VERDICT_CATALOGUE } from './catalogue.ts';
import type { VerdictEntry } from './entry.ts';
import { page, renderReferences, renderRemedies } from './render-markdown.ts';
import { SEVERITY_RULE } from './severity.ts';
import { type Severity, VERDICT_CODES } from './verdict.ts';
import { WEAKER } from './weaker.ts';

/** One verdict's page: docs/verdicts/<code>.md. */
export function renderVerdictPage(entry: VerdictEntry): string {
  const weaker = WEAKER[entry.code].map((code) => `[${code}](${code}.md)`).join(', ');
  return page([
    `# ${entry.title}`, '',
    `\`${entry.code}\` · severity: ${entry.severity}`, '',
    '## When it holds', '', entry.condition, '',
    '## What it means', '', entry.meaning, '',
    '## What to do', '', ...renderRemedies(entry.remediation), '',
    '## With less of the capture', '',
    weaker === '' ? 'Nothing weaker.' : `When packets are taken away from the capture it may become: ${weaker}.`, '',
    '## References', '', ...renderReferences(entry.references),
  ]);
}

/** The table of all: docs/verdicts/README.md. */
export function renderVerdictIndex(): string {
  return page([
    '# Verdicts', '',
    'Every connection gets exactly one. Generated from `src/verdicts`; run `BLESS=1 npx vitest run test/catalogue.test.ts` after a change.', '',
    '| code | severity | title | holds when |', '|---|---|---|---|',
    ...VERDICT_CODES.map((code) => {
      const { title, severity, condition } = VERDICT_CATALOGUE[code];
      return `| [\`${code}\`](${code}.md) | ${severity} | ${title} | ${condition} |`;
    }), '',
    '## Severity', '', ...renderSeverityRule(),
  ]);
}

export function renderSeverityRule(): string[] {
  return (Object.keys(SEVERITY_RULE) as Severity[]).map((severity) => `- **${severity}**: ${SEVERITY_RULE[severity]}`);
}

/** File name in docs/verdicts → its text. */
export function renderVerdictDocs(): ReadonlyMap<string, string> {
  return new Map([['README.md', renderVerdictIndex()], ...VERDICT_CODES.map((code): [string, string] => [`${code}.md`, renderVerdictPage(VERDICT_CATALOGUE[code])])]);
}
