import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ALL_FINDINGS } from '../src/findings/catalogue.ts';
import { renderFindingDocs } from '../src/findings/render-docs.ts';
import { VERDICT_CATALOGUE } from '../src/verdicts/catalogue.ts';
import { renderVerdictDocs } from '../src/verdicts/render-docs.ts';
import { SEVERITY_RULE } from '../src/verdicts/severity.ts';
import { VERDICT_CODES } from '../src/verdicts/verdict.ts';

const ROOT = join(import.meta.dirname, '..');
const KEBAB = /^[a-z0-9]+(-[a-z0-9]+)*$/;
/** Files of src/findings that are no findings. */
const MACHINERY = ['catalogue.ts', 'finding.ts', 'judge.ts', 'observed.ts', 'render-docs.ts', 'server-history.ts'];

const generated = { 'docs/findings': renderFindingDocs(), 'docs/verdicts': renderVerdictDocs() };

for (const [folder, pages] of Object.entries(generated)) {
  describe(folder, () => {
    if (process.env['BLESS']) {
      rmSync(join(ROOT, folder), { recursive: true, force: true });
      mkdirSync(join(ROOT, folder), { recursive: true });
      for (const [name, text] of pages) writeFileSync(join(ROOT, folder, name), text);
    }
    for (const [name, text] of pages) {
      it(`${name} is up to date`, () => {
        expect(readFileSync(join(ROOT, folder, name), 'utf8')).toBe(text);
      });
    }
    it('holds no page of something that is no longer there', () => {
      expect(readdirSync(join(ROOT, folder)).filter((name) => !pages.has(name))).toEqual([]);
    });
  });
}

describe('the catalogue of findings', () => {
  it('lists every file of the folder', () => {
    const files = readdirSync(join(ROOT, 'src/findings')).filter((name) => !MACHINERY.includes(name)).map((name) => name.replace(/\.ts$/, ''));
    expect(ALL_FINDINGS.map(({ id }) => id as string).toSorted()).toEqual(files.toSorted());
  });
  it('has no id twice', () => {
    expect(new Set(ALL_FINDINGS.map(({ id }) => id)).size).toBe(ALL_FINDINGS.length);
  });
  for (const { id } of ALL_FINDINGS) {
    it(`${id} has a test file`, () => {
      expect(existsSync(join(ROOT, 'test/findings', `${id}.test.ts`))).toBe(true);
    });
  }
});

describe('every entry of both catalogues', () => {
  const entries = [
    ...ALL_FINDINGS.map((finding) => ({ name: finding.id as string, text: finding.explanation, ...finding })),
    ...VERDICT_CODES.map((code) => ({ name: code as string, text: VERDICT_CATALOGUE[code].meaning, ...VERDICT_CATALOGUE[code] })),
  ];
  it.each(entries)('$name has an id in kebab-case, a title without full stop, a severity and https references', ({ name, title, text, severity, references, remediation }) => {
    expect(name).toMatch(KEBAB);
    expect(title).toMatch(/^[A-Z].*[^.!?]$/);
    expect(text).toMatch(/\.$/);
    expect(Object.keys(SEVERITY_RULE)).toContain(severity);
    expect(references.length).toBeGreaterThan(0);
    for (const { url } of references) expect(new URL(url).protocol).toBe('https:');
    for (const remedy of remediation) expect(remedy.text).toMatch(/\.$/);
  });
  it('has no title twice in one catalogue', () => {
    expect(new Set(ALL_FINDINGS.map(({ title }) => title)).size).toBe(ALL_FINDINGS.length);
    expect(new Set(VERDICT_CODES.map((code) => VERDICT_CATALOGUE[code].title)).size).toBe(VERDICT_CODES.length);
  });
  it('keys each verdict by its own code', () => {
    for (const code of VERDICT_CODES) expect(VERDICT_CATALOGUE[code].code).toBe(code);
  });
});
