import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { buildKnownForms } from './build.ts';

const FILE = new URL('../../src/selection/known-forms.ts', import.meta.url);

it('src/selection/known-forms.ts is what profiles and families send (npm run bless rewrites it)', () => {
  const built = buildKnownForms();
  if (process.env['BLESS'] === '1') writeFileSync(FILE, built);
  expect((existsSync(FILE) ? readFileSync(FILE, 'utf8') : '') === built).toBe(true);
});
