import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { limitVariable, readConfig } from '../src/config.ts';
import { ALL_FINDINGS } from '../src/findings/catalogue.ts';
import { DEFAULT_LIMITS } from '../src/limits.ts';
import { VERDICT_CATALOGUE } from '../src/verdicts/catalogue.ts';
import { SEVERITY_RULE } from '../src/verdicts/severity.ts';
import { VERDICT_CODES } from '../src/verdicts/verdict.ts';

const ROOT = join(import.meta.dirname, '..');
const README = join(ROOT, 'README.md');
const BLESS = process.env['BLESS'] === '1';
const readme = (): string => readFileSync(README, 'utf8');

interface Command { readonly script: string; readonly exitCode: number }

/** Every fenced `sh` block: executed unless its info string says `not-executed: REASON`. */
function commandsOf(markdown: string): { executed: Command[]; skipped: string[] } {
  const executed: Command[] = [];
  const skipped: string[] = [];
  for (const [, info = '', script = ''] of markdown.matchAll(/^```sh *(.*)\n([^]*?)^```$/gm)) {
    if (info.startsWith('not-executed: ')) skipped.push(script);
    else executed.push(...split(script).map((line) => ({ script: line, exitCode: Number(/^exit-code: (\d+)$/.exec(info)?.[1] ?? 0) })));
  }
  return { executed, skipped };
}

/** One command per line; `|` at the end of a line goes on. */
function split(script: string): string[] {
  return script.replace(/\|\n\s*/g, '| ').split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'));
}

/** What stands between the two marks of a generated part is replaced (bless) or compared. */
function expectGenerated(name: string, text: string): void {
  const part = new RegExp(`(<!-- generated: ${name} -->\n)[^]*?(<!-- /generated -->)`);
  const wanted = readme().replace(part, (_all, before: string, after: string) => `${before}${text}\n${after}`);
  if (BLESS) writeFileSync(README, wanted);
  expect(readme()).toBe(wanted);
}

const { executed, skipped } = commandsOf(readme());
let folder = '';
let server: ChildProcess | undefined;
let address = '';

/** Starts the service by the README's own command, on a free port. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'smb-verdict-readme-'));
  // Any problem document makes curl end with 22
  writeFileSync(join(folder, '.curlrc'), 'fail-with-body\nsilent\n');
  const built = spawnSync('npm', ['run', 'build'], { cwd: ROOT, encoding: 'utf8' });
  if (built.status !== 0) throw new Error(built.stdout);
  const child = spawn('npm', ['start'], { cwd: ROOT, detached: true, env: { ...process.env, PORT: '0', HOST: '127.0.0.1', API_KEYS: '', LOG_LEVEL: 'info' }, stdio: ['ignore', 'pipe', 'inherit'] });
  server = child;
  address = await new Promise((resolve, reject) => {
    let log = '';
    child.stdout.on('data', (chunk) => {
      log += String(chunk);
      const found = /Server listening at (http:\/\/127\.0\.0\.1:\d+)/.exec(log)?.[1];
      if (found !== undefined) resolve(found);
    });
    child.once('exit', () => reject(new Error(log)));
  });
});
afterAll(() => {
  if (server?.pid !== undefined) process.kill(-server.pid, 'SIGTERM');
  rmSync(folder, { recursive: true, force: true });
});

function run(script: string): { status: number | null; stdout: string; stderr: string } {
  const command = script.replaceAll('http://127.0.0.1:3000', address);
  return spawnSync('bash', ['-o', 'pipefail', '-c', command], { cwd: ROOT, encoding: 'utf8', env: { ...process.env, CURL_HOME: folder } });
}

describe('README commands', () => {
  it.each(executed)('$script', ({ script, exitCode }) => {
    const { status, stdout, stderr } = run(script);
    expect(status, stdout + stderr).toBe(exitCode);
  });

  it('leaves out only the installation and the live capture', () => {
    expect(skipped.map((script) => script.split(/\s/, 1)[0])).toEqual(['npm', 'tcpdump']);
    expect(executed.length).toBeGreaterThan(12);
  });
});

describe('README', () => {
  it('shows the report that the service gives for article_b.pcap (npm run bless rewrites it)', () => {
    const { stdout } = run("curl -T test/captures/article_b.pcap 'http://127.0.0.1:3000/v1/captures/analyze?format=text'");
    expectGenerated('report', `\n\`\`\`text\n${stdout.trimEnd()}\n\`\`\`\n`);
  });

  it('lists every verdict and finding with a link to its page (npm run bless rewrites it)', () => {
    const verdicts = VERDICT_CODES.map((code) => `| [\`${code}\`](docs/verdicts/${code}.md) | ${VERDICT_CATALOGUE[code].severity} | ${VERDICT_CATALOGUE[code].title} |`);
    const findings = ALL_FINDINGS.map(({ id, severity, title }) => `| [\`${id}\`](docs/findings/${id}.md) | ${severity} | ${title} |`);
    expectGenerated('catalogue', ['', '| verdict | severity | |', '|---|---|---|', ...verdicts, '', '| finding | severity | |', '|---|---|---|', ...findings, ''].join('\n'));
  });

  it('names every variable that the configuration reads, with its default', () => {
    const rows = new Map([...readme().matchAll(/^\| `([A-Z_]+)` \| (?:`(.*?)`)? ?\|/gm)].map(([, name = '', value = '']) => [name, value]));
    expect([...rows.keys()].toSorted()).toEqual([...variablesRead()].toSorted());
    for (const [limit, value] of Object.entries(DEFAULT_LIMITS)) expect(rows.get(limitVariable(limit)), limit).toBe(String(value));
    // The others: set to their documented default, the configuration is the default one
    expect(readConfig(Object.fromEntries(rows))).toEqual(readConfig({}));
  });

  it('links only to files that are there', () => {
    for (const [, target = ''] of readme().matchAll(/\]\((?!https?:)([^)#]+)[^)]*\)/g)) expect(existsSync(join(ROOT, target)), target).toBe(true);
  });
});

describe('CONTRIBUTING', () => {
  it('gives the rule of severity in the words of the catalogue', () => {
    const page = readFileSync(join(ROOT, 'CONTRIBUTING.md'), 'utf8');
    for (const [severity, rule] of Object.entries(SEVERITY_RULE)) expect(page).toContain(`| ${severity} | ${rule} |`);
  });
});

/** Names that readConfig asks its environment for. */
function variablesRead(): Set<string> {
  const names = new Set<string>();
  readConfig(new Proxy<Record<string, string | undefined>>({}, { get: (_target, name) => void names.add(String(name)) }));
  return names;
}
