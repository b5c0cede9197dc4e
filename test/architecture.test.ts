import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { describe, expect, it } from 'vitest';

const SRC = join(import.meta.dirname, '../src');

/** One way through: a folder imports only from itself and from those before it. */
const ORDER = ['bytes', 'capture', 'packet', 'stream', 'smb', 'paste', 'negotiation', 'selection', 'verdicts', 'findings', 'report', 'intake', 'jobs', 'http', 'cli'];
/** Pure: no I/O, clock, logger or globals of Node. */
const HEART = new Set(ORDER.slice(0, ORDER.indexOf('intake')));
const FREE_FOR_ALL = new Set(['limits.ts']);
/** The service and the command are built from the analyser and its configuration. */
const ROOTS_FOR_SHELL = new Set(['analyser.ts', 'config.ts']);
const SHELL = new Set(['http', 'cli']);
const NODE_CRYPTO_IN = new Set(['smb/quic-keys.ts', 'report/community-id.ts']);
/** Zod is for edges: what comes in by HTTP and environment, and the report that goes out. */
const PACKAGES_IN_HEART: Readonly<Record<string, readonly string[]>> = { 'report/schema.ts': ['zod'], 'selection/profile.ts': ['zod'] };
const MOST_LINES = 300;
const GLOBALS_OF_THE_OUTSIDE = /\b(?:process|console|Buffer|setTimeout|setInterval|setImmediate|fetch|Math\.random|Date\.now|performance\.now|new Date\(\))(?=[.(\s;]|$)/;

interface SourceFile { readonly path: string; readonly text: string }

/** What breaks the rules of the house, as sentences; none for a clean file. */
function violations({ path, text }: SourceFile): string[] {
  const found: string[] = [];
  const [folder = ''] = path.split('/');
  const isRoot = !path.includes('/');
  if (!isRoot && !ORDER.includes(folder)) found.push(`${path}: ${folder} has no place in the order`);
  if (posix.basename(path) === 'index.ts') found.push(`${path}: index.ts hides where things are`);
  const lines = text.split('\n').length - 1;
  if (lines > MOST_LINES) found.push(`${path}: ${lines} lines, more than ${MOST_LINES}`);
  if (HEART.has(folder)) for (const name of globalsIn(text)) found.push(`${path}: uses ${name}`);
  for (const target of importsOf(text)) {
    const problem = target.startsWith('.') ? ownImport(path, posix.join(posix.dirname(path), target)) : foreignImport(path, target);
    if (problem !== undefined && !isRoot) found.push(problem);
  }
  return found;
}

function ownImport(path: string, target: string): string | undefined {
  const [from = ''] = path.split('/');
  if (FREE_FOR_ALL.has(target) || (SHELL.has(from) && ROOTS_FOR_SHELL.has(target))) return undefined;
  const to = target.includes('/') ? ORDER.indexOf(target.split('/', 1)[0] ?? '') : -1;
  return to !== -1 && to <= ORDER.indexOf(from) ? undefined : `${path}: imports ${target}, which is downstream`;
}

function foreignImport(path: string, target: string): string | undefined {
  if (!HEART.has(path.split('/', 1)[0] ?? '')) return undefined;
  if (target === 'node:crypto' && NODE_CRYPTO_IN.has(path)) return undefined;
  return PACKAGES_IN_HEART[path]?.includes(target) === true ? undefined : `${path}: the heart imports ${target}`;
}

function importsOf(text: string): string[] {
  return [...text.matchAll(/(?:\bfrom|^import|\bimport\()\s*['"]([^'"]+)['"]/gm)].map(([, target = '']) => target);
}

/** Comments and strings may say what they like. */
function globalsIn(text: string): string[] {
  const code = text.replace(/\/\*[^]*?\*\//g, '').replace(/^\s*\/\/.*$|\s\/\/ .*$/gm, '').replace(/'[^'\n]*'|`[^`]*`|"[^"\n]*"/g, "''");
  return code.split('\n').flatMap((line) => GLOBALS_OF_THE_OUTSIDE.exec(line)?.[0] ?? []);
}

const files: SourceFile[] = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path) => ({ path: path.replaceAll('\\', '/'), text: readFileSync(join(SRC, path), 'utf8') }));

describe('the house', () => {
  it('has files in every folder of the order', () => {
    for (const folder of ORDER) expect(files.some(({ path }) => path.startsWith(`${folder}/`)), folder).toBe(true);
    expect(files.length).toBeGreaterThan(150);
  });

  it('imports only upstream, keeps its heart pure and its files small', () => {
    expect(files.flatMap(violations)).toEqual([]);
  });

  it('has no room for odds and ends', () => {
    expect(files.map(({ path }) => path).filter((path) => /(?:^|\/)(?:utils?|helpers?|common|misc|manager)(?:\/|\.ts$)/.test(path))).toEqual([]);
  });
});

describe('the check itself', () => {
  it.each([
    ['an import from downstream', 'packet/bad.ts', "import { judge } from '../verdicts/judge.ts';", 'packet/bad.ts: imports verdicts/judge.ts, which is downstream'],
    ['a type from downstream', 'bytes/bad.ts', "import type { Exchange } from '../negotiation/exchange.ts';", 'bytes/bad.ts: imports negotiation/exchange.ts, which is downstream'],
    ['a re-export from downstream', 'smb/bad.ts', "export { buildApp } from '../http/app.ts';", 'smb/bad.ts: imports http/app.ts, which is downstream'],
    ['a root file in the heart', 'report/bad.ts', "import { Analyser } from '../analyser.ts';", 'report/bad.ts: imports analyser.ts, which is downstream'],
    ['Node in the heart', 'capture/bad.ts', "import { readFileSync } from 'node:fs';", 'capture/bad.ts: the heart imports node:fs'],
    ['crypto in the wrong file', 'smb/bad.ts', "import { createHash } from 'node:crypto';", 'smb/bad.ts: the heart imports node:crypto'],
    ['a package in the heart', 'verdicts/bad.ts', "import * as z from 'zod';", 'verdicts/bad.ts: the heart imports zod'],
    ['a clock in the heart', 'stream/bad.ts', 'const now = Date.now();', 'stream/bad.ts: uses Date.now'],
    ['a log in the heart', 'findings/bad.ts', "console.log('seen');", 'findings/bad.ts: uses console'],
    ['an index.ts', 'smb/index.ts', "export * from './decode.ts';", 'smb/index.ts: index.ts hides where things are'],
    ['a folder without a place', 'stuff/bad.ts', '', 'stuff/bad.ts: stuff has no place in the order'],
    ['a long file', 'smb/bad.ts', 'x;\n'.repeat(301), 'smb/bad.ts: 301 lines, more than 300'],
  ])('finds %s', (_name, path, text, sentence) => {
    expect(violations({ path, text })).toContain(sentence);
  });

  it.each([
    ['an import from upstream', 'verdicts/good.ts', "import { Fault } from '../bytes/fault.ts';\nimport type { Limits } from '../limits.ts';"],
    ['crypto where keys are derived', 'smb/quic-keys.ts', "import { createHmac } from 'node:crypto';"],
    ['Node in the shell', 'http/good.ts', "import { Readable } from 'node:stream';\nimport { Analyser } from '../analyser.ts';"],
    ['a word in a comment', 'smb/good.ts', '/** Another process may hold it. */\nconst text = \'console.log\'; // a Buffer would do'],
  ])('leaves %s alone', (_name, path, text) => {
    expect(violations({ path, text })).toEqual([]);
  });
});

describe('ARCHITECTURE.md', () => {
  const page = readFileSync(join(SRC, '../ARCHITECTURE.md'), 'utf8');

  it('describes every folder', () => {
    for (const folder of ORDER) expect(page).toContain(`\n**${folder}** `);
  });

  it('names only files that are there', () => {
    const folders = ['..', '../src', ...ORDER.map((folder) => `../src/${folder}`)];
    const exists = (path: string): boolean => folders.some((folder) => existsSync(join(SRC, '../src', folder, path)));
    for (const [, path = ''] of page.matchAll(/`([\w./-]+\.(?:ts|yaml))`/g)) expect(path === 'index.ts' || exists(path), path).toBe(true);
  });
});
