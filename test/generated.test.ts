import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { PRODUCT_VERSION } from '../src/report/product.ts';
import { buildOpenApi } from './build-openapi.ts';

const FILE = new URL('../openapi.yaml', import.meta.url);

it('openapi.yaml is what the schemas say (npm run bless rewrites it)', async () => {
  const built = await buildOpenApi();
  if (process.env['BLESS'] === '1') writeFileSync(FILE, built);
  expect(existsSync(FILE) ? readFileSync(FILE, 'utf8') : '').toBe(built);
});

it('reports say the version of package.json', () => {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string };
  expect(PRODUCT_VERSION).toBe(version);
});
